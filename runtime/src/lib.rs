//! Runtime of Sinew: what generated code and its users need at run time.

pub mod codegen;
mod include;
mod types;
mod wire;

pub use types::{Date, Decimal, Duration, ParseError, RangeError, Timestamp, Uuid};
pub use wire::{
    DecodeError, DecodeErrorKind, DecodeLimits, EncodeError, Message, PeerShape, Shape, ShapeFault,
    UnknownValue, UnknownVariant, Wire, decode, decode_with, encode, encode_body,
};
