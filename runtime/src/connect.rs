//! How connections to servers are made: limits, metadata about the client, backoff, transport.

use std::fmt;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use crate::channel::BoxFuture;
use crate::protocol::Compression;
use crate::task;
use crate::transport::{Carrier, Dialer, Io, Opener, Remote};
use crate::{Backoff, Channel, Limits, Reached, Result, Status};

/// How connections to a server are made.
///
/// ```no_run
/// # async fn run() -> sinew::Result<()> {
/// use sinew::Connect;
///
/// let channel = Connect::new()
///     .meta("authorization", "Bearer 6ec1")
///     .to("127.0.0.1:7000")
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "it makes a channel"]
pub struct Connect {
    pub(crate) limits: Limits,
    pub(crate) pauses: Backoff,
    pub(crate) compression: Compression,
    pub(crate) dialer: Dialer,
}

impl Connect {
    /// Connections with the default limits, on which the client says nothing about itself.
    pub fn new() -> Self {
        Self {
            limits: Limits::default(),
            pauses: Backoff::new(Duration::from_millis(100), Duration::from_secs(10)),
            compression: Compression::default(),
            dialer: Dialer::default(),
        }
    }

    /// Sets the limits of the connection. The timeout of calls is one of them.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sends metadata about the client once per connection: a handler finds it in
    /// [`Peer::metadata`](crate::Peer::metadata). See [`Metadata`](crate::Metadata) for what is allowed; at most 8 KiB
    /// in total.
    pub fn meta(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.dialer.said.always(key, value);
        self
    }

    /// Says something about the client that changes, such as a token that is renewed: `value` is called each time
    /// that a connection is made, and must not block. What it returns holds for as long as that connection lasts,
    /// which the server's limit [`max_age`](Limits::max_age) bounds.
    ///
    /// ```
    /// # use std::sync::{Arc, Mutex};
    /// let token = Arc::new(Mutex::new("Bearer 6ec1".to_owned())); // who renews it has a clone
    /// let current = move || token.lock().map(|token| token.clone()).unwrap_or_default();
    /// let connect = sinew::Connect::new().meta_by("authorization", current);
    /// ```
    pub fn meta_by(
        mut self,
        key: impl Into<String>,
        value: impl Fn() -> String + Send + Sync + 'static,
    ) -> Self {
        self.dialer.said.ask(key, value);
        self
    }

    /// Sets the pauses between failed dials. Default 100 ms, doubling to 10 s, less up to half.
    pub fn reconnect(mut self, pauses: Backoff) -> Self {
        self.pauses = pauses;
        self
    }

    /// Opens transports with this function instead of TCP or unix sockets, each time that a connection is needed: for
    /// tunnels, proxies, simulated networks. It is given the address, which may be any text that it understands.
    ///
    /// ```
    /// # async fn tunnel(address: &str) -> std::io::Result<tokio::io::DuplexStream> { Ok(tokio::io::duplex(64).0) }
    /// let connect = sinew::Connect::new().open_by(|address| async move { tunnel(&address).await });
    /// ```
    pub fn open_by<F, Fut, T>(mut self, open: F) -> Self
    where
        F: Fn(Arc<str>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = io::Result<T>> + Send + 'static,
        T: Io,
    {
        self.dialer.opener = Some(Opener::new(open));
        self
    }

    /// Compresses messages to and from servers that also ask for it.
    #[cfg(any(feature = "lz4", feature = "zstd"))]
    pub fn compress(mut self, compression: Compression) -> Self {
        self.compression = compression;
        self
    }

    /// Encrypts connections and has servers prove who they are, with a [`Connector`](crate::tls::Connector) or with
    /// settings of rustls.
    #[cfg(feature = "rustls")]
    pub fn tls(mut self, connector: impl Into<crate::tls::Connector>) -> Self {
        self.dialer.tls = Some(connector.into());
        self
    }

    /// Connects to an address, `host:port`, a `SocketAddr` or `unix:/path`, and waits for the server's hello.
    ///
    /// # Errors
    /// [`Code::InvalidArgument`](crate::Code::InvalidArgument) if the address is invalid;
    /// [`Code::Unavailable`](crate::Code::Unavailable) if nobody answers there, or not in this protocol;
    /// [`Code::DeadlineExceeded`](crate::Code::DeadlineExceeded) if that takes longer than [`Limits::timeout`];
    /// [`Code::FailedPrecondition`](crate::Code::FailedPrecondition) outside a tokio runtime. If metadata of
    /// [`Self::meta`] is invalid, the error is `InvalidArgument`; if there is too much,
    /// [`Code::ResourceExhausted`](crate::Code::ResourceExhausted).
    pub fn to(self, address: impl fmt::Display) -> impl Future<Output = Result<Channel>> + Send {
        self.open(address.to_string())
    }

    /// Boxed, so that it is compiled here once rather than in each program.
    fn open(self, address: String) -> BoxFuture<Result<Channel>> {
        Box::pin(async move {
            task::has_runtime()?;
            let remote = Remote::to(address, self);
            let ready = tokio::time::timeout(remote.limits().timeout, remote.ready());
            match ready.await {
                Ok(ready) => ready.map(|()| Channel::remote(remote)),
                Err(_) => Err(not_in_time()),
            }
        })
    }

    /// A channel to an address that connects on the first call.
    pub fn lazily_to(self, address: impl fmt::Display) -> Channel {
        Channel::remote(Remote::to(address.to_string(), self))
    }

    /// A channel over a transport that is already open. It does not reconnect, and does not try calls again.
    ///
    /// With `Connect::tls` every call fails: TLS has to be part of the transport already.
    ///
    /// # Panics
    /// Outside of a tokio runtime, as `tokio::spawn` does.
    pub fn over(self, io: impl Io) -> Channel {
        let timeout = self.limits.timeout;
        let carrier = Carrier::other(io);
        Channel::to(Remote::over(carrier, self), timeout)
    }

    /// Whether the metadata about the client may be sent.
    pub(crate) fn check(&self) -> Result<()> {
        let said = self.dialer.said.check(&self.limits);
        said.map_err(Status::for_good)
    }
}

impl Default for Connect {
    fn default() -> Self {
        Self::new()
    }
}

fn not_in_time() -> Status {
    Status::deadline_exceeded("no connection in time").with_reached(Reached::No)
}
