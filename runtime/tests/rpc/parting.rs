//! How a socket ends once neither side has anything more to say: at once, even if the other side leaves its own open.

use std::time::Duration;

use sinew::protocol::Reason;
use sinew::{Channel, Limits};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::pair::Side;
use crate::probe::{Probe, Running};

const NOW: Duration = Duration::ZERO;

/// Reads and answers until the connection is open.
async fn greet(stream: &mut TcpStream, side: &mut Side) {
    while !side.core.is_open() {
        stream.write_all(&side.take(NOW)).await.expect("a peer");
        let mut piece = [0; 1 << 10];
        let read = stream.read(&mut piece).await.expect("a peer");
        side.feed(&piece[..read], NOW);
    }
    stream.write_all(&side.take(NOW)).await.expect("a peer");
}

/// Whether somebody still reads after the end.
async fn is_read_behind_the_end(stream: &mut TcpStream) -> bool {
    let last = stream.read_to_end(&mut Vec::new()).await;
    last.expect("the peer ends its side in peace");
    for _ in 0..1_000 {
        if stream.write_all(&[0]).await.is_err() {
            return false;
        }
        tokio::task::yield_now().await;
    }
    true
}

#[tokio::test]
async fn a_client_that_is_done_closes_its_socket_though_the_server_does_not() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let channel = tokio::spawn(Channel::connect(address));
    let mut server = listener.accept().await.unwrap().0;
    greet(&mut server, &mut Side::server(&Limits::default())).await;
    drop(channel.await.unwrap().expect("a connection"));
    assert!(!is_read_behind_the_end(&mut server).await);
}

#[tokio::test]
async fn a_server_whose_client_is_done_closes_its_socket_though_the_client_does_not() {
    let server = Running::start(Probe::default(), Limits::default()).await;
    let mut client = TcpStream::connect(&server.address).await.unwrap();
    let mut side = Side::client(&Limits::default());
    greet(&mut client, &mut side).await;
    side.core.drain(Reason::Shutdown, "that was all", NOW);
    client.write_all(&side.take(NOW)).await.unwrap();
    assert!(!is_read_behind_the_end(&mut client).await);
}
