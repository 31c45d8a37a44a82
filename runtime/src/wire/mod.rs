//! The wire format: shapes, bodies, and values between them. It knows no connections and does no I/O.
//!
//! * `value`: what a type says of itself. `ty`: types as data. `scalars`, `decimal`, `held`, `sequences`, `sets`, `maps`, `frozen`:
//!   the types of the language.
//! * `encoder`, `writing`, `output`, `buffer`, `prefix`, `decoder`, `numbers`, `byte`, `text`, `bits`: bytes and bits. `message`: whole messages.
//!   `error`: what is wrong with them.
//! * `graph`, `own_graph`, `layout`, `head`, `shape`, `peer`: the types of a message, as bytes, and what is worked out once per type and per peer.
//! * `factor`: how much memory a byte can cost. `apart`: how little of the stack.
//! * `shared`: texts and bytes that share the memory of the message. `transparent`: enums, flags and newtypes.
//! * `views`, `envelope`: values that are looked at where they are.
//! * `fields`, `unions`: structs and unions, whoever wrote them. `used`: variants that occur. `unknown`, `relayed`: those that somebody does
//!   not know.
//! * `plan`, `planned`, `merge`, `skip`, `measures`: reading a writer whose shape is not ours.

mod apart;
mod bits;
mod buffer;
mod byte;
mod decimal;
mod decoder;
mod encoder;
mod envelope;
mod error;
mod factor;
mod fields;
mod frozen;
mod graph;
mod head;
mod held;
mod layout;
mod maps;
mod measures;
mod merge;
mod message;
mod numbers;
mod output;
mod own_graph;
mod peer;
mod plan;
mod planned;
mod prefix;
mod relayed;
mod scalars;
mod sequences;
mod sets;
mod shape;
mod shared;
mod skip;
mod text;
mod transparent;
mod ty;
mod unions;
mod unknown;
mod used;
mod value;
mod views;
mod writing;

pub use apart::choose;
pub use buffer::Room;
pub use decoder::Decoder;
pub use encoder::Encoder;
pub use envelope::Envelope;
pub(crate) use envelope::look_same;
pub use error::{DecodeError, DecodeErrorKind, EncodeError, Result, ShapeFault};
pub use factor::memory_factor;
pub use fields::Fields;
pub use frozen::{Frozen, FrozenReader};
pub use layout::Layout;
pub use message::{
    DecodeLimits, decode, decode_shared, decode_shared_with, decode_with, encode, encode_body,
};
pub(crate) use message::{encode_onto, give_onto};
pub(crate) use output::Mark;
pub use output::Output;
pub use peer::PeerShape;
pub(crate) use peer::decode_same;
pub use plan::Plan;
pub use shape::{Shape, ShapeCell, shape_of};
pub use transparent::{
    Transparent, fill_common_inner, inner_bits, inner_word, put_inner, store_inner,
};
pub use ty::{Field, Part, Type, Variant};
pub use unions::ReadPayload;
pub use unknown::{UnknownValue, UnknownVariant, unknown_value};
pub use value::{Message, Record, Sequence, Union, Wire};
pub use views::{Look, View};

/// How many values that can contain themselves may be nested in each other, and how deep a shape may be.
pub(crate) const DEPTH_LIMIT: u32 = 64;

/// How many bytes a head may have.
pub(crate) const HEAD_LIMIT: usize = 32 * 1024;
