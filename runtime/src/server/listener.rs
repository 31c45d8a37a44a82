//! Where a server's connections come from: a TCP port, a unix socket, or the user's own source.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use crate::address::{is_host_and_port, not_an_address};
use crate::caught::unless_panics;
use crate::channel::BoxFuture;
use crate::peer::Peer;
use crate::transport::{Carrier, Io};

/// Where a server takes connections from: made from a `TcpListener` or `UnixListener` of tokio, or from whatever [`Accept`]s
/// them. See [`Server::listen`](crate::Server::listen).
pub struct Listener(Box<dyn PollAccept>);

/// The interface behind a [`Listener`].
pub(super) trait PollAccept: Send {
    /// The address that clients connect to.
    fn address(&self) -> io::Result<Arc<str>>;

    /// The next connection, and its peer.
    fn poll_accept(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<(Carrier, Peer)>>;
}

/// Takes connections of a kind that tokio's listeners do not: of a simulated network, a tunnel, with a handshake of its own.
///
/// ```
/// use std::io;
/// use sinew::{Accept, Peer};
/// use tokio::io::DuplexStream;
/// use tokio::sync::mpsc;
///
/// /// Connections within this process.
/// struct Pipes(mpsc::Receiver<DuplexStream>);
///
/// impl Accept for Pipes {
///     type Io = DuplexStream;
///
///     async fn accept(&mut self) -> io::Result<(DuplexStream, Peer)> {
///         match self.0.recv().await {
///             Some(pipe) => Ok((pipe, Peer::unknown())),
///             None => std::future::pending().await,
///         }
///     }
/// }
///
/// # fn serve(server: sinew::Server, pipes: Pipes) -> sinew::Result<sinew::Listening> {
/// server.listen(pipes)
/// # }
/// ```
pub trait Accept: Send + 'static {
    /// What a connection runs over.
    type Io: Io;

    /// Waits for the next connection, and says whose it is. It is dropped while it waits only when the server stops. A handshake
    /// in here holds up all connections behind it.
    ///
    /// # Errors
    /// Why there is none. The server goes on, after a pause that grows from 5 ms to 1 s with each failure in a row. A panic counts as
    /// a failure.
    fn accept(&mut self) -> impl Future<Output = io::Result<(Self::Io, Peer)>> + Send;

    /// The address that clients connect to, for [`Listening::local_addr`](crate::Listening::local_addr). Empty unless it says
    /// more.
    fn local_addr(&self) -> String {
        String::new()
    }
}

impl Listener {
    /// A listener of any kind.
    pub(super) fn at(listener: impl PollAccept + 'static) -> Self {
        Self(Box::new(listener))
    }

    /// Opens `host:port` or `unix:/path`.
    pub(super) async fn open(address: &str) -> io::Result<Self> {
        match address.strip_prefix("unix:") {
            Some("") => Err(not_an_address()),
            #[cfg(unix)]
            Some(path) => Ok(Self::at(super::unix::UnixAccept::open(path).await?)),
            None if !is_host_and_port(address) => Err(not_an_address()),
            #[cfg(not(target_family = "wasm"))]
            None => tokio::net::TcpListener::bind(address).await.map(Self::at),
            #[cfg(not(unix))]
            _ => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    pub(super) fn address(&self) -> io::Result<Arc<str>> {
        self.0.address()
    }

    pub(super) fn poll_accept(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<(Carrier, Peer)>> {
        self.0.poll_accept(cx)
    }
}

/// An [`Accept`] with its pending call of `accept`.
struct Accepting<A: Accept> {
    address: Arc<str>,
    accepted: BoxFuture<(A, Accepted<A>)>,
}

type Accepted<A> = io::Result<(<A as Accept>::Io, Peer)>;

impl<A: Accept> PollAccept for Accepting<A> {
    fn address(&self) -> io::Result<Arc<str>> {
        Ok(self.address.clone())
    }

    fn poll_accept(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<(Carrier, Peer)>> {
        let (from, accepted) = ready!(self.accepted.as_mut().poll(cx));
        self.accepted = accept(from);
        Poll::Ready(accepted.map(|(io, peer)| (Carrier::other(io), peer)))
    }
}

fn accept<A: Accept>(mut from: A) -> BoxFuture<(A, Accepted<A>)> {
    Box::pin(async move {
        let accepted = unless_panics(async { from.accept().await }).await;
        let panicked = || Err(io::Error::other("what accepts connections has panicked"));
        (from, accepted.unwrap_or_else(panicked))
    })
}

impl<A: Accept> From<A> for Listener {
    fn from(from: A) -> Self {
        let address = from.local_addr().into();
        let accepted = accept(from);
        Self::at(Accepting { address, accepted })
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Listener").field(&self.address()).finish()
    }
}
