//! Integer types: their signs, widths and bounds.

use num_bigint::BigInt;

use crate::ast::Scalar;

/// Whether a scalar is an integer type.
pub(crate) fn is_integer(scalar: Scalar) -> bool {
    signed(scalar).is_some()
}

/// Whether an integer type has a sign; `None` for other types.
pub(crate) fn signed(scalar: Scalar) -> Option<bool> {
    match scalar {
        Scalar::I8 | Scalar::I16 | Scalar::I32 | Scalar::I64 | Scalar::I128 => Some(true),
        Scalar::U8 | Scalar::U16 | Scalar::U32 | Scalar::U64 | Scalar::U128 => Some(false),
        Scalar::Bool
        | Scalar::F32
        | Scalar::F64
        | Scalar::String
        | Scalar::Bytes
        | Scalar::Uuid
        | Scalar::Timestamp
        | Scalar::Duration
        | Scalar::Date
        | Scalar::Decimal => None,
    }
}

fn bits(scalar: Scalar) -> u32 {
    match scalar {
        Scalar::I8 | Scalar::U8 => 8,
        Scalar::I16 | Scalar::U16 => 16,
        Scalar::I32 | Scalar::U32 => 32,
        Scalar::I128 | Scalar::U128 => 128,
        _ => 64,
    }
}

/// The least and the greatest number of an integer type.
pub(crate) fn bounds(scalar: Scalar) -> (BigInt, BigInt) {
    let bits = bits(scalar);
    if signed(scalar) == Some(true) {
        let half = BigInt::from(1) << (bits - 1);
        (-half.clone(), half - 1)
    } else {
        (BigInt::from(0), (BigInt::from(1) << bits) - 1)
    }
}

/// The narrowest integer type that holds `value` and has the sign of `like` if possible.
pub(crate) fn wider(value: &BigInt, like: Scalar) -> Option<Scalar> {
    use Scalar::{I8, I16, I32, I64, I128, U8, U16, U32, U64, U128};
    let unsigned = [U8, U16, U32, U64, U128];
    let with_sign = [I8, I16, I32, I64, I128];
    let fits = |scalar: &Scalar| {
        let (min, max) = bounds(*scalar);
        *value >= min && *value <= max
    };
    let all = match signed(like) {
        Some(true) => [with_sign, unsigned].concat(),
        _ => [unsigned, with_sign].concat(),
    };
    all.into_iter().find(fits)
}
