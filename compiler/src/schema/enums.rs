//! Enums, flags, and reserved names and numbers.

use std::sync::Arc;

use super::{Annotations, Number, Scalar};
use crate::source::Span;

/// An enum or flags.
#[derive(Clone, Debug)]
pub struct Enum {
    /// The integer type of its numbers, unsigned for flags.
    pub base: Scalar,
    /// Whether unknown numbers are rejected.
    pub closed: bool,
    /// Its values, in source order.
    pub values: Vec<EnumValue>,
    /// Names and numbers that may not be used.
    pub reserved: Reserved,
}

/// One value of an enum, or one flag.
#[derive(Clone, Debug)]
pub struct EnumValue {
    /// Its name.
    pub name: String,
    /// Span of the name.
    pub span: Span,
    /// Its documentation.
    pub doc: Option<String>,
    /// Its annotations.
    pub annotations: Arc<Annotations>,
    /// Its number, which fits the base type.
    pub number: Number,
    /// Span of the number.
    pub number_span: Span,
    /// For a second name of the same number (`@alias`): the index of the first.
    pub alias_of: Option<u32>,
}

/// What a declaration reserves.
#[derive(Clone, Debug, Default)]
pub struct Reserved {
    /// Reserved names.
    pub names: Vec<String>,
    /// Reserved numbers, inclusive, ascending, not overlapping.
    pub ranges: Vec<(Number, Number)>,
}
