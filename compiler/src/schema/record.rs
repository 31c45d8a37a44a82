//! What has fields: structs, frozen structs, exceptions.

use std::sync::Arc;

use super::{Annotations, Constraint, Reserved, Type, Value};
use crate::source::Span;

/// A struct.
#[derive(Clone, Debug)]
pub struct Struct {
    /// Names of its type parameters.
    pub params: Vec<String>,
    /// Its fields in the order written.
    pub fields: Vec<Field>,
    /// Names and ids that may not be used.
    pub reserved: Reserved,
}

impl Struct {
    /// The fields in the order of their ids: the order on the wire.
    pub fn by_id(&self) -> Vec<&Field> {
        by_id(&self.fields)
    }
}

/// `fields` in the order of their ids: the order on the wire.
pub fn by_id(fields: &[Field]) -> Vec<&Field> {
    let mut sorted: Vec<&Field> = fields.iter().collect();
    sorted.sort_by_key(|f| f.id);
    sorted
}

/// A field of a struct, exception or struct variant; a parameter; an error of a `throws` list.
#[derive(Clone, Debug)]
pub struct Field {
    /// 1..=32767, unique within its parent.
    pub id: u16,
    /// Where its id stands.
    pub id_span: Span,
    /// Its name.
    pub name: String,
    /// Where its name stands.
    pub span: Span,
    /// Its documentation.
    pub doc: Option<String>,
    /// Its annotations.
    pub annotations: Arc<Annotations>,
    /// Its type.
    pub ty: Type,
    /// Where its type stands.
    pub ty_span: Span,
    /// Its default; fits the type; never together with an optional type.
    pub default: Option<Value>,
    /// What its values must satisfy, those of its typedefs included.
    pub constraints: Vec<Constraint>,
    /// Whether the field holds its value in a `Box` because its type contains itself here, or takes much in
    /// place and its struct can contain itself.
    pub boxed: bool,
}

impl Field {
    /// Whether a value must be given: neither optional nor defaulted.
    pub fn is_required(&self) -> bool {
        !self.ty.is_optional() && self.default.is_none()
    }
}

/// A struct of fixed layout.
#[derive(Clone, Debug)]
pub struct Frozen {
    /// Its members in layout order.
    pub fields: Vec<FrozenField>,
    /// Bytes of one value on the wire.
    pub size: u32,
}

/// A member of a frozen struct.
#[derive(Clone, Debug)]
pub struct FrozenField {
    /// Its name.
    pub name: String,
    /// Where its name stands.
    pub span: Span,
    /// Its documentation.
    pub doc: Option<String>,
    /// Its annotations.
    pub annotations: Arc<Annotations>,
    /// Its type; of constant size.
    pub ty: Type,
    /// Where its type stands.
    pub ty_span: Span,
}

/// An exception.
#[derive(Clone, Debug)]
pub struct Exception {
    /// Its fields in the order written.
    pub fields: Vec<Field>,
    /// Names and ids that may not be used.
    pub reserved: Reserved,
    /// `@message`: literal text and field positions in turn.
    pub message: Option<Vec<MessagePart>>,
    /// `@error(fault)`
    pub fault: Fault,
    /// `@error(retry)`
    pub retry: Retry,
}

/// A piece of a `@message` template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessagePart {
    /// Text as it is.
    Text(String),
    /// The value of the field at this position.
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

/// Whether to try again after an exception.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Retry {
    /// The same call fails again.
    #[default]
    Never,
    /// The call may be repeated at once.
    Safe,
    /// The call may be repeated after a while.
    Later,
}
