//! Constraints of values.

use std::sync::Arc;

use super::Value;

/// A constraint of a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Constraint {
    /// `@len`: a number of characters, bytes or elements; bounds inclusive.
    Len {
        /// At least.
        min: u64,
        /// At most.
        max: Option<u64>,
    },
    /// `@range`: bounds of the value's own type.
    Range {
        /// The lower bound, inclusive.
        min: Option<Value>,
        /// The upper bound.
        max: Option<Value>,
        /// Whether the upper bound is included.
        inclusive: bool,
    },
    /// `@pattern`: the whole string matches.
    Pattern(Arc<str>),
    /// `@unique`: no two elements of the list are equal.
    Unique,
    /// `@each`: every element (or map value) satisfies these.
    Each(Vec<Constraint>),
}
