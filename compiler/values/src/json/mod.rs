//! Values as JSON, with the names of a schema: `docs/src/json.md` has the mapping.

mod entries;
mod from;
mod leaf;
mod print;
mod scalars;
mod text;
mod times;

use std::fmt;

use text::Json;

use crate::schema::{Schema, Type};
use crate::value::Value;

/// Member that wraps the value of an optional inside another optional.
const PRESENT: &str = "present";
/// Member that stands for a variant without a known name.
const UNKNOWN: &str = "?";
/// The largest integer that every JSON parser can represent; larger ones become strings.
const MAX_SAFE: u128 = (1 << 53) - 1;

/// What is wrong with a JSON text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in Unicode scalar values.
    pub column: usize,
    /// The field, from the root on, as in `items[3].price`; empty outside of any.
    pub path: String,
    /// What is wrong there.
    pub message: String,
}

/// Reads a value of a type from JSON.
///
/// # Errors
/// What is wrong with the text, and where.
pub fn parse(schema: &Schema, ty: &Type, text: &str) -> Result<Value, Mistake> {
    from::value(schema, ty, text, &Json::parse(text)?)
}

/// Prints a value of a type as JSON on one line.
///
/// # Panics
/// If the value is not of that type.
pub fn print(schema: &Schema, ty: &Type, value: &Value) -> String {
    print::print(schema, ty, value, None)
}

/// Prints a value of a type as JSON over several lines, with a final line feed.
///
/// # Panics
/// If the value is not of that type.
pub fn pretty(schema: &Schema, ty: &Type, value: &Value) -> String {
    print::print(schema, ty, value, Some(0)) + "\n"
}

impl Mistake {
    fn at(text: &str, offset: usize, message: String) -> Self {
        let before = &text[..offset];
        let line = before.rsplit('\n').next().unwrap_or_default();
        Self {
            line: 1 + before.matches('\n').count(),
            column: 1 + line.chars().count(),
            path: String::new(),
            message,
        }
    }
}

impl Mistake {
    /// The message after file name and position: `order.json:3:12: …`.
    pub fn in_file(&self, name: &str) -> String {
        let Self {
            line,
            column,
            path,
            message,
        } = self;
        match path.is_empty() {
            true => format!("{name}:{line}:{column}: {message}"),
            false => format!("{name}:{line}:{column}: `{path}`: {message}"),
        }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_file("JSON"))
    }
}

