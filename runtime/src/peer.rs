//! The other side of a connection: its address, and what it has proven and said about itself.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};

use crate::Metadata;

/// The address of the other side.
#[derive(Clone, PartialEq, Eq)]
enum Address {
    Named(Arc<str>),
    Socket(SocketAddr, Text),
}

/// A socket address as text, formatted when it is first needed: for most connections never.
#[derive(Clone, Default)]
struct Text(OnceLock<Box<str>>);

/// The far side of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    address: Option<Address>,
    metadata: Metadata,
    user: Option<u32>,
    #[cfg(feature = "rustls")]
    identity: Option<crate::tls::Identity>,
}

impl Peer {
    /// A peer about which nothing is known, for an [`Accept`](crate::Accept). To make one with an address, convert a
    /// `SocketAddr`.
    pub fn unknown() -> Self {
        Self::new(None)
    }

    /// A peer whose address is not that of a socket: for display only, since nothing is counted by it.
    pub fn named(address: impl Into<Arc<str>>) -> Self {
        Self::new(Some(address.into()))
    }

    /// A peer with this address, or in this process.
    pub(crate) fn new(address: Option<Arc<str>>) -> Self {
        Self::of(address.map(Address::Named))
    }

    fn of(address: Option<Address>) -> Self {
        Self {
            address,
            metadata: Metadata::new(),
            user: None,
            #[cfg(feature = "rustls")]
            identity: None,
        }
    }

    /// The same peer, which runs as this user.
    #[cfg(unix)]
    pub(crate) fn with_user(mut self, user: Option<u32>) -> Self {
        self.user = user;
        self
    }

    /// The same peer, with this proven identity.
    #[cfg(feature = "rustls")]
    pub(crate) fn identified(mut self, identity: Option<crate::tls::Identity>) -> Self {
        self.identity = identity;
        self
    }

    /// The same peer, with this metadata about itself.
    pub(crate) fn introduced(mut self, metadata: Metadata) -> Self {
        self.metadata = metadata;
        self
    }

    /// Its address; for a client on a unix socket, which has none of its own, the server's. `None` in the same process,
    /// and over an already open transport.
    pub fn address(&self) -> Option<&str> {
        self.address.as_ref().map(Address::text)
    }

    /// At a unix socket, the user id as which the client runs, vouched for by the operating system.
    pub fn user(&self) -> Option<u32> {
        self.user
    }

    /// Who the client has proven to be with its certificate; `None` without TLS, and where the server does not ask.
    #[cfg(feature = "rustls")]
    pub fn identity(&self) -> Option<&crate::tls::Identity> {
        self.identity.as_ref()
    }

    /// The metadata that it sent when it connected: see [`Connect::meta`](crate::Connect::meta).
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// The address by which its connections are counted.
    pub(crate) fn ip(&self) -> Option<IpAddr> {
        match self.address {
            Some(Address::Socket(address, _)) => Some(address.ip()),
            Some(Address::Named(_)) | None => None,
        }
    }

    pub(crate) fn shared_address(&self) -> Option<Arc<str>> {
        match self.address.as_ref()? {
            Address::Named(name) => Some(name.clone()),
            address @ Address::Socket(..) => Some(address.text().into()),
        }
    }
}

impl From<SocketAddr> for Peer {
    fn from(address: SocketAddr) -> Self {
        Self::of(Some(Address::Socket(address, Text::default())))
    }
}

impl Address {
    fn text(&self) -> &str {
        match self {
            Self::Named(name) => name,
            Self::Socket(address, Text(text)) => text.get_or_init(|| address.to_string().into()),
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text().fmt(f)
    }
}

/// The text adds nothing to the address.
impl PartialEq for Text {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Text {}
