//! Bytes that no good peer sends. Nothing panics, nothing hangs, and what is kept is bounded by what has arrived.

use std::time::Duration;

use sinew::protocol::{Connection, OpenError, Output, Reason};
use sinew::{Limits, Metadata, Reached, Status};

use crate::pair::{Pair, Side, Told, calls, frame};
use crate::recording::record;
use crate::seeded::Seeded;
use crate::streams::streaming;

fn fresh(server: bool) -> Side {
    let mut limits = Limits::default();
    limits.message = 16 << 10;
    if server {
        Side::server(&limits)
    } else {
        Side::client(&limits)
    }
}

/// Feeds `bytes` in one piece and returns the events.
fn drive(side: &mut Side, bytes: &[u8]) {
    if !side_is_server(&side.core) {
        let definition = sinew::protocol::Definition {
            service: "s",
            method: "m",
            shape: b"request",
        };
        let metadata = sinew::Metadata::new();
        let open = sinew::protocol::Open {
            method: Err(definition),
            timeout: Duration::from_secs(1),
            metadata: &metadata,
            oneway: false,
            sensitive: false,
            streams: None,
        };
        side.core
            .open::<()>(open, Duration::ZERO, |_| Ok(()))
            .expect("it is a good call");
    }
    for told in side.feed(bytes, Duration::ZERO) {
        if let Told::Call { id, .. } = told {
            side.core
                .fail(id, &sinew::Status::unimplemented("no"), Duration::ZERO);
        }
    }
    assert!(
        side.core.closed().is_none() || side.input.is_empty(),
        "a closed connection keeps nothing"
    );
    side.tick(Duration::from_secs(3600));
    side.take(Duration::ZERO);
}

fn side_is_server(core: &Connection) -> bool {
    core.role() == sinew::protocol::Role::Server
}

#[test]
fn every_truncation_and_every_changed_byte_of_a_conversation_is_survived() {
    let recording = record();
    for (server, bytes) in [(true, &recording.client), (false, &recording.server)] {
        for end in 0..=bytes.len() {
            drive(&mut fresh(server), &bytes[..end]);
        }
        for at in 0..bytes.len() {
            for value in 0..=255 {
                let mut changed = bytes.clone();
                changed[at] = value;
                drive(&mut fresh(server), &changed);
            }
        }
    }
}

#[test]
fn random_bytes_are_survived() {
    let greeting = &record().client[..8];
    let mut random = Seeded::new(7);
    for round in 0..20_000 {
        let length = random.below(64);
        let noise: Vec<u8> = (0..length).map(|_| random.below(256) as u8).collect();
        for server in [true, false] {
            drive(&mut fresh(server), &noise);
            let behind_greeting = [greeting, &noise].concat();
            drive(&mut fresh(server), &behind_greeting);
            if round % 4 == 0 {
                let behind_hello = [&record_hello(server), &noise[..]].concat();
                drive(&mut fresh(server), &behind_hello);
            }
        }
    }
}

#[test]
fn random_frames_are_survived() {
    let mut random = Seeded::new(11);
    for _ in 0..20_000 {
        for server in [true, false] {
            let mut bytes = record_hello(server);
            for _ in 0..random.below(8) {
                let length = random.below(24);
                bytes.extend_from_slice(&[
                    length as u8,
                    0,
                    0,
                    random.below(256) as u8,
                    random.below(3) as u8,
                    0,
                    0,
                    0,
                ]);
                bytes.extend((0..length).map(|_| random.below(16) as u8));
            }
            drive(&mut fresh(server), &bytes);
        }
    }
}

/// Preface and hello of the other side.
fn record_hello(for_server: bool) -> Vec<u8> {
    let mut client = Side::client(&Limits::default());
    let up = client.take(Duration::ZERO);
    if for_server {
        return up;
    }
    let mut server = Side::server(&Limits::default());
    server.feed(&up, Duration::ZERO);
    server.take(Duration::ZERO)
}

