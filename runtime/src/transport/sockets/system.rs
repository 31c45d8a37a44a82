//! The sockets of the operating system, through tokio.

use std::io;
use std::net::SocketAddr;

#[cfg(any(target_os = "android", target_os = "linux"))]
use socket2::SockRef;
use tokio::net::TcpStream;

use crate::transport::Carrier;

/// How much unsent data the system accepts for a connection. What it has accepted goes out in order, so a small reply
/// would wait behind all of it, and for a peer that reads nothing the system keeps that much memory. Output that is
/// still here takes turns.
#[cfg(any(target_os = "android", target_os = "linux"))]
const UNSENT: u32 = 128 << 10;

/// The addresses of `host:port`.
pub(crate) async fn look_up(name: &str) -> io::Result<impl Iterator<Item = SocketAddr>> {
    tokio::net::lookup_host(name).await
}

/// A connection to the TCP port at this address.
pub(crate) async fn tcp(address: SocketAddr) -> io::Result<Carrier> {
    let stream = TcpStream::connect(address).await?;
    prepare(&stream)?;
    Ok(Carrier::socket(stream))
}

/// Turns off Nagle's algorithm, and limits how much unsent data the system buffers.
///
/// # Errors
/// The connection is gone already.
pub(crate) fn prepare(stream: &TcpStream) -> io::Result<()> {
    // Where the system does not support this, the connection works all the same.
    #[cfg(any(target_os = "android", target_os = "linux"))]
    let _ = SockRef::from(stream).set_tcp_notsent_lowat(UNSENT);
    stream.set_nodelay(true)
}

/// A connection to the socket with this path. While the server's backlog is full the system refuses at once instead of
/// letting the client wait as with TCP, so this tries again.
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

#[cfg(any(target_os = "android", target_os = "linux"))]
#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn little_lies_in_the_system_that_cannot_be_sent() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stream = TcpStream::connect(address).await.unwrap();
        prepare(&stream).unwrap();
        assert_eq!(SockRef::from(&stream).tcp_notsent_lowat().unwrap(), UNSENT);
    }
}
