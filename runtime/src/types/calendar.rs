//! Converts days since 1970-01-01 to year, month and day of the Gregorian calendar, and back.

/// A day of the Gregorian calendar, extended to all years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Day {
    pub(super) year: i64,
    pub(super) month: u8,
    pub(super) day: u8,
}

/// Days in 400 years.
const ERA: i64 = 146_097;

impl Day {
    /// The day that is `days` after 1970-01-01.
    pub(super) fn from_days(days: i64) -> Self {
        // Years begin in March here, so that the leap day is the last day of its year.
        let days = days + 719_468;
        let (era, day_of_era) = (days.div_euclid(ERA), days.rem_euclid(ERA));
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        Self {
            year: 400 * era + year_of_era + i64::from(month <= 2),
            month: month as u8,
            day: day as u8,
        }
    }

    /// The number of days since 1970-01-01; `None` if there is no such day.
    pub(super) fn to_days(self) -> Option<i64> {
        if !(1..=12).contains(&self.month) || !(1..=self.length_of_month()).contains(&self.day) {
            return None;
        }
        let (month, day) = (i64::from(self.month), i64::from(self.day));
        let year = self.year - i64::from(month <= 2);
        let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let month = if month > 2 { month - 3 } else { month + 9 };
        let day_of_year = (153 * month + 2) / 5 + day - 1;
        let day_of_era = 365 * year_of_era + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Some(era * ERA + day_of_era - 719_468)
    }

    fn length_of_month(self) -> u8 {
        let leap = self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0);
        match self.month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }

    /// Reads `2026-01-31`; years have four digits, or a sign and up to seven.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (rest, day) = text.rsplit_once('-')?;
        let (year, month) = rest.rsplit_once('-')?;
        let year = match year.strip_prefix(['-', '+']) {
            Some(digits) => number(digits, 4..=7)? * if year.starts_with('-') { -1 } else { 1 },
            None => number(year, 4..=4)?,
        };
        Some(Self {
            year,
            month: number(month, 2..=2)? as u8,
            day: number(day, 2..=2)? as u8,
        })
    }
}

impl core::fmt::Display for Day {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.year {
            0..=9999 => write!(f, "{:04}", self.year)?,
            _ => write!(f, "{:+05}", self.year)?,
        }
        write!(f, "-{:02}-{:02}", self.month, self.day)
    }
}

/// A number with this many decimal digits, and nothing else.
pub(super) fn number(text: &str, digits: core::ops::RangeInclusive<usize>) -> Option<i64> {
    let decimal = text.bytes().all(|byte| byte.is_ascii_digit());
    (decimal && digits.contains(&text.len()))
        .then(|| text.parse().ok())
        .flatten()
}
