//! TLS between real sockets: which clients are admitted, and what handlers know about them.

#![allow(unreachable_pub, dead_code)] // nobody is outside of a test, and not all tests use all that they share

mod authority;
mod files;
mod handshakes;
mod hostile;
mod identity;
mod large;
#[path = "../rpc/probe.rs"]
mod probe;
mod refused;

use sinew::tls::{Acceptor, Connector};
use sinew::{Connect, Limits, Server, Status};

use probe::{Probe, ProbeClient};

/// A server with TLS on a loopback port, for as long as the test's runtime lives. Returns its address.
async fn start(acceptor: impl Into<Acceptor>, limits: Limits) -> String {
    let server = Server::new().add(Probe::default()).limits(limits);
    let listening = server.tls(acceptor).bind("127.0.0.1:0").await;
    let listening = listening.expect("a port is free");
    let address = listening.local_addr().to_owned();
    tokio::spawn(listening.run());
    address
}

/// Connects, expecting a certificate for `localhost`.
async fn connect(address: &str, connector: impl Into<Connector>) -> Result<ProbeClient, Status> {
    let connector = connector.into().server_name("localhost");
    let channel = Connect::new().tls(connector).to(address).await?;
    Ok(ProbeClient { channel })
}
