//! A server that listens: on which addresses, and until when it serves.

use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use super::pool::{Entry, Pool};
use super::{Listener, Server};
use crate::address::code_of;
use crate::channel::BoxFuture;
use crate::task;
use crate::{Reached, Result, Status};

/// A server that listens on one address or on several. Clients can connect at once, and are answered once it runs: a
/// program that is server and client must not wait for its own connection before that.
#[must_use = "nobody is served until it runs"]
pub struct Listening {
    entries: Vec<Entry>,
    pool: Pool,
}

impl Listening {
    /// A server that does not listen yet.
    pub(super) fn new(server: Server) -> Self {
        Self {
            entries: Vec::new(),
            pool: Pool::new(server),
        }
    }

    /// Listens on another address too, as [`Server::bind`] does. It is still one server: its limits are for all
    /// connections together.
    ///
    /// # Errors
    /// As for [`Server::bind`].
    pub async fn and_bind(self, address: impl fmt::Display) -> Result<Self> {
        self.open(address.to_string()).await
    }

    /// Boxed, so that it is compiled here once rather than in each program.
    pub(super) fn open(self, address: String) -> BoxFuture<Result<Self>> {
        Box::pin(async move {
            task::has_runtime()?;
            let opened = Listener::open(&address).await;
            let opened = opened
                .map_err(|error| cannot_listen(error, &format!("cannot listen on `{address}`")))?;
            self.and_listen(opened)
        })
    }

    /// Takes connections from this listener too, as [`Server::listen`] does.
    ///
    /// # Errors
    /// As for [`Server::listen`].
    pub fn and_listen(mut self, listener: impl Into<Listener>) -> Result<Self> {
        let entry = Entry::new(listener.into(), self.pool.gate.clone())
            .map_err(|error| cannot_listen(error, "the listener has no address"))?;
        self.entries.push(entry);
        Ok(self)
    }

    /// Uses TLS, or another certificate, on the addresses that are opened from now on. Those that are open stay as
    /// they are: a unix socket without TLS, say, beside a port with it.
    #[cfg(feature = "rustls")]
    pub fn tls(mut self, acceptor: impl Into<crate::tls::Acceptor>) -> Self {
        self.pool.gate.tls = Some(acceptor.into());
        self
    }

    /// The address that clients connect to: `host:port`, or `unix:/path`. The first, if there are several.
    pub fn local_addr(&self) -> &str {
        self.local_addrs().next().unwrap_or_default()
    }

    /// The addresses that clients connect to.
    pub fn local_addrs(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(Entry::address)
    }

    /// Serves until the future is dropped, which drops the calls in flight too.
    pub fn run(self) -> impl Future<Output = ()> {
        self.serve(Stop::default())
    }

    /// Serves until `shutdown` is ready, then lets the calls in flight finish, for at most the limit `drain`.
    pub fn run_until(self, shutdown: impl Future) -> impl Future<Output = ()> {
        let stop = Stop::default();
        let mut serving = self.serve(stop.clone());
        async move {
            let mut shutdown = pin!(shutdown);
            poll_fn(|cx| {
                let stopped = stop.load(Ordering::Relaxed);
                if !stopped && shutdown.as_mut().poll(cx).is_ready() {
                    stop.store(true, Ordering::Relaxed);
                }
                serving.as_mut().poll(cx)
            })
            .await;
        }
    }

    /// Accepts connections until it is told to stop, then lets the calls in flight finish. Boxed, so that it is
    /// compiled here once rather than in each program.
    fn serve(self, stop: Stop) -> BoxFuture<()> {
        Box::pin(async move {
            let Self {
                mut entries,
                mut pool,
            } = self;
            poll_fn(|cx| {
                // Also when stopping: the system would reset connections that are not accepted, and the fate of their
                // calls would be unknown.
                let accepted = pool.poll_accept(&mut entries, cx);
                match stop.load(Ordering::Relaxed) {
                    true => Poll::Ready(()),
                    false => accepted,
                }
            })
            .await;
            drop(entries);
            pool.drain().await;
        })
    }
}

/// Whether a server should stop. Whoever sets it polls the server afterwards, so a relaxed access is enough.
type Stop = Arc<AtomicBool>;

impl fmt::Debug for Listening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let addresses: Vec<&str> = self.local_addrs().collect();
        f.debug_struct("Listening")
            .field("addresses", &addresses)
            .finish_non_exhaustive()
    }
}

fn cannot_listen(error: io::Error, what: &str) -> Status {
    let status = Status::new(code_of(&error), format!("{what}: {error}"));
    status.with_source(error).with_reached(Reached::No)
}
