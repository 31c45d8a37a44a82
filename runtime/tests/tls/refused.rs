//! Those who do not get in, and what they are told.

use sinew::tls::rustls::{ClientConfig, ServerConfig};
use sinew::{Channel, Code, Connect, Limits, Phase, Reached, Status};

use crate::authority::{Authority, known_client, mutual_server, open_server, unknown_client};
use crate::probe::ProbeClient;
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
    assert_eq!(
        status.expect_err("no TLS there").phase(),
        Some(Phase::Handshake)
    );
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
    tokio::io::AsyncReadExt::read_to_end(&mut theirs, &mut sent)
        .await
        .unwrap();
    assert!(sent.is_empty());
}
