//! An index of declarations and their uses, for editors.

mod declared;

use std::collections::BTreeMap;

use crate::ast::{Import, ImportNames};
use crate::load::Loaded;
use crate::resolve::Resolved;
use crate::resolve::imports::Scope;
use crate::resolve::names::Names;
use crate::source::{FileId, Span};

/// The declarations of all checked files, and every place that names one. Also exists if there are errors.
#[derive(Debug, Default)]
pub struct Index {
    /// The declarations, in order of their namespaces, files and places.
    pub declarations: Vec<Declaration>,
    /// The uses, in no particular order. What is evaluated twice is listed twice.
    pub uses: Vec<Use>,
    /// The path strings of imports, and the files that they mean.
    pub imports: Vec<(Span, FileId)>,
    /// The names that can be used in each file.
    pub(crate) visible: BTreeMap<FileId, Visible>,
}

/// Something that has a name.
#[derive(Debug)]
pub struct Declaration {
    /// Its name, without backticks.
    pub name: String,
    /// What it is, in a word of the language: `struct`, `enum`; of a member `field`, `value`, `variant`, `method`,
    /// `parameter`, `error` or `type parameter`.
    pub kind: &'static str,
    /// Whether other namespaces may not use it.
    pub internal: bool,
    /// The namespace that its file belongs to.
    pub namespace: String,
    /// The text of its doc comment.
    pub doc: Option<String>,
    /// The span of its name, which no other declaration has.
    pub at: Span,
    /// Its whole span without doc comment and annotations.
    pub span: Span,
    /// The spans of its annotations, each from `@` to its end.
    pub annotations: Vec<Span>,
    /// The span of its type, if one is written: of a field or parameter, of what a method returns, of what a newtype contains.
    pub ty: Option<Span>,
    /// The span of the expression after `=`: a constant's value, a default, an enum value's number.
    pub value: Option<Span>,
    /// What is declared inside it.
    pub members: Vec<Declaration>,
}

/// A place that names a declaration.
#[derive(Clone, Copy, Debug)]
pub struct Use {
    /// The last segment of the path.
    pub span: Span,
    /// The span of the declaration's name.
    pub declared: Span,
}

/// The names that a file can use.
#[derive(Debug, Default)]
pub(crate) struct Visible {
    /// The path by which others import the file.
    pub(crate) path: String,
    /// Its own namespace.
    pub(crate) namespace: String,
    /// Imported namespaces by the prefix that the file uses for them.
    pub(crate) prefixes: Vec<(String, String)>,
    /// The names that imports select, with their declarations.
    pub(crate) picked: Vec<(String, Span)>,
}

impl Index {
    pub(crate) fn of(resolved: &Resolved<'_>, loaded: &Loaded) -> Self {
        let names = &resolved.names;
        let mut index = Self::default();
        let declarations = names.decls.iter();
        index.declarations = declarations
            .map(|entry| {
                let namespace = names.namespace(entry.namespace).name();
                declared::declaration(entry.item, &namespace)
            })
            .collect();
        for it in &resolved.seen.uses {
            let declared = names.decl(it.decl).item.name.span;
            index.add(it.span, declared);
        }
        for (span, declared) in &resolved.seen.mentions {
            index.add(*span, *declared);
        }
        for (position, file) in loaded.files.iter().enumerate() {
            let scope = &resolved.scopes[position];
            let seen = visible(names, position, scope);
            index.visible.insert(file.ast.id, seen);
            for (import, read) in file.ast.imports.iter().zip(&file.imports) {
                if let Some(read) = *read {
                    index.imports.push((import.path_span, read));
                    index.add_items(import, read, names);
                }
            }
        }
        index
    }

    /// Adds the names that an import selects.
    fn add_items(&mut self, import: &Import, from: FileId, names: &Names<'_>) {
        let ImportNames::Items(items) = &import.names else {
            return;
        };
        let Some(position) = names.position(from) else {
            return;
        };
        let namespace = names.namespace(names.files[position].namespace);
        for item in items {
            if let Some(decl) = namespace.by_name.get(item.name.name.as_str()) {
                self.add(item.name.span, names.decl(*decl).item.name.span);
            }
        }
    }

    fn add(&mut self, span: Span, declared: Span) {
        self.uses.push(Use { span, declared });
    }

    /// The declaration whose name is declared or used at this offset.
    pub fn at(&self, file: FileId, offset: u32) -> Option<&Declaration> {
        let is_there = |span: Span| span.holds(file, offset);
        let used = self.uses.iter().find(|it| is_there(it.span));
        match used {
            Some(used) => self.declared(used.declared),
            None => self.all().find(|it| is_there(it.at)),
        }
    }

    /// The declaration whose name has this span.
    pub fn declared(&self, at: Span) -> Option<&Declaration> {
        self.all().find(|it| it.at == at)
    }

    /// All declarations and everything in them, parents first.
    pub fn all(&self) -> impl Iterator<Item = &Declaration> {
        self.declarations.iter().flat_map(Declaration::all)
    }

    /// The places where a declaration is declared and used, in order.
    pub fn places(&self, of: &Declaration) -> Vec<Span> {
        let uses = self.uses.iter().filter(|it| it.declared == of.at);
        let mut spans: Vec<Span> = uses.map(|it| it.span).collect();
        spans.push(of.at);
        spans.sort();
        spans.dedup();
        spans
    }

    /// The file that the import at this offset refers to.
    pub fn imported_at(&self, file: FileId, offset: u32) -> Option<FileId> {
        let mut imports = self.imports.iter();
        let found = imports.find(|(span, _)| span.holds(file, offset));
        found.map(|(_, file)| *file)
    }
}

fn visible(names: &Names<'_>, position: usize, scope: &Scope<'_>) -> Visible {
    let prefixes = scope.prefixes.iter();
    let picked = scope.items.iter();
    let file = &names.files[position];
    Visible {
        path: file.import_path.clone(),
        namespace: names.namespace(file.namespace).name(),
        prefixes: prefixes
            .map(|(name, it)| ((*name).to_owned(), names.namespace(it.namespace).name()))
            .collect(),
        picked: picked
            .map(|(name, it)| ((*name).to_owned(), names.decl(it.decl).item.name.span))
            .collect(),
    }
}
