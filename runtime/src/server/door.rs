//! Where a server's connections come in: a TCP port or a unix socket.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::net::{TcpListener, TcpStream};

#[cfg(unix)]
use super::unix::UnixDoor;
use crate::ctx::Peer;
use crate::transport::Carrier;

/// An open port or socket that a server takes connections from: see [`Server::listen`](crate::Server::listen).
#[derive(Debug)]
pub struct Listener(Door);

#[derive(Debug)]
enum Door {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(UnixDoor),
}

impl Listener {
    /// Opens `host:port` or `unix:/path`.
    pub(super) async fn open(address: &str) -> io::Result<Self> {
        match address.strip_prefix("unix:") {
            #[cfg(unix)]
            Some(path) => UnixDoor::open(path)
                .await
                .map(|door| Self(Door::Unix(door))),
            #[cfg(not(unix))]
            Some(_) => Err(io::ErrorKind::Unsupported.into()),
            None => TcpListener::bind(address).await.map(Self::from),
        }
    }

    /// The address that clients connect to.
    pub(super) fn address(&self) -> io::Result<Arc<str>> {
        match &self.0 {
            Door::Tcp(listener) => Ok(listener.local_addr()?.to_string().into()),
            #[cfg(unix)]
            Door::Unix(door) => Ok(door.address().clone()),
        }
    }

    /// The next connection, and who it is.
    pub(super) fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<(Carrier, Peer)>> {
        match &self.0 {
            Door::Tcp(listener) => loop {
                let (stream, address) = ready!(listener.poll_accept(cx))?;
                if let Some(taken) = at_once(stream, address) {
                    return Poll::Ready(Ok(taken));
                }
            },
            #[cfg(unix)]
            Door::Unix(door) => door.poll_accept(cx),
        }
    }
}

/// The connection with small writes sent at once; `None` if it has gone already.
fn at_once(stream: TcpStream, address: SocketAddr) -> Option<(Carrier, Peer)> {
    match stream.set_nodelay(true) {
        Ok(()) => {
            let peer = Peer::new(Some(address.to_string().into()));
            Some((Carrier::Tcp(stream), peer))
        }
        Err(error) => {
            tracing::debug!(%error, %address, "a connection has gone at once");
            None
        }
    }
}

impl From<TcpListener> for Listener {
    fn from(listener: TcpListener) -> Self {
        Self(Door::Tcp(listener))
    }
}

#[cfg(unix)]
impl From<tokio::net::UnixListener> for Listener {
    /// The socket's file stays when the server stops: it belongs to whoever has made it.
    fn from(listener: tokio::net::UnixListener) -> Self {
        Self(Door::Unix(UnixDoor::given(listener)))
    }
}
