//! A second reader and writer of the wire format, written from its specification (`docs/src/wire-format.md`): it takes
//! schemas at run time, shares no code with the runtime, and makes no attempt at speed.
//!
//! * `schema`, `defaults`: the types of a checked schema, with generics worked out.
//! * `head`: what a head says; heads from bytes and back. `shape`: the head of a type.
//! * `read`, `bytes`, `scalar`: a body, by its head and the reader's type. `skip`: what the reader does not know.
//! * `write`: bodies and messages of values. `value`: values without Rust types. `json`: values as text.

mod bytes;
mod defaults;
mod head;
mod json;
mod parse;
mod read;
mod scalar;
mod schema;
mod shape;
mod skip;
mod value;
mod write;

pub use head::{Fixed, Head, Kind};
pub use json::{parse as parse_json, print as print_json};
pub use read::{read_body, read_message, was_passed_on};
pub use schema::{Field, Record, Schema, Type, Union, Variant};
pub use value::Value;
pub use write::{Message, write};

/// Why bytes were refused, in the words of the specification.
pub type Refused = &'static str;
