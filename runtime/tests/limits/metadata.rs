//! Limits of metadata and of statuses.

use std::time::Duration;

use sinew::protocol::{OpenError, Output};
use sinew::{Code, Limits, Metadata, Reached, Status};

use super::memory::strict_server;
use super::pair::{Pair, Told, calls, frame, results};
use super::{Case, limits};

pub const CASES: &[Case] = &[
    ("metadata", || {
        metadata(
            |l| l.metadata = 10,
            &[("abc", "defghij")],
            &[("abc", "defghijk")],
        )
    }),
    ("metadata_entries", || {
        metadata(
            |l| l.metadata_entries = 1,
            &[("a", "1")],
            &[("a", "1"), ("b", "2")],
        );
        number_of_a_try();
    }),
    ("metadata_key", || {
        metadata(|l| l.metadata_key = 3, &[("abc", "1")], &[("abcd", "1")])
    }),
    ("metadata_value", || {
        metadata(|l| l.metadata_value = 3, &[("a", "123")], &[("a", "1234")])
    }),
    ("status_message", status_message),
];

fn metadata(change: fn(&mut Limits), good: &[(&str, &str)], bad: &[(&str, &str)]) {
    let build = |entries: &[(&str, &str)]| {
        let mut metadata = Metadata::new();
        entries
            .iter()
            .for_each(|(key, value)| metadata.append(*key, *value));
        metadata
    };
    let timeout = std::time::Duration::from_secs(1);
    let mut pair = strict_server(change);
    let fine = pair
        .call_with("a", b"", timeout, &build(good))
        .expect("a call");
    let excessive = pair
        .call_with("a", b"", timeout, &build(bad))
        .expect("the client allows more");
    let (client, server) = pair.exchange();
    assert_eq!(calls(&server), [fine]);
    let status = results(&client)[&excessive].clone().expect_err("refused");
    assert_eq!(
        (status.code(), status.reached()),
        (Code::ResourceExhausted, Reached::No)
    );

    let mut pair = Pair::open(&limits(change), &Limits::default());
    pair.call_with("a", b"", timeout, &build(good))
        .expect("at the limit");
    assert!(matches!(
        pair.call_with("a", b"", timeout, &build(bad)),
        Err(OpenError::Refused(_))
    ));
    let ends = [answered_with, accepted_with].map(|answer| {
        [good, bad].map(|entries| {
            let mut pair = Pair::open(&limits(change), &Limits::default());
            let end = answer(&mut pair, &build(entries));
            pair.call("a", b"").expect("the connection goes on");
            end.map_err(|status| (status.code(), status.reached()))
        })
    });
    assert_eq!(
        ends,
        [[Ok(()), Err((Code::ResourceExhausted, Reached::Yes))]; 2]
    );
}

/// `attempt` does not count towards the limits, once.
fn number_of_a_try() {
    let none = |l: &mut Limits| {
        (l.metadata_entries, l.metadata) = (0, 0);
        (l.metadata_key, l.metadata_value) = (0, 0);
    };
    metadata(none, &[("attempt", "2")], &[("attempt", "many")]);
    let twice = &[("attempt", "2"), ("attempt", "3")];
    metadata(none, &[("attempt", "4294967295")], twice);
}

/// How a call ends for its client if its reply has this metadata.
fn answered_with(pair: &mut Pair, metadata: &Metadata) -> Result<(), Status> {
    let id = pair.call("a", b"").expect("a call");
    pair.exchange();
    let (now, put) = (pair.now, |_: &mut Output| Ok::<(), ()>(()));
    let reply = pair.server.core.reply(id, b"reply", metadata, now, put);
    reply.expect("the server allows more");
    let (client, _) = pair.exchange();
    results(&client)[&id].clone().map(|_| ())
}

/// The same for a call with streams that is accepted with this metadata; the server must be told that it is over.
fn accepted_with(pair: &mut Pair, metadata: &Metadata) -> Result<(), Status> {
    let id = pair.stream("flow", None).expect("a call with streams");
    pair.exchange();
    let accepted = pair.server.core.accept(id, metadata, pair.now);
    accepted.expect("the server allows more");
    let (client, server) = pair.exchange();
    match &client[..] {
        [Told::Accepted(..)] => Ok(()),
        [Told::GivenUp(_, status)] => {
            assert!(matches!(server[..], [Told::Cancelled(..)]), "{server:?}");
            Err(status.clone())
        }
        other => panic!("{other:?}"),
    }
}

/// Neither side's `status_message` can cause a frame that the other refuses.
fn status_of_any_length() {
    let small = limits(|l| l.message = 16 << 10);
    let mut pair = Pair::open(&small, &limits(|l| l.status_message = 1 << 20));
    let (id, other) = (pair.call("a", b""), pair.call("a", b""));
    pair.exchange();
    let (id, other, now) = (id.expect("a call"), other.expect("another"), pair.now);
    let long = Status::not_found("x".repeat(1 << 20));
    let server = &mut pair.server.core;
    server.fail(id, &long.with_retry_after(Duration::MAX), now);
    let (client, _) = pair.exchange();
    let status = results(&client)[&id].clone().expect_err("a status");
    assert_eq!(status.code(), Code::NotFound);
    assert_eq!(status.message().len(), small.status_message);

    // If a server sends more anyway, its call ends, but no other.
    let large = frame(5, 4, other.index() as u32, &vec![0; small.message + 1]);
    let told = pair.client.feed(&large, now);
    let status = results(&told)[&other].clone().expect_err("a status");
    assert_eq!(status.code(), Code::ResourceExhausted);
    pair.call("a", b"").expect("the connection goes on");
}

fn status_message() {
    status_of_any_length();
    let mut pair = strict_server(|l| l.status_message = 5);
    for (message, sent) in [("12345", "12345"), ("123456", "12345"), ("1234ü", "1234")] {
        let id = pair.call("a", b"").expect("a call");
        pair.exchange();
        pair.server
            .core
            .fail(id, &Status::not_found(message), pair.now);
        let (client, _) = pair.exchange();
        assert_eq!(
            results(&client)[&id]
                .as_ref()
                .expect_err("a status")
                .message(),
            sent
        );
    }
}
