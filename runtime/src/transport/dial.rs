//! Opens the transport to a server.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpStream, lookup_host};

use crate::{Phase, Reached, Result, Status};

/// Connects to `host:port`: to the first of its addresses that answers.
///
/// # Errors
/// Why none did within `limit`, with the phase.
pub(super) async fn tcp(address: &Arc<str>, limit: Duration) -> Result<TcpStream> {
    match tokio::time::timeout(limit, connect(address)).await {
        Ok(result) => result,
        Err(_) => Err(late(address, limit)),
    }
}

async fn connect(address: &Arc<str>) -> Result<TcpStream> {
    let addresses = lookup_host(&**address)
        .await
        .map_err(|error| failed(address, Phase::Resolve, error))?;
    let mut last = std::io::Error::new(std::io::ErrorKind::NotFound, "the name has no address");
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

fn failed(address: &Arc<str>, phase: Phase, error: std::io::Error) -> Status {
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
