//! Lints about style: names, `required`, lists of bytes.

use std::collections::BTreeSet;

use super::Resolved;
use crate::ast::{EnumValue, Field, Ident, Item, ItemKind, Payload, Scalar, Type, TypeKind, Union};
use crate::diagnostics::{Code, Diagnostic};
use crate::naming::Style;
use crate::source::Span;

/// Adds the lints.
pub(super) fn check(resolved: &Resolved<'_>, lints: &mut Vec<Diagnostic>) {
    for entry in &resolved.names.decls {
        item(entry.item, lints);
        if let ItemKind::Union(union) = &entry.item.kind {
            let types = &resolved.names.namespace(entry.namespace).by_name;
            variants(union, |name| types.contains_key(name), lints);
        }
    }
}

fn item(item: &Item, lints: &mut Vec<Diagnostic>) {
    let style = match item.kind {
        ItemKind::Const(_) => Style::Screaming,
        ItemKind::Annotation(_) => Style::Snake,
        ItemKind::Typedef(_) | ItemKind::Newtype(_) | ItemKind::Service(_) => Style::Pascal,
        ItemKind::Enum(_) | ItemKind::Flags(_) | ItemKind::Struct(_) => Style::Pascal,
        ItemKind::Frozen(_) | ItemKind::Union(_) | ItemKind::Exception(_) => Style::Pascal,
    };
    match matches!(item.kind, ItemKind::Service(_)) {
        true => name_on_wire(&item.name, style, lints),
        false => name(&item.name, style, lints),
    }
    match &item.kind {
        ItemKind::Struct(s) | ItemKind::Exception(s) => fields(&s.fields, true, lints),
        ItemKind::Frozen(s) => fields(&s.fields, false, lints),
        ItemKind::Enum(e) | ItemKind::Flags(e) => {
            for value in &e.values {
                name(&value.name, Style::Screaming, lints);
            }
            repeated_prefixes(&item.name, &e.values, lints);
        }
        ItemKind::Union(u) => {
            for variant in &u.variants {
                match &variant.payload {
                    Payload::Unit => {}
                    Payload::Typed(ty) => byte_lists(ty, lints),
                    Payload::Struct { fields: list, .. } => fields(list, true, lints),
                }
            }
        }
        ItemKind::Service(s) => {
            for method in &s.methods {
                name_on_wire(&method.name, Style::Snake, lints);
                for param in &method.params {
                    field(&param.field, true, lints);
                }
            }
        }
        ItemKind::Annotation(a) => fields(&a.fields, false, lints),
        ItemKind::Typedef(ty) | ItemKind::Newtype(ty) => byte_lists(ty, lints),
        ItemKind::Const(_) => {}
    }
}

/// Names of variants. One that is written like a type was probably meant as the type of its payload.
fn variants(union: &Union, is_declared: impl Fn(&str) -> bool, lints: &mut Vec<Diagnostic>) {
    for variant in &union.variants {
        let mut found = Vec::new();
        name(&variant.name, Style::Snake, &mut found);
        let is_type = matches!(variant.payload, Payload::Unit) && is_declared(&variant.name.name);
        lints.extend(found.into_iter().map(|lint| match is_type {
            true => lint.with_note(holds_nothing(&variant.name)),
            false => lint,
        }));
    }
}

fn fields(fields: &[Field], lint_required: bool, lints: &mut Vec<Diagnostic>) {
    for one in fields {
        field(one, lint_required, lints);
    }
}

fn field(field: &Field, lint_required: bool, lints: &mut Vec<Diagnostic>) {
    name(&field.name, Style::Snake, lints);
    byte_lists(&field.ty, lints);
    if let Some(required) = field
        .required
        .filter(|_| lint_required && field.ty.optional_word().is_none())
    {
        lints.push(redundant_required(required));
    }
}

fn name(name: &Ident, style: Style, lints: &mut Vec<Diagnostic>) {
    if !fits(name, style) {
        let fixed = style.apply(&name.name);
        let message = format!("rename it to `{fixed}`");
        lints.push(name_style(name, style).with_fix(message, name.span, fixed));
    }
}

