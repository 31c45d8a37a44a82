//! Opens the transport to a server.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpStream, lookup_host};

use super::carrier::Carrier;
use super::socket::Io;
use crate::channel::BoxFuture;
use crate::{Phase, Reached, Result, Status};

/// How transports are opened.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dialer {
    /// Opens them in place of sockets.
    pub(crate) opener: Option<Opener>,
    #[cfg(feature = "rustls")]
    pub(crate) tls: Option<crate::tls::Connector>,
}

impl Dialer {
    /// Whether a transport that is open already can be taken as it is.
    pub(super) fn takes_open_ones(&self) -> bool {
        #[cfg(feature = "rustls")]
        return self.tls.is_none();
        #[cfg(not(feature = "rustls"))]
        true
    }

    /// Connects to `host:port`, to the first of its addresses that answers, or to `unix:/path`, and makes the
    /// handshake of TLS if there is one.
    ///
    /// # Errors
    /// Why it did not work, with the phase; dialing and the handshake may take `limit` each.
    pub(super) async fn open(&self, address: &Arc<str>, limit: Duration) -> Result<Carrier> {
        let carrier = match tokio::time::timeout(limit, self.connect(address)).await {
            Ok(result) => result?,
            Err(_) => return Err(late(address, Phase::Dial, limit)),
        };
        #[cfg(feature = "rustls")]
        if let Some(tls) = &self.tls {
            return secure(tls, carrier, address, limit).await;
        }
        Ok(carrier)
    }

    async fn connect(&self, address: &Arc<str>) -> Result<Carrier> {
        let dialed = |error| failed(address, Phase::Dial, error);
        match (&self.opener, address.strip_prefix("unix:")) {
            (Some(opener), _) => (opener.0)(address.clone()).await.map_err(dialed),
            (None, Some(path)) => unix(path).await.map_err(dialed),
            (None, None) => tcp(address).await.map(Carrier::Tcp),
        }
    }
}

/// Opens transports as the user wants.
#[derive(Clone)]
pub(crate) struct Opener(Arc<Open>);

type Open = dyn Fn(Arc<str>) -> BoxFuture<io::Result<Carrier>> + Send + Sync;

impl Opener {
    pub(crate) fn new<F, Fut, T>(open: F) -> Self
    where
        F: Fn(Arc<str>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = io::Result<T>> + Send + 'static,
        T: Io,
    {
        Self(Arc::new(move |address| {
            let opening = open(address);
            Box::pin(async move { Ok(Carrier::Other(Box::new(opening.await?))) })
        }))
    }
}

impl fmt::Debug for Opener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opener")
    }
}

#[cfg(feature = "rustls")]
async fn secure(
    tls: &crate::tls::Connector,
    carrier: Carrier,
    address: &Arc<str>,
    limit: Duration,
) -> Result<Carrier> {
    match tokio::time::timeout(limit, tls.connect(address, carrier)).await {
        Ok(Ok(stream)) => Ok(Carrier::Tls(Box::new(stream))),
        Ok(Err(error)) => Err(failed(address, Phase::Handshake, error)),
        Err(_) => Err(late(address, Phase::Handshake, limit)),
    }
}

#[cfg(unix)]
async fn unix(path: &str) -> io::Result<Carrier> {
    tokio::net::UnixStream::connect(path)
        .await
        .map(Carrier::Unix)
}

#[cfg(not(unix))]
async fn unix(_: &str) -> io::Result<Carrier> {
    Err(io::ErrorKind::Unsupported.into())
}

async fn tcp(address: &Arc<str>) -> Result<TcpStream> {
    let addresses = lookup_host(&**address)
        .await
        .map_err(|error| failed(address, Phase::Resolve, error))?;
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    for candidate in addresses {
        match TcpStream::connect(candidate).await {
            Ok(stream) => match stream.set_nodelay(true) {
                Ok(()) => return Ok(stream),
                Err(error) => last = error,
            },
            Err(error) => last = error,
        }
    }
    Err(failed(address, Phase::Dial, last))
}

fn failed(address: &Arc<str>, phase: Phase, error: io::Error) -> Status {
    let status = Status::unavailable(format!("cannot connect: {error}")).with_source(error);
    status
        .with_phase(phase)
        .with_reached(Reached::No)
        .with_peer(address.clone())
}

fn late(address: &Arc<str>, phase: Phase, limit: Duration) -> Status {
    Status::unavailable(format!("cannot connect: no answer within {limit:?}"))
        .with_phase(phase)
        .with_reached(Reached::No)
        .with_peer(address.clone())
}
