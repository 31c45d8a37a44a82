//! Load balancing: several servers behind one channel.
//!
//! A [source](crate::discover) says where the servers are, a policy chooses one for each call, and those that fail or cannot be reached
//! are left alone for a while.

mod change;
mod eject;
mod feed;
mod member;
mod policies;
mod policy;
mod pool;
mod rotation;
mod route;
mod search;
mod seek;
#[cfg(test)]
mod tests;

pub use eject::Eject;
pub(crate) use member::Ticket;
pub use policies::{LeastLoaded, Priority, Random, Rendezvous, RoundRobin, Weighted};
pub use policy::{Asked, Candidate, Policy};
pub use pool::Pool;

use crate::discover::Source;
use crate::{Backoff, Channel, Connect, Limits};

/// Makes a channel to several servers.
///
/// ```no_run
/// use sinew::balance::{Balancer, LeastLoaded};
/// use sinew::discover::List;
///
/// # fn run() {
/// let servers = List::new(["10.0.0.1:7000", "10.0.0.2:7000", "10.0.0.3:7000"]);
/// let channel = Balancer::new(servers).policy(LeastLoaded).channel();
/// # }
/// ```
#[derive(Debug)]
#[must_use = "it makes a channel"]
pub struct Balancer<S, P = LeastLoaded> {
    source: S,
    policy: P,
    eject: Eject,
    connect: Connect,
}

impl<S: Source> Balancer<S> {
    /// A balancer over the servers that `source` names, with [`LeastLoaded`], [`Eject::new`] and the default limits.
    pub fn new(source: S) -> Self {
        Self {
            source,
            policy: LeastLoaded,
            eject: Eject::new(),
            connect: Connect::new(),
        }
    }
}

impl<S: Source, P: Policy> Balancer<S, P> {
    /// Chooses servers by another policy. Default [`LeastLoaded`].
    pub fn policy<Q: Policy>(self, policy: Q) -> Balancer<S, Q> {
        Balancer {
            source: self.source,
            policy,
            eject: self.eject,
            connect: self.connect,
        }
    }

    /// Ejects failing servers by other rules. Default [`Eject::new`].
    pub fn eject(mut self, eject: Eject) -> Self {
        self.eject = eject;
        self
    }

    /// Sets the limits of the connections. The timeout of calls is one of them.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.connect = self.connect.limits(limits);
        self
    }

    /// Makes connections with these settings, in place of [`Self::limits`], [`Self::meta`] and [`Self::reconnect`]:
    /// with TLS, for example.
    pub fn connect(mut self, connect: Connect) -> Self {
        self.connect = connect;
        self
    }

    /// Sends metadata about the client to each server, as [`Connect::meta`] does.
    pub fn meta(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.connect = self.connect.meta(key, value);
        self
    }

    /// Sends metadata about the client that changes, as [`Connect::meta_by`] does.
    pub fn meta_by(
        mut self,
        key: impl Into<String>,
        value: impl Fn() -> String + Send + Sync + 'static,
    ) -> Self {
        self.connect = self.connect.meta_by(key, value);
        self
    }

    /// Sets the pauses between failed dials to a server. Default 100 ms, doubling to 10 s, less up to half.
    pub fn reconnect(mut self, pauses: Backoff) -> Self {
        self.connect = self.connect.reconnect(pauses);
        self
    }

    /// A channel to the servers. It connects to each server when that is first chosen. The source is polled in the
    /// runtime in which this is called, or else from the first call on; after the end of that runtime, in the runtime
    /// of the next call that needs it.
    pub fn channel(self) -> Channel {
        self.pool().channel()
    }

    /// The servers themselves, for a channel to each of them. The source is polled as for [`Self::channel`].
    pub fn pool(self) -> Pool {
        let pool = Pool::new(Box::new(self.policy), self.eject, self.connect);
        pool.0.let_rest(feed::of(self.source));
        // Without a runtime, the first call starts the task.
        let _ = pool.0.feed();
        pool
    }
}
