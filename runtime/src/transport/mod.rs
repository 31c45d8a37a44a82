//! Connections over real transports. Each side has one task that owns its transport and drives the state machine of
//! [`protocol`](crate::protocol).

mod alarms;
mod answers;
mod begin;
mod called;
mod carrier;
mod client;
mod dial;
mod dialing;
mod driver;
mod entry;
mod failure;
mod flight;
mod handlers;
mod heap;
mod home;
mod idle;
mod launch;
mod link;
mod race;
mod remote;
mod room;
mod serve;
mod share;
mod side;
mod slots;
mod socket;
mod sockets;
mod spin;
mod streams;
mod upkeep;

pub(crate) use carrier::Carrier;
pub(crate) use dial::{Dialer, Opener};
pub(crate) use flight::Flight;
pub(crate) use remote::{Placed, Remote, answer, in_time};
pub(crate) use room::too_many as too_many_calls;
pub(crate) use serve::{Entrance, Shared, serve};
pub use socket::Io;
pub(crate) use sockets::look_up;
#[cfg(not(target_family = "wasm"))]
pub(crate) use sockets::prepare;
pub(crate) use upkeep::Standing;
