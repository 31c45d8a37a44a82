//! Bytes that no client of ours sends: only the connection that brought them suffers.

use sinew::Limits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::probe::{Probe, ProbeClient, Running};
use crate::recording::record;
use crate::seeded::Seeded;

/// Sends `bytes` and nothing more. Returns what the server sends until it closes.
async fn say(address: &str, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address)
        .await
        .expect("the server listens");
    // The server may have closed by now, and a reset discards what it sent: both are fine.
    let _ = stream.write_all(bytes).await;
    let _ = stream.shutdown().await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    answer
}

async fn healthy() -> (Running, ProbeClient, Probe) {
    let probe = Probe::default();
    let server = Running::start(probe.clone(), Limits::default()).await;
    let client = server.client().await;
    (server, client, probe)
}

#[tokio::test]
async fn strangers_are_turned_away() {
    let (server, client, probe) = healthy().await;
    let waiting = tokio::spawn(client.wait().owned());
    probe.began(1).await;
    for verb in [
        "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /a HTTP/1.1\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let answer = String::from_utf8(say(&server.address, verb.as_bytes()).await).unwrap();
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer:?}");
        assert!(answer.contains("Sinew RPC"), "{answer:?}");
    }
    for bytes in [
        &b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03"[..],
        b"SSH-2.0-x\r\n",
        b"\0\0\0\0\0\0\0\0",
        b"\xff\xff",
        b"",
    ] {
        assert_eq!(say(&server.address, bytes).await, b"", "{bytes:?}");
    }
    probe.inner.release.notify_waiters();
    waiting
        .await
        .unwrap()
        .expect("other connections are unaffected");
}

#[tokio::test]
async fn broken_conversations_end_alone() {
    let (server, client, _) = healthy().await;
    let conversation = record().client;
    for end in 0..conversation.len() {
        say(&server.address, &conversation[..end]).await;
    }
    let mut random = Seeded::new(3);
    for _ in 0..500 {
        let mut changed = conversation.clone();
        changed[random.below(conversation.len())] = random.below(256) as u8;
        say(&server.address, &changed).await;
    }
    for _ in 0..200 {
        let noise: Vec<u8> = (0..random.below(300))
            .map(|_| random.below(256) as u8)
            .collect();
        say(&server.address, &[&conversation[..8], &noise].concat()).await;
    }
    assert_eq!(client.echo("still here").await.unwrap(), b"still here");
    server.stopped().await;
}

/// A peer that keeps sending is not read from for long, however fast it is.
#[tokio::test]
async fn who_was_turned_away_may_not_go_on_for_long() {
    let (mut ours, theirs) = tokio::io::duplex(64 << 10);
    let serving = tokio::spawn(sinew::Server::new().serve_connection(theirs));
    let (batch, mut sent) = (vec![0; 64 << 10], 0);
    while ours.write_all(&batch).await.is_ok() {
        sent += batch.len();
        assert!(sent <= 17 << 20, "{sent} bytes of nothing were read");
    }
    serving.await.expect("no panic");
}
