//! A conversation, recorded once from each side.

use std::time::Duration;

use sinew::protocol::Ending;
use sinew::{Limits, Metadata, Status};

use crate::flows::Flows;
use crate::pair::{Pair, Side, calls};

/// What each side has sent, in order.
pub struct Recording {
    pub client: Vec<u8>,
    pub server: Vec<u8>,
}

/// Hello, two calls of one method, one of another with metadata that fails, a cancel, a ping, a drain.
pub fn record() -> Recording {
    let limits = Limits::default();
    let mut pair = Pair {
        client: Side::client(&limits),
        server: Side::server(&limits),
        now: Duration::ZERO,
    };
    let mut recording = Recording {
        client: Vec::new(),
        server: Vec::new(),
    };
    let mut metadata = Metadata::new();
    metadata.append("baggage", "tenant=acme");
    metadata.append("x-test", "1");
    pair.call("echo", b"first").expect("it is a good call");
    step(&mut pair, &mut recording);
    pair.call("echo", b"second").expect("it is a good call");
    pair.call_with("fail", b"third", Duration::from_millis(1500), &metadata)
        .expect("it is a good call");
    step(&mut pair, &mut recording);
    stream(&mut pair, &mut recording);
    let given_up = pair.call("echo", b"fourth").expect("it is a good call");
    pair.client.core.cancel(given_up, pair.now);
    step(&mut pair, &mut recording);
    pair.now = limits.keepalive;
    pair.client.tick(pair.now);
    pair.server.core.drain(
        sinew::protocol::Reason::Shutdown,
        "the server shuts down",
        pair.now,
    );
    step(&mut pair, &mut recording);
    assert!(pair.client.core.closed().is_some() && pair.server.core.closed().is_some());
    recording
}

/// A call with messages and credit both ways.
fn stream(pair: &mut Pair, recording: &mut Recording) {
    let id = pair.stream("flow", None).expect("it is a good call");
    let (mut client, mut server) = (Flows::default(), Flows::default());
    client.push(&mut pair.client, id, b"up");
    client.end(&mut pair.client, id, Ending::Finished);
    client.fill(&mut pair.client, pair.now);
    let up = pair.client.take(pair.now);
    let told = pair.server.feed(&up, pair.now);
    server.keep(&told);
    server.read_all(&mut pair.server);
    let mut head = Metadata::new();
    head.append("page", "1");
    let accepted = pair.server.core.accept(id, &head, pair.now);
    accepted.expect("good metadata");
    server.push(&mut pair.server, id, &[7; 40]);
    server.fill(&mut pair.server, pair.now);
    let down = pair.server.take(pair.now);
    let told = pair.client.feed(&down, pair.now);
    client.keep(&told);
    client.read_all(&mut pair.client);
    recording.client.extend(up);
    recording.server.extend(down);
    pair.reply(id, b"end");
    step(pair, recording);
}

fn step(pair: &mut Pair, recording: &mut Recording) {
    loop {
        let (up, down) = (pair.client.take(pair.now), pair.server.take(pair.now));
        if up.is_empty() && down.is_empty() {
            return pair.hang_up();
        }
        recording.client.extend_from_slice(&up);
        recording.server.extend_from_slice(&down);
        let told = pair.server.feed(&up, pair.now);
        pair.client.feed(&down, pair.now);
        for id in calls(&told) {
            match told.iter().any(|t| format!("{t:?}").contains("x-test")) && id.index() == 1 {
                true => pair.server.core.fail(
                    id,
                    &Status::not_found("there is no such thing"),
                    pair.now,
                ),
                false
                    if told
                        .iter()
                        .any(|t| matches!(t, crate::pair::Told::Cancelled(c, _) if *c == id)) =>
                {
                    pair.server.core.fail(
                        id,
                        &Status::cancelled("the caller has given up"),
                        pair.now,
                    );
                }
                false => pair.reply(id, b"an answer"),
            }
        }
    }
}
