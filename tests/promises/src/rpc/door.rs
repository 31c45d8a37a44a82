//! How a server is reached: TCP or a unix socket, with TLS or compression. The same for honest clients and hand-written
//! ones.

use std::io;
use std::time::Duration;

use sinew::{Channel, Connect, Server};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};

use super::node::Program;
#[cfg(feature = "lz4")]
use super::packed;
#[cfg(feature = "tls")]
use super::secret;

/// What connections run over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Carrier {
    /// TCP.
    #[default]
    Tcp,
    /// A unix socket.
    Unix,
    /// TLS over TCP.
    #[cfg(feature = "tls")]
    Tls,
    /// TCP with all messages compressed.
    #[cfg(feature = "lz4")]
    Lz4,
}

impl Carrier {
    /// All except plain TCP.
    pub const OTHERS: &[Self] = &[
        Self::Unix,
        #[cfg(feature = "tls")]
        Self::Tls,
        #[cfg(feature = "lz4")]
        Self::Lz4,
    ];

    /// The carrier with this name, as written in Rust.
    pub fn named(name: &str) -> Option<Self> {
        let all = [&[Self::Tcp], Self::OTHERS].concat();
        all.into_iter().find(|it| format!("{it:?}") == name)
    }

    /// A unique address.
    pub fn address(self, program: &Program) -> String {
        match self {
            Self::Unix => format!("unix:{}", program.socket().display()),
            _ => "127.0.0.1:0".to_owned(),
        }
    }
}

/// A transport to a server.
pub trait Transport: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Transport for T {}

/// Where a server is, and what it speaks.
#[derive(Clone, Debug, Default)]
pub struct Door {
    carrier: Carrier,
    address: String,
    /// The server's certificate.
    #[cfg(feature = "tls")]
    trusted: Vec<u8>,
}

impl Door {
    /// Parses what a server prints: its address, then its certificate if it has one.
    pub fn told(carrier: Carrier, line: &str) -> Self {
        let (address, certificate) = line.split_once(' ').unwrap_or((line, ""));
        #[cfg(not(feature = "tls"))]
        let _ = certificate;
        Self {
            carrier,
            address: address.to_owned(),
            #[cfg(feature = "tls")]
            trusted: secret::read(certificate),
        }
    }

    /// The same server at another address.
    #[must_use]
    pub fn at(&self, address: &str) -> Self {
        let address = address.to_owned();
        Self {
            address,
            ..self.clone()
        }
    }

    /// Where the server is.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What it speaks.
    pub fn carrier(&self) -> Carrier {
        self.carrier
    }

    /// A channel to it with the settings of `connect`.
    pub fn channel(&self, connect: Connect) -> Channel {
        let connect = match self.carrier {
            Carrier::Tcp | Carrier::Unix => connect,
            #[cfg(feature = "tls")]
            Carrier::Tls => connect.tls(secret::client(&self.trusted)),
            #[cfg(feature = "lz4")]
            Carrier::Lz4 => connect.compress(packed::compression()),
        };
        connect.lazily_to(&*self.address)
    }

    /// A connection on which nothing is sent, not even a TLS handshake.
    ///
    /// # Errors
    /// It cannot be opened.
    pub async fn knock(&self) -> io::Result<Box<dyn Transport>> {
        let Some(path) = self.address.strip_prefix("unix:") else {
            return Ok(Box::new(TcpStream::connect(&self.address).await?));
        };
        loop {
            match UnixStream::connect(path).await {
                // Others wait for the server; with TCP they would wait in the backlog.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                connected => return Ok(Box::new(connected?)),
            }
        }
    }

    /// A connection for a hand-written client.
    ///
    /// # Errors
    /// It cannot be opened.
    pub async fn open(&self) -> io::Result<Box<dyn Transport>> {
        let transport = self.knock().await?;
        self.enter(transport).await
    }

    /// The same over a given transport.
    ///
    /// # Errors
    /// The handshake fails.
    pub async fn enter(&self, transport: Box<dyn Transport>) -> io::Result<Box<dyn Transport>> {
        match self.carrier {
            #[cfg(feature = "tls")]
            Carrier::Tls => secret::enter(transport, &self.trusted).await,
            _ => Ok(transport),
        }
    }

    /// Frames as they are sent here.
    pub fn said(&self, frames: Vec<u8>) -> Vec<u8> {
        match self.carrier {
            #[cfg(feature = "lz4")]
            Carrier::Lz4 => packed::frames(&frames),
            _ => frames,
        }
    }

    /// A client's preface and hello as they are sent here.
    pub fn greeting(&self, greeting: &[u8]) -> Vec<u8> {
        match self.carrier {
            #[cfg(feature = "lz4")]
            Carrier::Lz4 => packed::greeting(greeting),
            _ => greeting.to_vec(),
        }
    }
}

/// The server configured for the carrier, and what it prints after its address.
///
/// # Errors
/// It has no certificate.
pub fn behind(carrier: Carrier, server: Server) -> io::Result<(Server, String)> {
    Ok(match carrier {
        Carrier::Tcp | Carrier::Unix => (server, String::new()),
        #[cfg(feature = "tls")]
        Carrier::Tls => {
            let (settings, certificate) = secret::server()?;
            (server.tls(settings), certificate)
        }
        #[cfg(feature = "lz4")]
        Carrier::Lz4 => (server.compress(packed::compression()), String::new()),
    })
}
