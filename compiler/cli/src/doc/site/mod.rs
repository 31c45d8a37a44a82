//! Where everything is described: which page, which anchor.

mod source;
mod uses;

use std::collections::{BTreeMap, BTreeSet};

use sinew_compiler::index::{Declaration, Index};
use sinew_compiler::schema::{Namespace, Schema};
use sinew_compiler::source::{FileId, SourceMap, Span};

use source::Texts;
pub(super) use source::{Piece, Role};

/// A schema that is described.
pub(super) struct Site<'a> {
    pub(super) schema: &'a Schema,
    sources: &'a SourceMap,
    pages: Vec<PageName<'a>>,
    /// What is declared, by where its name stands.
    declared: BTreeMap<Span, &'a Declaration>,
    /// Where that is described.
    targets: BTreeMap<Span, Target>,
    /// What full names mean, members included.
    names: BTreeMap<String, Span>,
    texts: Texts<'a>,
    /// What is used where, in order: by where the names stand.
    uses: BTreeMap<Span, Vec<Span>>,
}

/// A page about a namespace.
pub(super) struct PageName<'a> {
    pub(super) namespace: &'a Namespace,
    /// The name of its file, up to the dot.
    pub(super) stem: String,
}

/// A place on a page.
#[derive(Clone)]
pub(super) struct Target {
    /// The position of the page.
    pub(super) page: usize,
    pub(super) anchor: String,
}

impl<'a> Site<'a> {
    /// Describes the namespaces that have one of the files `given`, or all.
    pub(super) fn new(
        schema: &'a Schema,
        index: &'a Index,
        sources: &'a SourceMap,
        given: Option<&BTreeSet<String>>,
    ) -> Self {
        let is_given = |id: &FileId| given.is_none_or(|it| it.contains(&sources.file(*id).name));
        let namespaces = schema.namespaces().iter();
        let namespaces = namespaces.filter(|namespace| namespace.files.iter().any(is_given));
        let mut site = Site {
            schema,
            sources,
            pages: page_names(namespaces),
            declared: index.all().map(|it| (it.at, it)).collect(),
            targets: BTreeMap::new(),
            names: BTreeMap::new(),
            texts: Texts::new(sources, index),
            uses: BTreeMap::new(),
        };
        site.uses = uses::of(index, &site.texts);
        let places: BTreeMap<String, usize> = site
            .pages
            .iter()
            .zip(0..)
            .map(|(page, at)| (page.namespace.name(), at))
            .collect();
        for declaration in &index.declarations {
            if let Some(page) = places.get(&declaration.namespace) {
                site.place(declaration, *page, declaration.name.clone());
            }
        }
        site
    }

    /// Notes where a declaration and everything in it are described.
    fn place(&mut self, declaration: &Declaration, page: usize, anchor: String) {
        let name = format!("{}.{anchor}", declaration.namespace);
        self.names.entry(name).or_insert(declaration.at);
        for member in &declaration.members {
            match member.kind {
                // It is explained by what it stands in.
                "type parameter" => {}
                // A parameter may have the same name.
                "error" => self.place(member, page, format!("{anchor}.throws.{}", member.name)),
                _ => self.place(member, page, format!("{anchor}.{}", member.name)),
            }
        }
        self.targets.insert(declaration.at, Target { page, anchor });
    }

    pub(super) fn pages(&self) -> &[PageName<'a>] {
        &self.pages
    }

    /// What is declared by the name that stands there.
    pub(super) fn declared(&self, at: Span) -> Option<&'a Declaration> {
        self.declared.get(&at).copied()
    }

    /// Where it is described.
    pub(super) fn target(&self, at: Span) -> Option<&Target> {
        self.targets.get(&at)
    }

    /// What uses it, in the order of pages.
    pub(super) fn used_by(&self, at: Span) -> &[Span] {
        self.uses.get(&at).map_or(&[], Vec::as_slice)
    }

    /// What imports call a file.
    pub(super) fn path(&self, file: FileId) -> &str {
        self.sources.file(file).import_path()
    }

    /// What a link in a comment means: a comment in one of these files, about something in this namespace.
    pub(super) fn linked(&self, link: &str, files: &[FileId], namespace: &str) -> Option<&Target> {
        let link = link.trim_matches('`').replace("::", ".");
        let mut noted = files
            .iter()
            .filter_map(|file| self.texts.linked(*file, &link));
        let named = |name: &str| self.names.get(name).copied();
        let at = noted
            .next()
            .or_else(|| named(&format!("{namespace}.{link}")));
        self.target(at.or_else(|| named(&link))?)
    }

    /// What is written there, with links, but without comments and without what only Rust and the compiler are told.
    pub(super) fn pieces(&self, span: Span) -> Vec<Piece> {
        self.texts.pieces(span, &|at| self.target(at).cloned())
    }

    /// The same on one line.
    pub(super) fn line(&self, span: Span) -> Vec<Piece> {
        let mut pieces = self.pieces(span);
        for piece in pieces.iter_mut().filter(|piece| piece.text.contains('\n')) {
            piece.text = " ".to_owned();
        }
        pieces
    }

    /// Whether this annotation is for readers of the schema.
    pub(super) fn is_shown(&self, annotation: Span) -> bool {
        !self.texts.is_hidden(annotation)
    }

    /// What is written there.
    pub(super) fn slice(&self, span: Span) -> &'a str {
        self.sources.slice(span)
    }
}

/// The names of the files of pages: no two are the same, also where upper and lower case are, and none is that of the first page.
fn page_names<'a>(namespaces: impl Iterator<Item = &'a Namespace>) -> Vec<PageName<'a>> {
    let mut taken = BTreeSet::from(["index".to_owned(), "readme".to_owned()]);
    let page = |namespace: &'a Namespace| {
        let name = namespace.name();
        let others = (2..).map(|number| format!("{name}-{number}"));
        let mut stems = std::iter::once(name.clone()).chain(others);
        let stem = stems.find(|stem| taken.insert(stem.to_lowercase()));
        PageName {
            namespace,
            stem: stem.unwrap_or_default(),
        }
    };
    namespaces.map(page).collect()
}
