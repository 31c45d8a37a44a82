//! TCP listeners.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::net::{TcpListener, TcpStream};

use super::listener::{Listener, PollAccept};
use crate::peer::Peer;
use crate::report::{self, About};
use crate::transport::{Carrier, prepare};

impl From<TcpListener> for Listener {
    fn from(listener: TcpListener) -> Self {
        Self::at(listener)
    }
}

impl PollAccept for TcpListener {
    fn address(&self) -> io::Result<Arc<str>> {
        Ok(self.local_addr()?.to_string().into())
    }

    fn poll_accept(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<(Carrier, Peer)>> {
        loop {
            let (stream, address) = ready!(TcpListener::poll_accept(self, cx))?;
            if let Some(taken) = at_once(stream, address) {
                return Poll::Ready(Ok(taken));
            }
        }
    }
}

/// The accepted connection; `None` if it is already gone.
fn at_once(stream: TcpStream, address: SocketAddr) -> Option<(Carrier, Peer)> {
    match prepare(&stream) {
        Ok(()) => Some((Carrier::socket(stream), Peer::from(address))),
        Err(error) => {
            let address = address.to_string();
            let about = About::at(&address).failed(&error);
            report::debug(&"a connection has gone at once", about);
            None
        }
    }
}
