//! What generated code calls. Nothing else imports this module, and people have no need to.

pub use crate::method::Method;
pub use crate::outcome::MethodError;
pub use crate::service::{NamedService, no_such_method, reply, unimplemented};
pub use crate::wire::{
    DecodeError, Decoder, Encoder, Field, Frozen, FrozenReader, FrozenWriter, Layout, Message,
    Plan, PlannedField, ReadVariant, Record, Result, Sequence, Shape, ShapeCell, Type, Union,
    Variant, Wire, shape_of, unknown_value,
};

/// The header bits of a value.
#[inline]
pub fn bits<T: Wire>(value: &T) -> u64 {
    value.bits()
}
