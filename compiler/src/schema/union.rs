//! Unions.

use std::sync::Arc;

use super::{Annotations, Constraint, Field, Reserved, Type};
use crate::source::Span;

/// A union.
#[derive(Clone, Debug)]
pub struct Union {
    /// Names of its type parameters.
    pub params: Vec<String>,
    /// Whether unknown variants are rejected.
    pub closed: bool,
    /// Its variants, in source order.
    pub variants: Vec<Variant>,
    /// Names and ids that may not be used.
    pub reserved: Reserved,
    /// Whether a `throws` names it. Its Rust enum is then an error type too.
    pub thrown: bool,
}

/// A variant of a union.
#[derive(Clone, Debug)]
pub struct Variant {
    /// 1..=32767, unique within the union.
    pub id: u16,
    /// Span of the id.
    pub id_span: Span,
    /// Its span without doc comment and annotations.
    pub whole: Span,
    /// Its name.
    pub name: String,
    /// Span of the name.
    pub span: Span,
    /// Its documentation.
    pub doc: Option<String>,
    /// Its annotations.
    pub annotations: Arc<Annotations>,
    /// Its payload.
    pub payload: Payload,
    /// Reserved names and ids of its fields.
    pub reserved: Reserved,
}

/// The payload of a variant.
#[derive(Clone, Debug)]
pub enum Payload {
    /// Nothing.
    Unit,
    /// One value.
    Typed {
        /// Its type.
        ty: Type,
        /// Span of the type.
        ty_span: Span,
        /// Its constraints.
        constraints: Vec<Constraint>,
        /// Whether the Rust payload is a `Box`: because the type contains the union, or because its value is large and
        /// the union may contain itself.
        boxed: bool,
    },
    /// Named fields.
    Struct(Vec<Field>),
}
