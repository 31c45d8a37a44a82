//! Unions.

use std::sync::Arc;

use super::{Annotations, Constraint, Field, Reserved, Type};
use crate::source::Span;

/// A union.
#[derive(Clone, Debug)]
pub struct Union {
    /// Names of its type parameters.
    pub params: Vec<String>,
    /// Whether unknown variants are refused.
    pub closed: bool,
    /// Its variants in the order written.
    pub variants: Vec<Variant>,
    /// Names and ids that may not be used.
    pub reserved: Reserved,
    /// Whether some `throws` names it: its Rust enum then also is an error enum.
    pub thrown: bool,
}

/// A variant of a union.
#[derive(Clone, Debug)]
pub struct Variant {
    /// 1..=32767, unique within the union.
    pub id: u16,
    /// Where its id stands.
    pub id_span: Span,
    /// All of it, doc comment and annotations excluded.
    pub whole: Span,
    /// Its name.
    pub name: String,
    /// Where its name stands.
    pub span: Span,
    /// Its documentation.
    pub doc: Option<String>,
    /// Its annotations.
    pub annotations: Arc<Annotations>,
    /// What it carries.
    pub payload: Payload,
    /// Names and ids that its fields may not use.
    pub reserved: Reserved,
}

/// What a variant carries.
#[derive(Clone, Debug)]
pub enum Payload {
    /// Nothing.
    Unit,
    /// One value.
    Typed {
        /// Its type.
        ty: Type,
        /// Where its type stands.
        ty_span: Span,
        /// What its values must satisfy.
        constraints: Vec<Constraint>,
        /// Whether it is held in a `Box` because its type contains the union, or takes much in place and
        /// the union can contain itself.
        boxed: bool,
    },
    /// Named fields.
    Struct(Vec<Field>),
}
