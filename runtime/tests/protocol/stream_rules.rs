//! Peers that break the rules of streams, or barely keep them.

use std::time::Duration;

use sinew::protocol::Reason;
use sinew::{Code, Limits};

use crate::flows::FlowPair;
use crate::pair::{Pair, Side, Told, frame};
use crate::streams::streaming;

const CALL: u8 = 2;
const DATA: u8 = 3;
const HEAD: u8 = 4;
const DONE: u8 = 5;
const CREDIT: u8 = 6;
const CANCEL: u8 = 7;
const DEFINE: u8 = 1;
const LEAD: u8 = 4;
const END: u8 = 4;
const STATUS: u8 = 4;

/// What a peer does, the frames that it sends, and how the connection ends.
type Case<'a> = (&'a str, &'a [Vec<u8>], Option<Reason>);

/// Why `side` of a pair ends the connection when it gets these frames. Call 0 has streams, call 1 has none.
fn ends_with(side: fn(&mut Pair) -> &mut Side, frames: &[Vec<u8>]) -> Option<Reason> {
    let mut limits = Limits::default();
    limits.stream_window = 16 << 10;
    limits.connection_window = 32 << 10;
    limits.message = 64 << 10;
    let (mut pair, _) = streaming(&limits);
    pair.pair
        .call("unary", b"")
        .expect("a call without streams");
    pair.exchange();
    let now = pair.pair.now;
    for frame in frames {
        side(&mut pair.pair).feed(frame, now);
    }
    let side = side(&mut pair.pair);
    side.core.closed().map(|close| close.reason)
}

fn shape() -> Vec<u8> {
    frame(DATA, DEFINE, 0, b"item")
}

fn data(size: usize) -> Vec<u8> {
    frame(DATA, 0, 0, &vec![0; size])
}

#[test]
fn frames_of_a_server_against_the_rules_end_the_connection() {
    let broken = Some(Reason::Protocol);
    let head = || frame(HEAD, 0, 0, &[]);
    let of = |size: usize| frame(DATA, DEFINE, 0, &vec![0; size]);
    let done = |call| frame(DONE, STATUS, call, &[5, 1]);
    let cases: &[Case<'_>] = &[
        ("good", &[head(), shape(), data(3), done(0)], None),
        ("no shape", &[data(3)], broken),
        ("the largest shape", &[of(32 << 10), data(1)], None),
        (
            "a shape that nobody can read",
            &[of((32 << 10) + 1)],
            Some(Reason::Excess),
        ),
        (
            "beyond the call's credit",
            &[shape(), data(16 << 10), data(1)],
            Some(Reason::Excess),
        ),
        ("two heads", &[head(), head()], broken),
        (
            "a head of a call without streams",
            &[frame(HEAD, 0, 1, &[])],
            broken,
        ),
        (
            "data behind the answer",
            &[shape(), done(0), data(3)],
            broken,
        ),
        ("two answers", &[done(0), done(0)], broken),
        ("an answer to a call that never was", &[done(7)], broken),
        ("a reply of no shape", &[frame(DONE, 0, 1, b"x")], broken),
        (
            "a status of no kind",
            &[frame(DONE, STATUS, 0, &[5])],
            broken,
        ),
        (
            "data of a call without streams",
            &[shape(), frame(DATA, 0, 1, b"x")],
            broken,
        ),
        (
            "data of a call that never was",
            &[frame(DATA, 0, 7, b"x")],
            broken,
        ),
        ("not a byte", &[shape(), data(0)], broken),
        ("an end", &[shape(), frame(DATA, END, 0, &[])], broken),
        ("credit never used", &[frame(CREDIT, 0, 0, &[2])], broken),
        ("endless credit", &[frame(CREDIT, 0, 0, &[0xff; 9])], broken),
        ("a call", &[frame(CALL, 0, 0, &[0, 0])], broken),
        ("a cancel", &[frame(CANCEL, 0, 0, &[])], broken),
    ];
    for (name, frames, reason) in cases {
        let ended = ends_with(|pair| &mut pair.client, frames);
        assert_eq!(ended, *reason, "{name}");
    }
}

