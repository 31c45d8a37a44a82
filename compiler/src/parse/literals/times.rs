//! Durations, timestamps, dates.

use super::strings::inside;
use super::{Decoded, Fault};
use crate::diagnostics::Code;

const SECOND: i128 = 1_000_000_000;

/// `1h30m`, in nanoseconds.
pub(super) fn duration(text: &str) -> Decoded<i128> {
    let too_long = || {
        let message = "malformed duration literal: longer than any duration";
        Fault::new(Code::BadLiteral, 0..text.len(), message).help("a duration is up to 292 years")
    };
    let mut rest = text;
    let mut total: i128 = 0;
    while !rest.is_empty() {
        let (digits, tail) = split_where(rest, |c| c.is_ascii_alphabetic());
        let (unit, tail) = split_where(tail, |c| c.is_ascii_digit());
        let count: i128 = digits.replace('_', "").parse().map_err(|_| too_long())?;
        let nanos = count.checked_mul(unit_nanos(unit)).ok_or_else(too_long)?;
        total = total.checked_add(nanos).ok_or_else(too_long)?;
        rest = tail;
    }
    Ok(total)
}

fn split_where(text: &str, stop: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(stop).unwrap_or(text.len()))
}

fn unit_nanos(unit: &str) -> i128 {
    match unit {
        "d" => 86_400 * SECOND,
        "h" => 3_600 * SECOND,
        "m" => 60 * SECOND,
        "s" => SECOND,
        "ms" => 1_000_000,
        "us" => 1_000,
        _ => 1,
    }
}

/// `date"2026-01-31"`, in days since 1970.
pub(super) fn date_literal(text: &str) -> Decoded<i64> {
    let inner = inside(text, 5);
    date(inner).map_err(|why| {
        Fault::new(
            Code::BadLiteral,
            0..text.len(),
            format!("malformed date literal: {why}"),
        )
        .help("write year, month and day: `date\"2026-01-31\"`")
    })
}

/// `ts"2026-01-31T10:00:00.5+01:00"`, RFC 3339, in nanoseconds since 1970.
pub(super) fn timestamp(text: &str) -> Decoded<i128> {
    let inner = inside(text, 3);
    rfc3339(inner).map_err(|why| {
        Fault::new(
            Code::BadLiteral,
            0..text.len(),
            format!("malformed timestamp literal: {why}"),
        )
        .help("write date, time and offset as in RFC 3339: `ts\"2026-01-31T10:00:00Z\"`")
    })
}

fn rfc3339(text: &str) -> Result<i128, String> {
    let day = date(text.get(..10).ok_or("it is too short")?)?;
    if !matches!(text.as_bytes().get(10), Some(b'T' | b't' | b' ')) {
        return Err("`T` must stand between date and time".to_owned());
    }
    let clock = text.get(11..19).ok_or("the time has no seconds")?;
    let seconds = time_of_day(clock)?;
    let rest = text.get(19..).unwrap_or_default();
    let (fraction, zone) = match rest.strip_prefix('.') {
        Some(rest) => split_where(rest, |c| !c.is_ascii_digit()),
        None => ("0", rest),
    };
    if fraction.is_empty() || fraction.len() > 9 {
        return Err("a second has 1 to 9 decimal places".to_owned());
    }
    let nanos: i128 = format!("{fraction:0<9}")
        .parse()
        .map_err(|_| "the fraction is not a number")?;
    let offset = zone_offset(zone)?;
    Ok((i128::from(day) * 86_400 + i128::from(seconds) - i128::from(offset)) * SECOND + nanos)
}

fn time_of_day(text: &str) -> Result<i64, String> {
    let (hour, minute) = hour_and_minute(text.get(..5).unwrap_or_default())?;
    let second = match text.get(5..).and_then(|rest| rest.strip_prefix(':')) {
        Some(digits) => number(digits, 2)?,
        None => return Err("the time is not `hh:mm:ss`".to_owned()),
    };
    match second {
        0..=59 => Ok(hour * 3_600 + minute * 60 + second),
        60 => Err("leap seconds have no number of their own".to_owned()),
        _ => Err(format!("there is no second {second}")),
    }
}

