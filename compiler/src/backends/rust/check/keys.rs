//! Checks that keys of maps and elements of sets have an order in Rust, too. A field may be a hash map or have a
//! replaced type. The order must be that of the wire format, so users cannot implement another one.

use std::collections::BTreeSet;

use super::super::facts::Facts;
use super::super::hints;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::schema::{
    Decl, DeclId, DeclKind, Field, Payload, Schema, Stream, Type, every_part, every_type,
};
use crate::source::Span;

pub(super) fn check(schema: &Schema, facts: &Facts, sink: &mut Sink) {
    if schema.decls().all(|(id, _)| facts.get(id).ord) {
        return;
    }
    for (_, decl) in schema.decls() {
        for (ty, span) in written(decl) {
            every_part(ty, &mut |part| {
                sink.extend(
                    key(part).and_then(|(key, what)| refused(schema, facts, key, what, span)),
                );
                true
            });
        }
    }
}

/// The types written in a declaration, with their spans.
fn written(decl: &Decl) -> Vec<(&Type, Span)> {
    fn of_fields(fields: &[Field]) -> Vec<(&Type, Span)> {
        fields.iter().map(|f| (&f.ty, f.ty_span)).collect()
    }
    match &decl.kind {
        DeclKind::Struct(kind) => of_fields(&kind.fields),
        DeclKind::Exception(kind) => of_fields(&kind.fields),
        DeclKind::Newtype(kind) => vec![(&kind.ty, kind.ty_span)],
        DeclKind::Const(kind) => vec![(&kind.ty, decl.span)],
        DeclKind::Union(kind) => {
            let payloads = kind.variants.iter().map(|variant| &variant.payload);
            let written = payloads.flat_map(|payload| match payload {
                Payload::Unit => Vec::new(),
                Payload::Typed { ty, ty_span, .. } => vec![(ty, *ty_span)],
                Payload::Struct(fields) => of_fields(fields),
            });
            written.collect()
        }
        DeclKind::Service(kind) => {
            let methods = kind.methods.iter();
            let written = methods.flat_map(|method| {
                let streams = [&method.param_stream, &method.result_stream];
                let streamed = streams.into_iter().flatten();
                let streamed = streamed.map(|Stream { ty, ty_span, .. }| (ty, *ty_span));
                let result = method.result.iter().map(|ty| (ty, method.result_span));
                of_fields(&method.params)
                    .into_iter()
                    .chain(result)
                    .chain(streamed)
            });
            written.collect()
        }
        DeclKind::Frozen(_)
        | DeclKind::Enum(_)
        | DeclKind::Flags(_)
        | DeclKind::Typedef(_)
        | DeclKind::Annotation(_) => Vec::new(),
    }
}

/// The type that must have an order, and its role.
fn key(ty: &Type) -> Option<(&Type, &'static str)> {
    match ty {
        Type::Map(key, _) => Some((key, "map key")),
        Type::Set(element) => Some((element, "set element")),
        Type::Optional(_)
        | Type::List(_)
        | Type::Array(..)
        | Type::Scalar(_)
        | Type::Named(..)
        | Type::Param(_) => None,
    }
}

/// A key without an order.
fn refused(
    schema: &Schema,
    facts: &Facts,
    key: &Type,
    what: &str,
    span: Span,
) -> Option<Diagnostic> {
    let mut waiting = Vec::new();
    let mut seen = BTreeSet::new();
    add_unordered(facts, key, &mut waiting);
    let outer = *waiting.first()?;
    while let Some(id) = waiting.pop() {
        if !seen.insert(id) {
            continue;
        }
        let decl = schema.decl(id);
        if let Some(field) = field_without_order(decl) {
            return Some(no_order(&schema.decl(outer).name, what, span, decl, &field));
        }
        every_type(&decl.kind, &mut |ty, _| {
            add_unordered(facts, ty, &mut waiting);
            true
        });
    }
    None
}

/// Adds the declarations that `ty` mentions and that have no order.
fn add_unordered(facts: &Facts, ty: &Type, to: &mut Vec<DeclId>) {
    every_part(ty, &mut |part| {
        if let Type::Named(id, _) = part
            && !facts.get(*id).ord
        {
            to.push(*id);
        }
        true
    });
}

/// The field whose Rust type prevents an order.
fn field_without_order(decl: &Decl) -> Option<Field> {
    let is_promised = hints::derives(&decl.annotations, "Ord");
    let mut found = None;
    every_type(&decl.kind, &mut |_, field| {
        let rust = field.map(|field| &field.annotations.rust);
        let lacks_order = rust.is_some_and(|r| r.hash_map || (r.ty.is_some() && !is_promised));
        found = field.filter(|_| lacks_order).cloned();
        !lacks_order
    });
    found
}

fn no_order(outer: &str, what: &str, span: Span, holder: &Decl, field: &Field) -> Diagnostic {
    let place = format!("`{}.{}`", holder.name, field.name);
    let (why, label, help) = match &field.annotations.rust.ty {
        None => (
            format!("{place} is hashed there"),
            format!("{place} has no order"),
            "leave `@rust.map(\"hash\")` out there, or use a list of structs".to_owned(),
        ),
        Some(hint) => (
            format!("{place} has another type there"),
            format!("{place} is `{}`", hint.text),
            format!(
                "if values of that type are ordered as on the wire, say so by `@rust.derive(\"Ord\")` on `{}`",
                holder.name
            ),
        ),
    };
    Diagnostic::new(
        Code::UnorderedInRust,
        span,
        format!("`{outer}` cannot be a {what} in Rust: {why}"),
        "has to be in order",
    )
    .with_label(field.span, label)
    .with_help(help)
}
