//! The list of the stacks.

use std::str::FromStr;

use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use super::capnp::CapnProto;
use super::looking::Looking;
use super::raw::Raw;
use super::raw::codec::{Codec, View, With};
use super::sequential::Sequential;
use super::sinew::additions::{Layer, Lz4, Measured, Spans, Tls, Zstd};
use super::sinew::lent::Lent;
use super::sinew::shared::Shared;
use super::sinew::{Plain, Sinew, Spinning};
use super::tarpc::Tarpc;
use super::tonic::Tonic;
use super::volo::Volo;
use super::{Failure, Stack};
use crate::rpc::report::Kind;
use crate::rpc::role::{self, ClientOptions};
use crate::rpc::scenario::Scenario;

/// Runs a client process; the last argument returns the number of allocations so far, if they are counted.
type Client = fn(&ClientOptions, &Runtime, fn() -> u64) -> Result<(), Failure>;

/// A stack as a value.
#[derive(Clone, Copy)]
pub struct Entry {
    /// Its name, in tables and on command lines.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// Why it does not carry some of the loads.
    pub lacks: Option<&'static str>,
    /// Whether it can carry a load.
    pub carries: fn(&Scenario) -> bool,
    /// Serves until it fails.
    pub serve: fn(&Runtime, TcpListener) -> Result<(), Failure>,
    /// Runs a client process.
    pub call: Client,
}

/// The stacks; the first is what the others are compared with.
pub const ALL: &[Entry] = &[
    Entry::of::<Raw>(),
    Entry::of::<Sequential>(),
    Entry::of::<Looking>(),
    Entry::of::<With<Codec>>(),
    Entry::of::<With<View>>(),
    Entry::of::<Sinew<Plain>>(),
    Entry::of::<Shared>(),
    Entry::of::<Lent>(),
    Entry::of::<Sinew<Spinning>>(),
    Entry::of::<Tarpc>(),
    Entry::of::<Tonic>(),
    Entry::of::<Volo>(),
    Entry::of::<CapnProto>(),
    Entry::of::<Sinew<Layer>>(),
    Entry::of::<Sinew<Spans>>(),
    Entry::of::<Sinew<Measured>>(),
    Entry::of::<Sinew<Lz4>>(),
    Entry::of::<Sinew<Zstd>>(),
    Entry::of::<Sinew<Tls>>(),
];

impl Entry {
    const fn of<S: Stack>() -> Self {
        Self {
            name: S::NAME,
            kind: S::KIND,
            lacks: S::LACKS,
            carries: S::carries,
            serve: |runtime, listener| runtime.block_on(S::serve(listener)),
            call: role::calls::<S>,
        }
    }
}

impl FromStr for Entry {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = ALL.iter().find(|stack| stack.name == name);
        found
            .copied()
            .ok_or_else(|| format!("there is no stack `{name}`"))
    }
}
