//! Clients that are not admitted, and what they are told.

use std::sync::Arc;
use std::time::Duration;

use sinew::tls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use sinew::tls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use sinew::tls::rustls::{
    ClientConfig, DigitallySignedStruct, Error, ServerConfig, SignatureScheme,
};
use sinew::tls::{Acceptor, Connector};
use sinew::{Backoff, Channel, Code, Connect, Limits, Phase, Reached, Retries, Server, Status};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

use crate::authority::{Authority, known_client, mutual_server, open_server, unknown_client};
use crate::probe::{Probe, ProbeClient};
use crate::{connect, start};

async fn refused(server: ServerConfig, client: ClientConfig) -> Status {
    let address = start(server, Limits::default()).await;
    let status = match connect(&address, client).await {
        Err(status) => status,
        Ok(_) => panic!("it got in"),
    };
    assert_eq!(
        (status.code(), status.phase(), status.reached()),
        (Code::Unavailable, Some(Phase::Handshake), Reached::No),
        "{status}"
    );
    assert_eq!(status.peer(), Some(&*address));
    status
}

#[tokio::test]
async fn who_is_not_trusted_is_refused() {
    let (ours, theirs) = (Authority::new(), Authority::new());
    let localhost = || ours.sign(&["localhost"]);
    let known = || unknown_client(&ours);
    let ours_only = || mutual_server(localhost(), &ours);
    let other_protocol = |mut client: ClientConfig| {
        client.alpn_protocols = vec![b"h2".to_vec()];
        client
    };
    let cases = [
        (
            "another root",
            open_server(localhost()),
            unknown_client(&theirs),
        ),
        (
            "another name",
            open_server(ours.sign(&["elsewhere"])),
            known(),
        ),
        ("no name", open_server(ours.sign(&[])), known()),
        (
            "expired",
            open_server(ours.sign_expired(&["localhost"])),
            known(),
        ),
        ("client without", ours_only(), known()),
        (
            "client of others",
            ours_only(),
            known_client(&ours, theirs.sign(&["a"])),
        ),
        (
            "client expired",
            ours_only(),
            known_client(&ours, ours.sign_expired(&["a"])),
        ),
        (
            "another protocol",
            open_server(localhost()),
            other_protocol(known()),
        ),
    ];
    for (case, server, client) in cases {
        println!("{case}: {}", refused(server, client).await);
    }
}

/// Relays between a client and a server, but holds back the server's second answer until the client has sent this many
/// bytes.
async fn answers_late(client: DuplexStream, server: DuplexStream, bytes: usize) {
    let (mut from_client, mut to_client) = tokio::io::split(client);
    let (mut from_server, mut to_server) = tokio::io::split(server);
    let (said, mut heard) = tokio::sync::watch::channel(0);
    tokio::spawn(async move {
        let mut part = vec![0; 1 << 14];
        while let Ok(count @ 1..) = from_client.read(&mut part).await {
            said.send_modify(|said| *said += count);
            // The server may be gone: the client continues all the same.
            let _ = to_server.write_all(&part[..count]).await;
        }
    });
    let mut part = vec![0; 1 << 14];
    while let Ok(count @ 1..) = from_server.read(&mut part).await {
        to_client.write_all(&part[..count]).await.expect("it reads");
        heard
            .wait_for(|said| *said > bytes)
            .await
            .expect("it goes on");
    }
}

/// The first call is sent before the server has judged the client's certificate.
#[tokio::test]
async fn who_is_not_let_in_has_called_nothing() {
    const CALL: usize = 10_000;
    let (ours, theirs) = (Authority::new(), Authority::new());
    let of_ours = |own| known_client(&ours, own);
    for (client, says) in [
        (unknown_client(&ours), "wants a certificate of the client"),
        (of_ours(theirs.sign(&["a"])), "does not accept the cert"),
        (
            of_ours(ours.sign_expired(&["a"])),
            "does not accept the cert",
        ),
    ] {
        let acceptor = Acceptor::new(mutual_server(ours.sign(&["localhost"]), &ours));
        let open = move |_| {
            let (here, far) = tokio::io::duplex(1 << 16);
            let (near, there) = tokio::io::duplex(1 << 16);
            let server = Server::new().add(Probe::default()).tls(acceptor.clone());
            tokio::spawn(server.serve_connection(there));
            tokio::spawn(answers_late(far, near, CALL));
            async move { Ok(here) }
        };
        let connect = Connect::new().tls(Connector::new(client).server_name("localhost"));
        let channel = connect.open_by(open).lazily_to("here");
        let channel = channel.retry(Retries::never());
        let status = ProbeClient { channel }.echo(vec![0; CALL]).await;
        let status = status.expect_err("it is not let in");
        assert_eq!(
            (status.code(), status.phase(), status.reached()),
            (Code::Unavailable, Some(Phase::Handshake), Reached::No),
            "{status}"
        );
        assert!(status.message().contains(says), "{status}");
    }
}

