//! Valid frames that a good peer would not send then: which of them end the connection, and which are ignored.

use std::time::Duration;

use sinew::protocol::{CallId, Reason};
use sinew::{Limits, Metadata, Status};

use crate::pair::{Pair, Side, calls, frame, results};

/// Kind, flags, call, payload.
type Frame = (u8, u8, u32, &'static [u8]);

/// What no server accepts while call 0 of method 0 is in flight.
const NOT_FOR_SERVERS: &[Frame] = &[
    (0, 0, 0, b""),                 // a kind that there is not
    (13, 0, 0, b""),                // one of a later version that must be understood
    (1, 0, 0, b""),                 // a second HELLO
    (2, 0, 0, &[0, 0]),             // CALL with the id of one in flight
    (2, 0, 9, &[0, 0]),             // with one that leaves others out
    (2, 0, 1, &[18, 0]),            // of a method that is not defined
    (2, 0, 1, &[0, 1, 0]),          // with a number that is not the shortest
    (2, 12, 1, &[0, 0, 0]),         // with streams, and no answer wanted
    (2, 1, 1, &[2, 0xff, 0, 0, 0]), // with a name that is no text
    (3, 0, 0, &[2, 2]),             // DATA of a call without streams
    (3, 4, 9, b""),                 // the end of a stream that there never was
    (4, 0, 0, b""),                 // HEAD, which servers send
    (5, 4, 0, &[3, 0]),             // DONE, which servers send
    (6, 0, 0, &[0]),                // CREDIT of nothing
    (6, 0, 0, &[2]),                // of a call without streams
    (6, 4, 0, &[2]),                // the same, ahead
    (3, 4, 0, b""),                 // the end of a stream of such a call
    (6, 0, 9, &[2]),                // of a call that there never was
    (6, 1, 0, b""),                 // STOP, which servers say
    (6, 2, 0, &[2]),                // more than was ever used
    (6, 2, 4, &[2]),                // of the connection, and of a call
    (7, 0, 0, &[0]),                // CANCEL with more to say
    (7, 1, 0, b""),                 // with a flag
    (8, 0, 0, &[0; 7]),             // PING with too little
    (8, 0, 0, &[0; 9]),             // with too much
    (8, 1, 0, &[0; 8]),             // with a flag
    (8, 0, 1, &[0; 8]),             // of a call
    (9, 0, 0, &[0; 3]),             // PONG of what no ping can have had
    (10, 0, 0, b""),                // GOAWAY without a reason
    (11, 0, 0, &[2, 2, 0]),         // LIMITS, which servers send
    (12, 0, 0, &[1, 0x50, 0, 0]),   // PACKED, which was not agreed
];

/// What no client accepts while call 0 is in flight.
const NOT_FOR_CLIENTS: &[Frame] = &[
    (0, 0, 0, b""),
    (13, 0, 0, b""),
    (1, 0, 0, b""),
    (2, 0, 1, &[0, 0]),
    (3, 0, 0, &[2, 2]),
    (3, 4, 0, b""),
    (4, 0, 0, b""),
    (5, 4, 9, &[3, 0]),
    (5, 12, 0, &[3, 0]),
    (6, 0, 0, &[2]),
    (6, 1, 0, b""),
    (6, 4, 0, &[2]),
    (7, 0, 0, b""),
    (9, 0, 0, &[0; 9]),
    (11, 0, 1, b""),
    (11, 0, 0, &[4, 2, 0]), // no calls at all
    (12, 0, 0, &[1, 0x50, 0, 0]),
];

/// What a server ignores.
const NOTHING_TO_SERVERS: &[Frame] = &[
    (14, 15, 9, b"what a later version says"),
    (15, 0, 0, b""),
    (7, 0, 9, b""),     // CANCEL of what is over, for all that the server remembers
    (9, 0, 0, &[0; 8]), // PONG of a ping that was none
];

/// What a client ignores.
const NOTHING_TO_CLIENTS: &[Frame] = &[
    (14, 15, 9, b"what a later version says"),
    // LIMITS of settings that cannot change, and of unknown ones.
    (11, 0, 0, &[6, 2, 10, 8, 2, 2, 12, 2, 0xff, 14, 0]),
];

/// A pair with call 0 in flight, and no frames in transit.
fn pair() -> Pair {
    pair_and_call().0
}

fn pair_and_call() -> (Pair, CallId) {
    let mut pair = Pair::open(&Limits::default(), &Limits::default());
    let call = pair.call("a", b"").expect("a call");
    pair.exchange();
    (pair, call)
}

/// Why the side ends the connection when it gets this frame, if it does.
fn ended(to_server: bool, (kind, flags, call, payload): Frame) -> Option<Reason> {
    let mut pair = pair();
    let side = match to_server {
        true => &mut pair.server,
        false => &mut pair.client,
    };
    side.feed(&frame(kind, flags, call, payload), pair.now);
    side.core.closed().map(|close| close.reason)
}

#[test]
fn what_a_peer_cannot_say_ends_the_connection() {
    for (to_server, frames) in [(true, NOT_FOR_SERVERS), (false, NOT_FOR_CLIENTS)] {
        for frame in frames {
            let reason = ended(to_server, *frame);
            assert_eq!(reason, Some(Reason::Protocol), "{to_server} {frame:?}");
        }
    }
}

/// The id of call 0 belongs to a call with streams, then to one without. Credit may arrive after the end of a call, not
/// before its beginning.
#[test]
fn credit_may_come_late_to_a_server_and_never_to_a_client() {
    let mut pair = Pair::open(&Limits::default(), &Limits::default());
    let credit = frame(6, 0, 0, &[2]);
    let end = |side: &Side| side.core.closed().map(|close| close.reason);
    let streams = pair.stream("s", None).expect("a call");
    pair.exchange();
    pair.server
        .core
        .fail(streams, &Status::aborted("enough"), pair.now);
    pair.server.feed(&credit, pair.now);
    assert_eq!(end(&pair.server), None);
    pair.exchange();
    pair.call("a", b"").expect("a call");
    pair.exchange();
    pair.server.feed(&credit, pair.now);
    assert_eq!(end(&pair.server), Some(Reason::Protocol));

    let (mut pair, call) = pair_and_call();
    pair.reply(call, b"");
    pair.exchange();
    pair.client.feed(&credit, pair.now);
    assert_eq!(end(&pair.client), Some(Reason::Protocol));
}

/// A client says how many calls there were when it leaves.
#[test]
fn a_client_begins_no_call_behind_its_goaway() {
    let mut pair = pair();
    pair.server.feed(&frame(10, 0, 0, &[2, 0]), pair.now);
    assert_eq!(pair.server.core.closed(), None, "call 0 goes on");
    pair.server.feed(&frame(2, 0, 1, &[0, 0]), pair.now);
    let close = pair.server.core.closed().map(|close| close.reason);
    assert_eq!(close, Some(Reason::Protocol));
}

/// As a client may conclude before the call is sent.
#[test]
fn a_call_whose_time_is_over_does_not_begin() {
    let mut pair = pair();
    let told = pair.server.feed(&frame(2, 0, 1, &[0, 0]), pair.now);
    assert!(calls(&told).is_empty(), "{told:?}");
    let answer = pair.server.take(pair.now);
    // DONE with a status: deadline exceeded, the handler has not begun.
    assert_eq!(answer[3..10], [0x54, 1, 0, 0, 0, 4, 0]);
    assert_eq!(pair.server.core.closed(), None);
    // The id is free again.
    let told = pair.server.feed(&frame(2, 0, 1, &[0, 2]), pair.now);
    assert_eq!(calls(&told).len(), 1);
    // Less than a microsecond is sent as 1.
    let hasty = Duration::from_nanos(1);
    let mut pair = Pair::open(&Limits::default(), &Limits::default());
    let hasty = pair.call_with("a", b"", hasty, &Metadata::new());
    hasty.expect("a call");
    let (_, told) = pair.exchange();
    assert_eq!(calls(&told).len(), 1);
}

/// Reason, whether the end was announced, and whether call 0 is answered after it.
#[test]
fn nothing_counts_behind_the_goaway_of_a_peer_that_gives_up() {
    let cases = [
        (0, false, true),
        (1, false, true),
        (2, false, false),
        (2, true, false),
        (3, false, false),
        (3, true, true),
        (4, false, false),
        (5, false, false),
        (9, false, true),
    ];
    for (reason, is_announced, goes_on) in cases {
        let mut pair = pair();
        if is_announced {
            let announced = [&[0xff; 9], &[0][..]].concat();
            pair.client.feed(&frame(10, 0, 0, &announced), pair.now);
        }
        pair.client.feed(&frame(10, 0, 0, &[2, reason]), pair.now);
        let told = pair.client.feed(&frame(5, 4, 0, &[3, 0]), pair.now);
        assert_eq!(
            !results(&told).is_empty(),
            goes_on,
            "{reason} {is_announced}"
        );
        let close = pair.client.core.closed().expect("no call is left");
        assert!(close.by_peer, "{reason} {is_announced}");
    }
}

#[test]
fn what_means_nothing_is_passed_over() {
    for (to_server, frames) in [(true, NOTHING_TO_SERVERS), (false, NOTHING_TO_CLIENTS)] {
        for frame in frames {
            assert_eq!(ended(to_server, *frame), None, "{to_server} {frame:?}");
        }
    }
}
