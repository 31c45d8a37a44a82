//! Malicious TLS peers: each is dropped in time after little was read from it, and the next one is served.

use std::time::Duration;

use sinew::tls::rustls::{ClientConfig, ClientConnection};
use sinew::{Code, Limits, Reached, Server, Status};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::authority::{
    Authority, Signed, known_client, mutual_server, open_server, unknown_client,
};
use crate::probe::Probe;
use crate::{connect, start};

/// A handshake record that claims a payload of this many bytes.
fn record(claimed: u16, payload: &[u8]) -> Vec<u8> {
    [&[22, 3, 1][..], &claimed.to_be_bytes(), payload].concat()
}

/// What an honest client sends first.
fn hello(authority: &Authority) -> Vec<u8> {
    let name = "localhost".try_into().expect("a name");
    let client = ClientConnection::new(unknown_client(authority).into(), name);
    let mut hello = Vec::new();
    let mut client = client.expect("good settings");
    client.write_tls(&mut hello).expect("memory takes it");
    hello
}

/// A server with TLS for one connection, and the client's end of it.
fn serve(own: Signed) -> (DuplexStream, JoinHandle<()>) {
    let (ours, theirs) = tokio::io::duplex(16 << 10);
    let server = Server::new().add(Probe::default()).tls(open_server(own));
    (ours, tokio::spawn(server.serve_connection(theirs)))
}

/// Reads until the server has closed the connection.
async fn closed(stream: &mut DuplexStream) {
    // An end or an error: it is closed in any case.
    let _ = stream.read_to_end(&mut Vec::new()).await;
}

/// Why a peer is not admitted.
async fn refused(address: &str, client: ClientConfig) -> Status {
    match connect(address, client).await {
        Err(status) => status,
        Ok(_) => panic!("it got in"),
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_stops_has_the_time_of_a_handshake_and_no_more() {
    let authority = Authority::new();
    let hello = hello(&authority);
    for said in [0, 1, 4, 5, hello.len() / 2, hello.len() - 1, hello.len()] {
        let (mut stream, serving) = serve(authority.sign(&["localhost"]));
        let begun = Instant::now();
        stream.write_all(&hello[..said]).await.expect("it reads");
        closed(&mut stream).await;
        serving.await.expect("no panic");
        let limit = Limits::default().handshake.as_secs();
        assert_eq!(begun.elapsed().as_secs(), limit, "{said} bytes");
    }
}

#[tokio::test(start_paused = true)]
async fn a_byte_now_and_then_does_not_lengthen_it() {
    let authority = Authority::new();
    let (mut stream, serving) = serve(authority.sign(&["localhost"]));
    let begun = Instant::now();
    for byte in hello(&authority) {
        if stream.write_all(&[byte]).await.is_err() {
            break;
        }
        tokio::time::advance(Duration::from_millis(300)).await;
    }
    serving.await.expect("no panic");
    let limit = Limits::default().handshake;
    assert!(begun.elapsed() <= limit + Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn whoever_speaks_no_tls_is_turned_away_at_once() {
    let authority = Authority::new();
    let cases: [(&str, Vec<u8>); 8] = [
        ("our own preface", b"\xf5snw\x01\x01\0\0".to_vec()),
        ("a request of HTTP", b"GET / HTTP/1.1\r\n\r\n".to_vec()),
        ("a banner of SSH", b"SSH-2.0-x\r\n".to_vec()),
        ("zeros", vec![0; 64]),
        ("all ones", vec![0xff; 64]),
        ("a record above the limit", record(0xffff, &[1; 64])),
        ("a hello that is none", record(64, &[1; 64])),
        (
            "data before a handshake",
            [&[23, 3, 3, 0, 1][..], b"x"].concat(),
        ),
    ];
    for (case, said) in cases {
        let (mut stream, serving) = serve(authority.sign(&["localhost"]));
        let begun = Instant::now();
        stream.write_all(&said).await.expect("it reads");
        closed(&mut stream).await;
        serving.await.expect("no panic");
        assert_eq!(begun.elapsed(), Duration::ZERO, "{case}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_hello_without_end_is_not_kept() {
    let authority = Authority::new();
    let (mut stream, serving) = serve(authority.sign(&["localhost"]));
    // A message of 16 MiB less one byte, in records of 16 KiB.
    let begin = record(
        16 << 10,
        &[&[1, 0xff, 0xff, 0xff][..], &[3; (16 << 10) - 4]].concat(),
    );
    let (next, mut sent) = (record(16 << 10, &[3; 16 << 10]), 0);
    let mut said = stream.write_all(&begin).await;
    while said.is_ok() {
        sent += next.len();
        assert!(sent < 256 << 10, "{sent} bytes of one hello are taken");
        said = stream.write_all(&next).await;
    }
    serving.await.expect("no panic");
}

#[tokio::test]
async fn a_hello_in_tiny_records_ends() {
    let authority = Authority::new();
    let (mut stream, serving) = serve(authority.sign(&["localhost"]));
    let message = &hello(&authority)[5..];
    let records = message.chunks(1).flat_map(|byte| record(1, byte));
    stream
        .write_all(&records.collect::<Vec<u8>>())
        .await
        .expect("it reads");
    // An answer or an alert: it did not wait for the timeout.
    assert!(stream.read(&mut [0; 64]).await.expect("it answers") > 0);
    drop(stream);
    serving.await.expect("no panic");
}

#[tokio::test]
async fn chains_of_a_hundred_certificates_are_refused() {
    let authority = Authority::new();
    let near = || authority.sign_far(&["localhost"], 3);
    let far = || authority.sign_far(&["localhost"], 99);
    let client = |own| known_client(&authority, own);
    let address = start(mutual_server(near(), &authority), Limits::default()).await;
    for _ in 0..3 {
        let status = refused(&address, client(far())).await;
        assert_eq!(status.reached(), Reached::No, "{status}");
        let next = connect(&address, client(near()))
            .await
            .expect("it is known");
        assert_eq!(next.echo("hi").await.unwrap(), b"hi");
    }
    // A certificate does not help the server either.
    let address = start(open_server(far()), Limits::default()).await;
    let status = refused(&address, unknown_client(&authority)).await;
    assert_eq!(
        (status.code(), status.reached()),
        (Code::Unavailable, Reached::No)
    );
}

#[tokio::test]
async fn connections_are_counted_from_their_first_byte() {
    let authority = Authority::new();
    let mut limits = Limits::default();
    limits.connections_per_ip = Some(2);
    let server = open_server(authority.sign(&["localhost"]));
    let address = start(server, limits).await;
    let known = || unknown_client(&authority);
    let client = connect(&address, known()).await.unwrap();
    let mut silent = TcpStream::connect(&address).await.expect("it listens");
    silent.write_all(&[22]).await.expect("it reads");
    let status = refused(&address, known()).await;
    assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
    drop(silent);
    // The server notices in its own time that it is gone.
    while let Err(status) = connect(&address, known()).await {
        assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
    }
    client.echo("hi").await.expect("the first stays");
}
