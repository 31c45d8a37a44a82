//! Opens the transport to a server.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::carrier::Carrier;
use super::race::{Opening, first_of};
use super::socket::Io;
use super::sockets::{look_up, tcp, unix};
use crate::address::{code_of, is_host_and_port, not_an_address};
use crate::channel::BoxFuture;
use crate::said::Said;
use crate::{Limits, Metadata, Phase, Reached, Result, Status};

/// How transports are opened, and what the client says about itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dialer {
    pub(crate) said: Said,
    /// Opens transports instead of sockets.
    pub(crate) opener: Option<Opener>,
    #[cfg(feature = "rustls")]
    pub(crate) tls: Option<crate::tls::Connector>,
}

/// A transport to a server.
pub(super) struct Dialed {
    pub(super) carrier: Carrier,
    /// When it connected: the handshake's time limit starts here.
    pub(super) connected: Instant,
    /// What the client says about itself in its hello.
    pub(super) said: Metadata,
}

impl Dialer {
    /// Whether an already open transport can be used as it is.
    pub(super) fn takes_open_ones(&self) -> bool {
        #[cfg(feature = "rustls")]
        return self.tls.is_none();
        #[cfg(not(feature = "rustls"))]
        true
    }

    /// Connects to `host:port` at whichever of its addresses answers first, or to `unix:/path`, with the TLS handshake
    /// if there is one. Reports each phase to `begins` before it starts.
    ///
    /// # Errors
    /// Why it did not work, with the phase.
    pub(super) async fn open(
        &self,
        address: &Arc<str>,
        limits: &Limits,
        begins: &(dyn Fn(Phase) + Send + Sync),
    ) -> Result<Dialed> {
        let carrier = self.connect(address, limits.dial, begins).await?;
        let connected = Instant::now();
        #[cfg(feature = "rustls")]
        let carrier = match &self.tls {
            Some(tls) => {
                begins(Phase::Handshake);
                secure(tls, carrier, address, limits.handshake).await?
            }
            None => carrier,
        };
        let said = self.said.now(limits).map_err(|status| {
            let status = status.with_phase(Phase::Handshake);
            status.with_reached(Reached::No).with_peer(address.clone())
        })?;
        Ok(Dialed {
            carrier,
            connected,
            said,
        })
    }

    async fn connect(
        &self,
        address: &Arc<str>,
        limit: Duration,
        begins: &(dyn Fn(Phase) + Send + Sync),
    ) -> Result<Carrier> {
        let begun = Instant::now();
        let ways: Vec<Opening<'_>> = match (&self.opener, address.strip_prefix("unix:")) {
            (Some(opener), _) => vec![Box::pin(opener.open(address))],
            (None, Some(path)) if !path.is_empty() => vec![Box::pin(unix(path.to_owned()))],
            (None, _) => {
                begins(Phase::Resolve);
                if !is_host_and_port(address) {
                    return Err(failed(address, Phase::Resolve, not_an_address()));
                }
                let found = resolve(address, limit).await?;
                begins(Phase::Dial);
                found.map(|at| Box::pin(tcp(at)) as Opening<'_>).collect()
            }
        };
        first_of(address, ways, begun, limit).await
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
            Box::pin(async move { Ok(Carrier::other(opening.await?)) })
        }))
    }

    /// Opens a transport.
    async fn open(&self, address: &Arc<str>) -> io::Result<Carrier> {
        (self.0)(address.clone()).await
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
    match tokio::time::timeout(limit, tls.connect(address, carrier.inside())).await {
        Ok(Ok(stream)) => Ok(Carrier::other(stream)),
        Ok(Err(error)) => Err(failed(address, Phase::Handshake, error)),
        Err(_) => Err(late(address, Phase::Handshake, limit)),
    }
}

/// The addresses of a name.
async fn resolve(address: &Arc<str>, limit: Duration) -> Result<impl Iterator<Item = SocketAddr>> {
    match tokio::time::timeout(limit, look_up(address)).await {
        Ok(found) => found.map_err(|error| failed(address, Phase::Resolve, error)),
        Err(_) => Err(late(address, Phase::Resolve, limit)),
    }
}

pub(super) fn failed(address: &Arc<str>, phase: Phase, error: io::Error) -> Status {
    let status = Status::new(code_of(&error), format!("cannot connect: {error}"));
    status
        .with_source(error)
        .with_phase(phase)
        .with_reached(Reached::No)
        .with_peer(address.clone())
}

pub(super) fn late(address: &Arc<str>, phase: Phase, limit: Duration) -> Status {
    Status::unavailable(format!("cannot connect: no answer within {limit:?}"))
        .with_phase(phase)
        .with_reached(Reached::No)
        .with_peer(address.clone())
}
