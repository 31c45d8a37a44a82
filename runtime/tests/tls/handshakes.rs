//! Handshakes that do not proceed: they hold up nobody, and end.

use std::future::pending;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sinew::tls::Connector;
use sinew::tls::rustls::server::{ClientHello, ResolvesServerCert};
use sinew::tls::rustls::sign::CertifiedKey;
use sinew::{Code, Connect, Limits, Phase, Reached, Retries, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

use crate::authority::{Authority, open_server, unknown_client};
use crate::probe::{Probe, ProbeClient};
use crate::{connect, start};

/// The beginning of a handshake.
const BEGIN: &[u8] = &[22, 3, 1, 2, 0, 1, 0];

async fn begin(address: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    stream.write_all(BEGIN).await.expect("it reads");
    stream
}

/// Waits until the server has closed the connection.
async fn closed(mut stream: TcpStream) {
    let mut rest = Vec::new();
    // An end or a reset: it is closed in any case.
    let _ = stream.read_to_end(&mut rest).await;
}

#[tokio::test]
async fn handshakes_that_stop_hold_up_nobody() {
    let authority = Authority::new();
    let address = start(
        open_server(authority.sign(&["localhost"])),
        Limits::default(),
    )
    .await;
    let mut silent = Vec::new();
    for _ in 0..50 {
        silent.push(begin(&address).await);
    }
    let client = connect(&address, unknown_client(&authority)).await.unwrap();
    assert_eq!(client.echo("hi").await.unwrap(), b"hi");
}

#[tokio::test]
async fn a_handshake_has_its_time() {
    let authority = Authority::new();
    let mut limits = Limits::default();
    limits.handshake = Duration::from_millis(50);
    let address = start(open_server(authority.sign(&["localhost"])), limits).await;
    closed(begin(&address).await).await;
}

#[tokio::test]
async fn of_too_many_handshakes_the_oldest_ends() {
    let authority = Authority::new();
    let mut limits = Limits::default();
    limits.handshakes = 2;
    let address = start(open_server(authority.sign(&["localhost"])), limits).await;
    let (first, second) = (begin(&address).await, begin(&address).await);
    let client = connect(&address, unknown_client(&authority)).await.unwrap();
    closed(first).await;
    assert_eq!(client.echo("hi").await.unwrap(), b"hi");
    drop(second);
}

#[tokio::test]
async fn a_server_that_stops_waits_for_no_handshake() {
    let authority = Authority::new();
    let mut limits = Limits::default();
    limits.handshake = Duration::from_secs(3600);
    limits.drain = Duration::from_secs(3600);
    let server = Server::new().add(Probe::default()).limits(limits);
    let server = server.tls(open_server(authority.sign(&["localhost"])));
    let listening = server.bind("127.0.0.1:0").await.unwrap();
    let address = listening.local_addr().to_owned();
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(listening.run_until(stopped));
    let silent = begin(&address).await;
    let client = connect(&address, unknown_client(&authority)).await.unwrap();
    client.echo("").await.unwrap();
    drop(stop);
    server.await.unwrap();
    closed(silent).await;
}

#[tokio::test(start_paused = true)]
async fn a_call_whose_handshake_is_not_answered_was_not_executed() {
    let authority = Authority::new();
    let mut limits = Limits::default();
    limits.handshake = Duration::from_secs(4);
    let silent = Connect::new().open_by(|_| async {
        let (near, far) = tokio::io::duplex(1 << 16);
        tokio::spawn(async move {
            let _far = far;
            pending::<()>().await
        });
        Ok(near)
    });
    let connector = Connector::from(unknown_client(&authority)).server_name("localhost");
    let channel = silent.tls(connector).limits(limits).lazily_to("one");
    let client = ProbeClient {
        channel: channel.retry(Retries::never()),
    };
    for (timeout, code) in [(2, Code::DeadlineExceeded), (3600, Code::Unavailable)] {
        let failed = client.wait().timeout(Duration::from_secs(timeout)).await;
        let status = failed.expect_err("nobody answers");
        let told = (status.code(), status.phase(), status.reached());
        assert_eq!(
            told,
            (code, Some(Phase::Handshake), Reached::No),
            "{status}"
        );
    }
}

#[tokio::test]
async fn a_handshake_without_a_limit_is_made() {
    let authority = Authority::new();
    let mut limits = Limits::default();
    limits.handshake = Duration::MAX;
    let address = start(open_server(authority.sign(&["localhost"])), limits).await;
    let client = connect(&address, unknown_client(&authority)).await.unwrap();
    assert_eq!(client.echo("hi").await.unwrap(), b"hi");
}

/// A killed peer sends no close_notify.
#[tokio::test]
async fn a_server_that_is_killed_has_closed_the_connection() {
    let authority = Authority::new();
    let own = open_server(authority.sign(&["localhost"]));
    let probe = Probe::default();
    let server = Server::new().add(probe.clone()).tls(own);
    let (near, far) = tokio::io::duplex(1 << 16);
    let server = tokio::spawn(server.serve_connection(far));
    let near = Mutex::new(Some(near));
    let connect = Connect::new().open_by(move |_| {
        let near = near.lock().expect("nobody panics").take();
        async move { near.ok_or_else(|| std::io::Error::other("there is only one")) }
    });
    let connector = Connector::from(unknown_client(&authority)).server_name("localhost");
    let channel = connect.tls(connector).lazily_to("one");
    let client = ProbeClient {
        channel: channel.retry(Retries::never()),
    };
    let waiting = tokio::spawn(client.wait().owned());
    probe.began(1).await;
    server.abort();
    let status = waiting.await.unwrap().unwrap_err();
    let why = "connection closed: the peer has closed the connection";
    assert_eq!((status.message(), status.reached()), (why, Reached::Maybe));
}

/// Chooses the certificate; panics the first time.
#[derive(Debug)]
struct Fragile(AtomicBool, Arc<dyn ResolvesServerCert>);

impl ResolvesServerCert for Fragile {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        assert!(self.0.swap(true, Ordering::SeqCst), "a bug of the user");
        self.1.resolve(hello)
    }
}

#[tokio::test]
async fn one_whose_certificate_cannot_be_chosen_without_a_panic_leaves_its_place_to_the_next() {
    let authority = Authority::new();
    let mut settings = open_server(authority.sign(&["localhost"]));
    settings.cert_resolver = Arc::new(Fragile(AtomicBool::new(false), settings.cert_resolver));
    let mut limits = Limits::default();
    (limits.connections, limits.handshakes) = (1, 1);
    let address = start(settings, limits).await;
    let status = connect(&address, unknown_client(&authority)).await;
    let status = status.expect_err("it panics");
    assert_eq!(status.phase(), Some(Phase::Handshake), "{status}");
    let client = connect(&address, unknown_client(&authority)).await;
    let client = client.expect("it gets in");
    assert_eq!(client.echo("x").await.expect("an answer"), b"x");
}
