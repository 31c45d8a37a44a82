//! Checks that `@rust.…` hints are valid Rust.

use super::super::{hints, names};
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::naming::Style;
use crate::schema::{Annotations, Decl, DeclKind, Field, Hint, Payload, Schema, Throws};

pub(super) fn check(schema: &Schema, sink: &mut Sink) {
    for namespace in schema.namespaces() {
        check_hints(&namespace.annotations, sink);
    }
    for (_, decl) in schema.decls() {
        check_hints(&decl.annotations, sink);
        check_value(decl, sink);
        check_members(&decl.kind, sink);
    }
}

fn check_members(kind: &DeclKind, sink: &mut Sink) {
    match kind {
        DeclKind::Struct(kind) => check_fields(&kind.fields, sink),
        DeclKind::Exception(kind) => check_fields(&kind.fields, sink),
        DeclKind::Frozen(kind) => {
            kind.fields
                .iter()
                .for_each(|f| check_hints(&f.annotations, sink));
        }
        DeclKind::Enum(kind) | DeclKind::Flags(kind) => {
            kind.values
                .iter()
                .for_each(|v| check_hints(&v.annotations, sink));
        }
        DeclKind::Union(kind) => {
            for variant in &kind.variants {
                check_hints(&variant.annotations, sink);
                match &variant.payload {
                    Payload::Unit | Payload::Typed { .. } => {}
                    Payload::Struct(fields) => check_fields(fields, sink),
                }
            }
        }
        DeclKind::Service(kind) => {
            for method in &kind.methods {
                check_hints(&method.annotations, sink);
                check_fields(&method.params, sink);
                match &method.throws {
                    Throws::Nothing | Throws::Union(_) => {}
                    Throws::List(list) => check_fields(list, sink),
                }
                if let Some(Throws::List(list)) = method.result_stream.as_ref().map(|s| &s.throws) {
                    check_fields(list, sink);
                }
            }
        }
        DeclKind::Const(_)
        | DeclKind::Typedef(_)
        | DeclKind::Newtype(_)
        | DeclKind::Annotation(_) => {}
    }
}

/// Constants, newtypes and flags are values in Rust, so they must not be named like variables: patterns in generated
/// code would match them instead of binding.
fn check_value(decl: &Decl, sink: &mut Sink) {
    let (what, style) = match decl.kind {
        DeclKind::Const(_) => ("constants", Style::Screaming),
        DeclKind::Newtype(_) => ("newtypes", Style::Pascal),
        DeclKind::Flags(_) => ("flags", Style::Pascal),
        DeclKind::Enum(_)
        | DeclKind::Struct(_)
        | DeclKind::Frozen(_)
        | DeclKind::Union(_)
        | DeclKind::Exception(_)
        | DeclKind::Service(_)
        | DeclKind::Typedef(_)
        | DeclKind::Annotation(_) => return,
    };
    let has = |hint: &Hint, is: fn(char) -> bool| hint.text.chars().any(is);
    let name = decl.annotations.rust.name.as_ref();
    let name = name.filter(|hint| names::is_usable(&hint.text));
    let name = name.filter(|hint| has(hint, char::is_lowercase) && !has(hint, char::is_uppercase));
    if let Some(hint) = name {
        sink.push(called_like_a_variable(hint, what, style));
    }
}

fn check_fields(fields: &[Field], sink: &mut Sink) {
    fields
        .iter()
        .for_each(|field| check_hints(&field.annotations, sink));
}

fn check_hints(annotations: &Annotations, sink: &mut Sink) {
    let rust = &annotations.rust;
    if let Some(hint) = rust
        .name
        .as_ref()
        .filter(|hint| !names::is_usable(&hint.text))
    {
        sink.push(not_a_name(hint));
    }
    if let Some(hint) = &rust.module
        && !hint
            .text
            .split("::")
            .all(|part| names::is_usable(part.trim()))
    {
        sink.push(not_rust(hint, "module path"));
    }
    if let Some(hint) = rust
        .ty
        .as_ref()
        .filter(|hint| hints::path(&hint.text).is_none())
    {
        sink.push(not_rust(hint, "type path"));
    }
    for hint in rust
        .derives
        .iter()
        .filter(|hint| hints::derive(&hint.text).is_none())
    {
        sink.push(not_rust(hint, "path"));
    }
    for hint in rust
        .attrs
        .iter()
        .filter(|hint| hints::attribute(&hint.text).is_none())
    {
        sink.push(not_rust(hint, "attribute"));
    }
}

fn not_a_name(hint: &Hint) -> Diagnostic {
    Diagnostic::new(
        Code::InvalidRustName,
        hint.span,
        format!("`{}` is not a Rust identifier or is reserved", hint.text),
        "not usable as a name",
    )
    .with_help("use letters, digits and `_`, and no name of a primitive type")
}

fn called_like_a_variable(hint: &Hint, what: &str, style: Style) -> Diagnostic {
    let name = style.apply(&hint.text);
    let message = format!("`{}` cannot name {what} in Rust", hint.text);
    let label = "a name for variables, which Rust would take for this";
    Diagnostic::new(Code::InvalidRustName, hint.span, message, label).with_fix(
        format!("write `{name}`"),
        hint.span,
        format!("{name:?}"),
    )
}

fn not_rust(hint: &Hint, what: &str) -> Diagnostic {
    Diagnostic::new(
        Code::InvalidRustHint,
        hint.span,
        format!("`{}` is not a valid Rust {what}", hint.text),
        "not Rust",
    )
    .with_help(match what {
        "attribute" => "write it as between `#[` and `]`: `serde(default)`",
        _ => "write names with `::` between them: `::serde::Serialize`",
    })
}
