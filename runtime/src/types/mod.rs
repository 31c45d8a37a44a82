//! The value types of the language that Rust's standard library has no exact match for.
//!
//! They hold, compare, print and convert values. What they look like on the wire is in `wire`.

mod calendar;
mod date;
mod decimal;
mod duration;
mod shared_str;
mod source;
mod timestamp;
mod uuid;

pub use date::Date;
pub use decimal::Decimal;
pub use duration::Duration;
pub use shared_str::SharedStr;
pub(crate) use source::{Copied, Source};
pub use timestamp::Timestamp;
pub use uuid::Uuid;

/// A text that is not a value of the expected type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseError {
    expected: &'static str,
}

impl ParseError {
    pub(crate) const fn new(expected: &'static str) -> Self {
        Self { expected }
    }
}

impl core::fmt::Display for ParseError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "expected {}", self.expected)
    }
}

impl std::error::Error for ParseError {}

/// A value that does not fit the target type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RangeError(());

impl RangeError {
    pub(crate) const fn new() -> Self {
        Self(())
    }
}

impl core::fmt::Display for RangeError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("the value is out of range")
    }
}

impl std::error::Error for RangeError {}
