//! Servers behind a relay that ask for more than there is, or do not read: nobody else is held up, and memory stays
//! bounded.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use sinew::codegen::{Message, ShapeCell};
use sinew::protocol::{CallId, Connection, Definition, Event, Messages, Open, Output};
use sinew::{Connect, Limits, Metadata, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::time::timeout;

use crate::flow::SumRequest as Nothing;
use crate::moving::{Echo, begin, to};
use crate::seeded::Seeded;

/// Accepts a call, lets its stream go ahead for ever, and never reports reading anything, if it reads at all.
async fn greedy(mut pipe: DuplexStream, reads: bool) {
    let mut core = Connection::server(Arc::new(Limits::default()), Duration::ZERO);
    let (mut input, mut called) = (Vec::new(), None);
    while pipe.read_buf(&mut input).await.is_ok_and(|read| read > 0) {
        match called {
            Some(_) if reads => {
                input.clear();
                continue;
            }
            Some(_) => return pending().await,
            None => {}
        }
        let mut rest = &input[..];
        while let Some(event) = core.receive(&mut rest, Duration::ZERO) {
            if let Event::Call(call) = event {
                called = Some(call.id);
            }
        }
        let left = rest.len();
        input.drain(..input.len() - left);
        let mut out = transmit(&mut core);
        if let Some(id) = called {
            // CREDIT with LEAD for call 0, up to 2⁴⁹ - 1.
            out.extend([7, 0, 0, 0x64, 0, 0, 0, 0]);
            out.extend([0xbf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
            let accepted = core.accept(id, &Metadata::new(), Duration::ZERO);
            accepted.expect("it has no metadata");
            out.extend(transmit(&mut core));
        }
        pipe.write_all(&out).await.expect("somebody reads");
    }
}

fn transmit(core: &mut Connection) -> Vec<u8> {
    let mut out = Output::default();
    core.transmit(&mut out);
    out.concat()
}

#[tokio::test(start_paused = true)]
async fn a_server_that_asks_for_what_is_not_there_holds_up_nobody() {
    let mut limits = Limits::default();
    (limits.stream_window, limits.connection_window) = (16 << 10, 32 << 10);
    let (near, far) = tokio::io::duplex(4096);
    tokio::spawn(greedy(far, true));
    let behind = vec![
        Connect::new().over(near),
        to(Echo::Here, &mut Seeded::new(1)),
    ];
    let (near, far) = tokio::io::duplex(4096);
    let relay = Server::new().limits(limits.clone());
    tokio::spawn(relay.add(Echo::Passed(behind)).serve_connection(far));
    let channel = Connect::new().limits(limits).over(near);

    let (mut idle, _unread) = begin(&channel, 0).await.expect("it is accepted");
    let large = vec![7; 1 << 20];
    let echoed = async {
        // Nothing of the first has arrived so far; the second has a message after it.
        for _ in 0..2 {
            let (mut tx, mut rx) = begin(&channel, 1).await.expect("it is accepted");
            tx.send(large.clone()).await.expect("it is read");
            assert!(rx.recv().await.expect("it goes on").as_ref() == Some(&large));
            idle.send(large.clone()).await.expect("it is read");
        }
    };
    timeout(Duration::from_secs(20), echoed)
        .await
        .expect("it moves");
}

/// What cannot go on stays where it is, up to a window and a message.
#[tokio::test(start_paused = true)]
async fn a_message_without_end_for_a_server_that_does_not_read_takes_no_more_than_a_message() {
    let mut limits = Limits::default();
    (limits.stream_window, limits.connection_window) = (16 << 10, 32 << 10);
    limits.message = 256 << 10;
    let (near, far) = tokio::io::duplex(4096);
    tokio::spawn(greedy(far, false));
    let behind = Connect::new().limits(limits.clone()).over(near);
    let (near, far) = tokio::io::duplex(4096);
    let relay = Server::new().limits(limits.clone());
    let relay = relay.add(Echo::Passed(vec![behind]));
    tokio::spawn(relay.serve_connection(far));
    let sent = endless(near).await;
    // In addition, what is waiting to be written to the server.
    let most = limits.message + limits.connection_window + (128 << 10);
    assert!(sent < most, "{sent} bytes");
}

/// Sends a message of 2⁴⁸ bytes for as long as it may. Returns how much it has sent.
async fn endless(mut pipe: DuplexStream) -> usize {
    let now = Duration::ZERO;
    let mut core = Connection::client(Arc::new(Limits::default()), now);
    let (mut input, mut messages, mut sent) = (Vec::new(), Messages::default(), 0);
    let mut id = None;
    let shape = ShapeCell::new();
    let bytes = shape.of::<Vec<u8>>().head();
    messages.append(&[0xbf, 0, 0, 0, 0, 0, 0x80]);
    while sent < 8 << 20 {
        if core.is_open() && id.is_none() {
            id = Some(call(&mut core));
        }
        if let Some(id) = id {
            messages.append(&[1; 16 << 10]);
            core.queue(id);
            while let Some(id) = core.next_turn() {
                let before = messages.len();
                core.send_turn(id, bytes, &mut messages, None, now);
                sent += before - messages.len();
            }
        }
        let out = transmit(&mut core);
        pipe.write_all(&out).await.expect("somebody reads");
        core.wrote(out.len(), now);
        let read = timeout(Duration::from_secs(1), pipe.read_buf(&mut input));
        if out.is_empty() && !read.await.is_ok_and(|read| read.is_ok_and(|read| read > 0)) {
            return sent;
        }
        let mut rest = &input[..];
        while core.receive(&mut rest, now).is_some() {}
        let left = rest.len();
        input.drain(..input.len() - left);
    }
    sent
}

fn call(core: &mut Connection) -> CallId {
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
    let opened = core.open(open, Duration::ZERO, |_: &mut Output| Ok::<(), ()>(()));
    opened.expect("there is room").0
}