impl std::error::Error for Mistake {}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &str = "namespace shop;
        enum State { NEW = 0; PAID = 1; }
        flags Rights : u8 { READ = 1; WRITE = 2; BOTH = 3; }
        union Payment { 1: cash; 2: string card; }
        struct Item { 1: string sku; @range(1..=9) 2: u8 count = 1; 3: optional decimal price; }
        struct Order {
            1: optional State state; 2: optional Rights rights; 3: optional Payment payment;
            4: optional map<u16, bytes> labels; 5: optional set<i8> set; 6: optional uuid id;
            @len(1..=2) 7: optional list<Item> items; 8: optional timestamp at; 9: optional f32 float;
            10: optional map<Item, bool> known; 11: optional i64 long;
        }";

    fn order(text: &str) -> Result<String, String> {
        let schema = Schema::of_text(SCHEMA).expect("it has no errors");
        let ty = schema.find("Order").expect("it is declared");
        match parse(&schema, ty, text) {
            Ok(value) => Ok(print(&schema, ty, &value)),
            Err(mistake) => Err(mistake.in_file("order")),
        }
    }

    #[test]
    fn other_spellings_are_read() {
        for (text, shown) in [
            (r#"{"state": 1}"#, r#"{"state": "PAID"}"#),
            (r#"{"state": "7"}"#, r#"{"state": 7}"#),
            (r#"{"state": null}"#, "{}"),
            (
                r#"{"rights": ["BOTH", 4]}"#,
                r#"{"rights": ["READ", "WRITE", 4]}"#,
            ),
            (r#"{"rights": 1}"#, r#"{"rights": ["READ"]}"#),
            (r#"{"set": [3, -1]}"#, r#"{"set": [-1, 3]}"#),
            (r#"{"labels": {"7": "_w"}}"#, r#"{"labels": {"7": "/w=="}}"#),
            (
                r#"{"long": "9007199254740992"}"#,
                r#"{"long": "9007199254740992"}"#,
            ),
            (r#"{"long": "-5"}"#, r#"{"long": -5}"#),
            (r#"{"float": 1e3}"#, r#"{"float": 1000.0}"#),
            (
                r#"{"items": [{"sku": "\ud83d\ude00", "price": 1.50}]}"#,
                r#"{"items": [{"sku": "😀", "count": 1, "price": "1.50"}]}"#,
            ),
            (
                r#"{"at": "2026-01-31T11:00:00+01:00"}"#,
                r#"{"at": "2026-01-31T10:00:00Z"}"#,
            ),
            (
                r#"{"known": [[{"sku": ""}, true]]}"#,
                r#"{"known": [[{"sku": "", "count": 1}, true]]}"#,
            ),
        ] {
            assert_eq!(order(text).as_deref(), Ok(shown), "{text}");
        }
    }

    #[test]
    fn mistakes_have_their_place() {
        for (text, mistake) in [
            ("{", "order:1:2: expected a name in quotes, found the end"),
            ("{} {}", "order:1:4: expected the end, found '{'"),
            (
                "{\"state\":\n \"PAYD\"}",
                "order:2:2: `state`: `shop.State` has no value `PAYD`; did you mean `PAID`?",
            ),
            (
                r#"{"stat": 1}"#,
                "order:1:2: `shop.Order` has no field `stat`; did you mean `state`?",
            ),
            (
                r#"{"id": "1", "id": "1"}"#,
                "order:1:13: the field `id` comes twice",
            ),
            (
                r#"{"id": "1"}"#,
                "order:1:8: `id`: expected a uuid of 32 digits with its hyphens, found \"1\"",
            ),
            (
                r#"{"set": [1, 1]}"#,
                "order:1:13: `set`: the element comes twice",
            ),
            (
                r#"{"labels": {"1": "", "01": ""}}"#,
                "order:1:22: `labels`: the key comes twice",
            ),
            (
                r#"{"labels": {"x": ""}}"#,
                "order:1:13: `labels[\"x\"]`: expected an integer that fits `u16`, found \"x\"",
            ),
            (
                r#"{"items": []}"#,
                "order:1:11: `items`: the value must have a length of 1 to 2, not 0",
            ),
            (
                r#"{"items": [{"sku": "a", "count": 10}]}"#,
                "order:1:34: `items[0].count`: the value must be at most 9",
            ),
            (
                r#"{"items": [{}]}"#,
                "order:1:12: `items[0]`: the required field `sku` is missing",
            ),
            (
                r#"{"payment": "cash"}"#,
                "order:1:13: `payment`: expected an object with one variant, found \"cash\"",
            ),
            (
                r#"{"payment": {"car": 1}}"#,
                "order:1:14: `payment`: `shop.Payment` has no variant `car`; did you mean `card`?",
            ),
            (
                r#"{"long": 1.0}"#,
                "order:1:10: `long`: expected an integer that fits `i64`, found 1.0",
            ),
            (
                r#"{"float": 1e39}"#,
                "order:1:11: `float`: expected a number that fits `f32`, found 1e39",
            ),
            (
                r#"{"at": "2026-02-30T00:00:00Z"}"#,
                "order:1:8: `at`: expected a time such as \"2026-01-31T10:00:00Z\", found \"2026-02-30T00:00:00Z\"",
            ),
            (
                r#"{"state": 01}"#,
                "order:1:12: expected `,` or `}`, found '1'",
            ),
        ] {
            assert_eq!(order(text), Err(mistake.to_owned()), "{text}");
        }
    }
}