/// A client reuses ids of finished calls. One that does not would make its server's tables grow with each call.
#[test]
fn ids_beyond_those_of_calls_in_flight_end_the_connection() {
    let mut limits = Limits::default();
    (limits.calls, limits.errors_total) = (4, 2);
    let mut pair = Pair::open(&Limits::default(), &limits);
    let over = |pair: &mut Pair, id| {
        let told = pair.server.feed(&frame(2, 0, id, &[0, 2]), pair.now);
        for id in calls(&told) {
            pair.server.core.fail(id, &Status::not_found(""), pair.now);
        }
        pair.server.take(pair.now);
        pair.server.core.closed().map(|close| close.reason)
    };
    pair.call("a", b"").expect("a call");
    pair.exchange();
    // As many as allowed, including refused ones.
    assert_eq!((1..6).find_map(|id| over(&mut pair, id)), None);
    assert_eq!((1..6).find_map(|id| over(&mut pair, id)), None);
    assert_eq!(over(&mut pair, 6), Some(Reason::Protocol));
}

/// Rapid cancels make handlers begin and be dropped at once. A client can cause the same with tiny deadlines. One that
/// also sends cancels, as good ones do, is not counted twice.
#[test]
fn calls_without_time_count_as_cancelled() {
    let mut limits = Limits::default();
    limits.cancels = 3;
    for cancels in [false, true] {
        let mut pair = Pair::open(&Limits::default(), &limits);
        let mut rushed = || {
            let (none, metadata) = (Duration::from_micros(1), Metadata::new());
            pair.call_with("a", b"", none, &metadata).expect("a call");
            pair.exchange();
            pair.now += none;
            for told in pair.server.tick(pair.now) {
                if let Told::Cancelled(id, status) = told {
                    pair.server.core.fail(id, &status, pair.now);
                }
            }
            if cancels {
                pair.client.tick(pair.now);
            }
            pair.exchange();
            pair.server.core.closed().map(|close| close.reason)
        };
        assert_eq!((0..3).find_map(|_| rushed()), None);
        assert_eq!(rushed(), Some(Reason::Excess), "{cancels}");
    }
}

/// Server and client notice at the same time that the calls have timed out, so every cancel is for a finished call.
#[test]
fn calls_that_are_late_together_are_no_flood() {
    let limits = Limits::default();
    let mut pair = Pair::open(&limits, &limits);
    for _ in 0..limits.calls {
        pair.call("a", b"").expect("there is room");
    }
    pair.exchange();
    pair.now += Duration::from_secs(30);
    for told in pair.server.tick(pair.now) {
        if let Told::Cancelled(id, status) = told {
            pair.server.core.fail(id, &status, pair.now);
        }
    }
    assert_eq!(pair.client.tick(pair.now).len(), limits.calls);
    pair.exchange();
    assert_eq!(pair.server.core.closed(), None);
    pair.call("a", b"").expect("the connection goes on");
}

/// A client counts the shapes of its server's replies too. When they take half of the limit it defines no more methods,
/// because calls in flight need room.
#[test]
fn shapes_of_replies_count_among_those_of_methods() {
    let mut limits = Limits::default();
    limits.method_bytes = 200;
    let mut pair = Pair::open(&limits, &Limits::default());
    let mut told = |name: &str, size: u8| {
        let id = pair.call(name, b"").expect("a call").index() as u32;
        pair.client.take(pair.now);
        let shape = [&[size << 1][..], &vec![0; size.into()]].concat();
        pair.client.feed(&frame(5, 1, id, &shape), pair.now);
        let worn = pair.call(&format!("{name}{size}"), b"");
        (
            matches!(worn, Err(OpenError::Worn(_))),
            pair.client.core.closed().map(|close| close.reason),
        )
    };
    assert_eq!(told("a", 110), (true, None));
    assert_eq!(told("a", 90), (false, None), "it takes the other's place");
    assert_eq!(told("b", 110), (true, None));
    assert_eq!(told("b", 111).1, Some(Reason::Excess));
}

