//! Servers: which services they have, and with which settings. `listening` runs them.

mod addresses;
mod admit;
mod listener;
mod listening;
mod pool;
#[cfg(not(target_family = "wasm"))]
mod tcp;
#[cfg(unix)]
mod unix;

use std::fmt;
use std::future::Future;

use admit::Gate;
pub use listener::{Accept, Listener};
pub use listening::Listening;
use pool::Pool;

use crate::layer::{Next, Observer, Observers};
use crate::protocol::Compression;
use crate::reflect::Source;
use crate::service::NamedService;
use crate::transport::{Carrier, Io};
use crate::{Call, Channel, Limits, Reply, Result, Router, Service};

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
    /// Wraps all services.
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

type Around = Box<dyn FnOnce(Channel) -> Channel + Send + Sync>;
