//! What each import of a file makes visible, and that namespaces do not import each other.

use std::collections::{BTreeMap, BTreeSet};

use super::names::Names;
use crate::ast::{Ident, Import, ImportItem, ImportNames};
use crate::diagnostics::{Code, Diagnostic, MAX_SHOWN, Sink, circle, nearest};
use crate::order::{self, Step};
use crate::schema::{DeclId, NamespaceId};
use crate::source::Span;

/// What the imports of one file make visible.
#[derive(Default)]
pub(crate) struct Scope<'a> {
    /// Namespaces by the name they have in this file.
    pub(crate) prefixes: BTreeMap<&'a str, Prefix>,
    /// Single declarations by the name they have in this file.
    pub(crate) items: BTreeMap<&'a str, Selected>,
    /// Names that would be visible if their import were in order; nothing is said about them.
    pub(crate) broken: BTreeSet<&'a str>,
    /// Whether an import that could not be read may have brought any prefix.
    pub(crate) unread_prefix: bool,
}

/// A namespace that is visible under a name.
pub(crate) struct Prefix {
    pub(crate) namespace: NamespaceId,
    /// Position of the import.
    pub(crate) import: usize,
    span: Span,
}

/// A declaration that is visible under a name.
pub(crate) struct Selected {
    pub(crate) decl: DeclId,
    /// Position of the import and of the name in it.
    pub(crate) place: (usize, usize),
    span: Span,
}

/// The scopes of all files, by position.
pub(crate) fn scopes<'a>(names: &Names<'a>, sink: &mut Sink) -> Vec<Scope<'a>> {
    let scopes = (0..names.files.len())
        .map(|file| scope(names, file, sink))
        .collect();
    report_cycles(names, sink);
    scopes
}

fn scope<'a>(names: &Names<'a>, file: usize, sink: &mut Sink) -> Scope<'a> {
    let mut scope = Scope::default();
    let ast = names.files[file].ast;
    for (position, import) in ast.imports.iter().enumerate() {
        let target = names.files[file].imports.get(position).copied().flatten();
        match target.and_then(|id| names.position(id)) {
            Some(target) => add(names, file, position, target, &mut scope, sink),
            None => add_broken(import, &mut scope),
        }
    }
    scope
}

fn add_broken<'a>(import: &'a Import, scope: &mut Scope<'a>) {
    match &import.names {
        ImportNames::Namespace => scope.unread_prefix = true,
        ImportNames::As(name) => {
            scope.broken.insert(&name.name);
        }
        ImportNames::Items(items) => {
            scope
                .broken
                .extend(items.iter().map(visible_name).map(|n| n.name.as_str()));
        }
    }
}

fn visible_name(item: &ImportItem) -> &Ident {
    item.alias.as_ref().unwrap_or(&item.name)
}

fn add<'a>(
    names: &Names<'a>,
    file: usize,
    position: usize,
    target: usize,
    scope: &mut Scope<'a>,
    sink: &mut Sink,
) {
    let import = &names.files[file].ast.imports[position];
    let namespace = names.files[target].namespace;
    match &import.names {
        ImportNames::Namespace => {
            let path = names.files[target].ast.namespace.as_ref();
            let Some(last) = path.and_then(|path| path.segments.last()) else {
                scope.unread_prefix = true;
                return;
            };
            let prefix = Prefix {
                namespace,
                import: position,
                span: import.path_span,
            };
            add_prefix(&last.name, prefix, import, scope, sink);
        }
        ImportNames::As(name) => {
            let prefix = Prefix {
                namespace,
                import: position,
                span: name.span,
            };
            add_prefix(&name.name, prefix, import, scope, sink);
        }
        ImportNames::Items(items) => {
            for (index, item) in items.iter().enumerate() {
                let place = (position, index);
                select(names, file, place, item, namespace, scope, sink);
            }
        }
    }
}

fn add_prefix<'a>(
    name: &'a str,
    prefix: Prefix,
    import: &Import,
    scope: &mut Scope<'a>,
    sink: &mut Sink,
) {
    match scope.prefixes.get(name) {
        Some(first) if first.namespace != prefix.namespace => {
            sink.push(same_prefix(name, first.span, &prefix, import));
        }
        Some(_) => {}
        None => {
            scope.prefixes.insert(name, prefix);
        }
    }
}

