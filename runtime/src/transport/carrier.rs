//! An open transport of any kind, as one type, so that there is only one driver.

use std::io;
#[cfg(not(target_family = "wasm"))]
use std::io::Read;

#[cfg(not(target_family = "wasm"))]
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite};

use super::socket::Io;

/// An open transport.
pub(crate) enum Carrier {
    /// A plain socket.
    #[cfg_attr(target_family = "wasm", expect(dead_code, reason = "there are none"))]
    Socket(Box<dyn Bare>),
    /// A transport that the user has opened, or that is wrapped, for example in TLS.
    Other(Box<dyn Other>),
}

/// A transport of any other type.
pub(crate) trait Other: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: Io> Other for T {}

/// A plain socket of any kind.
pub(crate) trait Bare: Other {
    /// Reads without waiting until the runtime reports readiness.
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
    /// A plain socket.
    #[cfg(not(target_family = "wasm"))]
    pub(crate) fn socket(io: impl Bare + 'static) -> Self {
        Self::Socket(Box::new(io))
    }

    /// A transport that the user has opened, or that is wrapped.
    pub(crate) fn other(io: impl Io) -> Self {
        Self::Other(Box::new(io))
    }

    /// For reading and writing.
    pub(super) fn io(&mut self) -> &mut dyn Other {
        match self {
            Self::Socket(io) => &mut **io,
            Self::Other(io) => &mut **io,
        }
    }

    /// The transport itself, to be wrapped.
    #[cfg(feature = "rustls")]
    pub(crate) fn inside(self) -> Box<dyn Other> {
        match self {
            Self::Socket(io) => io,
            Self::Other(io) => io,
        }
    }

    /// Reads what has arrived, if it is a socket.
    pub(super) fn look(&self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Socket(io) => io.look(into),
            Self::Other(_) => Err(io::ErrorKind::WouldBlock.into()),
        }
    }
}

/// If the error means that the peer has admitted nobody, so that nothing has reached it: what it said.
#[cfg(feature = "rustls")]
pub(super) fn turned_away(error: &io::Error) -> Option<String> {
    crate::tls::turned_away(error)
}

#[cfg(not(feature = "rustls"))]
pub(super) fn turned_away(_: &io::Error) -> Option<String> {
    None
}
