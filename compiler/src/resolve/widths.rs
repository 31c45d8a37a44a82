//! Signs, widths and bounds of integer types.

use num_bigint::BigInt;

use crate::ast::Scalar;

/// Whether a scalar is an integer type.
pub(crate) fn is_integer(scalar: Scalar) -> bool {
    scalar.integer().is_some()
}

/// Whether an integer type is signed; `None` for other types.
pub(crate) fn signed(scalar: Scalar) -> Option<bool> {
    scalar.integer().map(|(signed, _)| signed)
}

/// The least and greatest values of an integer type; zero for other types.
pub(crate) fn bounds(scalar: Scalar) -> (BigInt, BigInt) {
    let (signed, bits) = scalar.integer().unwrap_or((false, 0));
    if signed {
        let half = BigInt::from(1) << (bits - 1);
        (-half.clone(), half - 1)
    } else {
        (BigInt::from(0), (BigInt::from(1) << bits) - 1)
    }
}

/// The narrowest integer type that can represent `value`, preferably with the signedness of `like`.
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
        Some(false) | None => [unsigned, with_sign].concat(),
    };
    all.into_iter().find(fits)
}
