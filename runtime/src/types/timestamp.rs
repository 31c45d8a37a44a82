//! `timestamp`: a moment, in nanoseconds.

use super::calendar::{Day, number};
use super::{Duration, ParseError, RangeError};
use core::fmt;
use core::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

/// A moment between the years 1678 and 2262, as nanoseconds since 1970-01-01T00:00:00Z. Leap seconds are not counted.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

const SECOND: i64 = 1_000_000_000;
const SECONDS_OF_DAY: i64 = 86_400;

impl Timestamp {
    /// The earliest moment.
    pub const MIN: Self = Self(i64::MIN);
    /// The latest moment.
    pub const MAX: Self = Self(i64::MAX);

    /// The time of this machine's clock. Before 1678 that is [`Self::MIN`], and after 2262 [`Self::MAX`].
    ///
    /// # Panics
    /// On `wasm32-unknown-unknown`, which has no clock.
    pub fn now() -> Self {
        let now = SystemTime::now();
        let end = if now < UNIX_EPOCH {
            Self::MIN
        } else {
            Self::MAX
        };
        Self::try_from(now).unwrap_or(end)
    }

    /// The moment so many nanoseconds after 1970-01-01T00:00:00Z.
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// How many nanoseconds after 1970-01-01T00:00:00Z the moment is.
    pub const fn as_nanos(self) -> i64 {
        self.0
    }

    /// The moment later by a duration, of this crate or of `std`; `None` if it is out of range.
    ///
    /// ```
    /// use std::time::Duration;
    /// use sinew::Timestamp;
    ///
    /// let until = Timestamp::now().checked_add(Duration::from_secs(30));
    /// assert!(until.is_some_and(|until| until > Timestamp::now()));
    /// ```
    pub fn checked_add(self, duration: impl TryInto<Duration>) -> Option<Self> {
        let duration = duration.try_into().ok()?;
        self.0.checked_add(duration.as_nanos()).map(Self)
    }

    /// The time from an earlier moment to this one; `None` if it is out of range.
    pub fn checked_since(self, earlier: Self) -> Option<Duration> {
        self.0.checked_sub(earlier.0).map(Duration::from_nanos)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, nanos) = (self.0.div_euclid(SECOND), self.0.rem_euclid(SECOND));
        let (days, time) = (
            seconds.div_euclid(SECONDS_OF_DAY),
            seconds.rem_euclid(SECONDS_OF_DAY),
        );
        let day = Day::from_days(days);
        write!(
            f,
            "{day}T{:02}:{:02}:{:02}",
            time / 3600,
            time / 60 % 60,
            time % 60
        )?;
        if nanos > 0 {
            let digits = format!("{nanos:09}");
            write!(f, ".{}", digits.trim_end_matches('0'))?;
        }
        f.write_str("Z")
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Timestamp {
    type Err = ParseError;

    /// Reads `2026-01-31T10:00:00Z`, with up to nine digits of a second, and `+01:00` in place of `Z`.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        parse(text).ok_or(ParseError::new("a timestamp such as 2026-01-31T10:00:00Z"))
    }
}

fn parse(text: &str) -> Option<Timestamp> {
    let (day, time) = text.split_once('T')?;
    let (time, offset) = split_offset(time)?;
    let (clock, fraction) = match time.split_once('.') {
        Some((clock, digits)) => (clock, fraction(digits)?),
        None => (time, 0),
    };
    let mut parts = clock.split(':').map(|part| number(part, 2..=2));
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let seconds = Day::parse(day)?.to_days()? * SECONDS_OF_DAY + hour * 3600 + minute * 60 + second;
    let nanos = i128::from(seconds - offset) * i128::from(SECOND) + i128::from(fraction);
    i64::try_from(nanos).ok().map(Timestamp)
}

/// Splits off the offset from UTC, in seconds.
fn split_offset(text: &str) -> Option<(&str, i64)> {
    if let Some(time) = text.strip_suffix('Z') {
        return Some((time, 0));
    }
    let (place, sign) = text.rmatch_indices(['+', '-']).next()?;
    let (hours, minutes) = text[place + 1..].split_once(':')?;
    let (hours, minutes) = (number(hours, 2..=2)?, number(minutes, 2..=2)?);
    let ahead = hours * 3600 + minutes * 60;
    let valid = hours < 24 && minutes < 60;
    valid.then(|| (&text[..place], if sign == "-" { -ahead } else { ahead }))
}

/// The nanoseconds of a fraction's digits.
fn fraction(digits: &str) -> Option<i64> {
    let value = number(digits, 1..=9)?;
    Some(value * 10_i64.pow(9 - digits.len() as u32))
}

impl TryFrom<SystemTime> for Timestamp {
    type Error = RangeError;

    fn try_from(time: SystemTime) -> Result<Self, RangeError> {
        let nanos = match time.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_nanos()).ok(),
            Err(before) => i128::try_from(before.duration().as_nanos())
                .ok()
                .and_then(|before| i64::try_from(-before).ok()),
        };
        nanos.map(Self).ok_or(RangeError::new())
    }
}

impl TryFrom<Timestamp> for SystemTime {
    type Error = RangeError;

    /// The same moment for the system. That of Windows has no parts of 100 ns: they are left out.
    fn try_from(time: Timestamp) -> Result<Self, RangeError> {
        let distance = std::time::Duration::from_nanos(time.0.unsigned_abs());
        let moment = match time.0 < 0 {
            true => UNIX_EPOCH.checked_sub(distance),
            false => UNIX_EPOCH.checked_add(distance),
        };
        moment.ok_or(RangeError::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_moments() {
        for (text, nanos) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59.999999999Z", -1),
            ("2026-01-31T10:00:00Z", 1_769_853_600 * SECOND),
            ("2026-01-31T11:30:00+01:30", 1_769_853_600 * SECOND),
            (
                "2026-01-31T10:00:00.25Z",
                1_769_853_600 * SECOND + 250_000_000,
            ),
        ] {
            assert_eq!(text.parse(), Ok(Timestamp(nanos)), "{text}");
        }
    }

    #[test]
    fn the_ends_are_their_own_text() {
        for time in [Timestamp::MIN, Timestamp::MAX, Timestamp(-1), Timestamp(1)] {
            assert_eq!(time.to_string().parse(), Ok(time));
            let again = SystemTime::try_from(time).and_then(Timestamp::try_from);
            let off = again.map(|again| again.0.abs_diff(time.0));
            let part = if cfg!(windows) { 100 } else { 1 };
            assert!(off.is_ok_and(|off| off < part), "{time}: {off:?}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "2026-01-31",
            "2026-01-31T10:00:00",
            "2026-01-31T24:00:00Z",
            "2026-01-31T10:00:60Z",
            "2026-01-31T10:00:00.Z",
            "2026-01-31T10:00:00.1234567890Z",
            "2263-01-01T00:00:00Z",
            "2026-01-31T10:00:00+1:00",
            "\u{e9}T\u{e9}",
        ] {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
    }
}
