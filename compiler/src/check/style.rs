//! Lints: what is allowed and still worth a look.

use std::collections::BTreeSet;

use super::Resolved;
use crate::ast::{
    EnumValue, Field, Ident, ImportNames, Item, ItemKind, Payload, Scalar, Type, TypeKind,
};
use crate::diagnostics::{Code, Diagnostic};
use crate::resolve::lookup::WHOLE_IMPORT;
use crate::resolve::names::Style;
use crate::schema::DeclId;
use crate::source::Span;

/// Adds what is worth a look.
pub(super) fn check(resolved: &Resolved<'_>, lints: &mut Vec<Diagnostic>) {
    imports(resolved, lints);
    uses(resolved, lints);
    for entry in &resolved.names.decls {
        item(entry.item, lints);
    }
}

fn imports(resolved: &Resolved<'_>, lints: &mut Vec<Diagnostic>) {
    for (position, file) in resolved.names.files.iter().enumerate() {
        for (number, import) in file.ast.imports.iter().enumerate() {
            if file.imports.get(number).copied().flatten().is_none() {
                continue;
            }
            let used = |item| resolved.used_imports.contains(&(position, number, item));
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

/// Uses of what is deprecated, and `internal` declarations without any.
fn uses(resolved: &Resolved<'_>, lints: &mut Vec<Diagnostic>) {
    let mut used = BTreeSet::new();
    for place in &resolved.uses {
        if place.by != Some(place.decl) {
            used.insert(place.decl);
        }
        let deprecated = |id: DeclId| {
            let decl = resolved.decl(id);
            decl.and_then(|decl| decl.annotations.deprecated.as_ref())
        };
        let user = place.by.and_then(deprecated);
        if let (Some(found), None) = (deprecated(place.decl), user) {
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

fn item(item: &Item, lints: &mut Vec<Diagnostic>) {
    let style = match item.kind {
        ItemKind::Const(_) => Style::Screaming,
        ItemKind::Annotation(_) => Style::Snake,
        _ => Style::Pascal,
    };
    match &item.kind {
        ItemKind::Service(_) => name_on_wire(&item.name, style, lints),
        _ => name(&item.name, style, lints),
    }
    match &item.kind {
        ItemKind::Struct(s) | ItemKind::Exception(s) => fields(&s.fields, true, lints),
        ItemKind::Frozen(s) => fields(&s.fields, false, lints),
        ItemKind::Enum(e) | ItemKind::Flags(e) => {
            for value in &e.values {
                name(&value.name, Style::Screaming, lints);
                repeated_prefix(&item.name, &value.name, &e.values, lints);
            }
        }
        ItemKind::Union(u) => {
            for variant in &u.variants {
                name(&variant.name, Style::Snake, lints);
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

fn fields(fields: &[Field], lint_required: bool, lints: &mut Vec<Diagnostic>) {
    for one in fields {
        field(one, lint_required, lints);
    }
}

fn field(field: &Field, lint_required: bool, lints: &mut Vec<Diagnostic>) {
    name(&field.name, Style::Snake, lints);
    byte_lists(&field.ty, lints);
    if let Some(required) = field.required.filter(|_| lint_required) {
        lints.push(redundant_required(required, field.ty.span));
    }
}

fn name(name: &Ident, style: Style, lints: &mut Vec<Diagnostic>) {
    if !fits(name, style) {
        let fixed = style.apply(&name.name);
        let message = format!("rename it to `{fixed}`");
        lints.push(name_style(name, style).with_fix(message, name.span, fixed));
    }
}

/// A name that the other side of a connection knows as well.
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

fn repeated_prefix(owner: &Ident, value: &Ident, all: &[EnumValue], lints: &mut Vec<Diagnostic>) {
    let prefix = format!("{}_", Style::Screaming.apply(&owner.name));
    let rest = value.name.strip_prefix(&prefix);
    if let Some(rest) = rest.filter(|r| r.starts_with(|c: char| c.is_ascii_alphabetic())) {
        let lint = repeats_enum(owner, value, rest);
        let taken = all.iter().any(|value| value.name.name == rest);
        lints.push(match taken {
            true => lint,
            false => lint.with_fix(format!("rename it to `{rest}`"), value.span, rest),
        });
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

fn unused_import(name: &str, span: Span, edit: Span) -> Diagnostic {
    Diagnostic::new(
        Code::UnusedImport,
        span,
        format!("unused import `{name}`"),
        "nothing in this file uses it",
    )
    .with_fix("remove it", edit, "")
}

fn redundant_required(required: Span, ty: Span) -> Diagnostic {
    let word = Span {
        end: ty.start,
        ..required
    };
    Diagnostic::new(
        Code::RedundantRequired,
        required,
        "`required` is redundant",
        "fields are required unless they are `optional` or have a default",
    )
    .with_fix("remove it", word, "")
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
        format!("always written behind `{}`", owner.name),
    )
    .with_help(format!("call it `{rest}`; values are scoped to their enum"))
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
    .with_help("use what replaces it, or mark the user as deprecated too")
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

fn byte_list(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::ByteList,
        span,
        "`list<u8>` is slower than `bytes`",
        "a list of bytes",
    )
    .with_fix("write `bytes`", span, "bytes")
}
