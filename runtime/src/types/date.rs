//! `date`: a day of the calendar, without a time zone.

use super::calendar::Day;
use super::{ParseError, Timestamp};
use core::fmt;
use core::str::FromStr;

/// A day, as the number of days since 1970-01-01.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i32);

impl Date {
    /// The earliest day.
    pub const MIN: Self = Self(i32::MIN);
    /// The latest day.
    pub const MAX: Self = Self(i32::MAX);

    /// The day so many days after 1970-01-01.
    pub const fn from_days(days: i32) -> Self {
        Self(days)
    }

    /// How many days after 1970-01-01 the day is.
    pub const fn as_days(self) -> i32 {
        self.0
    }

    /// The day of a year, month (1 to 12) and day (1 to 31); `None` if there is no such day in range.
    pub fn from_ymd(year: i32, month: u8, day: u8) -> Option<Self> {
        let year = i64::from(year);
        let days = Day { year, month, day }.to_days()?;
        i32::try_from(days).ok().map(Self)
    }

    /// Year, month (1 to 12) and day (1 to 31).
    pub fn to_ymd(self) -> (i32, u8, u8) {
        let Day { year, month, day } = Day::from_days(self.0.into());
        (year as i32, month, day)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Day::from_days(self.0.into()).fmt(f)
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Date {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let days = Day::parse(text).and_then(Day::to_days);
        let days = days.and_then(|days| i32::try_from(days).ok());
        days.map(Self)
            .ok_or(ParseError::new("a date such as 2026-01-31"))
    }
}

impl From<Timestamp> for Date {
    /// The day in UTC.
    fn from(time: Timestamp) -> Self {
        const DAY: i64 = 86_400_000_000_000;
        Self(time.as_nanos().div_euclid(DAY) as i32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_five_centuries_is_its_own_text() {
        for days in -100_000..100_000 {
            let date = Date::from_days(days);
            assert_eq!(date.to_string().parse(), Ok(date));
        }
    }

    #[test]
    fn known_days() {
        for (text, days) in [
            ("1970-01-01", 0),
            ("1969-12-31", -1),
            ("2000-02-29", 11_016),
            ("2026-01-31", 20_484),
            ("0000-03-01", -719_468),
        ] {
            assert_eq!(text.parse(), Ok(Date::from_days(days)), "{text}");
        }
        assert_eq!(Date::MAX.to_string().parse(), Ok(Date::MAX));
        assert_eq!(Date::MIN.to_string().parse(), Ok(Date::MIN));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "2026-1-31",
            "2025-02-29",
            "2026-13-01",
            "2026-00-10",
            "26-01-01",
            "2026-01-31x",
        ] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
    }
}