#[tokio::test]
async fn a_port_with_tls_and_one_without_are_named() {
    let authority = Authority::new();
    let with = start(
        open_server(authority.sign(&["localhost"])),
        Limits::default(),
    )
    .await;
    let status = Channel::connect(&*with).await.unwrap_err();
    assert!(status.message().contains("TLS"), "{status}");

    let plain =
        crate::probe::Running::start(crate::probe::Probe::default(), Limits::default()).await;
    let status = connect(&plain.address, unknown_client(&authority)).await;
    let status = status.expect_err("no TLS there");
    assert_eq!(status.phase(), Some(Phase::Handshake));
    assert!(status.message().contains("without TLS"), "{status}");
    assert_eq!(plain.client().await.echo("hi").await.unwrap(), b"hi");
}

#[tokio::test]
async fn an_address_without_a_name_needs_one() {
    let authority = Authority::new();
    let connect = Connect::new().tls(unknown_client(&authority));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let connect =
        connect.tls(sinew::tls::Connector::new(unknown_client(&authority)).server_name("a b"));
    let status = connect.to(format!("127.0.0.1:{port}")).await.unwrap_err();
    assert!(status.message().contains("server_name"), "{status}");
}

#[tokio::test]
async fn a_transport_that_is_open_already_is_never_used_in_the_clear() {
    let authority = Authority::new();
    let (ours, mut theirs) = tokio::io::duplex(4096);
    let channel = Connect::new().tls(unknown_client(&authority)).over(ours);
    let status = ProbeClient { channel }.echo("secret").await.unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition, "{status}");
    let mut sent = Vec::new();
    theirs.read_to_end(&mut sent).await.unwrap();
    assert!(sent.is_empty());
}

/// Panics at whatever it should verify.
#[derive(Debug)]
struct Panics;

impl ServerCertVerifier for Panics {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        panic!("what is a certificate?")
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        panic!("what is a signature?")
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        panic!("what is a signature?")
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ECDSA_NISTP256_SHA256]
    }
}

#[tokio::test]
async fn a_verifier_that_panics_lets_nobody_in_and_the_next_may_do_better() {
    let ours = Authority::new();
    let server = open_server(ours.sign(&["localhost"]));
    let mut client = unknown_client(&ours);
    let verifier = Arc::new(Panics);
    client.dangerous().set_certificate_verifier(verifier);
    let status = refused(server.clone(), client.clone()).await;
    assert!(status.message().contains("panicked"), "{status}");

    let address = start(server, Limits::default()).await;
    let connector = Connector::from(client).server_name("localhost");
    let connect = Connect::new().tls(connector.clone());
    let at_once = Backoff::new(Duration::ZERO, Duration::ZERO);
    let channel = connect.reconnect(at_once).lazily_to(address);
    let client = ProbeClient { channel };
    client.echo("x").await.expect_err("nobody gets in");
    connector.replace(unknown_client(&ours));
    assert_eq!(client.echo("x").await.expect("it gets in"), b"x");
}

#[tokio::test]
async fn a_unix_socket_has_no_name_of_its_own() {
    let ours = Authority::new();
    let folder = std::env::temp_dir().join(format!("sinew-unnamed-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    let address = format!("unix:{}", folder.join("socket").display());
    let server = Server::new().add(Probe::default());
    let server = server.tls(open_server(ours.sign(&["localhost"])));
    let listening = server.bind(&address).await.expect("it is free");
    tokio::spawn(listening.run());
    let connect = Connect::new().tls(unknown_client(&ours));
    let status = connect.to(&*address).await.expect_err("whose name?");
    assert!(
        status.message().contains("Connector::server_name"),
        "{status}"
    );
    let client = crate::connect(&address, unknown_client(&ours)).await;
    assert_eq!(client.expect("it gets in").echo("x").await.unwrap(), b"x");
    std::fs::remove_dir_all(&folder).expect("it is there");
}
