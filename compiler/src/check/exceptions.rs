//! Exceptions may only be used in `throws` and in unions that `throws` names. Those unions may not be used elsewhere.

use std::collections::BTreeSet;

use super::Resolved;
use crate::ast::{ItemKind, Payload as Written};
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::resolve::{NamedUse, Position};
use crate::schema::{DeclId, DeclKind, Payload, Type};
use crate::source::Span;

/// Reports exceptions and thrown unions that are used as values. Marks the thrown unions.
pub(super) fn check(resolved: &mut Resolved<'_>, sink: &mut Sink) {
    let free = unused_error_unions(resolved);
    for id in resolved.seen.thrown.keys().chain(&free) {
        let decl = resolved.decls[id.0 as usize].as_mut();
        if let Some(DeclKind::Union(union)) = decl.map(|decl| &mut decl.kind) {
            union.thrown = true;
        }
    }
    for (id, throws) in &resolved.seen.thrown {
        variants(resolved, *id, *throws, sink);
    }
    for place in &resolved.seen.named_uses {
        if let Some(error) = misplaced(resolved, &free, place) {
            sink.push(error);
        }
    }
}

/// Unions of exceptions that nothing uses as a type of values: other files may import and throw them.
fn unused_error_unions(resolved: &Resolved<'_>) -> BTreeSet<DeclId> {
    let values = resolved.seen.named_uses.iter();
    let values = values.filter(|place| place.position != Position::Throws);
    let values: BTreeSet<DeclId> = values.map(|place| place.decl).collect();
    let is_error_union = |id: &DeclId| match resolved.decl(*id).map(|decl| &decl.kind) {
        Some(DeclKind::Union(union)) => {
            let variants = &union.variants;
            !variants.is_empty() && variants.iter().all(|v| is_exception(resolved, &v.payload))
        }
        Some(_) | None => false,
    };
    let unused = resolved.names.ids().filter(|id| !values.contains(id));
    unused.filter(is_error_union).collect()
}

fn is_exception(resolved: &Resolved<'_>, payload: &Payload) -> bool {
    match payload {
        Payload::Typed {
            ty: Type::Named(id, _),
            ..
        } => matches!(resolved.names.decl(*id).item.kind, ItemKind::Exception(_)),
        Payload::Typed { .. } | Payload::Unit | Payload::Struct(_) => false,
    }
}

fn misplaced(
    resolved: &Resolved<'_>,
    free: &BTreeSet<DeclId>,
    place: &NamedUse,
) -> Option<Diagnostic> {
    let item = resolved.names.decl(place.decl).item;
    let thrown = resolved.seen.thrown.get(&place.decl);
    match (&item.kind, place.position) {
        (ItemKind::Exception(_), Position::Throws) => None,
        (ItemKind::Exception(_), Position::Variant(union))
            if resolved.seen.thrown.contains_key(&union) || free.contains(&union) =>
        {
            None
        }
        (ItemKind::Exception(_), _) => Some(exception_as_type(
            &item.name.name,
            item.name.span,
            place.span,
        )),
        (ItemKind::Union(_), position) if position != Position::Throws => {
            let throws = thrown?;
            Some(thrown_as_type(&item.name.name, *throws, place.span))
        }
        _ => None,
    }
}

/// Checks that every variant of a thrown union is an exception.
fn variants(resolved: &Resolved<'_>, id: DeclId, throws: Span, sink: &mut Sink) {
    let ItemKind::Union(written) = &resolved.names.decl(id).item.kind else {
        return;
    };
    let Some(DeclKind::Union(union)) = resolved.decl(id).map(|decl| &decl.kind) else {
        return;
    };
    let name = &resolved.names.decl(id).item.name.name;
    let mut places = written.variants.iter();
    for variant in &union.variants {
        // Both are in source order, but some of `written` may have been left out of the union.
        let place = places.find(|v| v.name.span == variant.span);
        if is_exception(resolved, &variant.payload) {
            continue;
        }
        let span = match place.map(|v| &v.payload) {
            Some(Written::Typed(ty)) => ty.span,
            Some(Written::Unit | Written::Struct { .. }) | None => variant.span,
        };
        sink.push(not_an_exception(name, &variant.name, span, throws));
    }
}

fn exception_as_type(name: &str, declared: Span, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::ExceptionAsType,
        span,
        format!(
            "exception `{name}` may only appear in `throws`, or in a union that `throws` names"
        ),
        "not a type for values",
    )
    .with_label(declared, "declared as an exception here")
    .with_help("use a struct with the same fields")
}

fn thrown_as_type(name: &str, throws: Span, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::ExceptionAsType,
        span,
        format!("union `{name}` is thrown, so it may only appear in `throws`"),
        "not a type for values",
    )
    .with_label(throws, "thrown here")
    .with_help("declare a union of structs for values")
}

fn not_an_exception(union: &str, variant: &str, span: Span, throws: Span) -> Diagnostic {
    Diagnostic::new(
        Code::NotOnlyExceptions,
        span,
        format!("union `{union}` in `throws` has variant `{variant}` that is not an exception"),
        "cannot be thrown",
    )
    .with_label(throws, "thrown here")
    .with_help("declare an `exception` for it, or take it out of the union")
}
