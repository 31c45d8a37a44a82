//! The sockets of the system, as tokio has them.

use std::io;
use std::net::SocketAddr;

use tokio::net::TcpStream;

use crate::transport::Carrier;

/// The addresses of `host:port`.
pub(crate) async fn look_up(name: &str) -> io::Result<impl Iterator<Item = SocketAddr>> {
    tokio::net::lookup_host(name).await
}

/// A connection with small writes sent at once.
pub(crate) async fn tcp(address: SocketAddr) -> io::Result<Carrier> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(Carrier::socket(stream))
}

/// A connection to the socket with this path. While too many wait for the server, the system does not let one wait with them, as
/// it does with TCP: so it is asked again.
#[cfg(unix)]
pub(crate) async fn unix(path: String) -> io::Result<Carrier> {
    const PAUSE: std::time::Duration = std::time::Duration::from_millis(5);
    loop {
        match tokio::net::UnixStream::connect(&path).await {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                tokio::time::sleep(PAUSE).await;
            }
            connected => return connected.map(Carrier::socket),
        }
    }
}

/// A connection to the socket with this path.
#[cfg(not(unix))]
pub(crate) async fn unix(_: String) -> io::Result<Carrier> {
    Err(io::ErrorKind::Unsupported.into())
}