fn hour_and_minute(text: &str) -> Result<(i64, i64), String> {
    let (hour, minute) = text.split_once(':').ok_or("the time is not `hh:mm:ss`")?;
    let (hour, minute) = (number(hour, 2)?, number(minute, 2)?);
    match (hour, minute) {
        (0..=23, 0..=59) => Ok((hour, minute)),
        (0..=23, _) => Err(format!("there is no minute {minute}")),
        _ => Err(format!("there is no hour {hour}")),
    }
}

/// Seconds east of UTC.
fn zone_offset(text: &str) -> Result<i64, String> {
    let sign = match text.as_bytes().first() {
        Some(b'Z' | b'z') if text.len() == 1 => return Ok(0),
        Some(b'+') => 1,
        Some(b'-') => -1,
        _ => return Err("it must end in `Z` or an offset such as `+01:00`".to_owned()),
    };
    let (hour, minute) = hour_and_minute(&text[1..])?;
    Ok(sign * (hour * 3_600 + minute * 60))
}

/// Days since 1970 of `2026-01-31`.
fn date(text: &str) -> Result<i64, String> {
    let mut parts = text.split('-');
    let (Some(year), Some(month), Some(day), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err("the date is not `yyyy-mm-dd`".to_owned());
    };
    let (year, month, day) = (number(year, 4)?, number(month, 2)?, number(day, 2)?);
    if !(1..=12).contains(&month) {
        return Err(format!("there is no month {month}"));
    }
    if day < 1 || day > days_in(year, month) {
        return Err(format!("month {month} of {year} has no day {day}"));
    }
    Ok(days_since_1970(year, month, day))
}

/// A number with exactly this many digits.
fn number(text: &str, digits: usize) -> Result<i64, String> {
    let good = text.len() == digits && text.bytes().all(|b| b.is_ascii_digit());
    match text.parse() {
        Ok(number) if good => Ok(number),
        _ => Err(format!("`{text}` is not {digits} digits")),
    }
}

fn days_in(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Counts years from March, so that the leap day is the last day of its year.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let before_year = 365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let before_month = (153 * month + 2) / 5;
    const MARCH_0000_TO_1970: i64 = 719_468;
    before_year + before_month + day - 1 - MARCH_0000_TO_1970
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_count_from_1970() {
        let day = |text: &str| date(text).ok();
        assert_eq!(day("1970-01-01"), Some(0));
        assert_eq!(day("1969-12-31"), Some(-1));
        assert_eq!(day("2000-02-29"), Some(11_016));
        assert_eq!(day("2026-01-31"), Some(20_484));
        assert_eq!(day("0000-01-01"), Some(-719_528));
        assert_eq!(day("1900-02-29"), None);
    }

    #[test]
    fn timestamps_apply_offset_and_fraction() {
        assert_eq!(rfc3339("1970-01-01T01:00:00+01:00"), Ok(0));
        assert_eq!(rfc3339("1969-12-31T23:59:59.5Z"), Ok(-500_000_000));
        assert_eq!(rfc3339("1970-01-01T00:00:00.000000001Z"), Ok(1));
        assert!(rfc3339("2016-12-31T23:59:60Z").is_err());
        assert!(rfc3339("1970-01-01T00:00:00").is_err());
    }

    #[test]
    fn durations_add_up() {
        let nanos = |text: &str| duration(text).ok();
        assert_eq!(nanos("1h30m"), Some(5_400 * SECOND));
        assert_eq!(nanos("250ms"), Some(250_000_000));
        assert_eq!(nanos("1d1ns"), Some(86_400 * SECOND + 1));
        assert_eq!(nanos(&format!("{}d", "9".repeat(40))), None);
    }
}
