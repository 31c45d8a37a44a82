//! What carries a connection of a server or of a channel to an address. One type, so that there is one driver.

use std::io;

use tokio::io::{AsyncRead, AsyncWrite};

use super::socket::Io;

/// An open transport.
pub(crate) struct Carrier {
    pub(crate) io: Box<dyn Other>,
    /// Whether it is a socket itself, with nothing around it.
    pub(super) is_socket: bool,
}

/// A transport of a type that is not known here.
pub(crate) trait Other: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: Io> Other for T {}

impl Carrier {
    /// A socket of the system.
    pub(crate) fn socket(io: impl Io) -> Self {
        let io = Box::new(io);
        let is_socket = true;
        Self { io, is_socket }
    }

    /// One that the user has opened, or that has something around it.
    pub(crate) fn other(io: impl Io) -> Self {
        let io = Box::new(io);
        let is_socket = false;
        Self { io, is_socket }
    }
}

/// What a transport that has failed says of a peer who has let nobody in, so that nothing has reached it.
#[cfg(feature = "rustls")]
pub(super) fn turned_away(error: &io::Error) -> Option<String> {
    crate::tls::turned_away(error)
}

#[cfg(not(feature = "rustls"))]
pub(super) fn turned_away(_: &io::Error) -> Option<String> {
    None
}
