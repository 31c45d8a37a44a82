//! What carries a connection of a server or of a channel to an address. One type, so that there is one driver.

use std::io;
#[cfg(not(target_family = "wasm"))]
use std::io::Read;

#[cfg(not(target_family = "wasm"))]
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite};

use super::socket::Io;

/// An open transport.
pub(crate) enum Carrier {
    /// A socket itself, with nothing around it.
    #[cfg_attr(target_family = "wasm", expect(dead_code, reason = "there are none"))]
    Socket(Box<dyn Bare>),
    /// One that the user has opened, or that has something around it.
    Other(Box<dyn Other>),
}

/// A transport of a type that is not known here.
pub(crate) trait Other: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: Io> Other for T {}

/// A socket of the system, of any kind.
pub(crate) trait Bare: Other {
    /// Reads what has come. Unlike the runtime it need not be told first that something has.
    fn look(&self, into: &mut [u8]) -> io::Result<usize>;
}

#[cfg(unix)]
impl<T: Io + std::os::fd::AsFd> Bare for T {
    fn look(&self, into: &mut [u8]) -> io::Result<usize> {
        (&*SockRef::from(self)).read(into)
    }
}

#[cfg(windows)]
impl<T: Io + std::os::windows::io::AsSocket> Bare for T {
    fn look(&self, into: &mut [u8]) -> io::Result<usize> {
        (&*SockRef::from(self)).read(into)
    }
}

impl Carrier {
    /// A socket of the system.
    #[cfg(not(target_family = "wasm"))]
    pub(crate) fn socket(io: impl Bare + 'static) -> Self {
        Self::Socket(Box::new(io))
    }

    /// One that the user has opened, or that has something around it.
    pub(crate) fn other(io: impl Io) -> Self {
        Self::Other(Box::new(io))
    }

    /// To read from and to write to.
    pub(super) fn io(&mut self) -> &mut dyn Other {
        match self {
            Self::Socket(io) => &mut **io,
            Self::Other(io) => &mut **io,
        }
    }

    /// The transport, for what is put around it.
    #[cfg(feature = "rustls")]
    pub(crate) fn inside(self) -> Box<dyn Other> {
        match self {
            Self::Socket(io) => io,
            Self::Other(io) => io,
        }
    }

    /// Reads what has come; not possible unless it is a socket.
    pub(super) fn look(&self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Socket(io) => io.look(into),
            Self::Other(_) => Err(io::ErrorKind::WouldBlock.into()),
        }
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
