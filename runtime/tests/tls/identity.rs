//! Clients and servers that trust each other.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sinew::layer::Next;
use sinew::tls::rustls::pki_types::UnixTime;
use sinew::tls::rustls::time_provider::TimeProvider;
use sinew::tls::{Acceptor, Connector, Identity};
use sinew::{Call, Channel, Connect, Limits, Server};
use tokio_rustls::TlsConnector;

use crate::authority::{Authority, known_client, mutual_server, open_server, unknown_client};
use crate::probe::{Probe, ProbeClient};
use crate::{connect, start};

#[tokio::test]
async fn calls_are_made_over_tls() {
    let authority = Authority::new();
    let address = start(
        open_server(authority.sign(&["localhost"])),
        Limits::default(),
    )
    .await;
    let client = connect(&address, unknown_client(&authority)).await.unwrap();
    let large = vec![3; 2_000_000];
    assert_eq!(client.echo(large.clone()).await.unwrap(), large);
    let many = (0..100).map(|n: u32| client.echo(n.to_le_bytes()).owned());
    for (n, call) in (0u32..).zip(many.map(tokio::spawn).collect::<Vec<_>>()) {
        assert_eq!(call.await.unwrap().unwrap(), n.to_le_bytes());
    }
}

#[tokio::test]
async fn the_name_of_the_server_is_the_host_of_its_address() {
    let authority = Authority::new();
    let address = start(
        open_server(authority.sign(&["localhost"])),
        Limits::default(),
    )
    .await;
    let port = address.rsplit_once(':').unwrap().1;
    let connect = Connect::new().tls(unknown_client(&authority));
    let channel = connect.to(format!("localhost:{port}")).await.unwrap();
    assert_eq!(ProbeClient { channel }.echo("hi").await.unwrap(), b"hi");
}

#[tokio::test]
async fn handlers_know_what_the_client_has_proven() {
    let authority = Authority::new();
    let own = authority.sign(&["billing.shop.example", "spiffe://shop.example/billing"]);
    let certificate = own.certificate.clone();
    let seen: Arc<Mutex<Option<Identity>>> = Arc::default();
    let note = {
        let seen = seen.clone();
        move |call: Call, next: Next| {
            *seen.lock().unwrap() = call.cx.peer().identity().cloned();
            async move { next.run(call).await }
        }
    };
    let server = Server::new().add(Probe::default()).layer(note);
    let settings = mutual_server(authority.sign(&["localhost"]), &authority);
    let listening = server.tls(settings).bind("127.0.0.1:0").await.unwrap();
    let address = listening.local_addr().to_owned();
    tokio::spawn(listening.run());

    let client = connect(&address, known_client(&authority, own))
        .await
        .unwrap();
    client.echo("").await.unwrap();
    let identity = seen
        .lock()
        .unwrap()
        .take()
        .expect("it has proven something");
    assert_eq!(identity.certificates(), [certificate]);
    assert_eq!(
        identity.names(),
        ["billing.shop.example", "spiffe://shop.example/billing"]
    );
    assert_eq!(
        format!("{identity:?}"),
        r#"Identity(["billing.shop.example", "spiffe://shop.example/billing"])"#
    );
}

/// What is logged in passing contains neither keys nor pages of certificates.
#[test]
fn settings_show_themselves_in_a_few_words() {
    let ours = Authority::new();
    let acceptor = Acceptor::new(open_server(ours.sign(&["localhost"])));
    assert_eq!(format!("{acceptor:?}"), "Acceptor(..)");
    let connector = Connector::new(unknown_client(&ours)).server_name("a");
    let shown = format!("{connector:?}");
    assert_eq!(
        shown,
        r#"Connector { settings: .., server_name: Some("a") }"#
    );
}

#[tokio::test]
async fn new_settings_are_for_new_connections() {
    let (old, new) = (Authority::new(), Authority::new());
    let acceptor = Acceptor::new(open_server(old.sign(&["localhost"])));
    let address = start(acceptor.clone(), Limits::default()).await;
    let before = connect(&address, unknown_client(&old)).await.unwrap();
    before.echo("").await.unwrap();

    acceptor.replace(open_server(new.sign(&["localhost"])));
    before.echo("").await.expect("an open connection stays");
    let connector = Connector::new(unknown_client(&old));
    connect(&address, connector.clone())
        .await
        .expect_err("the old root does not know it");
    connector.replace(unknown_client(&new));
    let after = connect(&address, connector).await.unwrap();
    after.echo("").await.unwrap();
}

