//! Whole numbers and floats.

use num_bigint::BigInt;

use super::{Decoded, Fault};
use crate::diagnostics::Code;

/// How many bits a whole number may have.
const MAX_BITS: u64 = 1024;
/// How many characters a number may have: enough for [`MAX_BITS`] in base 2, and for the
/// exact decimal digits of any `f64`.
const MAX_LENGTH: usize = 1200;

/// The units of durations.
const UNITS: [&str; 7] = ["d", "h", "m", "s", "ms", "us", "ns"];

/// `1_000`, `0xFF`, `0o17`, `0b1`
pub(super) fn int(text: &str) -> Decoded<BigInt> {
    if let Ok(small) = text.parse::<u64>() {
        return Ok(small.into());
    }
    let (base, digits) = split_base(text);
    let digits = digits.replace('_', "");
    let value = (digits.len() <= MAX_LENGTH)
        .then(|| BigInt::parse_bytes(digits.as_bytes(), base))
        .flatten();
    value
        .filter(|value| value.bits() <= MAX_BITS)
        .ok_or_else(|| {
            Fault::new(
                Code::LimitExceeded,
                0..text.len(),
                format!("a number may have up to {MAX_BITS} bits"),
            )
        })
}

/// `1.5`, `1e9`: the text without `_`.
pub(super) fn float(text: &str) -> Decoded<String> {
    if text.len() > MAX_LENGTH {
        let message = format!("a number may have up to {MAX_LENGTH} characters");
        return Err(Fault::new(Code::LimitExceeded, 0..text.len(), message));
    }
    Ok(text.replace('_', ""))
}

/// Says what is wrong with what looks like a number and is none.
pub(super) fn malformed(text: &str) -> Fault {
    let (base, digits) = split_base(text);
    let prefix = text.len() - digits.len();
    if let Some(fault) = misplaced_underscore(text, prefix) {
        return fault;
    }
    if base == 10
        && text.len() > 1
        && text.starts_with('0')
        && text.bytes().all(|b| b.is_ascii_digit())
    {
        return leading_zero(text);
    }
    if base != 10 && text.contains(['X', 'O', 'B']) && text[..2].to_ascii_lowercase() != text[..2] {
        let message = "the base of a number is a small letter";
        let instead = text[..2].to_ascii_lowercase() + digits;
        return Fault::new(Code::BadDigit, 0..2, message).instead(instead);
    }
    if let Some(fault) = suffixed(text).filter(|_| base == 10) {
        return fault;
    }
    if base == 10
        && text.contains(|c: char| c.is_ascii_alphabetic())
        && !text.contains(['.', 'e', 'E'])
    {
        return unknown_unit(text);
    }
    if base == 10 && text.matches('.').count() > 1 {
        return Fault::new(
            Code::BadDigit,
            0..text.len(),
            "a number has one decimal point",
        );
    }
    let wrong = digits
        .char_indices()
        .find(|(_, c)| !c.is_digit(base) && !matches!(*c, '_' | '.'));
    match wrong {
        Some((at, c)) => {
            let at = prefix + at;
            let message = format!("digit `{c}` is not valid in a base-{base} number");
            Fault::new(Code::BadDigit, at..at + 1, message)
        }
        None => Fault::new(
            Code::BadDigit,
            0..text.len(),
            format!("`{text}` has no digits"),
        ),
    }
}

fn split_base(text: &str) -> (u32, &str) {
    match text.get(..2) {
        Some("0x" | "0X") => (16, &text[2..]),
        Some("0o" | "0O") => (8, &text[2..]),
        Some("0b" | "0B") => (2, &text[2..]),
        _ => (10, text),
    }
}

fn misplaced_underscore(text: &str, prefix: usize) -> Option<Fault> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_hexdigit);
    let at = (prefix..bytes.len())
        .find(|&at| bytes[at] == b'_' && !(at > prefix && digit(at - 1) && digit(at + 1)))?;
    let mut instead = text[..prefix].to_owned();
    let words: Vec<&str> = text[prefix..]
        .split('_')
        .filter(|word| !word.is_empty())
        .collect();
    instead.push_str(&words.join("_"));
    Some(
        Fault::new(
            Code::BadUnderscore,
            at..at + 1,
            "`_` must stand between digits",
        )
        .instead(instead),
    )
}

fn leading_zero(text: &str) -> Fault {
    let digits = text.trim_start_matches('0');
    let decimal = if digits.is_empty() { "0" } else { digits };
    let octal = digits.bytes().all(|b| b < b'8') && !digits.is_empty();
    let message = if octal {
        format!("a number has no leading zero: write `{decimal}` or `0o{digits}`")
    } else {
        format!("a number has no leading zero: write `{decimal}`")
    };
    Fault::new(Code::LeadingZero, 0..text.len(), message).instead(decimal)
}

/// `10L`, `1.0f`, `1.5h`: letters behind a number that say its type, or a unit behind a fraction.
fn suffixed(text: &str) -> Option<Fault> {
    const SUFFIXES: [&str; 8] = ["f", "F", "l", "L", "u", "U", "ul", "UL"];
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let suffix = &text[number.len()..];
    if SUFFIXES.contains(&suffix) && number.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        let message = "a number has no letters behind it: the type is that of its place";
        let at = number.len()..text.len();
        return Some(Fault::new(Code::BadDigit, at, message).instead(number));
    }
    if UNITS.contains(&suffix) && number.parse::<f64>().is_ok() && number.contains('.') {
        let message = "malformed duration literal: its numbers are whole";
        let fault = Fault::new(Code::BadLiteral, 0..text.len(), message);
        return Some(fault.help("write smaller units: `1h30m`, `1500ms`"));
    }
    None
}

fn unknown_unit(text: &str) -> Fault {
    let letter = |c: char| c.is_ascii_alphabetic();
    let mut units = text.split(|c| !letter(c)).filter(|unit| !unit.is_empty());
    let (at, why) = match units.find(|unit| !UNITS.contains(unit)) {
        Some(unit) => {
            let at = text.find(unit).unwrap_or(0);
            (at..at + unit.len(), format!("unknown unit `{unit}`"))
        }
        None => {
            let at = text.rfind(letter).map_or(0, |at| at + 1);
            (at..text.len(), "the last number has no unit".to_owned())
        }
    };
    Fault::new(
        Code::BadLiteral,
        at,
        format!("malformed duration literal: {why}"),
    )
    .help("the units are `d`, `h`, `m`, `s`, `ms`, `us` and `ns`: `1h30m`")
}
