//! Numbers of enums, flags, and reserved ranges.

use std::fmt;

use num_bigint::{BigInt, Sign};

/// A number of an enum, flag or reserved range: any value of any integer type, ordered numerically.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Number {
    /// A number that fits an `i128`.
    Int(i128),
    /// A larger one.
    Uint(u128),
}

impl Number {
    /// The greatest number of any integer type.
    pub const MAX: Self = Self::Uint(u128::MAX);

    /// Its bits, as in a type that it fits.
    pub const fn bits(self) -> u128 {
        match self {
            Self::Int(number) => number.cast_unsigned(),
            Self::Uint(number) => number,
        }
    }

    /// The number, or the nearest one in range.
    pub(crate) fn nearest(number: &BigInt) -> Self {
        match (i128::try_from(number), number.sign()) {
            (Ok(number), _) => Self::Int(number),
            (Err(_), Sign::Minus) => Self::Int(i128::MIN),
            (Err(_), Sign::NoSign | Sign::Plus) => {
                Self::Uint(u128::try_from(number).unwrap_or(u128::MAX))
            }
        }
    }

    /// The next number, or itself if it is the greatest.
    pub(crate) fn next(self) -> Self {
        match self {
            Self::Int(number) => match number.checked_add(1) {
                Some(next) => Self::Int(next),
                None => Self::from(number.cast_unsigned() + 1),
            },
            Self::Uint(number) => Self::Uint(number.saturating_add(1)),
        }
    }
}

impl From<u16> for Number {
    fn from(number: u16) -> Self {
        Self::Int(number.into())
    }
}

impl From<u128> for Number {
    fn from(number: u128) -> Self {
        i128::try_from(number).map_or(Self::Uint(number), Self::Int)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(number) => number.fmt(f),
            Self::Uint(number) => number.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_all_types_are_in_order_and_have_a_next() {
        let least_above = Number::Uint(1 << 127);
        let all = [
            Number::Int(i128::MIN),
            Number::Int(-1),
            Number::Int(0),
            Number::Int(i128::MAX),
            least_above,
            Number::MAX,
        ];
        assert!(all.is_sorted());
        assert_eq!(Number::Int(-1).next(), Number::Int(0));
        assert_eq!(Number::Int(i128::MAX).next(), least_above);
        assert_eq!(Number::MAX.next(), Number::MAX);
        assert_eq!(Number::nearest(&(BigInt::from(u128::MAX) + 1)), Number::MAX);
        assert_eq!(least_above.to_string(), (1_u128 << 127).to_string());
    }
}
