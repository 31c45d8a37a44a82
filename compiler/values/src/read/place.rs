//! Paths from the root to a field, for error messages.

use std::fmt::Write;

/// A step of a path.
#[derive(Clone, Debug)]
pub(crate) enum Step<'a> {
    /// To a field, a member of a frozen struct or a variant.
    Field(&'a str),
    /// To a field or variant without a name.
    Id(u16),
    /// To an element, or the key of an entry.
    Item(usize),
    /// To the value of the entry with this key.
    Entry(String),
}

/// `items[3].price`
pub(crate) fn path(steps: &[Step<'_>]) -> String {
    let mut path = String::new();
    for step in steps {
        let written = match step {
            Step::Field(name) if path.is_empty() => write!(path, "{name}"),
            Step::Field(name) => write!(path, ".{name}"),
            Step::Id(id) if path.is_empty() => write!(path, "{id}"),
            Step::Id(id) => write!(path, ".{id}"),
            Step::Item(index) => write!(path, "[{index}]"),
            Step::Entry(key) => write!(path, "[{key}]"),
        };
        written.expect("a text takes anything");
    }
    path
}
