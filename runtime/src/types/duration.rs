//! `duration`: a length of time, in nanoseconds, with a sign.

use super::{ParseError, RangeError};
use core::fmt;
use core::str::FromStr;

/// A length of time of up to 292 years in either direction.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(i64);

/// The units of the text form, largest first; each is a multiple of the next.
const UNITS: [(&str, u64); 7] = [
    ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];

impl Duration {
    /// The most negative duration.
    pub const MIN: Self = Self(i64::MIN);
    /// The longest duration.
    pub const MAX: Self = Self(i64::MAX);
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// So many nanoseconds.
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// So many milliseconds; `None` if they are out of range.
    pub const fn from_millis(millis: i64) -> Option<Self> {
        match millis.checked_mul(1_000_000) {
            Some(nanos) => Some(Self(nanos)),
            None => None,
        }
    }

    /// So many seconds; `None` if they are out of range.
    pub const fn from_secs(seconds: i64) -> Option<Self> {
        match seconds.checked_mul(1_000_000_000) {
            Some(nanos) => Some(Self(nanos)),
            None => None,
        }
    }

    /// The nanoseconds.
    pub const fn as_nanos(self) -> i64 {
        self.0
    }

    /// The sum; `None` if it is out of range.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference; `None` if it is out of range.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }
}

impl fmt::Display for Duration {
    /// As in the language: `1h30m`, `250ms`, `-2s`, `0s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0s");
        }
        if self.0 < 0 {
            f.write_str("-")?;
        }
        let mut rest = self.0.unsigned_abs();
        for (name, unit) in UNITS {
            if rest >= unit {
                write!(f, "{}{name}", rest / unit)?;
                rest %= unit;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Duration {
    type Err = ParseError;

    /// Reads whole numbers with units, largest unit first, each unit at most once.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        parse(text).ok_or(ParseError::new("a duration such as 1h30m or 250ms"))
    }
}

fn parse(text: &str) -> Option<Duration> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mut nanos, mut units) = (0_i128, UNITS.iter());
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, behind) = rest.split_at(digits);
        let letters = behind.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (name, behind) = behind.split_at(letters);
        let (_, unit) = units.find(|(unit, _)| *unit == name)?;
        let number: u64 = number.parse().ok()?;
        nanos += i128::from(number) * i128::from(*unit);
        rest = behind;
    }
    let nanos = if negative { -nanos } else { nanos };
    i64::try_from(nanos).ok().map(Duration)
}

impl TryFrom<std::time::Duration> for Duration {
    type Error = RangeError;

    fn try_from(duration: std::time::Duration) -> Result<Self, RangeError> {
        let nanos = i64::try_from(duration.as_nanos());
        nanos.map(Self).map_err(|_| RangeError::new())
    }
}

impl TryFrom<Duration> for std::time::Duration {
    type Error = RangeError;

    /// Fails for negative durations.
    fn try_from(duration: Duration) -> Result<Self, RangeError> {
        let nanos = u64::try_from(duration.0);
        nanos.map(Self::from_nanos).map_err(|_| RangeError::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_the_language() {
        for (text, nanos) in [
            ("0s", 0),
            ("1h30m", 5_400_000_000_000),
            ("250ms", 250_000_000),
            ("-2s", -2_000_000_000),
            ("1d1ns", 86_400_000_000_001),
        ] {
            assert_eq!(text.parse(), Ok(Duration(nanos)), "{text}");
            assert_eq!(Duration(nanos).to_string(), text);
        }
        for end in [Duration::MIN, Duration::MAX] {
            assert_eq!(end.to_string().parse(), Ok(end));
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "-",
            "1",
            "s",
            "1m1h",
            "1s1s",
            "1.5s",
            "9999999d",
            "99999999999999999999s",
            "1 s",
        ] {
            assert!(text.parse::<Duration>().is_err(), "{text}");
        }
    }
}
