//! A port of a test's own, whether somebody listens there or not: no other test, and no other program, gets it meanwhile.

use tokio::net::{TcpListener, TcpSocket};

/// A port that is free for as long as this lives.
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

/// A socket at an address that others of this process have, too.
fn bound(address: &str) -> TcpSocket {
    let socket = TcpSocket::new_v4().expect("there are sockets");
    // Windows means both by the second.
    #[cfg(unix)]
    socket.set_reuseport(true).expect("the system shares ports");
    socket.set_reuseaddr(true).expect("the system shares ports");
    let address = address.parse().expect("it is an address");
    socket.bind(address).expect("the port is free");
    socket
}
