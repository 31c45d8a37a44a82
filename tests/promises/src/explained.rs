//! Tools that show values: any bytes are explained or refused exactly if they are read or not, and JSON loses nothing.

use sinew_values::{Schema, Type, Value, inspect_body, inspect_message, json};
use sinew_values::{read_body, read_message, write};

/// Explains a message with and without its type, and returns whether it is valid.
///
/// # Panics
/// It is read but not explained to its end, or the other way round.
pub fn message(schema: &Schema, ty: &Type, message: &[u8]) -> bool {
    let read = read_message(schema, ty, message);
    let [mut named, mut bare] = [String::new(), String::new()];
    let wrong = inspect_message(message, Some((schema, ty)), &mut named);
    let wrong = wrong.expect("a text takes anything");
    assert_eq!(
        wrong.is_none(),
        read.is_ok(),
        "{read:?} of {message:02x?}:\n{named}"
    );
    assert_eq!(wrong.is_some(), named.contains("WRONG: "), "{named}");
    let alone = inspect_message(message, None, &mut bare).expect("a text takes anything");
    // What the reader skips may be wrong in ways that only a closer look finds.
    let is_looked_at = |value: &Value| !has_unknown(value);
    let is_read_whole = read
        .as_ref()
        .is_ok_and(|read| read.skipped.is_empty() && is_looked_at(&read.value));
    assert!(!is_read_whole || alone.is_none(), "{bare}");
    read.is_ok()
}

/// Explains a body as on a connection, and returns whether it is valid.
///
/// # Panics
/// As for [`message`].
pub fn body(schema: &Schema, ty: &Type, body: &[u8]) -> bool {
    let wrong = inspect_body(body, (schema, ty), &mut String::new());
    let wrong = wrong.expect("a text takes anything");
    let read = read_body(schema, ty, &schema.full_head(ty), body);
    assert_eq!(wrong.is_none(), read.is_ok(), "{read:?} of {body:02x?}");
    read.is_ok()
}

/// Reads a text as JSON of a type, and returns whether it is valid. If so, it is written as a message and shown again.
///
/// # Panics
/// The message or its JSON has another value.
pub fn text(schema: &Schema, ty: &Type, text: &str) -> bool {
    let Ok(value) = json::parse(schema, ty, text) else {
        return false;
    };
    // The heads and bodies of unknown variants are arbitrary, and values may be nested too deep.
    let Some(written) = write(schema, ty, &value).filter(|_| !has_unknown(&value)) else {
        return true;
    };
    let read = read_message(schema, ty, &written.message);
    let read = read.unwrap_or_else(|refused| panic!("{refused} of {text}"));
    assert_eq!(read.value, value, "{text}");
    for again in [
        json::print(schema, ty, &value),
        json::pretty(schema, ty, &value),
    ] {
        let again = json::parse(schema, ty, &again);
        assert_eq!(again.as_ref(), Ok(&value), "{text}");
    }
    true
}

/// Whether a value contains a variant that the reader does not know.
fn has_unknown(value: &Value) -> bool {
    match value {
        Value::Unknown(..) => true,
        Value::Present(value) | Value::Variant(_, value) => has_unknown(value),
        Value::List(items) => items.iter().any(has_unknown),
        Value::Map(entries) => entries
            .iter()
            .any(|(k, v)| has_unknown(k) || has_unknown(v)),
        Value::Record(fields) => fields.iter().any(|(_, value)| has_unknown(value)),
        Value::Absent | Value::Bool(_) | Value::Unsigned(_) | Value::Signed(_) => false,
        Value::Float(_) | Value::Text(_) | Value::Bytes(_) | Value::Decimal(..) => false,
    }
}
