//! Sources of a server's connections: the user's own, and several at once.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sinew::{Accept, Code, Connect, Limits, Peer, Reached, Server};
use tokio::io::DuplexStream;
use tokio::sync::{mpsc, oneshot};

use crate::handlers::Scripted;
use crate::probe::{Probe, ProbeClient};

/// Connections made by tests, with their peers.
struct Pipes(mpsc::UnboundedReceiver<io::Result<(DuplexStream, Peer)>>);

impl Accept for Pipes {
    type Io = DuplexStream;

    async fn accept(&mut self) -> io::Result<(DuplexStream, Peer)> {
        match self.0.recv().await {
            Some(accepted) => accepted,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> String {
        "pipes".to_owned()
    }
}

type Clients = mpsc::UnboundedSender<io::Result<(DuplexStream, Peer)>>;

fn pipes() -> (Clients, Pipes) {
    let (sender, receiver) = mpsc::unbounded_channel();
    (sender, Pipes(receiver))
}

/// A client that connects as `peer`.
fn join(clients: &Clients, peer: Peer) -> ProbeClient {
    let (near, far) = tokio::io::duplex(1 << 16);
    clients.send(Ok((far, peer))).expect("the server listens");
    ProbeClient {
        channel: Connect::new().over(near),
    }
}

/// Returns the peer of the call.
fn whose() -> Scripted {
    Scripted::new(|cx, _| async move {
        let address = cx.peer().address().unwrap_or("nobody").to_owned();
        Ok(address.into_bytes())
    })
}

#[tokio::test]
async fn connections_come_from_wherever_the_user_takes_them() {
    let (clients, pipes) = pipes();
    let listening = Server::new()
        .add(whose())
        .listen(pipes)
        .expect("it listens");
    assert_eq!(listening.local_addr(), "pipes");
    let (stop, stopped) = oneshot::channel::<()>();
    let served = tokio::spawn(listening.run_until(stopped));
    let socket: SocketAddr = "192.0.2.7:4711".parse().expect("an address");
    for (peer, name) in [
        (Peer::unknown(), "nobody"),
        (Peer::named("vsock:3:1024"), "vsock:3:1024"),
        (Peer::from(socket), "192.0.2.7:4711"),
    ] {
        let client = join(&clients, peer);
        assert_eq!(client.echo([]).await.expect("a reply"), name.as_bytes());
    }
    stop.send(()).expect("the server runs");
    served.await.expect("it ends");
    assert!(clients.is_closed(), "the source is dropped with the server");
}

#[tokio::test(start_paused = true)]
async fn a_source_that_fails_is_asked_again() {
    let (clients, pipes) = pipes();
    let listening = Server::new()
        .add(whose())
        .listen(pipes)
        .expect("it listens");
    tokio::spawn(listening.run());
    for _ in 0..5 {
        let failure = Err(io::Error::other("no descriptors"));
        clients.send(failure).expect("the server listens");
    }
    let client = join(&clients, Peer::unknown());
    assert_eq!(client.echo([]).await.expect("a reply"), b"nobody");
}

/// Some systems report connections that end before they are accepted. A client that makes many of them must not hold up
/// others.
#[tokio::test(start_paused = true)]
async fn connections_that_have_gone_already_are_no_reason_to_pause() {
    let (clients, pipes) = pipes();
    let listening = Server::new()
        .add(whose())
        .listen(pipes)
        .expect("it listens");
    tokio::spawn(listening.run());
    let begun = tokio::time::Instant::now();
    for _ in 0..60 {
        let gone = Err(io::ErrorKind::ConnectionAborted.into());
        clients.send(gone).expect("the server listens");
    }
    let client = join(&clients, Peer::unknown());
    assert_eq!(client.echo([]).await.expect("a reply"), b"nobody");
    assert!(begun.elapsed().is_zero(), "{:?}", begun.elapsed());

    // A source that only reports this must not keep a thread busy.
    for _ in 0..1_000 {
        let gone = Err(io::ErrorKind::ConnectionAborted.into());
        clients.send(gone).expect("the server listens");
    }
    let client = join(&clients, Peer::unknown());
    assert_eq!(client.echo([]).await.expect("a reply"), b"nobody");
    assert!(!begun.elapsed().is_zero());
}

#[tokio::test]
async fn connections_of_one_address_are_counted_wherever_they_come_from() {
    let (clients, pipes) = pipes();
    let mut limits = Limits::default();
    limits.connections_per_ip = Some(1);
    let server = Server::new().add(whose()).limits(limits);
    let listening = server.listen(pipes).expect("it listens");
    tokio::spawn(listening.run());
    let peer = |port: u16| Peer::from(SocketAddr::from(([192, 0, 2, 7], port)));
    let first = join(&clients, peer(1));
    first.echo([]).await.expect("a reply");
    let refused = join(&clients, peer(2)).echo([]).await;
    let refused = refused.expect_err("one is enough");
    let told = (refused.code(), refused.reached());
    assert_eq!(told, (Code::ResourceExhausted, Reached::No), "{refused}");
    let nobody = join(&clients, Peer::unknown());
    nobody.echo([]).await.expect("it is not counted");
}

#[tokio::test]
async fn one_server_has_several_entries() {
    let begun = Arc::new(AtomicUsize::new(0));
    let counter = begun.clone();
    let service = Scripted::new(move |_, data| {
        counter.fetch_add(1, Ordering::SeqCst);
        async { Ok(data) }
    });
    let (clients, pipes) = pipes();
    let mut limits = Limits::default();
    limits.connections = 3;
    let server = Server::new().add(service).limits(limits);
    let listening = server.bind("127.0.0.1:0").await.expect("a port");
    let listening = listening.and_bind("127.0.0.1:0").await.expect("a port");
    let listening = listening.and_listen(pipes).expect("it listens");
    let addresses: Vec<_> = listening.local_addrs().map(str::to_owned).collect();
    assert_eq!(addresses[0], listening.local_addr());
    assert_eq!((addresses.len(), &*addresses[2]), (3, "pipes"));
    let (stop, stopped) = oneshot::channel::<()>();
    let served = tokio::spawn(listening.run_until(stopped));

    let mut all = Vec::new();
    for address in &addresses[..2] {
        let channel = Connect::new().to(address.clone()).await.expect("a server");
        all.push(ProbeClient { channel });
    }
    all.push(join(&clients, Peer::unknown()));
    for client in &all {
        client.echo([1]).await.expect("a reply");
    }
    // The limits apply to the whole server.
    let fourth = join(&clients, Peer::unknown());
    let waits = fourth.echo([1]).owned();
    let waits = tokio::spawn(waits);
    all.remove(0);
    waits
        .await
        .expect("nobody panics")
        .expect("there is room now");
    assert_eq!(begun.load(Ordering::SeqCst), 4);
    stop.send(()).expect("the server runs");
    served.await.expect("it ends");
}

#[tokio::test]
async fn an_entry_that_cannot_be_had_is_an_error() {
    let listening = Server::new()
        .add(Probe::default())
        .bind("127.0.0.1:0")
        .await;
    let listening = listening.expect("a port");
    let taken = listening.local_addr().to_owned();
    let status = listening.and_bind(taken).await.expect_err("it is taken");
    assert_eq!(status.code(), Code::Unavailable);
}
