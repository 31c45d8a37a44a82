//! WebAssembly, for which tokio has no sockets: everything fails with "unsupported".

use std::io;
use std::net::SocketAddr;

use crate::transport::Carrier;

/// Same as on systems with sockets.
pub(crate) async fn look_up(_: &str) -> io::Result<std::option::IntoIter<SocketAddr>> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Same as on systems with sockets.
pub(crate) async fn tcp(_: SocketAddr) -> io::Result<Carrier> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Same as on systems with sockets.
pub(crate) async fn unix(_: String) -> io::Result<Carrier> {
    Err(io::ErrorKind::Unsupported.into())
}
