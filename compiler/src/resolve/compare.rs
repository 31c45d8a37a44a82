//! Comparison of values of the same type.

use std::cmp::Ordering;

use num_bigint::BigInt;

use crate::schema::{Value, VariantValue};

/// The total order of values of one type. Floating-point numbers have the total order of IEEE 754; decimals are ordered
/// by value, then by scale.
pub(crate) fn compare(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Uint(a), Value::Uint(b)) => a.cmp(b),
        (Value::F32(a), Value::F32(b)) => a.total_cmp(b),
        (Value::F64(a), Value::F64(b)) => a.total_cmp(b),
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::Bytes(a), Value::Bytes(b)) => a.cmp(b),
        (Value::Uuid(a), Value::Uuid(b)) => a.cmp(b),
        (Value::Timestamp(a), Value::Timestamp(b)) | (Value::Duration(a), Value::Duration(b)) => {
            a.cmp(b)
        }
        (Value::Date(a), Value::Date(b)) => a.cmp(b),
        (Value::Decimal(a, x), Value::Decimal(b, y)) => compare_decimals((*a, *x), (*b, *y)),
        (Value::List(a), Value::List(b)) => compare_lists(a, b),
        (Value::Map(a), Value::Map(b)) => {
            let pairs = a
                .iter()
                .zip(b)
                .map(|((k, v), (l, w))| compare(k, l).then(compare(v, w)));
            first_difference(pairs).then(a.len().cmp(&b.len()))
        }
        (Value::Absent, Value::Present(_)) => Ordering::Less,
        (Value::Present(_), Value::Absent) => Ordering::Greater,
        (Value::Present(a), Value::Present(b)) | (Value::Newtype(_, a), Value::Newtype(_, b)) => {
            compare(a, b)
        }
        (Value::Enum(_, a), Value::Enum(_, b)) => a.cmp(b),
        (Value::Flags(_, a), Value::Flags(_, b)) => a.cmp(b),
        (Value::Struct(_, a), Value::Struct(_, b)) => compare_lists(a, b),
        (Value::Union(_, a, x), Value::Union(_, b, y)) => {
            a.cmp(b).then_with(|| compare_payloads(x, y))
        }
        // Values of one type have the same form.
        (Value::Bool(_) | Value::Int(_) | Value::Uint(_) | Value::F32(_) | Value::F64(_), _)
        | (Value::String(_) | Value::Bytes(_) | Value::Uuid(_) | Value::Decimal(..), _)
        | (Value::Timestamp(_) | Value::Duration(_) | Value::Date(_), _)
        | (Value::List(_) | Value::Map(_) | Value::Absent | Value::Present(_), _)
        | (Value::Newtype(..) | Value::Enum(..) | Value::Flags(..), _)
        | (Value::Struct(..) | Value::Union(..), _) => Ordering::Equal,
    }
}

/// The order of numbers, times and durations in ranges. Integers may be of different types, zero has no sign, and the
/// scale of decimals does not matter. `None` for values that are not ordered.
pub(crate) fn by_value(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::F32(a), Value::F32(b)) => a.partial_cmp(b),
        (Value::F64(a), Value::F64(b)) => a.partial_cmp(b),
        (Value::Int(a), Value::Uint(b)) => Some(BigInt::from(*a).cmp(&BigInt::from(*b))),
        (Value::Uint(a), Value::Int(b)) => Some(BigInt::from(*a).cmp(&BigInt::from(*b))),
        (Value::Decimal(a, x), Value::Decimal(b, y)) => Some(scaled(*a, *y).cmp(&scaled(*b, *x))),
        (a, b) => Some(compare(a, b)),
    }
}

fn compare_lists(a: &[Value], b: &[Value]) -> Ordering {
    let pairs = a.iter().zip(b).map(|(a, b)| compare(a, b));
    first_difference(pairs).then(a.len().cmp(&b.len()))
}

fn first_difference(mut pairs: impl Iterator<Item = Ordering>) -> Ordering {
    pairs.find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
}

fn compare_payloads(a: &VariantValue, b: &VariantValue) -> Ordering {
    match (a, b) {
        (VariantValue::Typed(a), VariantValue::Typed(b)) => compare(a, b),
        (VariantValue::Struct(a), VariantValue::Struct(b)) => compare_lists(a, b),
        (VariantValue::Unit | VariantValue::Typed(_) | VariantValue::Struct(_), _) => {
            Ordering::Equal
        }
    }
}

fn compare_decimals((a, x): (i128, u8), (b, y): (i128, u8)) -> Ordering {
    scaled(a, y).cmp(&scaled(b, x)).then(x.cmp(&y))
}

fn scaled(coefficient: i128, scale: u8) -> BigInt {
    BigInt::from(coefficient) * BigInt::from(10).pow(u32::from(scale))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_order_by_value_then_scale() {
        let (a, b, c) = (
            Value::Decimal(19, 1),
            Value::Decimal(190, 2),
            Value::Decimal(2, 0),
        );
        assert_eq!(compare(&a, &b), Ordering::Less);
        assert_eq!(compare(&b, &c), Ordering::Less);
    }
}
