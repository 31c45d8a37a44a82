//! Lints that are off by default: matters of taste, and mistakes that cannot be told from intent.

use std::collections::BTreeMap;

use super::Resolved;
use crate::ast::{Doc, Field, Ident, Item, ItemKind, MethodModifier, Scalar, TypeKind};
use crate::diagnostics::{Code, Diagnostic, Level, Levels};
use crate::resolve::kinds::kind_word;
use crate::source::Span;

/// How many parameters of a method are not easily mixed up.
const MANY_PARAMETERS: usize = 5;

/// Adds the findings of one lint in a declaration.
type Look = fn(&Item, &mut Vec<Diagnostic>);

/// Adds the lints that are switched on.
pub(super) fn check(resolved: &Resolved<'_>, levels: &Levels, lints: &mut Vec<Diagnostic>) {
    let advice: [(Code, Look); 4] = [
        (Code::OnewayHides, oneway),
        (Code::PresenceFlag, presence_flags),
        (Code::Undocumented, undocumented),
        (Code::ManyParameters, many_parameters),
    ];
    for (code, look) in advice {
        if levels.of(code) != Level::Allow {
            let items = resolved.names.decls.iter();
            items.for_each(|entry| look(entry.item, lints));
        }
    }
}

fn oneway(item: &Item, lints: &mut Vec<Diagnostic>) {
    let modifiers = item.methods().iter().flat_map(|method| &method.modifiers);
    let oneway = modifiers.filter(|(modifier, _)| *modifier == MethodModifier::Oneway);
    lints.extend(oneway.map(|(_, span)| oneway_hides(*span)));
}

/// `bool has_x` beside `x`. Not in frozen structs, where nothing can be optional.
fn presence_flags(item: &Item, lints: &mut Vec<Diagnostic>) {
    if matches!(item.kind, ItemKind::Frozen(_)) {
        return;
    }
    for fields in item.field_lists() {
        let named: BTreeMap<&str, &Field> = fields
            .iter()
            .map(|field| (field.name.name.as_str(), field))
            .collect();
        for flag in fields {
            let is_bool = matches!(flag.ty.kind, TypeKind::Scalar(Scalar::Bool));
            let about = flag.name.name.strip_prefix("has_").filter(|_| is_bool);
            if let Some(field) = about.and_then(|name| named.get(name)) {
                lints.push(presence_flag(&flag.name, field));
            }
        }
    }
}

fn undocumented(item: &Item, lints: &mut Vec<Diagnostic>) {
    let mut look = |kind: &str, name: &Ident, doc: &Option<Doc>| {
        if doc.is_none() {
            lints.push(no_doc(kind, name));
        }
    };
    if item.internal.is_some() {
        return;
    }
    look(kind_word(&item.kind), &item.name, &item.doc);
    for method in item.methods() {
        look("method", &method.name, &method.doc);
    }
}

fn many_parameters(item: &Item, lints: &mut Vec<Diagnostic>) {
    for method in item.methods() {
        if method.params.len() > MANY_PARAMETERS {
            lints.push(too_many(&method.name, method.params.len()));
        }
    }
}

fn oneway_hides(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::OnewayHides,
        span,
        "`oneway` hides failures from the caller",
        "no answer, not even an error",
    )
    .with_help("answer with `void`, so that the caller knows when it is done")
}

fn presence_flag(flag: &Ident, field: &Field) -> Diagnostic {
    let (flag_name, name) = (&flag.name, &field.name.name);
    let says = match field.ty.kind {
        TypeKind::Optional(_) => "`optional` says the same",
        _ => "this may be `optional`",
    };
    Diagnostic::new(
        Code::PresenceFlag,
        flag.span,
        format!("`{flag_name}` says whether `{name}` is present"),
        "may say another thing than the field itself",
    )
    .with_label(field.name.span, says)
    .with_help(format!(
        "let `{name}` be `optional` and remove `{flag_name}`; where one of several is there, use a `union`"
    ))
}

fn no_doc(kind: &str, name: &Ident) -> Diagnostic {
    Diagnostic::new(
        Code::Undocumented,
        name.span,
        format!("public {kind} `{}` has no doc comment", name.name),
        "not documented",
    )
    .with_help("say in a `///` comment above it what it is for")
}

fn too_many(name: &Ident, count: usize) -> Diagnostic {
    Diagnostic::new(
        Code::ManyParameters,
        name.span,
        format!("method `{}` has {count} parameters", name.name),
        format!("more than {MANY_PARAMETERS}"),
    )
    .with_help("take a struct, which callers fill by name")
}
