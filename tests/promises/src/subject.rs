//! The types under test, each as functions of bytes.

use std::fmt::Debug;

use sinew::{
    DecodeError, DecodeLimits, Envelope, Look, Message, PeerShape, View, decode_with, encode,
    encode_body,
};
use sinew_values::{Schema, Type};

use crate::shown::Shown;
use crate::vectors::Vector;

/// What a reader has accepted, written again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Again {
    /// As a message.
    pub message: Vec<u8>,
    /// As a body behind the head of its type.
    pub body: Vec<u8>,
    /// As text, which is the same for a view.
    pub shown: Shown,
}

/// A compiled type.
#[derive(Clone, Copy)]
pub struct Subject {
    /// Its name in the schema.
    pub name: &'static str,
    /// The head that describes its whole shape to a peer.
    pub head: fn() -> &'static [u8],
    /// How much memory a byte may cost.
    pub factor: fn() -> usize,
    /// Reads a message and drops the value.
    pub read: fn(&[u8]) -> Result<(), DecodeError>,
    /// The same within other limits.
    pub within: fn(&[u8], &DecodeLimits) -> Result<(), DecodeError>,
    /// Reads a message, and writes the value again.
    pub message: fn(&[u8]) -> Result<Again, DecodeError>,
    /// The same for a head and the body behind it.
    pub body: fn(&[u8], &[u8]) -> Result<Again, DecodeError>,
    /// Views a message, and returns what is seen.
    pub look: fn(&[u8]) -> Result<Shown, DecodeError>,
    /// The same for a head and the body behind it.
    pub look_body: fn(&[u8], &[u8]) -> Result<Shown, DecodeError>,
}

impl Subject {
    /// The type `T`.
    pub const fn of<T: Message + Look + Debug>(name: &'static str) -> Self
    where
        for<'a> View<'a, T>: Debug,
    {
        Self {
            name,
            head: || T::shape().head(),
            factor: sinew::memory_factor::<T>,
            read: |message| sinew::decode::<T>(message).map(drop),
            within: |message, limits| decode_with::<T>(message, limits).map(drop),
            message: |message| sinew::decode::<T>(message).map(again),
            body: |head, body| {
                let peer = PeerShape::parse(head)?;
                let value = peer.decode::<T>(body, &DecodeLimits::default());
                value.map(again)
            },
            look: |message| {
                Envelope::new(message)
                    .view::<T>()
                    .map(|seen| Shown::of(&seen))
            },
            look_body: |head, body| {
                let peer = PeerShape::parse(head)?;
                let seen = peer.view::<T>(body, &DecodeLimits::default())?;
                Ok(Shown::of(&seen))
            },
        }
    }
}

fn again<T: Message + Debug>(value: T) -> Again {
    let mut body = Vec::new();
    encode_body(&value, &mut body).expect("what was read can be written");
    let message = encode(&value).expect("what was read can be written");
    Again {
        message,
        body,
        shown: Shown::of(&value),
    }
}

/// Lists the compiled types of a module.
macro_rules! subjects {
    ($module:path; $($name:ident)*) => {{
        use $module as module;
        &[$(Subject::of::<module::$name>(stringify!($name))),*]
    }};
}

/// Every struct, exception and union of `tests/wire/schema.idl`.
pub const WIRE: &[Subject] = subjects! { crate::idl::vectors;
    Greeting GreetingLater OfBool OfU8 OfI8 OfU16 OfI16 OfU32 OfI32 OfU64 OfI64 OfU128 OfI128 OfF32 OfF64 OfString
    OfBytes OfUuid OfTimestamp OfDuration OfDate OfDecimal OfNames OfFrozen OfOptionals Wide Reading Numbers Blocks
    Lists Sets Key Tag Maps Prices Track Arrays Empty Person Payment Payments PaymentEarlier PaymentsEarlier Answer
    Far FarFields Node Left Right Expr Pages NotFound Defaults Deep Order Line
};

/// The twelve versions of the `Ticket` of `tests/evolution`, the oldest first.
pub const VERSIONS: [&[Subject]; 12] = [
    subjects! { crate::idl::v01; Ticket },
    subjects! { crate::idl::v02; Ticket },
    subjects! { crate::idl::v03; Ticket },
    subjects! { crate::idl::v04; Ticket },
    subjects! { crate::idl::v05; Ticket },
    subjects! { crate::idl::v06; Ticket },
    subjects! { crate::idl::v07; Ticket },
    subjects! { crate::idl::v08; Ticket },
    subjects! { crate::idl::v09; Ticket },
    subjects! { crate::idl::v10; Ticket },
    subjects! { crate::idl::v11; Ticket },
    subjects! { crate::idl::v12; Ticket },
];

/// The compiled type of this name.
pub fn wire(name: &str) -> Option<&'static Subject> {
    WIRE.iter().find(|subject| subject.name == name)
}

/// Why the runtime refuses a vector; `None` if it does not.
///
/// # Panics
/// The vector's type is unknown.
pub fn refused(vector: &Vector) -> Option<DecodeError> {
    let subject = of(vector);
    let mut limits = DecodeLimits::default();
    if let Some(memory) = vector.find("memory") {
        limits = limits.with_memory(memory.parse().expect("it is a number of bytes"));
    }
    match vector.find("message") {
        Some(_) => (subject.within)(&vector.hex("message"), &limits).err(),
        None => (subject.body)(&vector.hex("head"), &vector.hex("body")).err(),
    }
}

/// Why the runtime refuses to view a vector; `None` if it does not.
///
/// # Panics
/// The vector's type is unknown.
pub fn refused_view(vector: &Vector) -> Option<DecodeError> {
    let subject = of(vector);
    match vector.find("message") {
        Some(_) => (subject.look)(&vector.hex("message")).err(),
        None => (subject.look_body)(&vector.hex("head"), &vector.hex("body")).err(),
    }
}

fn of(vector: &Vector) -> &'static Subject {
    let name = vector.text("type");
    wire(name).unwrap_or_else(|| panic!("{}: no type {name}", vector.place))
}

/// The types of `tests/wire/schema.idl` for the second reader.
pub fn wire_schema() -> Schema {
    Schema::of_text(include_str!("../../wire/schema.idl")).expect("it has no errors")
}

/// A type of a schema.
///
/// # Panics
/// If there is none of this name.
pub fn named<'s>(schema: &'s Schema, name: &str) -> &'s Type {
    schema
        .find(name)
        .unwrap_or_else(|error| panic!("`{name}` {error}"))
}
