//! Full names of declarations and their parts, and patterns that match them.

use std::sync::Arc;

use super::has_rust_type;
use crate::schema::{Annotations, Decl, DeclKind, Exception, Field, Payload, Schema, Struct, Type};
use crate::source::Span;

/// The full names of all declarations, in the order of their ids.
pub(super) fn full_names(schema: &Schema) -> Vec<String> {
    schema.decls().map(|(id, _)| schema.full_name(id)).collect()
}

/// Calls `visit` with every Rust type of the declaration `name` and its full name: the declaration itself, or the
/// parameter structs of a service's methods.
pub(super) fn each_item(
    decl: &mut Decl,
    name: &str,
    visit: &mut dyn FnMut(&str, Span, &mut Arc<Annotations>),
) {
    if has_rust_type(&decl.kind) {
        visit(name, decl.span, &mut decl.annotations);
    }
    if let DeclKind::Service(kind) = &mut decl.kind {
        for method in &mut kind.methods {
            let name = format!("{name}.{}", method.name);
            visit(&name, method.span, &mut method.annotations);
        }
    }
}

/// Calls `visit` with the fields and variants of the declaration `name` or the parameters of its methods, and their
/// full names.
pub(super) fn each_member(
    kind: &mut DeclKind,
    name: &str,
    visit: &mut dyn FnMut(&str, Span, &mut Arc<Annotations>),
) {
    match kind {
        DeclKind::Frozen(kind) => {
            for field in &mut kind.fields {
                let name = format!("{name}.{}", field.name);
                visit(&name, field.span, &mut field.annotations);
            }
        }
        DeclKind::Union(kind) => {
            for variant in &mut kind.variants {
                let name = format!("{name}.{}", variant.name);
                visit(&name, variant.span, &mut variant.annotations);
                for field in fields_of_variant(&mut variant.payload) {
                    let name = format!("{name}.{}", field.name);
                    visit(&name, field.span, &mut field.annotations);
                }
            }
        }
        DeclKind::Struct(Struct { fields, .. }) | DeclKind::Exception(Exception { fields, .. }) => {
            for field in fields {
                let name = format!("{name}.{}", field.name);
                visit(&name, field.span, &mut field.annotations);
            }
        }
        DeclKind::Service(kind) => {
            for method in &mut kind.methods {
                for field in &mut method.params {
                    let name = format!("{name}.{}.{}", method.name, field.name);
                    visit(&name, field.span, &mut field.annotations);
                }
            }
        }
        DeclKind::Enum(_)
        | DeclKind::Flags(_)
        | DeclKind::Newtype(_)
        | DeclKind::Const(_)
        | DeclKind::Typedef(_)
        | DeclKind::Annotation(_) => {}
    }
}

/// Calls `visit` with everything in the declaration `name` that becomes a Rust field, and its full name: fields of
/// structs, exceptions and variants, and parameters of methods.
pub(super) fn each_field(kind: &mut DeclKind, name: &str, visit: &mut dyn FnMut(&str, &mut Field)) {
    let mut each = |owner: &str, fields: &mut [Field]| {
        for field in fields {
            visit(&format!("{owner}.{}", field.name), field);
        }
    };
    match kind {
        DeclKind::Struct(kind) => each(name, &mut kind.fields),
        DeclKind::Exception(kind) => each(name, &mut kind.fields),
        DeclKind::Union(kind) => {
            for variant in &mut kind.variants {
                let name = format!("{name}.{}", variant.name);
                each(&name, fields_of_variant(&mut variant.payload));
            }
        }
        DeclKind::Service(kind) => {
            for method in &mut kind.methods {
                each(&format!("{name}.{}", method.name), &mut method.params);
            }
        }
        DeclKind::Frozen(_)
        | DeclKind::Enum(_)
        | DeclKind::Flags(_)
        | DeclKind::Newtype(_)
        | DeclKind::Const(_)
        | DeclKind::Typedef(_)
        | DeclKind::Annotation(_) => {}
    }
}

/// Calls `visit` with every type in the declaration `name`, the full name of the member with that type, and whether it
/// has another type in Rust.
pub(super) fn each_type(kind: &DeclKind, name: &str, visit: &mut dyn FnMut(&str, &Type, bool)) {
    let each = |owner: &str, fields: &[Field], visit: &mut dyn FnMut(&str, &Type, bool)| {
        for field in fields {
            let is_replaced = field.annotations.rust.ty.is_some();
            visit(&format!("{owner}.{}", field.name), &field.ty, is_replaced);
        }
    };
    match kind {
        DeclKind::Struct(kind) => each(name, &kind.fields, visit),
        DeclKind::Exception(kind) => each(name, &kind.fields, visit),
        DeclKind::Frozen(kind) => {
            for field in &kind.fields {
                visit(&format!("{name}.{}", field.name), &field.ty, false);
            }
        }
        DeclKind::Newtype(kind) => visit(name, &kind.ty, false),
        DeclKind::Union(kind) => {
            for variant in &kind.variants {
                let name = format!("{name}.{}", variant.name);
                match &variant.payload {
                    Payload::Unit => {}
                    Payload::Typed { ty, .. } => visit(&name, ty, false),
                    Payload::Struct(fields) => each(&name, fields, visit),
                }
            }
        }
        DeclKind::Service(kind) => {
            for method in &kind.methods {
                let name = format!("{name}.{}", method.name);
                each(&name, &method.params, visit);
                let streams = [&method.param_stream, &method.result_stream];
                let streamed = streams.into_iter().flatten().map(|stream| &stream.ty);
                for ty in method.result.iter().chain(streamed) {
                    visit(&name, ty, false);
                }
            }
        }
        DeclKind::Enum(_)
        | DeclKind::Flags(_)
        | DeclKind::Const(_)
        | DeclKind::Typedef(_)
        | DeclKind::Annotation(_) => {}
    }
}

fn fields_of_variant(payload: &mut Payload) -> &mut [Field] {
    match payload {
        Payload::Struct(fields) => fields,
        Payload::Unit | Payload::Typed { .. } => &mut [],
    }
}

/// Whether a pattern matches a name.
pub(super) fn is_match(pattern: &[&str], name: &[&str]) -> bool {
    match (pattern, name) {
        ([], []) => true,
        (["**", rest @ ..], _) => (0..=name.len()).any(|taken| is_match(rest, &name[taken..])),
        ([one, rest @ ..], [first, others @ ..]) => {
            (*one == "*" || one == first) && is_match(rest, others)
        }
        ([], _) | (_, []) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, name: &str) -> bool {
        let pattern: Vec<&str> = pattern.split('.').collect();
        let name: Vec<&str> = name.split('.').collect();
        is_match(&pattern, &name)
    }

    #[test]
    fn a_star_is_one_name_and_two_are_any_number() {
        assert!(matches("shop.Order", "shop.Order"));
        assert!(!matches("shop.Order", "shop.Order.note"));
        assert!(matches("shop.*", "shop.Order"));
        assert!(!matches("shop.*", "shop.base.Money"));
        assert!(matches("shop.**", "shop.base.Money"));
        assert!(matches("**", "shop"));
        assert!(matches("**.note", "shop.Order.note"));
        assert!(!matches("**.note", "shop.Order.notes"));
    }
}
