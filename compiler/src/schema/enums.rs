//! Enums, flags, and what declarations reserve.

use std::sync::Arc;

use super::{Annotations, Number, Scalar};
use crate::source::Span;

/// An enum or flags.
#[derive(Clone, Debug)]
pub struct Enum {
    /// The integer type of its numbers; unsigned for flags.
    pub base: Scalar,
    /// Whether unknown numbers are refused.
    pub closed: bool,
    /// Its values in the order written.
    pub values: Vec<EnumValue>,
    /// Names and numbers that may not be used.
    pub reserved: Reserved,
}

/// One value of an enum, or one flag.
#[derive(Clone, Debug)]
pub struct EnumValue {
    /// Its name.
    pub name: String,
    /// Where its name stands.
    pub span: Span,
    /// Its documentation.
    pub doc: Option<String>,
    /// Its annotations.
    pub annotations: Arc<Annotations>,
    /// Its number; fits the base type.
    pub number: Number,
    /// Where the number stands.
    pub number_span: Span,
    /// For a second name of a number (`@alias`): the position of the first.
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
