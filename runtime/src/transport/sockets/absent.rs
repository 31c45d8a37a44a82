//! WebAssembly has no sockets that tokio knows: every question fails, and says so.

use std::io;
use std::net::SocketAddr;

use crate::transport::Carrier;

/// As that of a system with sockets.
pub(crate) async fn look_up(_: &str) -> io::Result<std::option::IntoIter<SocketAddr>> {
    Err(io::ErrorKind::Unsupported.into())
}

/// As that of a system with sockets.
pub(crate) async fn tcp(_: SocketAddr) -> io::Result<Carrier> {
    Err(io::ErrorKind::Unsupported.into())
}

/// As that of a system with sockets.
pub(crate) async fn unix(_: String) -> io::Result<Carrier> {
    Err(io::ErrorKind::Unsupported.into())
}
