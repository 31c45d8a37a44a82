//! Opens the transport to a server.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpStream, lookup_host};

use super::carrier::Carrier;
use crate::{Phase, Reached, Result, Status};

/// Connects to `host:port`, to the first of its addresses that answers, or to `unix:/path`.
///
/// # Errors
/// Why none did within `limit`, with the phase.
pub(super) async fn open(address: &Arc<str>, limit: Duration) -> Result<Carrier> {
    match tokio::time::timeout(limit, connect(address)).await {
        Ok(result) => result,
        Err(_) => Err(late(address, limit)),
    }
}

async fn connect(address: &Arc<str>) -> Result<Carrier> {
    match address.strip_prefix("unix:") {
        Some(path) => unix(path)
            .await
            .map_err(|error| failed(address, Phase::Dial, error)),
        None => tcp(address).await.map(Carrier::Tcp),
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

fn late(address: &Arc<str>, limit: Duration) -> Status {
    Status::unavailable(format!("cannot connect: no answer within {limit:?}"))
        .with_phase(Phase::Dial)
        .with_reached(Reached::No)
        .with_peer(address.clone())
}