fn select<'a>(
    names: &Names<'a>,
    file: usize,
    place: (usize, usize),
    item: &'a ImportItem,
    namespace: NamespaceId,
    scope: &mut Scope<'a>,
    sink: &mut Sink,
) {
    let visible = visible_name(item);
    let Some(decl) = names
        .namespace(namespace)
        .by_name
        .get(item.name.name.as_str())
    else {
        let error = no_such_item(names, namespace, &item.name);
        let mut files = names.namespace(namespace).files.iter();
        let lost = files.any(|file| names.files[*file].ast.partial);
        if !lost || !error.fixes.is_empty() {
            sink.push(error);
        }
        scope.broken.insert(&visible.name);
        return;
    };
    let entry = names.decl(*decl);
    let here = names.files[file].namespace;
    if entry.item.internal.is_some() && entry.namespace != here {
        sink.push(super::lookup::internal(names, *decl, item.name.span));
        scope.broken.insert(&visible.name);
        return;
    }
    if let Some(first) = scope.items.get(visible.name.as_str()) {
        if first.decl != *decl {
            sink.push(same_item(visible, first.span));
        }
        return;
    }
    if let Some(own) = names.namespace(here).by_name.get(visible.name.as_str())
        && own != decl
    {
        let own = names.decl(*own).item.name.span;
        sink.push(hides_own(visible, own));
        return;
    }
    let selected = Selected {
        decl: *decl,
        place,
        span: visible.span,
    };
    scope.items.insert(&visible.name, selected);
}

/// Reports namespaces that import each other, once per knot.
fn report_cycles(names: &Names<'_>, sink: &mut Sink) {
    let mut edges = vec![Vec::new(); names.namespaces.len()];
    let mut places: BTreeMap<(usize, usize), Span> = BTreeMap::new();
    for namespace in &names.namespaces {
        for file in namespace.files.iter().map(|file| &names.files[*file]) {
            for (import, target) in file.ast.imports.iter().zip(file.imports) {
                let Some(target) = target.and_then(|id| names.position(id)) else {
                    continue;
                };
                let edge = (
                    file.namespace.0 as usize,
                    names.files[target].namespace.0 as usize,
                );
                if edge.0 != edge.1 && !edges[edge.0].contains(&edge.1) {
                    edges[edge.0].push(edge.1);
                    places.insert(edge, import.path_span);
                }
            }
        }
    }
    for step in order::steps(&edges) {
        if let Step::Cycle { path, .. } = step {
            sink.push(cycle(names, &path, &places));
        }
    }
}

fn cycle(names: &Names<'_>, path: &[usize], places: &BTreeMap<(usize, usize), Span>) -> Diagnostic {
    let name = |n: usize| names.namespaces[n].name();
    let next = |at: usize| path[(at + 1) % path.len()];
    let owned: Vec<String> = path.iter().map(|n| name(*n)).collect();
    let shown: Vec<&str> = owned.iter().map(String::as_str).collect();
    let imports = |at: usize| {
        let next = shown[(at + 1) % shown.len()];
        format!("`{}` imports `{next}` here", shown[at])
    };
    let place = |at: usize| places[&(path[at], next(at))];
    let mut error = Diagnostic::new(
        Code::NamespaceCycle,
        place(0),
        format!("namespaces import each other: {}", circle(&shown)),
        imports(0),
    );
    for at in 1..path.len().min(MAX_SHOWN) {
        error = error.with_label(place(at), imports(at));
    }
    error.with_help("move what both need into a namespace that imports neither")
}

fn same_prefix(name: &str, first: Span, second: &Prefix, import: &Import) -> Diagnostic {
    let error = Diagnostic::new(
        Code::DuplicateImport,
        second.span,
        format!("two imports are both named `{name}`"),
        "imported again under this name",
    )
    .with_label(first, "first import of this name");
    match &import.names {
        ImportNames::As(_) => error.with_help("choose another name behind `as`"),
        ImportNames::Namespace | ImportNames::Items(_) => error.with_fix(
            "give it a name of its own",
            import.path_span.after(),
            format!(" as {name}2"),
        ),
    }
}

fn same_item(name: &Ident, first: Span) -> Diagnostic {
    Diagnostic::new(
        Code::DuplicateImport,
        name.span,
        format!("two imports are both named `{}`", name.name),
        "imported again under this name",
    )
    .with_label(first, "first import of this name")
    .with_fix(
        "give it a name of its own",
        name.span.after(),
        format!(" as {}2", name.name),
    )
}

fn hides_own(name: &Ident, own: Span) -> Diagnostic {
    Diagnostic::new(
        Code::DuplicateName,
        name.span,
        format!(
            "`{}` is declared in this namespace and imported as well",
            name.name
        ),
        "imported here",
    )
    .with_label(own, "declared here")
    .with_help("import it under another name: `{ Name as Other }`")
}

fn no_such_item(names: &Names<'_>, namespace: NamespaceId, name: &Ident) -> Diagnostic {
    let namespace = names.namespace(namespace);
    let mut error = Diagnostic::new(
        Code::UnknownInNamespace,
        name.span,
        format!("`{}.{}` does not exist", namespace.name(), name.name),
        "not declared there",
    );
    for near in nearest(&name.name, namespace.by_name.keys().copied()) {
        error = error.with_fix(format!("did you mean `{near}`?"), name.span, near);
    }
    error
}