/// A call whose answer ends the connection: it was sent, so it may have been executed.
#[test]
fn an_unsound_answer_does_not_say_that_the_call_was_not_executed() {
    let unsound = [
        frame(5, 4, 0, &[5]),             // a status of one byte
        frame(5, 4, 0, &[5, 3]),          // a status that says neither no, perhaps nor yes
        frame(5, 2, 0, &[2, 0]),          // metadata that ends too soon
        frame(5, 1, 0, &[9 << 1]),        // a shape that ends too soon
        frame(5, 0, 0, b"no shape came"), // a reply before its shape
    ];
    for answer in unsound {
        let mut pair = Pair::open(&Limits::default(), &Limits::default());
        let id = pair.call("a", b"").expect("a call");
        assert_eq!(pair.client.core.reached(id), Reached::No);
        pair.client.take(pair.now);
        assert!(pair.client.feed(&answer, pair.now).is_empty(), "{answer:?}");
        assert!(pair.client.core.closed().is_some(), "{answer:?}");
        assert_eq!(pair.client.core.reached(id), Reached::Maybe, "{answer:?}");
    }
}

/// A peer that does not read is given up, and the output for it is dropped, including a call that was not sent, even if
/// credit is due as well.
#[test]
fn a_call_that_is_dropped_unsent_is_not_executed_whatever_credit_is_due() {
    let limits = Limits::default();
    let (mut pair, stream) = streaming(&limits);
    pair.server
        .push(&mut pair.pair.server, stream, &vec![0; 200 << 10]);
    pair.exchange();
    let Pair { client, now, .. } = &mut pair.pair;
    let mut ping = Output::default();
    client.feed(&frame(8, 0, 0, &[0; 8]), *now);
    client.core.transmit(&mut ping);
    client.core.wrote(0, *now);

    let unsent = pair.pair.call("a", b"").expect("a call");
    pair.client.read(&mut pair.pair.client, stream);
    let Pair { client, now, .. } = &mut pair.pair;
    client.tick(*now + limits.write_stall);
    let end = client.core.closed().expect("it is given up");
    assert_eq!(end.message, "the peer does not read what it is sent");
    assert!(!client.core.wants_output());
    client.core.transmit(&mut Output::default());
    assert_eq!(client.core.reached(unsent), Reached::No);
}

#[test]
fn words_of_a_stranger_are_one_line() {
    let mut pair = Pair::open(&Limits::default(), &Limits::default());
    let words = b"\0\x02bye\n\x1b[31mERROR: all is lost";
    pair.server.feed(&frame(10, 0, 0, words), pair.now);
    let told = pair.server.core.closed().expect("no call is left");
    assert_eq!(told.message, "bye  [31mERROR: all is lost");

    let mut pair = Pair::open(&Limits::default(), &Limits::default());
    pair.call("a", b"").expect("a call");
    let words = b"\x05\x00no\n\x1b[31mERROR: all is lost";
    let told = pair.client.feed(&frame(5, 4, 0, words), pair.now);
    let [
        Told::Done {
            result: Err(status),
            ..
        },
    ] = &told[..]
    else {
        panic!("{told:?}")
    };
    assert_eq!(status.to_string(), "NOT_FOUND: no  [31mERROR: all is lost");
}

#[test]
fn a_lost_connection_waits_for_nothing() {
    let mut pair = Pair::open(&Limits::default(), &Limits::default());
    pair.call("a", b"").expect("a call");
    pair.client.core.transmit(&mut Output::default());
    pair.client.core.wrote(0, pair.now);
    assert!(pair.client.core.poll_timeout().is_some());
    pair.client.core.lost("the network is gone");
    assert_eq!(pair.client.core.poll_timeout(), None);
}
