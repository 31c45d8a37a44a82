//! Declared names: namespaces with all their files, and their declarations.
//!
//! Assigns ids to declarations, in the order of namespace names, file names and positions. So ids do not depend on the
//! order in which files were given.

use std::cell::Cell;
use std::collections::{BTreeMap, btree_map};

use crate::ast::{self, Item, ItemKind, is_builtin_type};
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::load::Loaded;
use crate::naming::{Style, canonical_name};
use crate::schema::{DeclId, NamespaceId, Type};
use crate::source::{FileId, SourceMap, Span};

/// Largest number of declarations in all files.
const MAX_DECLS: usize = 65_536;

/// How many unknown names get suggestions. Each one is compared with every name.
const MAX_SUGGESTIONS: u32 = 64;

/// All declarations, and the namespaces and files that they are in.
pub(crate) struct Names<'a> {
    /// Files, in the order of `Loaded`.
    pub(crate) files: Vec<FileNames<'a>>,
    /// Namespaces, ordered by name.
    pub(crate) namespaces: Vec<NamespaceNames<'a>>,
    /// Declarations by id.
    pub(crate) decls: Vec<Entry<'a>>,
    positions: BTreeMap<FileId, usize>,
    /// How many more unknown names get suggestions.
    suggestions: Cell<u32>,
}

/// A file and the namespace that it belongs to.
pub(crate) struct FileNames<'a> {
    pub(crate) ast: &'a ast::File,
    pub(crate) name: String,
    pub(crate) import_path: String,
    pub(crate) namespace: NamespaceId,
    pub(crate) imports: &'a [Option<FileId>],
}

/// A namespace.
pub(crate) struct NamespaceNames<'a> {
    pub(crate) segments: Vec<String>,
    /// Indices of its files, in order of their names.
    pub(crate) files: Vec<usize>,
    pub(crate) by_name: BTreeMap<&'a str, DeclId>,
}

impl NamespaceNames<'_> {
    pub(crate) fn name(&self) -> String {
        self.segments.join(".")
    }
}

/// A declaration.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'a> {
    pub(crate) item: &'a Item,
    pub(crate) namespace: NamespaceId,
    /// Index of its file.
    pub(crate) file: usize,
}

impl<'a> Names<'a> {
    /// Collects the declarations of all files. Reports names that clash.
    pub(crate) fn collect(loaded: &'a Loaded, sources: &SourceMap, sink: &mut Sink) -> Self {
        let mut names = Names {
            files: Vec::new(),
            namespaces: Vec::new(),
            decls: Vec::new(),
            positions: BTreeMap::new(),
            suggestions: Cell::new(MAX_SUGGESTIONS),
        };
        names.add_files(loaded, sources);
        for position in 0..names.namespaces.len() {
            names.declare(position, sink);
        }
        names
    }

    /// Whether another unknown name gets suggestions; counts it.
    pub(crate) fn suggests(&self) -> bool {
        let left = self.suggestions.get();
        self.suggestions.set(left.saturating_sub(1));
        left > 0
    }

    pub(crate) fn decl(&self, id: DeclId) -> Entry<'a> {
        self.decls[id.0 as usize]
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = DeclId> + use<> {
        (0..self.decls.len()).map(|n| DeclId(u32::try_from(n).unwrap_or(u32::MAX)))
    }

    pub(crate) fn namespace(&self, id: NamespaceId) -> &NamespaceNames<'a> {
        &self.namespaces[id.0 as usize]
    }

    /// Whether something with this name may have been declared in a part of a file that was left out.
    pub(crate) fn has_lost(&self, id: NamespaceId, name: &str) -> bool {
        let mut files = self.namespace(id).files.iter();
        files.any(|file| self.files[*file].ast.lost.contains(name))
    }

    /// Index of the file with this id.
    pub(crate) fn position(&self, file: FileId) -> Option<usize> {
        self.positions.get(&file).copied()
    }

    /// `namespace.Name`
    pub(crate) fn full_name(&self, id: DeclId) -> String {
        let entry = self.decl(id);
        let namespace = self.namespace(entry.namespace).name();
        format!("{namespace}.{}", entry.item.name.name)
    }

    /// A type in the syntax of the language.
    pub(crate) fn type_text(&self, ty: &Type) -> String {
        ty.spelled(&[], &|id| self.decl(id).item.name.name.clone())
    }

    fn add_files(&mut self, loaded: &'a Loaded, sources: &SourceMap) {
        let mut namespaces: BTreeMap<Vec<String>, Vec<usize>> = BTreeMap::new();
        for (position, file) in loaded.files.iter().enumerate() {
            let segments = file.ast.namespace.iter().flat_map(|path| &path.segments);
            let segments = segments.map(|s| s.name.clone()).collect();
            namespaces.entry(segments).or_default().push(position);
            self.positions.insert(file.ast.id, position);
            let source = sources.file(file.ast.id);
            self.files.push(FileNames {
                ast: &file.ast,
                name: source.name.clone(),
                import_path: source.import_path().to_owned(),
                namespace: NamespaceId(0),
                imports: &file.imports,
            });
        }
        for (id, (segments, mut files)) in (0u32..).zip(namespaces) {
            files.sort_by(|a, b| self.files[*a].name.cmp(&self.files[*b].name));
            for file in &files {
                self.files[*file].namespace = NamespaceId(id);
            }
            self.namespaces.push(NamespaceNames {
                segments,
                files,
                by_name: BTreeMap::new(),
            });
        }
    }

    /// Declares everything in the files of a namespace.
    fn declare(&mut self, position: usize, sink: &mut Sink) {
        let mut canonical: BTreeMap<(Scope, String), &Item> = BTreeMap::new();
        for file in self.namespaces[position].files.clone() {
            for item in &self.files[file].ast.items {
                let id = self.add(item, file, sink);
                let namespace = &self.namespaces[position];
                if let Some(first) = namespace.by_name.get(item.name.name.as_str()) {
                    let (first, second) = (self.decl(*first), self.decl(id));
                    sink.push(declared_twice(&namespace.name(), first, second));
                    continue;
                }
                let by_name = &mut self.namespaces[position].by_name;
                by_name.insert(&item.name.name, id);
                let scope = Scope::of(&item.kind);
                match canonical.entry((scope, canonical_name(&item.name.name))) {
                    btree_map::Entry::Vacant(free) => {
                        free.insert(item);
                    }
                    btree_map::Entry::Occupied(first) => {
                        sink.push(collide(&first.get().name, &item.name, scope.style()));
                    }
                }
            }
        }
    }

    /// Assigns an id to a declaration.
    fn add(&mut self, item: &'a Item, file: usize, sink: &mut Sink) -> DeclId {
        let id = DeclId(u32::try_from(self.decls.len()).unwrap_or(u32::MAX));
        if self.decls.len() == MAX_DECLS {
            sink.push(too_many(item.name.span));
        }
        if is_builtin_type(&item.name.name) {
            sink.push(alias_of(item).unwrap_or_else(|| builtin_name(&item.name)));
        }
        self.decls.push(Entry {
            item,
            namespace: self.files[file].namespace,
            file,
        });
        id
    }
}

