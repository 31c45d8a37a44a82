//! Uuids, decimals and floats as text.

use crate::value::Value;

/// `01234567-89ab-cdef-0123-456789abcdef`
pub(super) fn uuid(bytes: &[u8]) -> String {
    let digit = |(index, byte): (usize, &u8)| match index {
        4 | 6 | 8 | 10 => format!("-{byte:02x}"),
        _ => format!("{byte:02x}"),
    };
    bytes.iter().enumerate().map(digit).collect()
}

pub(super) fn from_uuid(text: &str) -> Option<Value> {
    let hyphens = [8, 13, 18, 23];
    let in_place = |(at, sign): (usize, u8)| (sign == b'-') == hyphens.contains(&at);
    if text.len() != 36 || !text.bytes().enumerate().all(in_place) {
        return None;
    }
    let digits: Vec<u8> = text.bytes().filter(|sign| *sign != b'-').collect();
    let pair = |pair: &[u8]| {
        let pair = pair.iter().map(|sign| char::from(*sign).to_digit(16));
        pair.reduce(|high, low| Some(high? << 4 | low?))
            .flatten()
            .map(|byte| byte as u8)
    };
    digits
        .chunks(2)
        .map(pair)
        .collect::<Option<_>>()
        .map(Value::Bytes)
}

/// A decimal with as many fraction digits as its scale.
pub(super) fn decimal(coefficient: i128, scale: u8) -> String {
    let scale = usize::from(scale);
    let digits = format!("{:0width$}", coefficient.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let sign = if coefficient < 0 { "-" } else { "" };
    let point = if scale > 0 { "." } else { "" };
    format!("{sign}{whole}{point}{fraction}")
}

pub(super) fn from_decimal(text: &str) -> Option<Value> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = whole.strip_prefix('-').unwrap_or(whole);
    let is_number = !unsigned.is_empty() && digits(unsigned) && digits(fraction);
    if !is_number || text.ends_with('.') || fraction.len() > 28 {
        return None;
    }
    let coefficient = format!("{whole}{fraction}").parse().ok()?;
    Some(Value::Decimal(coefficient, fraction.len() as u8))
}

/// A float of this many bytes: `Ok` with a number, or `Err` with the string for a value that JSON has no number for.
pub(super) fn float(size: usize, bits: u64) -> Result<String, String> {
    let (text, value, usual) = match size {
        4 => {
            let float = f32::from_bits(bits as u32);
            (format!("{float:?}"), f64::from(float), 0x7fc0_0000)
        }
        _ => {
            let float = f64::from_bits(bits);
            (format!("{float:?}"), float, 0x7ff8_0000_0000_0000)
        }
    };
    match value {
        nan if nan.is_nan() && bits == usual => Err("NaN".to_owned()),
        nan if nan.is_nan() => Err(format!("NaN({bits:x})")),
        f64::INFINITY => Err("Infinity".to_owned()),
        f64::NEG_INFINITY => Err("-Infinity".to_owned()),
        _ => Ok(text),
    }
}

/// The bits of a float; `None` for texts that are not floats, and numbers out of range.
pub(super) fn from_float(size: usize, text: &str) -> Option<u64> {
    let narrow = |float: f32| u64::from(float.to_bits());
    match (text, size) {
        ("NaN", 4) => return Some(0x7fc0_0000),
        ("NaN", _) => return Some(0x7ff8_0000_0000_0000),
        ("Infinity", 4) => return Some(narrow(f32::INFINITY)),
        ("Infinity", _) => return Some(f64::INFINITY.to_bits()),
        ("-Infinity", 4) => return Some(narrow(f32::NEG_INFINITY)),
        ("-Infinity", _) => return Some(f64::NEG_INFINITY.to_bits()),
        (_, _) => {}
    }
    if let Some(bits) = text
        .strip_prefix("NaN(")
        .and_then(|text| text.strip_suffix(')'))
    {
        let bits = u64::from_str_radix(bits, 16).ok()?;
        let is_nan = match size {
            4 => u32::try_from(bits).is_ok_and(|bits| f32::from_bits(bits).is_nan()),
            _ => f64::from_bits(bits).is_nan(),
        };
        return is_nan.then_some(bits);
    }
    let is_number = text.starts_with(|c: char| c == '-' || c.is_ascii_digit());
    match size {
        4 => text
            .parse::<f32>()
            .ok()
            .filter(|it| is_number && it.is_finite())
            .map(narrow),
        _ => text
            .parse::<f64>()
            .ok()
            .filter(|it| is_number && it.is_finite())
            .map(f64::to_bits),
    }
}
