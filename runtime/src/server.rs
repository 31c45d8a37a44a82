//! Takes connections and serves them until it is told to stop, then lets the calls in flight finish.

mod addresses;
mod admit;
mod door;
mod pool;
#[cfg(not(target_family = "wasm"))]
mod tcp;
#[cfg(unix)]
mod unix;

use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use admit::Gate;
pub use door::{Accept, Listener};
use pool::{Entry, Pool};

use crate::address::code_of;
use crate::channel::BoxFuture;
use crate::layer::{Next, Observer, Observers};
use crate::protocol::Compression;
use crate::reflect::Source;
use crate::service::NamedService;
use crate::task;
use crate::transport::{Carrier, Io};
use crate::{Call, Channel, Limits, Reached, Reply, Result, Router, Service, Status};

/// Serves services on connections.
///
/// ```no_run
/// # async fn run(greeter: impl sinew::NamedService) -> sinew::Result<()> {
/// sinew::Server::new().add(greeter).serve("127.0.0.1:7000").await
/// # }
/// ```
#[derive(Default)]
#[must_use = "nobody is served until it serves"]
pub struct Server {
    router: Router,
    /// What is put around all services.
    around: Option<Around>,
    observers: Observers,
    limits: Limits,
    gate: Gate,
    compression: Compression,
}

impl Server {
    /// A server without services, with the default limits.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a service, as [`Router::add`] does.
    #[allow(clippy::should_implement_trait)] // services are added up, not summed
    pub fn add(mut self, service: impl NamedService) -> Self {
        self.router = self.router.add(service);
        self
    }

    /// Puts a layer around each call of every service: `|call, next| async move { .. next.run(call).await .. }`.
    ///
    /// The layer that is added last runs first. It may inspect the call, change it or answer it itself. It costs more
    /// than [`Self::observe`] does. [`Service::layer`](crate::Service::layer) does the same for one service.
    pub fn layer<F, Fut>(self, layer: F) -> Self
    where
        F: Fn(Call, Next) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Reply>> + Send + 'static,
    {
        self.wrap(|inner| inner.layer(layer))
    }

    /// Wraps all services: `around` is given a channel to them, and calls go to the service that it returns. For what
    /// [`Self::layer`] cannot express, such as a limit or a stack of tower.
    pub fn wrap<S: Service>(
        mut self,
        around: impl FnOnce(Channel) -> S + Send + Sync + 'static,
    ) -> Self {
        let inner = self.around.take();
        self.around = Some(Box::new(|services| {
            Channel::new(around(match inner {
                Some(inner) => inner(services),
                None => services,
            }))
        }));
        self
    }

    /// Adds an observer, which is told when each call of every service begins and ends.
    pub fn observe(mut self, observer: impl Into<Observer>) -> Self {
        self.observers.add(observer.into());
        self
    }

    /// Adds `sinew.Reflect`, as [`Router::add_reflection`] does.
    pub fn add_reflection(mut self) -> Self {
        self.router = self.router.add_reflection();
        self
    }

    /// Adds `sinew.Reflect` that also publishes schema files, as [`Router::add_reflection_with`] does.
    ///
    /// ```no_run
    /// # mod idl { pub const SOURCES: &[sinew::reflect::Source] = &[]; }
    /// # async fn run(orders: impl sinew::NamedService) -> sinew::Result<()> {
    /// // In build.rs: `sinew_compiler::configure().root("idl").sources(true).compile()`
    /// let server = sinew::Server::new().add(orders).add_reflection_with([idl::SOURCES]);
    /// # server.serve("127.0.0.1:7000").await
    /// # }
    /// ```
    pub fn add_reflection_with(
        mut self,
        sources: impl IntoIterator<Item = &'static [Source]>,
    ) -> Self {
        self.router = self.router.add_reflection_with(sources);
        self
    }

    /// Sets the limits of the server and its connections.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Compresses messages to and from clients that also ask for it.
    #[cfg(any(feature = "lz4", feature = "zstd"))]
    pub fn compress(mut self, compression: Compression) -> Self {
        self.compression = compression;
        self
    }

