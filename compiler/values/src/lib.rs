//! Values of Sinew without Rust types: reads, writes and explains wire bytes by a schema that is known at run time.
//!
//! Written from the specification (`docs/src/wire-format.md`), without a line of the runtime, so that each holds the
//! other to it. It does no I/O, and makes no attempt at speed.
//!
//! * `schema`: the types of a checked schema, with generics instantiated.
//! * `head`: heads, parsed and encoded. `shape`: the head of a type.
//! * `read`: decodes a body by its head and the reader's type. `bytes`: primitives. `refused`: errors.
//! * `inspect`: explains each byte.
//! * `write`: encodes bodies and messages. `value`: values. `json`: values as JSON.

#![forbid(unsafe_code)]

mod base64;
mod bytes;
mod head;
mod inspect;
pub mod json;
mod read;
mod refused;
mod schema;
mod shape;
mod value;
mod write;

pub use base64::{from_base64, to_base64};
pub use head::{Fixed, Head, Kind};
pub use inspect::{inspect_body, inspect_message};
pub use read::{Reading, read_body, read_message};
pub use refused::{Fault, Refused, Rule};
pub use schema::{
    BadSchema, Constraint, Enum, Field, Frozen, NoType, Record, Schema, Type, Union, Variant,
};
pub use value::Value;
pub use write::{Message, write};
