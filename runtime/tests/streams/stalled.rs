//! Clients that begin messages and do not go on, at a server that relays their streams on a connection that others
//! share.

use std::sync::Arc;
use std::time::Duration;

use sinew::codegen::{Message, ShapeCell};
use sinew::protocol::{Connection, Definition, Event, Messages, Open, Output};
use sinew::{Channel, Code, Limits, Metadata, Server, Status};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::time::{Instant, sleep, timeout};

use crate::flow::SumRequest as Nothing;
use crate::moving::{Echo, begin};

/// How much a foreign client sends of a message of 1 MiB, and how long it waits before each further piece.
struct Stranger {
    piece: usize,
    pause: Duration,
}

/// Begins a message and continues as slowly as configured. Returns how its call has ended.
async fn stranger(mut pipe: DuplexStream, how: Stranger) -> Status {
    let started = Instant::now();
    // It does not enforce limits itself.
    let mut limits = Limits::default();
    limits.frame_time = Duration::MAX;
    let mut core = Connection::client(Arc::new(limits), Duration::ZERO);
    let (mut input, mut messages, mut id) = (Vec::new(), Messages::default(), None);
    let shape = ShapeCell::new();
    let shape = shape.of::<Vec<u8>>().head();
    // The length 2²⁰, as a number of three bytes.
    messages.append(&[3, 0, 0x80]);
    messages.append(&[7; 20 << 10]);
    loop {
        let now = started.elapsed();
        while core.timeout(now).is_some() {}
        if id.is_none() && core.is_open() {
            id = Some(open(&mut core));
        }
        if let Some(id) = id {
            core.queue(id);
        }
        while let Some(id) = core.next_turn() {
            core.send_turn(id, shape, &mut messages, None, now);
        }
        let mut out = Output::default();
        core.transmit(&mut out);
        pipe.write_all(&out.concat()).await.expect("somebody reads");
        core.wrote(out.len(), now);
        tokio::select! {
            read = pipe.read_buf(&mut input) => assert!(read.is_ok_and(|read| read > 0)),
            () = sleep(how.pause) => messages.append(&vec![7; how.piece]),
        }
        let mut rest = &input[..];
        while let Some(event) = core.receive(&mut rest, now) {
            if let Event::Done(done) = event {
                return done.result.expect_err("there was no whole message");
            }
        }
        let left = rest.len();
        input.drain(..input.len() - left);
    }
}

fn open(core: &mut Connection) -> sinew::protocol::CallId {
    let open = Open {
        method: Err(Definition {
            service: "test.Echo",
            method: "echo",
            shape: Nothing::shape().head(),
        }),
        timeout: Duration::from_secs(30),
        metadata: &Metadata::new(),
        oneway: false,
        sensitive: false,
        streams: Some(None),
    };
    // A struct without fields is one byte.
    let opened = core.open(open, Duration::ZERO, |out: &mut Output| {
        out.extend_from_slice(&[0]);
        Ok::<(), ()>(())
    });
    opened.expect("there is room").0
}

/// A server that relays streams on one connection, for two clients.
fn relay() -> [DuplexStream; 2] {
    let mut limits = Limits::default();
    (limits.stream_window, limits.connection_window) = (16 << 10, 32 << 10);
    let (near, far) = tokio::io::duplex(4096);
    tokio::spawn(
        Server::new()
            .limits(limits)
            .add(Echo::Here)
            .serve_connection(far),
    );
    let behind = vec![Channel::over(near)];
    [(); 2].map(|()| {
        let (near, far) = tokio::io::duplex(4096);
        let relay = Server::new().add(Echo::Passed(behind.clone()));
        tokio::spawn(relay.serve_connection(far));
        near
    })
}

/// A foreign client delays others for no longer than a minute or so, although streams may be quiet for an hour.
async fn ends_soon(how: Stranger) {
    let [strange, near] = relay();
    let ended = tokio::spawn(stranger(strange, how));
    sleep(Duration::from_secs(1)).await;
    let channel = Channel::over(near);
    let others = async {
        for _ in 0..3 {
            let (mut tx, mut rx) = begin(&channel, 0).await.expect("it is accepted");
            let large = vec![7; 100 << 10];
            tx.send(large.clone()).await.expect("it is read");
            assert!(rx.recv().await.expect("it goes on") == Some(large));
        }
    };
    let soon = Duration::from_secs(100);
    timeout(soon, others).await.expect("others go on");
    let status = timeout(soon, ended).await.expect("it has ended");
    let status = status.expect("no panic");
    assert_eq!(status.code(), Code::Aborted, "{status}");
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_go_on_with_a_message_holds_up_others_for_a_while_only() {
    let (piece, pause) = (0, Duration::from_secs(10));
    ends_soon(Stranger { piece, pause }).await;
}

#[tokio::test(start_paused = true)]
async fn a_client_on_a_slow_line_goes_on() {
    let [strange, _near] = relay();
    let (piece, pause) = (2 << 10, Duration::from_secs(1));
    let ended = timeout(
        Duration::from_secs(300),
        stranger(strange, Stranger { piece, pause }),
    );
    ended.await.expect_err("it is left alone");
}

#[tokio::test(start_paused = true)]
async fn a_client_that_goes_on_by_bytes_holds_up_others_for_a_while_only() {
    let (piece, pause) = (10, Duration::from_secs(1));
    ends_soon(Stranger { piece, pause }).await;
}