    /// Uses TLS on all connections, with an [`Acceptor`](crate::tls::Acceptor) or with settings of rustls. A
    /// handshake holds up nobody else. Together with the hello it has the limit `handshake`, and it counts towards
    /// the limit `handshakes`. For TLS on some addresses only, see [`Listening::tls`].
    #[cfg(feature = "rustls")]
    pub fn tls(mut self, acceptor: impl Into<crate::tls::Acceptor>) -> Self {
        self.gate.tls = Some(acceptor.into());
        self
    }

    /// Opens a TCP port, `host:port` or a `SocketAddr`, or a unix socket, `unix:/path`. Port 0 takes a free port, which
    /// [`Listening::local_addr`] returns.
    ///
    /// The file of a unix socket gets the permissions that the process gives to files: whoever may write to it may
    /// call. To keep others out from the start, put it in a folder that only the right users can enter. A socket that
    /// a server has left behind is replaced; one on which somebody listens is not, nor is any other file. The server
    /// removes the file when it stops listening, unless another has taken its place. `unix:` followed by a zero byte
    /// and a name is an abstract socket of Linux: it has no file, and everybody on the machine can connect to it.
    ///
    /// # Errors
    /// [`Code::InvalidArgument`](crate::Code::InvalidArgument) if it is no address;
    /// [`Code::Unavailable`](crate::Code::Unavailable) if the address cannot be had;
    /// [`Code::FailedPrecondition`](crate::Code::FailedPrecondition) outside of a tokio runtime.
    pub async fn bind(self, address: impl fmt::Display) -> Result<Listening> {
        Listening::new(self).open(address.to_string()).await
    }

    /// Takes connections from a listener of tokio that is already open, `TcpListener` or `UnixListener`, or from one
    /// of your own: see [`Accept`].
    ///
    /// # Errors
    /// [`Code::Unavailable`](crate::Code::Unavailable) if the listener has no address.
    pub fn listen(self, listener: impl Into<Listener>) -> Result<Listening> {
        Listening::new(self).and_listen(listener)
    }

    /// Serves on an address, as [`Self::bind`] takes it, until the future is dropped.
    ///
    /// # Errors
    /// As for [`Self::bind`].
    pub async fn serve(self, address: impl fmt::Display) -> Result<()> {
        self.bind(address).await?.run().await;
        Ok(())
    }

    /// Serves on an address until `shutdown` is ready, then lets the calls in flight finish, for at most the limit
    /// `drain`.
    ///
    /// # Errors
    /// As for [`Self::bind`].
    pub async fn serve_until(
        self,
        address: impl fmt::Display,
        shutdown: impl Future,
    ) -> Result<()> {
        self.bind(address).await?.run_until(shutdown).await;
        Ok(())
    }

    /// Serves one connection over a transport that is already open, until it ends.
    pub async fn serve_connection(self, io: impl Io) {
        Pool::new(self).serve(Carrier::other(io)).await;
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("router", &self.router)
            .field("limits", &self.limits)
            .finish()
    }
}

/// A server that listens on one address or on several. Clients can connect at once, and are answered once it runs: a
/// program that is server and client must not wait for its own connection before that.
#[must_use = "nobody is served until it runs"]
pub struct Listening {
    entries: Vec<Entry>,
    pool: Pool,
}

impl Listening {
    /// A server that listens nowhere yet.
    fn new(server: Server) -> Self {
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

    /// In a box, so that it is compiled here and not with each program.
    fn open(self, address: String) -> BoxFuture<Result<Self>> {
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

    /// Takes connections until the server is to stop, then lets the calls in flight finish. In a box, so that all of it
    /// is compiled here and not with each program.
    fn serve(self, stop: Stop) -> BoxFuture<()> {
        Box::pin(async move {
            let Self {
                mut entries,
                mut pool,
            } = self;
            poll_fn(|cx| {
                // Also at the end: what it has not taken by then the system resets, and nobody would know what became of calls there.
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

type Around = Box<dyn FnOnce(Channel) -> Channel + Send + Sync>;

/// Whether a server is to stop. Whoever says so polls the server afterwards.
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
