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

/// Around what an optional holds, if that is an optional too.
const PRESENT: &str = "present";
/// In place of the name of a variant that is not known.
const UNKNOWN: &str = "?";
/// The largest integer that every reader of JSON takes; larger ones are texts.
const MAX_SAFE: u128 = (1 << 53) - 1;

/// What is wrong with a text that should be a value.
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

/// The value of a type that a text says.
///
/// # Errors
/// What is wrong with the text, and where.
pub fn parse(schema: &Schema, ty: &Type, text: &str) -> Result<Value, Mistake> {
    from::value(schema, ty, text, &Json::parse(text)?)
}

/// A value of a type on one line.
///
/// # Panics
/// If the value is not of that type.
pub fn print(schema: &Schema, ty: &Type, value: &Value) -> String {
    print::print(schema, ty, value, None)
}

/// A value of a type over several lines, with an end of line.
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
    /// What is wrong, behind the name of the file: `order.json:3:12: …`.
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
