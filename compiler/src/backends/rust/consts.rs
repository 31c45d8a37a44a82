//! `const`: constants if Rust can compute the value at compile time, else lazily initialized statics.

use super::code::{Code, code};
use super::names;
use super::scope::Scope;
use crate::schema::{Const, Decl, DeclId, DeclKind, Payload, Scalar, Type, Value, VariantValue};

/// The items of a constant: the constant, and a test if it is an example.
pub(super) fn items(scope: &Scope<'_>, decl: &Decl, kind: &Const) -> Vec<Code> {
    let head = scope.item_head(decl);
    let name = names::constant(decl);
    let is_example = decl.annotations.example && is_message(scope, &kind.ty);
    let (item, reference) = match borrowed(scope, &kind.ty, &kind.value) {
        Some((ty, value)) => (
            code!("pub const $name: $ty = $value;", name, ty, value),
            code!("&$name", name),
        ),
        None => (
            code!(
                "
                pub static $name: ::std::sync::LazyLock<$ty> =
                    ::std::sync::LazyLock::new(|| $value);
                ",
                name,
                ty = scope.ty(&kind.ty),
                value = scope.value(&kind.ty, &kind.value),
            ),
            code!("&*$name", name),
        ),
    };
    let example = is_example.then(|| example(decl, &reference));
    std::iter::once(Code::lines([head, item]))
        .chain(example)
        .collect()
}

/// A test that an example can be encoded and decoded.
fn example(decl: &Decl, reference: &Code) -> Code {
    code!(
        "
        #[cfg(test)]
        #[test]
        fn $test() {
            ::sinew::codegen::assert_round_trip($reference);
        }
        ",
        test = names::example_test(decl),
        reference,
    )
}

/// Whether values of `ty` can be whole messages.
fn is_message(scope: &Scope<'_>, ty: &Type) -> bool {
    match ty {
        Type::Named(id, _) => matches!(
            scope.schema.decl(*id).kind,
            DeclKind::Struct(_) | DeclKind::Union(_) | DeclKind::Exception(_)
        ),
        Type::Optional(_)
        | Type::Scalar(_)
        | Type::List(_)
        | Type::Set(_)
        | Type::Map(..)
        | Type::Array(..)
        | Type::Param(_) => false,
    }
}

/// Type and value of a constant that does not allocate: `&str` for `string`, `&[T]` for `list<T>`.
fn borrowed(scope: &Scope<'_>, ty: &Type, value: &Value) -> Option<(Code, Code)> {
    match (ty, value) {
        (Type::Scalar(Scalar::String), Value::String(text)) => {
            Some((code!("&str"), code!("$text", text)))
        }
        (Type::Scalar(Scalar::Bytes), Value::Bytes(bytes)) => {
            Some((code!("&[u8]"), code!("$bytes", bytes)))
        }
        (Type::List(element), Value::List(values)) => {
            let inner = element_type(scope, element)?;
            let values: Option<Vec<Code>> = values
                .iter()
                .map(|value| borrowed(scope, element, value).map(|(_, value)| value))
                .collect();
            Some((
                code!("&[$inner]", inner),
                code!("&[$list]", list = Code::list(values?)),
            ))
        }
        _ if is_const(scope, ty, value) => Some((scope.ty(ty), scope.value(ty, value))),
        _ => None,
    }
}

/// The type of the elements of a constant list.
fn element_type(scope: &Scope<'_>, ty: &Type) -> Option<Code> {
    match ty {
        Type::Scalar(Scalar::String) => Some(code!("&str")),
        Type::Scalar(Scalar::Bytes) => Some(code!("&[u8]")),
        Type::Scalar(_) => Some(scope.ty(ty)),
        Type::List(element) => {
            let inner = element_type(scope, element)?;
            Some(code!("&[$inner]", inner))
        }
        Type::Named(id, _) => match &scope.schema.decl(*id).kind {
            DeclKind::Enum(_) | DeclKind::Flags(_) | DeclKind::Frozen(_) => Some(scope.ty(ty)),
            _ => None,
        },
        Type::Optional(_) | Type::Set(_) | Type::Map(..) | Type::Array(..) | Type::Param(_) => None,
    }
}

/// Whether Rust can compute the expression of `value` at compile time.
fn is_const(scope: &Scope<'_>, ty: &Type, value: &Value) -> bool {
    let all = |values: &[Value]| values.iter().all(|value| is_const(scope, ty, value));
    match value {
        Value::Bool(_)
        | Value::Int(_)
        | Value::Uint(_)
        | Value::F32(_)
        | Value::F64(_)
        | Value::Uuid(_)
        | Value::Timestamp(_)
        | Value::Duration(_)
        | Value::Date(_)
        | Value::Decimal(..)
        | Value::Absent
        | Value::Enum(..)
        | Value::Flags(..) => true,
        Value::String(text) => text.is_empty(),
        Value::Bytes(bytes) => bytes.is_empty(),
        Value::List(values) => match ty {
            Type::Array(element, _) => values.iter().all(|v| is_const(scope, element, v)),
            _ => values.is_empty(),
        },
        Value::Map(entries) => entries.is_empty(),
        Value::Present(inner) => is_const(scope, ty.unwrap_optional(), inner),
        Value::Newtype(id, inner) => match &scope.schema.decl(*id).kind {
            DeclKind::Newtype(newtype) => {
                newtype.constraints.is_empty() && is_const(scope, &newtype.ty, inner)
            }
            _ => false,
        },
        Value::Struct(id, values) => match &scope.schema.decl(*id).kind {
            DeclKind::Frozen(frozen) => {
                let mut members = frozen.fields.iter().zip(values);
                members.all(|(field, value)| is_const(scope, &field.ty, value))
            }
            _ => false,
        },
        Value::Union(id, at, inner) => match &**inner {
            VariantValue::Unit => true,
            VariantValue::Typed(Value::Struct(..)) | VariantValue::Struct(_) => false,
            VariantValue::Typed(value) => {
                !is_boxed(scope, *id, *at) && all(std::slice::from_ref(value))
            }
        },
    }
}

/// Whether a variant has a boxed payload, which allocates.
fn is_boxed(scope: &Scope<'_>, id: DeclId, at: u32) -> bool {
    match &scope.schema.decl(id).kind {
        DeclKind::Union(union) => match union.variants[at as usize].payload {
            Payload::Typed { boxed, .. } => boxed,
            Payload::Unit | Payload::Struct(_) => false,
        },
        _ => false,
    }
}
