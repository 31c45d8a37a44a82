//! Integers and floating-point numbers.

use num_bigint::BigInt;

use super::{Decoded, Fault};
use crate::diagnostics::Code;

/// Largest integer in bits.
const MAX_BITS: u64 = 1024;
/// Longest number in characters. Enough for [`MAX_BITS`] in base 2, and for the exact decimal digits of any `f64`.
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

/// `1.5`, `1e9`: the text without `_`
pub(super) fn float(text: &str) -> Decoded<String> {
    if text.len() > MAX_LENGTH {
        let message = format!("a number may have up to {MAX_LENGTH} characters");
        return Err(Fault::new(Code::LimitExceeded, 0..text.len(), message));
    }
    Ok(text.replace('_', ""))
}

/// Says what is wrong with an invalid number.
pub(super) fn malformed(text: &str) -> Fault {
    let (base, digits) = split_base(text);
    let prefix = text.len() - digits.len();
    if let Some(fault) = suffixed(text).filter(|_| base == 10) {
        return fault;
    }
    if let Some(fault) = misplaced_underscore(text, prefix, base) {
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
    if base == 10
        && text.contains(|c: char| c.is_ascii_alphabetic())
        && !text.contains('.')
        && !has_exponent(text)
    {
        return unknown_unit(text);
    }
    if base == 10 && text.parse::<f64>().is_ok() {
        let message = format!("expected a whole number, found `{text}`");
        return Fault::new(Code::BadDigit, 0..text.len(), message);
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

fn misplaced_underscore(text: &str, prefix: usize, base: u32) -> Option<Fault> {
    let bytes = text.as_bytes();
    let is_digit = |c: char| c.is_digit(base.max(10));
    let digit = |at: usize| {
        bytes
            .get(at)
            .is_some_and(|byte| is_digit(char::from(*byte)))
    };
    let at = (prefix..bytes.len())
        .find(|&at| bytes[at] == b'_' && !(at > prefix && digit(at - 1) && digit(at + 1)))?;
    let mut instead = text[..prefix].to_owned();
    for word in text[prefix..].split('_').filter(|word| !word.is_empty()) {
        if instead.len() > prefix && instead.ends_with(is_digit) && word.starts_with(is_digit) {
            instead.push('_');
        }
        instead.push_str(word);
    }
    Some(
        Fault::new(
            Code::BadUnderscore,
            at..at + 1,
            "`_` must be between digits",
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

/// Type suffixes of other languages, longer ones first.
const SUFFIXES: [&str; 22] = [
    "usize", "isize", "u128", "i128", "u16", "u32", "u64", "i16", "i32", "i64", "f32", "f64", "u8",
    "i8", "ul", "UL", "f", "F", "l", "L", "u", "U",
];

/// Whether the letters after the digits are a single `e` or `E`.
fn has_exponent(text: &str) -> bool {
    let letters = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_');
    let behind = letters.strip_prefix(['e', 'E']);
    behind.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphabetic()))
}

/// `10L`, `5_u32`, `1.5h`: a type suffix, or a unit after a fraction
fn suffixed(text: &str) -> Option<Fault> {
    let is_number = |text: &str| {
        let mut bytes = text.bytes();
        bytes.next().is_some() && bytes.all(|byte| byte.is_ascii_digit() || b"._".contains(&byte))
    };
    let typed = SUFFIXES.iter().find_map(|suffix| text.strip_suffix(suffix));
    let typed = typed.map(|number| number.trim_end_matches('_'));
    if let Some(number) = typed.filter(|number| is_number(number)) {
        let message = "a number has no suffix: its type follows from its place";
        let at = number.len()..text.len();
        return Some(Fault::new(Code::BadDigit, at, message).instead(number));
    }
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let suffix = &text[number.len()..];
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
