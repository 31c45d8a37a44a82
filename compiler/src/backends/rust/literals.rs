//! Rust expressions for numbers and for the runtime's scalar types.

use super::code::{Code, Hex, code};
use crate::schema::{Enum, Number, Scalar, Type, Value};

/// The number of a value of an enum, as a literal of its base type.
pub(super) fn enum_number(kind: &Enum, number: Number) -> Code {
    match number {
        Number::Int(number) => int(&Type::Scalar(kind.base), number),
        Number::Uint(number) => code!("$number", number),
    }
}

/// An integer. The least one of a type is written as `MIN`.
pub(super) fn int(ty: &Type, value: i128) -> Code {
    match (ty, value) {
        (_, i128::MIN) => code!("i128::MIN"),
        (Type::Scalar(Scalar::I64), v) if v == i128::from(i64::MIN) => code!("i64::MIN"),
        _ => code!("$value", value),
    }
}

/// A float. `positive` is its text without sign, if it is a number.
pub(super) fn float(ty: Code, value: f64, positive: Code) -> Code {
    let positive = match value {
        _ if value.is_nan() => code!("$ty::NAN", ty),
        _ if value.is_infinite() => code!("$ty::INFINITY", ty),
        _ => positive,
    };
    match value.is_sign_negative() {
        true => code!("-$positive", positive),
        false => positive,
    }
}

/// Values of scalar types that the runtime defines.
pub(super) fn own_scalar(value: &Value) -> Code {
    match value {
        Value::Uuid(bytes) => {
            let bytes = Code::joined(
                ", ",
                bytes.iter().map(|byte| code!("$hex", hex = Hex(*byte))),
            );
            code!("::sinew::Uuid::from_bytes([$bytes])", bytes)
        }
        Value::Timestamp(nanos) => {
            let nanos = int(&Type::Scalar(Scalar::I64), i128::from(*nanos));
            code!("::sinew::Timestamp::from_nanos($nanos)", nanos)
        }
        Value::Duration(nanos) => {
            let nanos = int(&Type::Scalar(Scalar::I64), i128::from(*nanos));
            code!("::sinew::Duration::from_nanos($nanos)", nanos)
        }
        Value::Date(days) => code!("::sinew::Date::from_days($days)", days),
        Value::Decimal(coefficient, scale) => {
            let coefficient = int(&Type::Scalar(Scalar::I128), *coefficient);
            code!(
                "::sinew::codegen::decimal($coefficient, $scale)",
                coefficient,
                scale
            )
        }
        _ => Code::new(),
    }
}