/// A name that is part of the protocol with other peers.
fn name_on_wire(name: &Ident, style: Style, lints: &mut Vec<Diagnostic>) {
    if !fits(name, style) {
        let note = "calls go by this name; `@wire_name` keeps it when it is renamed";
        lints.push(name_style(name, style).with_note(note));
    }
}

fn fits(name: &Ident, style: Style) -> bool {
    let text = name.name.trim_matches('_');
    match style {
        Style::Pascal => !text.contains('_') && !text.starts_with(|c: char| c.is_ascii_lowercase()),
        Style::Snake => !text.contains(|c: char| c.is_ascii_uppercase()),
        Style::Screaming => !text.contains(|c: char| c.is_ascii_lowercase()),
    }
}

fn repeated_prefixes(owner: &Ident, values: &[EnumValue], lints: &mut Vec<Diagnostic>) {
    let prefix = format!("{}_", Style::Screaming.apply(&owner.name));
    let names = values.iter().map(|value| value.name.name.as_str());
    let names: BTreeSet<&str> = names.collect();
    for value in values.iter().map(|value| &value.name) {
        let rest = value.name.strip_prefix(&prefix);
        if let Some(rest) = rest.filter(|r| r.starts_with(|c: char| c.is_ascii_alphabetic())) {
            let lint = repeats_enum(owner, value, rest);
            lints.push(match names.contains(rest) {
                true => lint,
                false => lint.with_fix(format!("rename it to `{rest}`"), value.span, rest),
            });
        }
    }
}

/// Lists of `u8` at any depth, which the parser limits.
fn byte_lists(ty: &Type, lints: &mut Vec<Diagnostic>) {
    match &ty.kind {
        TypeKind::List(inner) if matches!(inner.kind, TypeKind::Scalar(Scalar::U8)) => {
            lints.push(byte_list(ty.span));
        }
        TypeKind::Optional(t) | TypeKind::List(t) | TypeKind::Set(t) | TypeKind::Array(t, _) => {
            byte_lists(t, lints);
        }
        TypeKind::Map(k, v) => {
            byte_lists(k, lints);
            byte_lists(v, lints);
        }
        TypeKind::Named(_, args) => args.iter().for_each(|arg| byte_lists(arg, lints)),
        TypeKind::Scalar(_) => {}
    }
}

fn redundant_required(required: Span) -> Diagnostic {
    Diagnostic::new(
        Code::RedundantRequired,
        required,
        "`required` is redundant",
        "fields are required unless they are `optional` or have a default",
    )
    .with_fix("remove it", required, "")
}

fn name_style(name: &Ident, style: Style) -> Diagnostic {
    let (written, fixed) = (&name.name, style.apply(&name.name));
    Diagnostic::new(
        Code::NameStyle,
        name.span,
        format!("`{written}` should be {} `{fixed}`", style.word()),
        format!("not {}", style.word()),
    )
    .with_help(format!(
        "rename it to `{fixed}`, or keep it with `@allow(W0903)`"
    ))
}

fn repeats_enum(owner: &Ident, value: &Ident, rest: &str) -> Diagnostic {
    Diagnostic::new(
        Code::RepeatedPrefix,
        value.span,
        format!("enum value repeats the enum name: `{}`", value.name),
        format!("always written after `{}`", owner.name),
    )
    .with_help(format!("call it `{rest}`; values are scoped to their enum"))
}

fn byte_list(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::ByteList,
        span,
        "`list<u8>` is slower than `bytes`",
        "a list of bytes",
    )
    .with_fix("write `bytes`", span, "bytes")
}

fn holds_nothing(variant: &Ident) -> String {
    let (ty, fixed) = (&variant.name, Style::Snake.apply(&variant.name));
    format!("this variant holds nothing; one that holds a `{ty}` is `{ty} {fixed};`")
}
