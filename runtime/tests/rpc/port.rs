//! A port reserved for a test, with or without a listener: no other test and no other program gets it meanwhile.

use tokio::net::{TcpListener, TcpSocket};

/// A port that is reserved until this is dropped.
pub struct Port {
    pub address: String,
    /// Never listens.
    _held: TcpSocket,
}

impl Port {
    pub fn free() -> Self {
        let held = bound("127.0.0.1:0");
        let address = held.local_addr().expect("it is bound").to_string();
        Self {
            address,
            _held: held,
        }
    }

    pub fn listen(&self) -> TcpListener {
        let socket = bound(&self.address);
        socket.listen(128).expect("nobody else listens")
    }
}

/// A socket at an address that other sockets of this process may share.
fn bound(address: &str) -> TcpSocket {
    let socket = TcpSocket::new_v4().expect("there are sockets");
    // On Windows the second option has both meanings.
    #[cfg(unix)]
    socket.set_reuseport(true).expect("the system shares ports");
    socket.set_reuseaddr(true).expect("the system shares ports");
    let address = address.parse().expect("it is an address");
    socket.bind(address).expect("the port is free");
    socket
}
