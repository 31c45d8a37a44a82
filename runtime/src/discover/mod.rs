//! Service discovery: sources that say where servers are, again whenever that changes.
//!
//! They know nothing of connections or calls, and never decide that there is no server: a balancer keeps the last set that was good.

mod dns;
mod file;
mod list;

use std::fmt;
use std::future::Future;
use std::sync::Arc;

pub use dns::Dns;
pub use file::File;
pub use list::List;

use crate::Result;

/// Says where servers are.
///
/// The balancer asks again and again, and takes each answer as the whole set, but for failures: an error, an empty
/// set and a set of more than [`Limits::servers`](crate::Limits::servers) change nothing. After a failure it asks
/// again half a second after it last asked, doubling to 30 s, less up to half, or at once if the answer took longer
/// than that. A panic is an error.
pub trait Source: Send + 'static {
    /// The set of servers: the first time as soon as it is known, later whenever it may have changed.
    fn next(&mut self) -> impl Future<Output = Result<Vec<Endpoint>>> + Send;
}

/// A server that calls can go to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[must_use]
pub struct Endpoint {
    priority: u32,
    address: Arc<str>,
    weight: u32,
}

impl Endpoint {
    /// A server at `host:port`, a `SocketAddr` or `unix:/path`, with weight 1 and priority 0.
    pub fn new(address: impl fmt::Display) -> Self {
        Self {
            priority: 0,
            address: address.to_string().into(),
            weight: 1,
        }
    }

    /// This server with another share of the calls, relative to the others, for policies that go by it.
    pub fn with_weight(mut self, weight: u32) -> Self {
        self.weight = weight;
        self
    }

    /// This server with another priority: 0 is first, higher ones are backups, for
    /// [`Priority`](crate::balance::Priority).
    pub fn with_priority(mut self, priority: u32) -> Self {
        self.priority = priority;
        self
    }

    /// `host:port` or `unix:/path`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Its share of the calls.
    pub fn weight(&self) -> u32 {
        self.weight
    }

    /// 0 is first.
    pub fn priority(&self) -> u32 {
        self.priority
    }

    pub(crate) fn shared_address(&self) -> Arc<str> {
        self.address.clone()
    }
}

impl<A: fmt::Display> From<A> for Endpoint {
    fn from(address: A) -> Self {
        Self::new(address)
    }
}
