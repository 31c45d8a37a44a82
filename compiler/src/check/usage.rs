//! Lints about uses: unused imports and `internal` declarations, uses of deprecated ones.

use std::collections::BTreeSet;

use super::Resolved;
use crate::ast::{Annotation, Field, Ident, ImportNames, ItemKind};
use crate::diagnostics::{Code, Diagnostic};
use crate::resolve::lookup::WHOLE_IMPORT;
use crate::schema::DeclId;
use crate::source::Span;

/// Adds the lints.
pub(super) fn check(resolved: &Resolved<'_>, lints: &mut Vec<Diagnostic>) {
    imports(resolved, lints);
    uses(resolved, lints);
}

fn imports(resolved: &Resolved<'_>, lints: &mut Vec<Diagnostic>) {
    for (position, file) in resolved.names.files.iter().enumerate() {
        for (number, import) in file.ast.imports.iter().enumerate() {
            if file.imports.get(number).copied().flatten().is_none() {
                continue;
            }
            let used = |item| {
                resolved
                    .seen
                    .used_imports
                    .contains(&(position, number, item))
            };
            match &import.names {
                ImportNames::Items(items) => {
                    let unused: Vec<usize> = (0..items.len()).filter(|i| !used(*i)).collect();
                    if unused.len() == items.len() {
                        lints.push(unused_import(&import.path, import.path_span, import.span));
                        continue;
                    }
                    for item in unused {
                        let name = &items[item].name;
                        let whole = items[item]
                            .alias
                            .as_ref()
                            .map_or(name.span, |a| name.span.to(a.span));
                        let edit = match items.get(item + 1) {
                            Some(next) => name.span.before().to(next.name.span.before()),
                            None => {
                                let before = &items[item - 1];
                                let end = before.alias.as_ref().unwrap_or(&before.name).span;
                                end.after().to(whole)
                            }
                        };
                        lints.push(unused_import(&name.name, name.span, edit));
                    }
                }
                ImportNames::Namespace | ImportNames::As(_) => {
                    if !used(WHOLE_IMPORT) {
                        lints.push(unused_import(&import.path, import.path_span, import.span));
                    }
                }
            }
        }
    }
}

/// Uses of deprecated declarations, and unused `internal` ones.
fn uses(resolved: &Resolved<'_>, lints: &mut Vec<Diagnostic>) {
    let mut used = BTreeSet::new();
    for place in &resolved.seen.uses {
        if place.by != Some(place.decl) {
            used.insert(place.decl);
        }
        let deprecated = |id: DeclId| {
            let decl = resolved.decl(id);
            decl.and_then(|decl| decl.annotations.deprecated.as_ref())
        };
        let is_deprecated = |user: DeclId| {
            deprecated(user).is_some() || in_deprecated_member(resolved, user, place.span)
        };
        if let Some(found) = deprecated(place.decl)
            && !place.by.is_some_and(is_deprecated)
        {
            let name = &resolved.names.decl(place.decl).item.name;
            lints.push(deprecated_use(name, found.note.as_deref(), place.span));
        }
    }
    for (id, entry) in resolved.names.ids().zip(&resolved.names.decls) {
        if entry.item.internal.is_some() && !used.contains(&id) && is_type(&entry.item.kind) {
            let whole = entry.item.span;
            lints.push(unused_internal(&entry.item.name, whole));
        }
    }
}

/// Whether `place` is in a member of `user` that is itself deprecated.
fn in_deprecated_member(resolved: &Resolved<'_>, user: DeclId, place: Span) -> bool {
    let item = resolved.names.decl(user).item;
    let field = |field: &Field| (field.span, is_marked(&field.annotations));
    let mut fields = item.fields().iter().map(field);
    let mut variants = item.variants().iter().flat_map(|variant| {
        let own = (variant.span, is_marked(&variant.annotations));
        let fields = variant.payload.fields().iter();
        fields.map(field).chain([own])
    });
    let methods = match &item.kind {
        ItemKind::Service(service) => service.methods.as_slice(),
        _ => &[],
    };
    let mut methods = methods.iter().flat_map(|method| {
        let own = (method.span, is_marked(&method.annotations));
        method
            .params
            .iter()
            .map(|param| field(&param.field))
            .chain([own])
    });
    let holds = |(span, marked): (Span, bool)| marked && span.contains(place);
    fields.any(holds) || variants.any(holds) || methods.any(holds)
}

fn is_marked(annotations: &[Annotation]) -> bool {
    annotations.iter().any(|it| it.path.text() == "deprecated")
}

fn is_type(kind: &ItemKind) -> bool {
    match kind {
        ItemKind::Typedef(_)
        | ItemKind::Newtype(_)
        | ItemKind::Enum(_)
        | ItemKind::Flags(_)
        | ItemKind::Struct(_)
        | ItemKind::Frozen(_)
        | ItemKind::Union(_)
        | ItemKind::Exception(_) => true,
        ItemKind::Const(_) | ItemKind::Service(_) | ItemKind::Annotation(_) => false,
    }
}

fn unused_import(name: &str, span: Span, edit: Span) -> Diagnostic {
    Diagnostic::new(
        Code::UnusedImport,
        span,
        format!("unused import `{name}`"),
        "nothing in this file uses it",
    )
    .with_fix("remove it", edit, "")
}

fn deprecated_use(name: &Ident, note: Option<&str>, span: Span) -> Diagnostic {
    let note = note.map_or(String::new(), |note| format!(": {note}"));
    Diagnostic::new(
        Code::DeprecatedUse,
        span,
        format!("use of deprecated `{}`{note}", name.name),
        "deprecated",
    )
    .with_label(name.span, "declared here")
    .with_help("use its replacement, or mark the user as deprecated too")
}

fn unused_internal(name: &Ident, whole: Span) -> Diagnostic {
    Diagnostic::new(
        Code::UnusedInternal,
        name.span,
        format!("`internal` type `{}` is never used", name.name),
        "nothing in its namespace uses it",
    )
    .with_fix("remove it", whole, "")
}
