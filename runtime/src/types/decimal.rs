//! `decimal`: an exact decimal number.

use super::ParseError;
use core::cmp::Ordering;
use core::fmt;
use core::str::FromStr;

/// A decimal number: a coefficient, and how many of its digits are after the point.
///
/// The scale is kept: `19.90` is not equal to `19.9`. Numbers are ordered by value, then by scale.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Decimal {
    coefficient: i128,
    scale: u8,
}

impl Decimal {
    /// The greatest scale.
    pub const MAX_SCALE: u8 = 28;

    /// The number `coefficient / 10^scale`; `None` if the scale is above 28.
    pub const fn new(coefficient: i128, scale: u8) -> Option<Self> {
        match scale <= Self::MAX_SCALE {
            true => Some(Self { coefficient, scale }),
            false => None,
        }
    }

    /// All digits, without the point.
    pub const fn coefficient(self) -> i128 {
        self.coefficient
    }

    /// How many digits are after the point.
    pub const fn scale(self) -> u8 {
        self.scale
    }

    /// The sum, with the greater scale of the two: `1.5 + 0.25` is `1.75`. `None` if 128 bits have no room for it at that scale.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let (one, two, scale) = self.aligned(other)?;
        Self::new(one.checked_add(two)?, scale)
    }

    /// The difference, with the greater scale of the two. `None` if 128 bits have no room for it at that scale.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        let (one, two, scale) = self.aligned(other)?;
        Self::new(one.checked_sub(two)?, scale)
    }

    /// The product, exact, with the scales of the two together: `0.5 * 0.5` is `0.25`. `None` if 128 bits have no room for it, or
    /// that scale is above 28.
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        let product = self.coefficient.checked_mul(other.coefficient)?;
        Self::new(product, self.scale + other.scale)
    }

    /// The number with the opposite sign, of the same scale. `None` if 128 bits have no room for it.
    pub fn checked_neg(self) -> Option<Self> {
        Self::new(self.coefficient.checked_neg()?, self.scale)
    }

    /// The same number with the least scale: `19.90` is `19.9`, and `100.00` is `100`. Two numbers are equal by value if
    /// these are equal.
    #[must_use]
    pub const fn normalized(self) -> Self {
        let Self {
            mut coefficient,
            mut scale,
        } = self;
        while scale > 0 && coefficient % 10 == 0 {
            coefficient /= 10;
            scale -= 1;
        }
        Self { coefficient, scale }
    }

    /// The coefficients of both numbers at the larger of their scales.
    fn aligned(self, other: Self) -> Option<(i128, i128, u8)> {
        let scale = self.scale.max(other.scale);
        let at = |number: Self| {
            let unit = 10_i128.pow(u32::from(scale - number.scale));
            number.coefficient.checked_mul(unit)
        };
        Some((at(self)?, at(other)?, scale))
    }

    /// The integer part and, in units of 10^-28, the fraction; both with the sign.
    fn parts(self) -> (i128, i128) {
        let unit = 10_i128.pow(self.scale.into());
        let fine = 10_i128.pow(u32::from(Self::MAX_SCALE - self.scale));
        (self.coefficient / unit, self.coefficient % unit * fine)
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_value = self.parts().cmp(&other.parts());
        by_value.then_with(|| self.scale.cmp(&other.scale))
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.coefficient < 0 { "-" } else { "" };
        let scale = usize::from(self.scale);
        let digits = format!(
            "{:0width$}",
            self.coefficient.unsigned_abs(),
            width = scale + 1
        );
        let (whole, behind) = digits.split_at(digits.len() - scale);
        let point = if scale > 0 { "." } else { "" };
        write!(f, "{sign}{whole}{point}{behind}")
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Decimal {
    type Err = ParseError;

    /// Reads an optional minus, digits, and perhaps a point with up to 28 more digits.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        parse(text).ok_or(ParseError::new("a decimal such as 19.90"))
    }
}

fn parse(text: &str) -> Option<Decimal> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let (whole, behind) = match digits.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (digits, ""),
    };
    if whole.is_empty() {
        return None;
    }
    let mut coefficient = 0_i128;
    for digit in whole.chars().chain(behind.chars()) {
        let digit = i128::from(digit.to_digit(10)?);
        coefficient = coefficient.checked_mul(10)?.checked_add(sign * digit)?;
    }
    Decimal::new(coefficient, u8::try_from(behind.len()).ok()?)
}

macro_rules! from_integers {
    ($($type:ty)*) => {$(
        impl From<$type> for Decimal {
            fn from(number: $type) -> Self {
                Self { coefficient: number.into(), scale: 0 }
            }
        }
    )*};
}

from_integers! { u8 i8 u16 i16 u32 i32 u64 i64 i128 }

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn the_scale_is_kept() {
        for text in [
            "0",
            "0.00",
            "19.90",
            "-0.5",
            "-170141183460469231731687303715884105728",
            "1.0000000000000000000000000001",
        ] {
            assert_eq!(decimal(text).to_string(), text);
        }
        assert_ne!(decimal("19.90"), decimal("19.9"));
    }

    #[test]
    fn order_is_by_value_then_by_scale() {
        let ascending = [
            "-170141183460469231731687303715884105728",
            "-2",
            "-1.5",
            "-0.5",
            "0",
            "0.0",
            "0.4",
            "0.40",
            "1",
            "19.9",
            "19.90",
            "19.91",
            "170141183460469231731687303715884105727",
        ];
        for (low, high) in ascending.iter().zip(&ascending[1..]) {
            assert!(decimal(low) < decimal(high), "{low} < {high}");
        }
    }

    #[test]
    fn sums_and_products_are_exact_or_none() {
        let some = |text: &str| Some(decimal(text));
        let (price, fee) = (decimal("19.90"), decimal("-0.125"));
        assert_eq!(price.checked_add(fee), some("19.775"));
        assert_eq!(fee.checked_sub(price), some("-20.025"));
        assert_eq!(price.checked_mul(3.into()), some("59.70"));
        assert_eq!(price.checked_mul(fee), some("-2.48750"));
        assert_eq!(price.checked_neg(), some("-19.90"));
        assert_eq!(price.checked_sub(price), some("0.00"));

        let (least, most) = (Decimal::from(i128::MIN), Decimal::from(i128::MAX));
        let fine = decimal("0.0000000000000000000000000001");
        assert_eq!(most.checked_add(1.into()), None);
        assert_eq!(least.checked_neg(), None);
        assert_eq!(Decimal::from(0).checked_sub(least), None);
        assert_eq!(Decimal::from(-1).checked_sub(least), Some(most));
        assert_eq!(most.checked_add(fine), None);
        assert_eq!(most.checked_mul(2.into()), None);
        assert_eq!(fine.checked_mul(decimal("0.1")), None);
        assert_eq!(fine.checked_mul(fine), None);
    }

    #[test]
    fn numbers_of_one_value_are_one_number_at_the_least_scale() {
        for (text, least) in [
            ("19.90", "19.9"),
            ("100.00", "100"),
            ("-0.50", "-0.5"),
            ("100", "100"),
            ("0.0000000000000000000000000000", "0"),
            (
                "-17014118346046923173168730371588410572.8",
                "-17014118346046923173168730371588410572.8",
            ),
        ] {
            assert_eq!(decimal(text).normalized(), decimal(least), "{text}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "-",
            ".5",
            "1.",
            "1e5",
            "+1",
            "1.2.3",
            "170141183460469231731687303715884105728",
            "0.00000000000000000000000000001",
        ] {
            assert!(text.parse::<Decimal>().is_err(), "{text}");
        }
    }
}
