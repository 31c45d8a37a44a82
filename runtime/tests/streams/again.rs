//! Whether calls with streams that a server does not accept are retried.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sinew::layer::{Begun, End, Ended, Observe};
use sinew::{Backoff, Channel, Code, Connect, Reached, Retries, Server, Status};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

use crate::flow::{Flow, FlowClient, collect};

/// The preface and hello of a server with the default limits.
const HELLO: [u8; 36] = *b"\xf5snw\x01\x01\0\0\x14\0\0\x10\0\0\0\0\
    \x02\x08\x07\0\0\x04\x04\x04\x01\x02\x06\x06\x03\0\x08\x08\x06\x03\0\x80";

/// A GOAWAY: no call was accepted, since the server shuts down.
const LEAVING: [u8; 10] = *b"\x02\0\0\xa0\0\0\0\0\0\0";

/// A channel whose first connection is to a server that leaves when a call arrives, and how many calls or connections
/// there were after that.
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
    let within: [fn(Channel) -> Channel; 3] = [
        |channel| channel,
        |channel| channel.layer(|call, next| next.run(call)),
        |channel| channel.layer(sinew::layer::spawned).limit(1),
    ];
    for within in within {
        let (channel, met) = leaving();
        let channel = within(channel);
        let mut numbers = FlowClient { channel }.count(1, 3).await.unwrap();
        assert_eq!(collect(&mut numbers).await.0, [1, 2, 3]);
        assert_eq!(met.load(Ordering::SeqCst), 2);
    }
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

/// A channel to a server that cannot be reached at first, and how often it was dialed.
fn away_at_first() -> (Channel, Arc<AtomicUsize>) {
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
    (connect.lazily_to("a pipe"), dials)
}

#[tokio::test(start_paused = true)]
async fn a_stream_waits_for_its_server_also_within_a_layer() {
    for layered in [false, true] {
        let (mut channel, dials) = away_at_first();
        if layered {
            channel = channel.layer(|call, next| next.run(call));
        }
        let mut numbers = FlowClient { channel }.count(1, 3).await.unwrap();
        assert_eq!(collect(&mut numbers).await.0, [1, 2, 3]);
        assert_eq!(dials.load(Ordering::SeqCst), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn an_upload_waits_for_a_server_that_takes_it() {
    let (channel, dials) = away_at_first();
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

/// Records what it is told.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn note(&self, line: String) {
        self.0.lock().expect("no panic").push(line);
    }

    fn taken(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().expect("no panic"))
    }
}

impl Observe for Log {
    fn begin(&self, call: &Begun<'_>) {
        self.note(call.method.name().to_owned());
    }

    fn end(&self, call: &Ended<'_>) {
        self.note(match call.end {
            End::Failed(status) => format!("{:?}", status.code()),
            other => format!("{other:?}"),
        });
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_observes_is_told_of_all_tries_together() {
    let log = Log::default();
    let client = |channel: Channel| FlowClient {
        channel: channel.observe(log.clone()),
    };
    let (channel, dials) = away_at_first();
    let mut numbers = client(channel).count(1, 3).await.unwrap();
    collect(&mut numbers).await.1.unwrap();
    assert_eq!(log.taken(), ["count", "Answered"]);
    assert_eq!(dials.load(Ordering::SeqCst), 2);

    let refused = |_| async {
        let refused = io::ErrorKind::ConnectionRefused;
        Err::<DuplexStream, _>(refused.into())
    };
    let nowhere = client(Connect::new().open_by(refused).lazily_to("nowhere"));
    nowhere.count(1, 3).await.unwrap_err();
    assert_eq!(log.taken(), ["count", "Unavailable"]);

    // Given up while it is being accepted, and after that.
    for open in [false, true] {
        let holding = client(away_at_first().0);
        let patience = Duration::from_secs(1);
        let held = tokio::time::timeout(patience, holding.hold(open)).await;
        assert_eq!(held.is_ok(), open);
        drop(held);
        tokio::time::sleep(patience).await; // the clock is a number here
        assert_eq!(log.taken(), ["hold", "Cancelled"]);
    }
}
