//! Reads values without parts from JSON: numbers, enums, times, strings, bytes.

use sinew_compiler::diagnostics::nearest;

use super::text::{Json, What};
use super::{scalars, times};
use crate::base64::from_base64;
use crate::schema::{Enum, Type};
use crate::value::Value;

/// What is wrong, and its offset in the text.
pub(super) struct Wrong(pub(super) usize, pub(super) String);

/// Reads a value of a type without parts.
pub(super) fn value(ty: &Type, json: &Json) -> Result<Value, Wrong> {
    match (ty, &json.what) {
        (Type::Bool, What::Bool(bit)) => Ok(Value::Bool(*bit)),
        (Type::Bool, _) => Err(expected("true or false", json)),
        (Type::Timestamp, _) => time(
            times::from_timestamp,
            "a time such as \"2026-01-31T10:00:00Z\"",
            json,
        ),
        (Type::Duration, _) => time(
            times::from_duration,
            "a duration such as \"1h30m\" or \"250ms\"",
            json,
        ),
        (Type::Date, _) => time(date, "a date such as \"2026-01-31\"", json),
        (Type::Enum(it), _) => enumerated(it, json),
        (Type::Float(size), What::Number(text) | What::Text(text)) => {
            let bits = scalars::from_float(*size, text);
            let bits =
                bits.ok_or_else(|| expected(&format!("a number that fits `f{}`", 8 * size), json))?;
            Ok(Value::Float(bits))
        }
        (Type::Float(_), _) => Err(expected("a number", json)),
        (Type::Text, What::Text(text)) => Ok(Value::Text(text.clone())),
        (Type::Text, _) => Err(expected("a string", json)),
        (Type::Bytes, _) => bytes(json).map(Value::Bytes),
        (Type::Uuid, What::Text(text)) => scalars::from_uuid(text)
            .ok_or_else(|| expected("a uuid of 32 digits with its hyphens", json)),
        (Type::Uuid, _) => Err(expected("a uuid as a string", json)),
        (Type::Decimal, What::Text(text) | What::Number(text)) => {
            scalars::from_decimal(text).ok_or_else(|| expected(A_DECIMAL, json))
        }
        (Type::Decimal, _) => Err(expected(A_DECIMAL, json)),
        (_, _) => integer(ty, json),
    }
}

const A_DECIMAL: &str = "a decimal such as \"19.90\"";

/// Days since 1970, in the range of the wire format.
fn date(text: &str) -> Option<i128> {
    let days = times::from_date(text)?;
    i32::try_from(days).ok().map(i128::from)
}

/// An integer, as a number or as a string.
pub(super) fn integer(ty: &Type, json: &Json) -> Result<Value, Wrong> {
    let (What::Number(text) | What::Text(text)) = &json.what else {
        return Err(expected("an integer", json));
    };
    let (value, name) = match ty {
        Type::Unsigned(size) => {
            let fits = |n: &u128| *size == 16 || n >> (8 * size) == 0;
            let number = text.parse().ok().filter(fits);
            (number.map(Value::Unsigned), format!("u{}", 8 * size))
        }
        Type::Signed(size) => {
            let fits = |n: &i128| n << (128 - 8 * size) >> (128 - 8 * size) == *n;
            let number = text.parse().ok().filter(fits);
            (number.map(Value::Signed), format!("i{}", 8 * size))
        }
        other => unreachable!("{other:?} is no integer type"),
    };
    let is_written_well = !text.starts_with('+');
    value
        .filter(|_| is_written_well)
        .ok_or_else(|| expected(&format!("an integer that fits `{name}`"), json))
}

/// The number of an enum's value or a flag, from its name or the number itself.
fn number_of(it: &Enum, json: &Json) -> Result<Value, Wrong> {
    let named = match &json.what {
        What::Text(name) => it.values.iter().find(|(known, _)| known == name),
        _ => None,
    };
    let value = match (named, &json.what) {
        (Some((_, number)), _) => return Ok(it.value(*number)),
        (None, What::Text(name)) if !name.starts_with(|c: char| c == '-' || c.is_ascii_digit()) => {
            let names = it.values.iter().map(|(name, _)| &name[..]);
            let message = format!("`{}` has no value `{name}`{}", it.name, meant(name, names));
            return Err(Wrong(json.at, message));
        }
        (None, What::Text(_) | What::Number(_)) => integer(&it.base, json)?,
        (None, _) => return Err(expected(&format!("a value of `{}`", it.name), json)),
    };
    match value.number() {
        Some(number) if !it.allows(number) => {
            let message = format!("`{}` has no value {number}", it.name);
            Err(Wrong(json.at, message))
        }
        Some(_) | None => Ok(value),
    }
}

pub(super) fn time(
    read: impl Fn(&str) -> Option<i128>,
    what: &str,
    json: &Json,
) -> Result<Value, Wrong> {
    let nanos = match &json.what {
        What::Text(text) => read(text).filter(|nanos| i64::try_from(*nanos).is_ok()),
        _ => None,
    };
    nanos.map(Value::Signed).ok_or_else(|| expected(what, json))
}

pub(super) fn bytes(json: &Json) -> Result<Vec<u8>, Wrong> {
    let bytes = match &json.what {
        What::Text(text) => from_base64(text),
        _ => None,
    };
    bytes.ok_or_else(|| expected("bytes in base64", json))
}

/// A value of an enum, or a set of flags.
pub(super) fn enumerated(it: &Enum, json: &Json) -> Result<Value, Wrong> {
    if !it.flags {
        return number_of(it, json);
    }
    let What::List(items) = &json.what else {
        return match json.what {
            What::Number(_) => number_of(it, json),
            _ => Err(expected("a list of flags", json)),
        };
    };
    let mut all = 0;
    for item in items {
        match number_of(it, item)? {
            Value::Unsigned(bits) => all |= bits,
            other => unreachable!("flags have unsigned numbers, not {other:?}"),
        }
    }
    Ok(Value::Unsigned(all))
}

pub(super) fn expected(what: &str, json: &Json) -> Wrong {
    Wrong(json.at, format!("expected {what}, found {}", json.found()))
}

/// `; did you mean …?` for a name that is like others.
pub(super) fn meant<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> String {
    match nearest(name, names).first() {
        Some(near) => format!("; did you mean `{near}`?"),
        None => String::new(),
    }
}