/// A settable clock, in seconds since 1970.
#[derive(Debug)]
struct Clock(AtomicU64);

impl TimeProvider for Clock {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = self.0.load(Ordering::Relaxed);
        Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}

/// With default settings, a client is admitted again on the strength of an earlier handshake: the page about security
/// says so.
#[tokio::test]
async fn without_tickets_a_client_that_comes_back_shows_its_certificate_again() {
    const YEAR_2100: u64 = 4_102_444_800;
    let ours = Authority::new();
    for (tickets, gets_in) in [(2, true), (0, false)] {
        let clock = Arc::new(Clock(AtomicU64::new(YEAR_2100 - 60)));
        let mut settings = mutual_server(ours.sign(&["localhost"]), &ours);
        settings.time_provider = clock.clone();
        settings.send_tls13_tickets = tickets;
        let acceptor = Acceptor::new(settings);
        let address = start(acceptor.clone(), Limits::default()).await;
        let client = Connector::new(known_client(&ours, ours.sign_until(&["a"], 2100)));
        let first = connect(&address, client.clone()).await.expect("it is good");
        first.echo("").await.expect("it is let in");

        clock.0.store(YEAR_2100 + 60, Ordering::Relaxed);
        first.echo("").await.expect("an open connection stays");
        let second = connect(&address, client.clone()).await;
        assert_eq!(second.is_ok(), gets_in, "{second:?}");

        // New settings start afresh.
        let mut settings = mutual_server(ours.sign(&["localhost"]), &ours);
        settings.time_provider = clock;
        acceptor.replace(settings);
        let third = connect(&address, client).await;
        third.expect_err("the certificate has expired");
    }
}

#[tokio::test]
async fn each_entry_has_the_tls_that_was_said_before_it() {
    let (ours, theirs) = (Authority::new(), Authority::new());
    let strangers = open_server(ours.sign(&["localhost"]));
    let friends = mutual_server(theirs.sign(&["localhost"]), &theirs);
    let server = Server::new().add(Probe::default());
    let listening = server.bind("127.0.0.1:0").await.unwrap();
    let listening = listening.tls(strangers).and_bind("127.0.0.1:0").await;
    let listening = listening
        .unwrap()
        .tls(friends)
        .and_bind("127.0.0.1:0")
        .await;
    let listening = listening.unwrap();
    let addresses: Vec<_> = listening.local_addrs().map(str::to_owned).collect();
    tokio::spawn(listening.run());

    let plain = Connect::new().to(&addresses[0]).await.unwrap();
    let open = connect(&addresses[1], unknown_client(&ours)).await.unwrap();
    let friend = known_client(&theirs, theirs.sign(&["a friend"]));
    let mutual = connect(&addresses[2], friend).await.unwrap();
    for client in [ProbeClient { channel: plain }, open, mutual] {
        assert_eq!(client.echo("hi").await.unwrap(), b"hi");
    }
    for address in &addresses[1..] {
        let refused = Connect::new().to(address).await;
        refused.expect_err("nobody comes in without TLS");
    }
    let stranger = connect(&addresses[2], unknown_client(&theirs)).await;
    stranger.expect_err("it has no certificate");
}

#[tokio::test]
async fn tls_goes_over_unix_sockets_and_any_transport() {
    let authority = Authority::new();
    let server = |certificate| {
        let server = Server::new().add(Probe::default());
        server.tls(open_server(certificate))
    };
    let (ours, theirs) = tokio::io::duplex(64 << 10);
    tokio::spawn(server(authority.sign(&["localhost"])).serve_connection(theirs));
    let connector = TlsConnector::from(Arc::new(unknown_client(&authority)));
    let name = "localhost".try_into().unwrap();
    let stream = connector.connect(name, ours).await.unwrap();
    let client = ProbeClient {
        channel: Channel::over(stream),
    };
    assert_eq!(client.echo("hi").await.unwrap(), b"hi");

    #[cfg(unix)]
    {
        let path = std::env::temp_dir().join(format!("sinew-tls-{}", std::process::id()));
        let address = format!("unix:{}", path.display());
        let server = server(authority.sign(&["localhost"]));
        let listening = server.bind(&address).await.unwrap();
        let serving = tokio::spawn(listening.run());
        let client = connect(&address, unknown_client(&authority)).await.unwrap();
        assert_eq!(client.echo("hi").await.unwrap(), b"hi");
        serving.abort();
        assert!(serving.await.unwrap_err().is_cancelled());
        assert!(!path.exists());
    }
}
