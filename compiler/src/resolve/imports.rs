//! What each import of a file makes visible.

use std::collections::{BTreeMap, BTreeSet};

use super::annotations::builtin;
use super::names::{Names, builtin_annotation, builtin_name};
use crate::ast::{Ident, Import, ImportItem, ImportNames, ItemKind, is_builtin_type};
use crate::diagnostics::{Code, Diagnostic, Sink, nearest};
use crate::schema::{DeclId, NamespaceId};
use crate::source::Span;

/// What the imports of one file make visible.
#[derive(Default)]
pub(crate) struct Scope<'a> {
    /// Namespaces by their name in this file.
    pub(crate) prefixes: BTreeMap<&'a str, Prefix>,
    /// Single declarations by their name in this file.
    pub(crate) items: BTreeMap<&'a str, Selected>,
    /// Names that would be visible if their imports were valid; errors about them are suppressed.
    pub(crate) broken: BTreeSet<&'a str>,
    /// Whether an import that could not be read may have provided any prefix, or declarations of the file's own
    /// namespace.
    pub(crate) unread_prefix: bool,
}

/// A namespace that is visible by a name.
pub(crate) struct Prefix {
    pub(crate) namespace: NamespaceId,
    /// Index of the import.
    pub(crate) import: usize,
    span: Span,
}

/// A declaration that is visible by a name.
pub(crate) struct Selected {
    pub(crate) decl: DeclId,
    /// Index of the import, and of the name in it.
    pub(crate) place: (usize, usize),
    span: Span,
}

/// The scopes of all files, by index.
pub(crate) fn scopes<'a>(names: &Names<'a>, sink: &mut Sink) -> Vec<Scope<'a>> {
    (0..names.files.len())
        .map(|file| scope(names, file, sink))
        .collect()
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
    for name in hiding_prefixes(names, file, &scope, sink) {
        scope.prefixes.remove(name);
        scope.broken.insert(name);
    }
    scope
}

/// Reports prefixes with the name of an enum, flags or a union, because `Name.member` would be ambiguous.
fn hiding_prefixes<'a>(
    names: &Names<'a>,
    file: usize,
    scope: &Scope<'a>,
    sink: &mut Sink,
) -> Vec<&'a str> {
    let mut hiding = Vec::new();
    let own = &names.namespace(names.files[file].namespace).by_name;
    let has_members = |decl: DeclId| {
        let kind = &names.decl(decl).item.kind;
        matches!(
            kind,
            ItemKind::Enum(_) | ItemKind::Flags(_) | ItemKind::Union(_)
        )
    };
    for (name, prefix) in &scope.prefixes {
        let own = own.get(name).copied().filter(|decl| has_members(*decl));
        let item = scope.items.get(name).filter(|item| has_members(item.decl));
        let import = &names.files[file].ast.imports[prefix.import];
        match (own, item) {
            (Some(own), _) => {
                let own = names.decl(own).item.name.span;
                sink.push(hides_own(
                    name,
                    prefix.span,
                    own,
                    "choose another name after `as`",
                ));
            }
            (None, Some(item)) => sink.push(same_prefix(name, item.span, prefix, import)),
            (None, None) => continue,
        }
        hiding.push(*name);
    }
    hiding
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
    let here = names.files[file].namespace;
    let Some(decl) = imported(names, here, namespace, &item.name, sink) else {
        scope.broken.insert(&visible.name);
        return;
    };
    if let Some(error) = builtin(names, decl, visible) {
        sink.push(error);
        scope.broken.insert(&visible.name);
        return;
    }
    let own = names.namespace(here).by_name.get(visible.name.as_str());
    let first = scope.items.get(visible.name.as_str());
    match (first, own) {
        (Some(first), _) if first.decl != decl => sink.push(same_item(visible, first.span)),
        (Some(_), _) => {}
        (None, Some(own)) if *own != decl => {
            let own = names.decl(*own).item.name.span;
            let help = "import it under another name: `{ Name as Other }`";
            sink.push(hides_own(&visible.name, visible.span, own, help));
        }
        (None, _) => {
            let selected = Selected {
                decl,
                place,
                span: visible.span,
            };
            scope.items.insert(&visible.name, selected);
        }
    }
}

/// The error for a declaration whose name here is a built-in one.
fn builtin(names: &Names<'_>, decl: DeclId, visible: &Ident) -> Option<Diagnostic> {
    match &names.decl(decl).item.kind {
        ItemKind::Annotation(_) => {
            builtin::find(&visible.name).map(|_| builtin_annotation(visible))
        }
        _ => is_builtin_type(&visible.name).then(|| builtin_name(visible)),
    }
}

/// What `name` is in another namespace, as visible from `here`; `None` if something was reported.
fn imported(
    names: &Names<'_>,
    here: NamespaceId,
    namespace: NamespaceId,
    name: &Ident,
    sink: &mut Sink,
) -> Option<DeclId> {
    let there = names.namespace(namespace);
    let Some(decl) = there.by_name.get(name.name.as_str()).copied() else {
        if names.has_lost(namespace, &name.name) {
            return None;
        }
        let error = no_such_item(names, namespace, name);
        let mut files = there.files.iter();
        let lost = files.any(|file| names.files[*file].ast.partial);
        sink.extend(Some(error).filter(|error| !lost || !error.fixes.is_empty()));
        return None;
    };
    let entry = names.decl(decl);
    if entry.item.internal.is_some() && entry.namespace != here {
        sink.push(super::lookup::internal(names, decl, name.span));
        return None;
    }
    Some(decl)
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
        ImportNames::As(_) => error.with_help("choose another name after `as`"),
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

fn hides_own(name: &str, span: Span, own: Span, help: &'static str) -> Diagnostic {
    let message = format!("`{name}` is declared in this namespace and imported as well");
    Diagnostic::new(Code::DuplicateName, span, message, "imported here")
        .with_label(own, "declared here")
        .with_help(help)
}

fn no_such_item(names: &Names<'_>, namespace: NamespaceId, name: &Ident) -> Diagnostic {
    let namespace = names.namespace(namespace);
    let mut error = Diagnostic::new(
        Code::UnknownInNamespace,
        name.span,
        format!("`{}.{}` does not exist", namespace.name(), name.name),
        "not declared there",
    );
    let candidates = namespace.by_name.keys().copied();
    let near = names.suggests().then(|| nearest(&name.name, candidates));
    for near in near.unwrap_or_default() {
        error = error.with_fix(format!("did you mean `{near}`?"), name.span, near);
    }
    error
}