#[test]
fn frames_of_a_client_against_the_rules_end_the_connection() {
    let broken = Some(Reason::Protocol);
    let cases: &[Case<'_>] = &[
        ("good", &[shape(), data(3), frame(DATA, END, 0, &[])], None),
        ("no shape", &[data(3)], broken),
        (
            "beyond the call's credit",
            &[shape(), data(16 << 10), data(1)],
            Some(Reason::Excess),
        ),
        (
            "beyond it at once",
            &[shape(), data((16 << 10) + 1)],
            Some(Reason::Excess),
        ),
        (
            "behind the end",
            &[shape(), frame(DATA, END, 0, &[]), data(1)],
            broken,
        ),
        (
            "two ends",
            &[frame(DATA, END, 0, &[]), frame(DATA, END, 0, &[])],
            broken,
        ),
        ("an end with bytes", &[frame(DATA, END, 0, b"x")], broken),
        (
            "flags that exclude each other",
            &[frame(DATA, DEFINE | END, 0, &[])],
            broken,
        ),
        ("not a byte", &[shape(), data(0)], broken),
        (
            "flags that do not go together",
            &[shape(), frame(DATA, 1 | 2, 0, b"x")],
            broken,
        ),
        ("a call without streams", &[frame(DATA, 0, 1, b"x")], broken),
        ("a call that never was", &[frame(DATA, 0, 7, b"x")], broken),
        (
            "credit for one that never was",
            &[frame(CREDIT, 0, 7, &[2])],
            broken,
        ),
        ("no credit", &[frame(CREDIT, 0, 0, &[0])], broken),
        ("no credit for all", &[frame(CREDIT, 2, 0, &[0])], broken),
        ("credit never used", &[frame(CREDIT, 0, 0, &[2])], broken),
        (
            "credit never used for all",
            &[frame(CREDIT, 2, 0, &[2])],
            broken,
        ),
        ("endless credit", &[frame(CREDIT, 0, 0, &[0xff; 9])], broken),
        (
            "credit with more behind",
            &[frame(CREDIT, 0, 0, &[2, 2])],
            broken,
        ),
        (
            "further ahead than it may",
            &[shape(), frame(DATA, 8, 0, b"x")],
            Some(Reason::Excess),
        ),
        ("ahead to nowhere", &[frame(CREDIT, 4, 0, &[])], broken),
        (
            "ahead with more behind",
            &[frame(CREDIT, 4, 0, &[2, 2])],
            broken,
        ),
        ("a stop from a client", &[frame(CREDIT, 1, 0, &[])], broken),
        ("a head from a client", &[frame(HEAD, 0, 0, &[])], broken),
        ("unknown flags", &[frame(CREDIT, 8, 0, &[2])], broken),
    ];
    for (name, frames, reason) in cases {
        let ended = ends_with(|pair| &mut pair.server, frames);
        assert_eq!(ended, *reason, "{name}");
    }
}

#[test]
fn frames_that_further_nothing_are_counted() {
    let (mut pair, _) = streaming(&Limits::default());
    for _ in 0..100 {
        pair.pair
            .server
            .feed(&frame(DATA, DEFINE, 0, b"item"), Duration::ZERO);
    }
    assert_eq!(pair.pair.server.core.closed(), None);
    pair.pair
        .server
        .feed(&frame(DATA, DEFINE, 0, b"item"), Duration::ZERO);
    let reason = pair.pair.server.core.closed().map(|close| close.reason);
    assert_eq!(reason, Some(Reason::Excess));
}

/// Credit means that something was read, so useless frames between credits are not in a row.
#[test]
fn frames_that_further_nothing_are_forgotten_once_something_does() {
    let (mut pair, id) = streaming(&Limits::default());
    let too_late = frame(CREDIT, LEAD, 0, &[2]);
    let all = frame(CREDIT, 0, 0, &[22]);
    for _ in 0..300 {
        pair.client.push(&mut pair.pair.client, id, b"ten bytes.");
        pair.client.fill(&mut pair.pair.client, Duration::ZERO);
        pair.pair.client.take(Duration::ZERO);
        pair.pair.client.feed(&too_late, Duration::ZERO);
        pair.pair.client.feed(&all, Duration::ZERO);
        assert_eq!(pair.pair.client.core.closed(), None);
    }
}

#[test]
fn a_peer_that_never_reads_costs_its_windows_at_most() {
    let (mut pair, id) = streaming(&Limits::default());
    for _ in 0..1000 {
        pair.server.push(&mut pair.pair.server, id, &[0; 1000]);
    }
    let mut sent = 0;
    for _ in 0..5 {
        pair.server.fill(&mut pair.pair.server, Duration::ZERO);
        sent += pair.pair.server.take(Duration::ZERO).len();
    }
    // The window, and a header for each frame.
    assert!(sent <= (256 << 10) + (1 << 10), "{sent}");
    assert_eq!(pair.pair.server.core.next_turn(), None);
    let told = pair.pair.server.tick(Limits::default().stream_idle);
    assert!(
        matches!(&told[..], [Told::Cancelled(idle, status)]
        if *idle == id && status.code() == Code::DeadlineExceeded),
        "{told:?}"
    );
}

#[test]
fn goaways_that_further_nothing_are_counted() {
    let (mut pair, _) = streaming(&Limits::default());
    // One call was accepted; the sender shuts down.
    let goaway = frame(10, 0, 0, &[2, 0]);
    for _ in 0..=100 {
        pair.pair.client.feed(&goaway, Duration::ZERO);
    }
    assert_eq!(pair.pair.client.core.closed(), None);
    pair.pair.client.feed(&goaway, Duration::ZERO);
    let reason = pair.pair.client.core.closed().map(|close| close.reason);
    assert_eq!(reason, Some(Reason::Excess));
}

/// Allowing a stream to go ahead costs its reader nothing, so one that waits must receive something each time.
#[test]
fn streams_that_are_let_ahead_for_nothing_are_counted() {
    let (mut pair, id) = streaming(&Limits::default());
    let mut ahead = 1_u32 << 21; // of four bytes, with what the protocol adds to it
    let mut lead = |pair: &mut FlowPair| {
        ahead += 1 << 14;
        let payload = (ahead << 4 | 7).to_le_bytes();
        let lead = frame(CREDIT, LEAD, 0, &payload);
        pair.pair.client.feed(&lead, Duration::ZERO);
        pair.pair.client.core.closed().map(|close| close.reason)
    };
    for _ in 0..300 {
        assert_eq!(lead(&mut pair), None);
        pair.client.push(&mut pair.pair.client, id, b"some of it");
        pair.client.fill(&mut pair.pair.client, Duration::ZERO);
        pair.pair.client.take(Duration::ZERO);
    }
    assert_eq!((0..=100).find_map(|_| lead(&mut pair)), None);
    assert_eq!(lead(&mut pair), Some(Reason::Excess));
}
