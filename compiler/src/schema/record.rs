//! Declarations with fields: structs, frozen structs, exceptions.

use std::sync::Arc;

use super::{Annotations, Constraint, Reserved, Type, Value};
use crate::source::Span;

/// A struct.
#[derive(Clone, Debug)]
pub struct Struct {
    /// Names of its type parameters.
    pub params: Vec<String>,
    /// Its fields, in source order.
    pub fields: Vec<Field>,
    /// Names and ids that may not be used.
    pub reserved: Reserved,
}

impl Struct {
    /// The fields in the order of their ids, which is the order on the wire.
    pub fn by_id(&self) -> Vec<&Field> {
        by_id(&self.fields)
    }
}

/// `fields` in the order of their ids, which is the order on the wire.
pub fn by_id(fields: &[Field]) -> Vec<&Field> {
    let mut sorted: Vec<&Field> = fields.iter().collect();
    sorted.sort_by_key(|f| f.id);
    sorted
}

/// Up to this many required fields are arguments of `new` in Rust, in source order. More are set by name.
pub(crate) const MOST_ARGUMENTS: usize = 7;

/// A field of a struct, exception or struct variant, a parameter, or an error of a `throws` list.
#[derive(Clone, Debug)]
pub struct Field {
    /// 1..=32767, unique within its parent.
    pub id: u16,
    /// Span of the id.
    pub id_span: Span,
    /// Its name.
    pub name: String,
    /// Span of the name.
    pub span: Span,
    /// Its documentation.
    pub doc: Option<String>,
    /// Its annotations.
    pub annotations: Arc<Annotations>,
    /// Its type.
    pub ty: Type,
    /// Span of the type.
    pub ty_span: Span,
    /// Its default, which fits the type. Optional types have none.
    pub default: Option<Value>,
    /// Its constraints, including those of typedefs.
    pub constraints: Vec<Constraint>,
    /// Whether the Rust field is a `Box`: because the type contains itself through it, or because its value is large
    /// and the struct may contain itself.
    pub boxed: bool,
}

impl Field {
    /// Whether a value must be given: the field is not optional and has no default.
    pub fn is_required(&self) -> bool {
        !self.ty.is_optional() && self.default.is_none()
    }
}

/// A struct with a fixed layout.
#[derive(Clone, Debug)]
pub struct Frozen {
    /// Its members in layout order.
    pub fields: Vec<FrozenField>,
    /// Size of a value on the wire, in bytes.
    pub size: u32,
}

/// A member of a frozen struct.
#[derive(Clone, Debug)]
pub struct FrozenField {
    /// Its name.
    pub name: String,
    /// Span of the name.
    pub span: Span,
    /// Its documentation.
    pub doc: Option<String>,
    /// Its annotations.
    pub annotations: Arc<Annotations>,
    /// Its type, which has a constant size.
    pub ty: Type,
    /// Span of the type.
    pub ty_span: Span,
}

/// An exception.
#[derive(Clone, Debug)]
pub struct Exception {
    /// Its fields, in source order.
    pub fields: Vec<Field>,
    /// Names and ids that may not be used.
    pub reserved: Reserved,
    /// `@message`: literal text and field indices.
    pub message: Option<Vec<MessagePart>>,
    /// `@error(fault)`
    pub fault: Fault,
    /// `@error(retry)`
    pub retry: Retry,
}

/// A piece of a `@message` template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessagePart {
    /// Literal text.
    Text(String),
    /// The value of the field at this index.
    Field(u32),
}

/// Whose fault an exception is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    /// The caller asked for something that cannot be done.
    Client,
    /// The server could not do what it should.
    #[default]
    Server,
}

/// Whether to retry after an exception.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Retry {
    /// The same call would fail again.
    #[default]
    Never,
    /// The call may be retried at once.
    Safe,
    /// The call may be retried later.
    Later,
}
