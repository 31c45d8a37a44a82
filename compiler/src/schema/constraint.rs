//! What values must satisfy.

use std::sync::Arc;

use super::Value;

/// What a value must satisfy.
#[derive(Clone, Debug, PartialEq)]
pub enum Constraint {
    /// `@len`: characters, bytes or elements; bounds inclusive.
    Len {
        /// At least.
        min: u64,
        /// At most.
        max: Option<u64>,
    },
    /// `@range`: bounds in the type of the value.
    Range {
        /// The lower bound, inclusive.
        min: Option<Value>,
        /// The upper bound.
        max: Option<Value>,
        /// Whether the upper bound is allowed itself.
        inclusive: bool,
    },
    /// `@pattern`: the whole string matches.
    Pattern(Arc<str>),
    /// `@unique`: no two elements of the list are equal.
    Unique,
    /// `@each`: every element (or map value) satisfies these.
    Each(Vec<Constraint>),
}
