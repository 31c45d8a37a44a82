//! Calls with streams that a server does not take: whether they are tried again.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use sinew::{Backoff, Channel, Code, Connect, Reached, Retries, Server, Status};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

use crate::flow::{Flow, FlowClient, collect};

/// The preface and a hello, as a server with the default limits says them.
const HELLO: [u8; 36] = *b"\xf5snw\x01\x01\0\0\x14\0\0\x10\0\0\0\0\
    \x02\x08\x07\0\0\x04\x04\x04\x01\x02\x06\x06\x03\0\x08\x08\x06\x03\0\x80";

/// A GOAWAY: no call was taken, since the server shuts down.
const LEAVING: [u8; 10] = *b"\x02\0\0\xa0\0\0\0\0\0\0";

/// A channel whose first connection is to a server that leaves when a call has come, and how many servers had a call or
/// were connected to after that.
fn leaving() -> (Channel, Arc<AtomicUsize>) {
    let met = Arc::new(AtomicUsize::new(0));
    let (counter, first) = (met.clone(), AtomicBool::new(true));
    let connect = Connect::new().open_by(move |_| {
        let (near, far) = tokio::io::duplex(1 << 16);
        if first.swap(false, Ordering::SeqCst) {
            tokio::spawn(leave(far, counter.clone()));
        } else {
            counter.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(Server::new().add(Flow::default()).serve_connection(far));
        }
        async move { Ok(near) }
    });
    (connect.lazily_to("a pipe"), met)
}

async fn leave(mut stream: DuplexStream, met: Arc<AtomicUsize>) {
    let said = stream.write_all(&HELLO).await;
    said.expect("the client reads");
    let (mut read, method) = (Vec::new(), b"test.Flow");
    while !read.windows(method.len()).any(|part| part == method) {
        assert_ne!(stream.read_buf(&mut read).await.expect("a call"), 0);
    }
    met.fetch_add(1, Ordering::SeqCst);
    let left = stream.write_all(&LEAVING).await;
    left.expect("the client reads");
    let gone = stream.read_to_end(&mut read).await;
    gone.expect("the client ends the connection");
}

fn not_taken(status: &Status) {
    assert_eq!(
        (status.code(), status.reached()),
        (Code::Unavailable, Reached::No),
        "{status}"
    );
}

#[tokio::test]
async fn a_stream_that_meets_a_leaving_server_goes_to_the_next() {
    let (channel, met) = leaving();
    let mut numbers = FlowClient { channel }.count(1, 3).await.unwrap();
    assert_eq!(collect(&mut numbers).await.0, [1, 2, 3]);
    assert_eq!(met.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn so_do_streams_of_both_directions() {
    let (channel, met) = leaving();
    let (mut words, mut loud) = FlowClient { channel }.shout("!").await.unwrap();
    words.send("once".to_owned()).await.unwrap();
    words.finish();
    assert_eq!(loud.recv().await.unwrap(), Some("ONCE!".to_owned()));
    assert_eq!(loud.recv().await.unwrap(), None);
    assert_eq!(met.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn not_against_the_policy() {
    let (channel, met) = leaving();
    let client = FlowClient {
        channel: channel.retry(Retries::never()),
    };
    not_taken(&client.shout("").await.unwrap_err());
    assert_eq!(met.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn an_upload_waits_for_a_server_that_takes_it() {
    let dials = Arc::new(AtomicUsize::new(0));
    let counter = dials.clone();
    let pause = Duration::from_millis(20);
    let connect = Connect::new().reconnect(Backoff::new(pause, pause));
    let connect = connect.open_by(move |_| {
        let number = counter.fetch_add(1, Ordering::SeqCst);
        let (near, far) = tokio::io::duplex(1 << 16);
        tokio::spawn(Server::new().add(Flow::default()).serve_connection(far));
        async move {
            match number {
                0 => Err(io::ErrorKind::ConnectionRefused.into()),
                _ => Ok(near),
            }
        }
    });
    let channel = connect.lazily_to("a pipe");
    let mut upload = FlowClient { channel }.sum().await.unwrap();
    // What is sent before there is a server is not lost.
    for number in 1..=4 {
        upload.send(number).await.unwrap();
    }
    assert_eq!(upload.finish().await.unwrap(), 10);
    assert_eq!(dials.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn not_when_messages_may_be_on_their_way() {
    let (channel, met) = leaving();
    let upload = FlowClient { channel }.sum().await.unwrap();
    match upload.finish().await.unwrap_err() {
        crate::flow::SumError::Status(status) => not_taken(&status),
        error => panic!("{error}"),
    }
    assert_eq!(met.load(Ordering::SeqCst), 1);
}
