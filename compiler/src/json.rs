//! Writes JSON. Members keep the order in which they were added.

use std::fmt::Write as _;

use crate::source::is_hidden;

/// A JSON value.
#[derive(Debug)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    /// JSON text: a number with its own spelling, or a value that was already serialized.
    Spelled(String),
    Text(String),
    List(Vec<Json>),
    Object(Object),
}

/// An object. Members keep the order in which they were added.
#[derive(Debug, Default)]
pub(crate) struct Object(Vec<(&'static str, Json)>);

impl Object {
    /// An object that starts with this member.
    pub(crate) fn new(name: &'static str, value: impl Into<Json>) -> Self {
        Self(vec![(name, value.into())])
    }

    /// Adds a member.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<Json>) -> Self {
        self.0.push((name, value.into()));
        self
    }

    /// Adds a member unless its value is `null`, `false`, or an empty string, list or object.
    pub(crate) fn with_some(self, name: &'static str, value: impl Into<Json>) -> Self {
        let value = value.into();
        match value.is_empty() {
            true => self,
            false => self.with(name, value),
        }
    }

    /// Adds the members of another object.
    pub(crate) fn and(mut self, other: Object) -> Self {
        self.0.extend(other.0);
        self
    }
}

impl Json {
    fn is_empty(&self) -> bool {
        match self {
            Json::Null => true,
            Json::Bool(value) => !value,
            Json::Spelled(_) => false,
            Json::Text(text) => text.is_empty(),
            Json::List(values) => values.is_empty(),
            Json::Object(object) => object.0.is_empty(),
        }
    }

    /// The text of the value on one line.
    pub(crate) fn line(&self) -> String {
        let mut out = String::new();
        self.write_line(&mut out);
        out.push('\n');
        out
    }

    fn write_line(&self, out: &mut String) {
        match self {
            Json::List(values) => {
                out.push('[');
                for (at, value) in values.iter().enumerate() {
                    out.push_str(if at == 0 { "" } else { "," });
                    value.write_line(out);
                }
                out.push(']');
            }
            Json::Object(Object(members)) => {
                out.push('{');
                for (at, (name, value)) in members.iter().enumerate() {
                    out.push_str(if at == 0 { "" } else { "," });
                    quote(name, out);
                    out.push(':');
                    value.write_line(out);
                }
                out.push('}');
            }
            plain => plain.write(0, out),
        }
    }

    /// The text of the value; objects and lists of them get a line for each member.
    pub(crate) fn print(&self) -> String {
        let mut out = String::new();
        self.write(0, &mut out);
        out.push('\n');
        out
    }

    fn write(&self, indent: usize, out: &mut String) {
        match self {
            Json::Null => out.push_str("null"),
            Json::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Json::Spelled(text) => out.push_str(text),
            Json::Text(text) => quote(text, out),
            Json::List(values) if values.is_empty() => out.push_str("[]"),
            Json::List(values) => {
                let is_flat = values.iter().all(|value| !value.is_nested());
                members(
                    out,
                    indent,
                    is_flat,
                    ['[', ']'],
                    values.iter(),
                    |value, indent, out| {
                        value.write(indent, out);
                    },
                );
            }
            Json::Object(Object(list)) if list.is_empty() => out.push_str("{}"),
            Json::Object(Object(list)) => {
                members(
                    out,
                    indent,
                    false,
                    ['{', '}'],
                    list.iter(),
                    |(name, value), indent, out| {
                        quote(name, out);
                        out.push_str(": ");
                        value.write(indent, out);
                    },
                );
            }
        }
    }

    fn is_nested(&self) -> bool {
        match self {
            Json::List(_) | Json::Object(_) => true,
            Json::Null | Json::Bool(_) | Json::Spelled(_) | Json::Text(_) => false,
        }
    }
}

fn members<T>(
    out: &mut String,
    indent: usize,
    is_flat: bool,
    [open, close]: [char; 2],
    list: impl Iterator<Item = T>,
    write: impl Fn(T, usize, &mut String),
) {
    out.push(open);
    let inner = indent + 2;
    for (at, member) in list.enumerate() {
        match (at, is_flat) {
            (0, true) => {}
            (_, true) => out.push_str(", "),
            (0, false) => out.push_str(&format!("\n{:inner$}", "")),
            (_, false) => out.push_str(&format!(",\n{:inner$}", "")),
        }
        write(member, inner, out);
    }
    if !is_flat {
        out.push_str(&format!("\n{:indent$}", ""));
    }
    out.push(close);
}

/// Appends `text` as a JSON string. JSON only requires escapes up to U+001F; this also escapes other characters that a
/// terminal would obey or that change how the text around them looks.
fn quote(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_hidden(c) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    _ = write!(out, "\\u{unit:04x}");
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Json::Bool(value)
    }
}

impl From<u16> for Json {
    fn from(value: u16) -> Self {
        Json::Spelled(value.to_string())
    }
}

impl From<u32> for Json {
    fn from(value: u32) -> Self {
        Json::Spelled(value.to_string())
    }
}

impl From<usize> for Json {
    fn from(value: usize) -> Self {
        Json::Spelled(value.to_string())
    }
}

impl From<&str> for Json {
    fn from(value: &str) -> Self {
        Json::Text(value.to_owned())
    }
}

impl From<String> for Json {
    fn from(value: String) -> Self {
        Json::Text(value)
    }
}

impl From<Object> for Json {
    fn from(value: Object) -> Self {
        Json::Object(value)
    }
}

impl<T: Into<Json>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Self {
        value.map_or(Json::Null, Into::into)
    }
}

impl<T: Into<Json>> From<Vec<T>> for Json {
    fn from(values: Vec<T>) -> Self {
        Json::List(values.into_iter().map(Into::into).collect())
    }
}
