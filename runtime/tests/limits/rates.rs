//! Limits of how often a peer may do something.

use std::time::Duration;

use sinew::protocol::Reason;
use sinew::{Limits, Status};

use super::flows::FlowPair;
use super::pair::{Pair, Told, frame};
use super::{Case, limits};

pub const CASES: &[Case] = &[
    ("cancels", || {
        cancels();
        streams_that_were_accepted();
    }),
    ("errors", errors),
    ("errors_total", errors_total),
    ("pings", pings),
    ("idle_frames", idle_frames),
];

fn server(change: impl FnOnce(&mut Limits)) -> Pair {
    Pair::open(&Limits::default(), &limits(change))
}

fn closed(pair: &Pair) -> bool {
    pair.server
        .core
        .closed()
        .is_some_and(|close| close.reason == Reason::Excess)
}

fn cancels() {
    let mut pair = server(|l| l.cancels = 3);
    let reset = |pair: &mut Pair| {
        let id = pair.call("a", b"").expect("a call");
        pair.client.core.cancel(id, pair.now);
        for told in pair.exchange().1 {
            if let Told::Cancelled(id, status) = told {
                pair.server.core.fail(id, &status, pair.now);
            }
        }
        pair.exchange();
    };
    (0..3).for_each(|_| reset(&mut pair));
    // A completed call allows one more cancel.
    let id = pair.call("a", b"").expect("a call");
    pair.exchange();
    pair.reply(id, b"");
    pair.exchange();
    reset(&mut pair);
    assert!(!closed(&pair));
    // After ten seconds the count starts again.
    pair.now += Duration::from_secs(10);
    (0..3).for_each(|_| reset(&mut pair));
    assert!(!pair.server.core.is_draining());
    // One more, and the connection accepts no more calls. It ends once it has none.
    reset(&mut pair);
    assert!(closed(&pair));

    // A client that goes on is disconnected at twice as many.
    let mut pair = server(|l| l.cancels = 3);
    pair.call("a", b"").expect("a call");
    let unheard = |pair: &mut Pair, id: u32| {
        let mut frames = frame(2, 0, id, &[0, 7, 0x38, 0x9c, 0x1c]);
        frames.extend(frame(7, 0, id, b""));
        for told in pair.server.feed(&frames, pair.now) {
            if let Told::Cancelled(id, status) = told {
                pair.server.core.fail(id, &status, pair.now);
            }
        }
    };
    pair.exchange();
    (1..=6).for_each(|id| unheard(&mut pair, id));
    assert!(pair.server.core.is_draining() && !closed(&pair));
    unheard(&mut pair, 7);
    assert!(closed(&pair));
}

/// A client that reads a stream and then wants no more of it has got what it asked for, as has one whose lifetime is
/// over.
fn streams_that_were_accepted() {
    let mut pair = FlowPair::new(server(|l| (l.cancels, l.calls) = (3, 3)));
    let mut read_for_a_while = |accepted: bool, is_late: bool| {
        let lifetime = is_late.then_some(Duration::from_secs(1));
        let id = pair.pair.stream("watch", lifetime).expect("a call");
        pair.exchange();
        if accepted {
            pair.server.push(&mut pair.pair.server, id, b"news");
            pair.exchange();
        }
        let mut told = Vec::new();
        if is_late {
            pair.pair.now += Duration::from_secs(1);
            told = pair.pair.server.tick(pair.pair.now);
        }
        pair.pair.client.core.cancel(id, pair.pair.now);
        told.extend(pair.exchange().1);
        for told in told {
            if let Told::Cancelled(id, status) = told {
                pair.pair.server.core.fail(id, &status, pair.pair.now);
            }
        }
        pair.exchange();
        pair.pair.server.core.is_draining()
    };
    assert!(!(0..8).any(|_| read_for_a_while(true, false)));
    assert!(!(0..8).any(|_| read_for_a_while(true, true)));
    // One that was never accepted was a waste.
    assert!(!(0..3).any(|_| read_for_a_while(false, false)));
    assert!(read_for_a_while(false, false));
}

/// Calls that the server must refuse: one is in flight, and it accepts only one.
fn refused(pair: &mut Pair, count: u32) {
    if pair.server.core.in_flight() == 0 {
        pair.call("a", b"").expect("a call");
        pair.exchange();
    }
    for _ in 0..count {
        pair.server.feed(&frame(2, 0, 1, &[0, 0]), pair.now);
        pair.server.take(pair.now);
    }
}

fn errors() {
    let mut pair = server(|l| (l.errors, l.calls) = (5, 1));
    refused(&mut pair, 5);
    assert!(!closed(&pair));
    pair.now += Duration::from_secs(1);
    refused(&mut pair, 5);
    assert!(!closed(&pair));
    refused(&mut pair, 1);
    assert!(closed(&pair));
}

fn errors_total() {
    let mut pair = server(|l| (l.errors_total, l.calls) = (30, 1));
    for _ in 0..3 {
        refused(&mut pair, 10);
        pair.now += Duration::from_secs(1);
    }
    assert!(!closed(&pair));
    refused(&mut pair, 1);
    assert!(closed(&pair));
}

fn pings() {
    let mut pair = server(|l| l.pings = 4);
    let ping = |pair: &mut Pair| {
        pair.server.feed(&frame(8, 0, 0, &[9; 8]), pair.now);
        pair.server.take(pair.now)
    };
    for _ in 0..4 {
        assert_eq!(ping(&mut pair), frame(9, 0, 0, &[9; 8]), "a pong");
    }
    pair.now += Duration::from_secs(1);
    ping(&mut pair);
    assert!(!closed(&pair));
    ping(&mut pair);
    assert!(closed(&pair));

    // However many pings come before the pong is written, there is one pong.
    let mut pair = server(|_| ());
    for _ in 0..9 {
        pair.server.feed(&frame(8, 0, 0, &[9; 8]), pair.now);
    }
    assert_eq!(pair.server.take(pair.now), frame(9, 0, 0, &[9; 8]));
}

fn idle_frames() {
    let mut pair = server(|l| l.idle_frames = 3);
    let ignorable = frame(14, 0, 0, b"from the future");
    let nothing = |pair: &mut Pair| {
        pair.server.feed(&ignorable, pair.now);
    };
    (0..3).for_each(|_| nothing(&mut pair));
    assert!(!closed(&pair));
    let id = pair.call("a", b"").expect("a call furthers something");
    pair.exchange();
    pair.server.core.fail(id, &Status::not_found(""), pair.now);
    (0..3).for_each(|_| nothing(&mut pair));
    assert!(!closed(&pair));
    nothing(&mut pair);
    assert!(closed(&pair));
}