/// Declarations in different scopes have different styles in generated code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Scope {
    Type,
    Constant,
    Annotation,
}

impl Scope {
    fn of(kind: &ItemKind) -> Scope {
        match kind {
            ItemKind::Const(_) => Scope::Constant,
            ItemKind::Annotation(_) => Scope::Annotation,
            ItemKind::Typedef(_)
            | ItemKind::Newtype(_)
            | ItemKind::Enum(_)
            | ItemKind::Flags(_)
            | ItemKind::Struct(_)
            | ItemKind::Frozen(_)
            | ItemKind::Union(_)
            | ItemKind::Exception(_)
            | ItemKind::Service(_) => Scope::Type,
        }
    }

    fn style(self) -> Style {
        match self {
            Scope::Type => Style::Pascal,
            Scope::Constant => Style::Screaming,
            Scope::Annotation => Style::Snake,
        }
    }
}

/// A name that declarations and type parameters must not have.
pub(crate) fn builtin_name(name: &ast::Ident) -> Diagnostic {
    Diagnostic::new(
        Code::BuiltinName,
        name.span,
        format!("`{}` is a built-in type name", name.name),
        "cannot be declared",
    )
    .with_help("choose another name; backticks do not help here")
}

/// A name that annotations must not have.
pub(crate) fn builtin_annotation(name: &ast::Ident) -> Diagnostic {
    Diagnostic::new(
        Code::BuiltinName,
        name.span,
        format!("`@{}` is a built-in annotation", name.name),
        "cannot be declared",
    )
    .with_help("choose another name")
}

/// `typedef UserId string`, with type and name swapped
fn alias_of(item: &Item) -> Option<Diagnostic> {
    let (ItemKind::Typedef(ty) | ItemKind::Newtype(ty)) = &item.kind else {
        return None;
    };
    let ast::TypeKind::Named(path, _) = &ty.kind else {
        return None;
    };
    let written = format!("{} {}", item.name.name, path.text());
    let message = format!("write `{written}`: the type comes first");
    let whole = ty.span.to(item.name.span);
    Some(builtin_name(&item.name).with_fix(message, whole, written))
}

fn too_many(span: Span) -> Diagnostic {
    let message = format!("the files have more than {MAX_DECLS} declarations");
    Diagnostic::new(Code::LimitExceeded, span, message, "one too many")
        .with_help("compile what does not belong together by itself")
}

fn declared_twice(namespace: &str, first: Entry<'_>, second: Entry<'_>) -> Diagnostic {
    let (a, b) = (&first.item.name, &second.item.name);
    if first.file == second.file {
        return duplicate_name(&a.name, a.span, b.span);
    }
    Diagnostic::new(
        Code::NamespaceClash,
        b.span,
        format!("namespace `{namespace}` declares `{}` in two files", b.name),
        "declared again here",
    )
    .with_label(a.span, "first declared here")
    .with_help("files of one namespace share their names; rename one, or use another namespace")
}

/// A name that is declared twice in a scope.
pub(crate) fn duplicate_name(name: &str, first: Span, second: Span) -> Diagnostic {
    Diagnostic::new(
        Code::DuplicateName,
        second,
        format!("`{name}` is declared twice"),
        "declared again here",
    )
    .with_label(first, "first declared here")
    .with_help("rename one of them")
}

/// Two names of a scope that are the same in generated code.
pub(crate) fn collide(first: &ast::Ident, second: &ast::Ident, style: Style) -> Diagnostic {
    let (a, b) = (&first.name, &second.name);
    Diagnostic::new(
        Code::NamesCollide,
        second.span,
        format!(
            "`{a}` and `{b}` become the same name `{}` after case conversion",
            style.apply(b)
        ),
        "too close to another name",
    )
    .with_label(first.span, format!("`{a}` is declared here"))
    .with_note("names of one scope must differ in more than case and underscores")
    .with_help("rename one of them")
}
