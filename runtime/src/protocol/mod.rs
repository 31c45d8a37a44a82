//! The connection protocol as a state machine without I/O and without a clock: bytes and time in, events and bytes out.
//!
//! [`Connection`] is one type for both roles. Whoever drives it
//! 1. gives it what arrives ([`Connection::receive`]) and acts on the events,
//! 2. asks it to [`open`](Connection::open), [`reply`](Connection::reply), [`cancel`](Connection::cancel) and [`drain`](Connection::drain),
//!    and lets streams [send](Connection::send_turn) in [turn](Connection::next_turn),
//! 3. takes what it wants sent ([`Connection::transmit`]) and says when that is gone ([`Connection::wrote`]),
//! 4. wakes it at [`Connection::poll_timeout`] ([`Connection::timeout`]).
//!
//! Times are [`Duration`](std::time::Duration)s since any fixed point, the same for all calls on one connection.
//! No byte that arrives makes it panic, and it allocates for what has arrived, never for what is announced.
//! The bytes are described in `docs/src/protocol.md`.
//!
//! It is for those who drive connections themselves: tests, fuzzers, simulations. What is in its events, frames and settings grows with
//! the protocol, also between versions of this crate that are compatible otherwise.

mod arrivals;
mod boundaries;
mod calls;
mod close;
// Without the features, `Codec` has no values, so code behind it is unreachable.
#[cfg_attr(
    not(all(feature = "lz4", feature = "zstd")),
    allow(unreachable_code, unused_variables)
)]
mod codec;
mod connection;
mod credit;
mod drought;
mod event;
mod fields;
mod first;
mod flow;
mod frame;
mod granted;
mod hello;
mod incoming;
mod message_draft;
mod messages;
mod metadata;
mod meters;
mod methods;
mod open;
mod outgoing;
mod packing;
mod pieces;
mod preface;
mod receive;
mod send;
mod shapes;
mod shutdown;
mod stall;
mod status;
mod timers;
mod turns;

pub use calls::CallId;
pub use close::{Close, Reason};
pub use connection::{Connection, Role};
pub use credit::Waits;
pub use event::{Arrival, Event, Outcome};
pub use first::NoMessage;
pub use frame::{Flags, Header, Kind};
pub use hello::Offer;
pub use incoming::Data;
pub use messages::{Messages, PushError};
pub use methods::{Defined, Definition, MethodIndex};
pub use open::{Lifetime, Open, OpenError};
pub use packing::Compression;
pub use send::ReplyError;
#[cfg(feature = "rustls")]
pub(crate) use shutdown::PREFACE_WAIT;
pub use turns::Ending;

pub use crate::wire::Output;
