//! Times as text: RFC 3339, and durations as the language writes them.

const SECOND: i128 = 1_000_000_000;
/// Days in 400 years.
const ERA: i64 = 146_097;
/// The units of durations, largest first.
const UNITS: [(&str, i128); 7] = [
    ("d", 86_400 * SECOND),
    ("h", 3_600 * SECOND),
    ("m", 60 * SECOND),
    ("s", SECOND),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];

/// Nanoseconds since 1970 as `2026-01-31T10:00:00.5Z`.
pub(super) fn timestamp(nanos: i128) -> String {
    let (seconds, nanos) = (nanos.div_euclid(SECOND), nanos.rem_euclid(SECOND));
    let (days, time) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let fraction = match nanos {
        0 => String::new(),
        nanos => format!(".{nanos:09}").trim_end_matches('0').to_owned(),
    };
    let (day, hour, minute) = (date(days as i64), time / 3600, time / 60 % 60);
    format!("{day}T{hour:02}:{minute:02}:{:02}{fraction}Z", time % 60)
}

/// Parses a timestamp to nanoseconds since 1970. An offset may replace `Z`.
pub(super) fn from_timestamp(text: &str) -> Option<i128> {
    let (day, time) = text.split_once('T')?;
    let (time, east) = match time.strip_suffix('Z') {
        Some(time) => (time, 0),
        None => {
            let at = time.rfind(['+', '-'])?;
            let (hour, minute) = time[at + 1..].split_once(':')?;
            let east = two(hour, 23)? * 3600 + two(minute, 59)? * 60;
            (
                &time[..at],
                if time[at..].starts_with('-') {
                    -east
                } else {
                    east
                },
            )
        }
    };
    let (clock, fraction) = match time.split_once('.') {
        Some((clock, fraction)) => (clock, nanos_of(fraction)?),
        None => (time, 0),
    };
    let mut parts = clock.split(':');
    let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next()?);
    let clock = two(hour, 23)? * 3600 + two(minute, 59)? * 60 + two(second, 59)?;
    match parts.next() {
        None => Some((i128::from(from_date(day)?) * 86_400 + clock - east) * SECOND + fraction),
        Some(_) => None,
    }
}

/// Up to nine fraction digits of a second, as nanoseconds.
fn nanos_of(digits: &str) -> Option<i128> {
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    match digits.len() {
        1..=9 if is_number => format!("{digits:0<9}").parse().ok(),
        _ => None,
    }
}

fn two(digits: &str, most: i128) -> Option<i128> {
    let number = number(digits, 2)?;
    (i128::from(number) <= most).then_some(number.into())
}

/// A number with exactly this many digits.
fn number(digits: &str, count: usize) -> Option<i64> {
    let is_number = digits.len() == count && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

/// Days since 1970 as `2026-01-31`. Years outside 0 to 9999 have a sign.
pub(super) fn date(days: i64) -> String {
    let (year, month, day) = calendar(days);
    match year {
        0..=9999 => format!("{year:04}-{month:02}-{day:02}"),
        _ => format!("{year:+05}-{month:02}-{day:02}"),
    }
}

/// Parses a date to days since 1970.
pub(super) fn from_date(text: &str) -> Option<i64> {
    let (rest, day) = text.rsplit_once('-')?;
    let (year, month) = rest.rsplit_once('-')?;
    let year = match year.strip_prefix(['-', '+']) {
        Some(digits) if (4..=7).contains(&digits.len()) => {
            let sign = if year.starts_with('-') { -1 } else { 1 };
            sign * number(digits, digits.len())?
        }
        Some(_) => return None,
        None => number(year, 4)?,
    };
    let (month, day) = (number(month, 2)?, number(day, 2)?);
    let days = days_of(year, month, day);
    // Only days that exist survive the round trip.
    (calendar(days) == (year, month, day)).then_some(days)
}

/// Year, month and day of a number of days since 1970-01-01.
fn calendar(days: i64) -> (i64, i64, i64) {
    // In this calculation a year begins in March, so that a leap day is its last day.
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(ERA), days.rem_euclid(ERA));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (400 * era + year + i64::from(month <= 2), month, day)
}

fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
    let month = if month > 2 { month - 3 } else { month + 9 };
    let day = (153 * month + 2) / 5 + day - 1;
    era * ERA + 365 * year + year / 4 - year / 100 + day - 719_468
}

/// Nanoseconds as `1h30m`.
pub(super) fn duration(nanos: i128) -> String {
    let mut rest = nanos.abs();
    let mut text = if nanos < 0 { "-" } else { "" }.to_owned();
    for (name, unit) in UNITS {
        if rest >= unit {
            text += &format!("{}{name}", rest / unit);
            rest %= unit;
        }
    }
    match nanos {
        0 => "0s".to_owned(),
        _ => text,
    }
}

/// Parses a duration to nanoseconds: units in descending order, each at most once.
pub(super) fn from_duration(text: &str) -> Option<i128> {
    let mut rest = text.strip_prefix('-').unwrap_or(text);
    let (mut nanos, mut units) = (0_i128, UNITS.iter());
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let letters = rest.find(|c: char| !c.is_ascii_digit())?;
        let (count, behind) = rest.split_at(letters);
        let digits = behind
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(behind.len());
        let (unit, behind) = behind.split_at(digits);
        let (_, unit) = units.find(|(name, _)| *name == unit)?;
        nanos += i128::from(count.parse::<u64>().ok()?) * unit;
        rest = behind;
    }
    Some(if text.starts_with('-') { -nanos } else { nanos })
}
