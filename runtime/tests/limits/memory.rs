//! Limits of sizes and counts.

use std::time::Duration;

use sinew::protocol::{OpenError, Output, Reason, ReplyError};
use sinew::{Code, Limits, Metadata, Reached};

use super::pair::{Pair, Side, Told, calls, frame, results};
use super::{Case, limits};

pub const CASES: &[Case] = &[
    ("message", message),
    ("inflation", inflation),
    ("calls", calls_in_flight),
    ("request_bytes", request_bytes),
    ("out_queue", out_queue),
    ("reply_bytes", reply_bytes),
    ("control_frames", control_frames),
    ("methods", methods),
    ("method_bytes", method_bytes),
    ("name", name),
];

/// A pair whose client would send more than the server accepts.
pub fn strict_server(change: impl FnOnce(&mut Limits)) -> Pair {
    Pair::open(&Limits::default(), &limits(change))
}

fn server_closed(pair: &Pair) -> Option<Reason> {
    pair.server.core.closed().map(|close| close.reason)
}

fn message() {
    let small = limits(|l| l.message = 16 << 10);
    let mut pair = Pair::open(&Limits::default(), &small);
    // A CALL of a known method has the index and the timeout, 1 and 4 bytes, before the request.
    let first = pair.call("a", b"").expect("a small call");
    pair.exchange();
    pair.reply(first, b"");
    pair.exchange();
    let largest = vec![7; small.message - 5];
    let id = pair.call("a", &largest).expect("a call at the limit");
    let (_, server) = pair.exchange();
    assert_eq!(calls(&server), [id]);
    let too_large = pair.call("a", &[&largest[..], b"x"].concat());
    let Err(OpenError::Refused(status)) = too_large else {
        panic!("{too_large:?}")
    };
    assert_eq!(
        (status.code(), status.reached()),
        (Code::ResourceExhausted, Reached::No)
    );

    // A reply that is too large is refused where it is made, and its call fails.
    let put = |out: &mut Output| {
        out.extend_from_slice(&vec![0; small.message + 1]);
        Ok::<(), ()>(())
    };
    assert!(
        pair.server
            .core
            .reply(id, b"reply", &Metadata::new(), pair.now, put)
            .is_err()
    );
    pair.reply(id, b"small");
    let (client, _) = pair.exchange();
    assert!(results(&client)[&id].is_ok());

    // A peer that sends more anyway is refused by the header; the rest is skipped, up to as much again.
    pair.server.feed(
        &frame(2, 0, id.index() as u32, &vec![0; small.message + 1]),
        pair.now,
    );
    assert_eq!(server_closed(&pair), None);
    let answer = pair.server.take(pair.now);
    assert_eq!(
        (answer[3], answer[8]),
        (5 << 4 | 4, Code::ResourceExhausted as u8)
    );
    let id = pair.call("a", b"next").expect("the connection goes on");
    assert_eq!(calls(&pair.exchange().1), [id]);
    pair.server.feed(
        &frame(2, 0, 1, &vec![0; 2 * small.message + 1])[..8],
        pair.now,
    );
    assert_eq!(server_closed(&pair), Some(Reason::Excess));
}

fn calls_in_flight() {
    let mut pair = strict_server(|l| l.calls = 2);
    let first = pair.call("a", b"").expect("the first");
    pair.call("a", b"").expect("the second");
    assert!(matches!(pair.call("a", b""), Err(OpenError::Full)));
    pair.exchange();
    // A client that opens more anyway is refused.
    pair.server.feed(&frame(2, 0, 2, &[0, 0]), pair.now);
    let answer = pair.server.take(pair.now);
    assert_eq!(
        (answer[3], answer[8], answer[9]),
        (5 << 4 | 4, Code::ResourceExhausted as u8, 0)
    );
    pair.reply(first, b"");
    pair.exchange();
    pair.call("a", b"").expect("room again");
}

fn request_bytes() {
    let mut pair = strict_server(|l| l.request_bytes = 100);
    let id = pair.call("a", &[0; 60]).expect("a call");
    pair.exchange();
    assert!(pair.server.core.wants_input());
    pair.call("a", &[0; 60]).expect("a call");
    pair.exchange();
    assert!(!pair.server.core.wants_input());
    pair.reply(id, b"");
    assert!(pair.server.core.wants_input());
}

fn out_queue() {
    let mut pair = strict_server(|l| l.out_queue = 1000);
    let first = pair.call("a", b"").expect("a call");
    let second = pair.call("a", b"").expect("a call");
    pair.exchange();
    pair.reply(first, &[0; 500]);
    assert!(pair.server.core.wants_input());
    pair.reply(second, &[0; 500]);
    assert!(!pair.server.core.wants_input());
    pair.exchange();
    assert!(pair.server.core.wants_input());

    let mut pair = Pair::open(&limits(|l| l.out_queue = 1000), &Limits::default());
    pair.call("a", &[0; 1000]).expect("a call");
    assert!(matches!(pair.call("a", b""), Err(OpenError::Full)));
    pair.exchange();
    pair.call("a", b"").expect("room again");
}

fn reply_bytes() {
    let mut pair = strict_server(|l| l.reply_bytes = 1000);
    let ids: Vec<_> = (0..4)
        .map(|_| pair.call("a", b"").expect("a call"))
        .collect();
    pair.exchange();
    let put = |bytes: usize| {
        move |out: &mut Output| {
            out.extend_from_slice(&vec![0; bytes]);
            Ok::<(), ()>(())
        }
    };
    let (shape, none, now) = (b"reply", Metadata::new(), pair.now);
    let server = &mut pair.server.core;
    // A frame has a header of 8 bytes, and the first reply has its shape.
    let first = server.reply(ids[0], shape, &none, now, put(1000 - 8 - 6 - 8 - 100));
    first.expect("there is room");
    let over = server.reply(ids[1], shape, &none, now, put(101));
    assert!(matches!(over, Err(ReplyError::Refused(status))
        if status.code() == Code::ResourceExhausted && status.reached() == Reached::Yes));
    let at = server.reply(ids[1], shape, &none, now, put(100));
    at.expect("it is at the limit");
    let mut out = Output::default();
    server.transmit(&mut out);
    assert_eq!(out.len(), 1000);
    // Output that is handed out but not written counts. Once it is written there is room.
    assert!(server.reply(ids[2], shape, &none, now, put(0)).is_err());
    server.wrote(1000, now);
    let written = server.reply(ids[2], shape, &none, now, put(900));
    written.expect("there is room again");
}

fn control_frames() {
    let mut pair = strict_server(|l| {
        l.control_frames = 3;
        l.calls = 1;
    });
    pair.call("a", b"").expect("a call");
    pair.exchange();
    for id in 1..=3 {
        pair.server.feed(&frame(2, 0, id, &[0, 0]), pair.now);
        assert_eq!(server_closed(&pair), None);
    }
    pair.server.feed(&frame(2, 0, 4, &[0, 0]), pair.now);
    assert_eq!(server_closed(&pair), Some(Reason::Excess));
}

fn methods() {
    let two = limits(|l| l.methods = 2);
    let mut pair = Pair::open(&two, &two);
    pair.call("a", b"").expect("the first method");
    pair.call("b", b"").expect("the second method");
    pair.call("a", b"").expect("a known method");
    assert!(
        matches!(pair.call("c", b""), Err(OpenError::Worn(status)) if status.code() == Code::ResourceExhausted)
    );
    pair.exchange();
    assert_eq!(server_closed(&pair), None);

    let mut pair = strict_server(|l| l.methods = 2);
    for name in ["a", "b", "c"] {
        assert_eq!(server_closed(&pair), None);
        pair.call(name, b"").expect("the client allows more");
        pair.exchange();
    }
    assert_eq!(server_closed(&pair), Some(Reason::Excess));
}

fn method_bytes() {
    // "test.Service", a name, "request": 20 bytes with a name of one.
    let mut pair = strict_server(|l| l.method_bytes = 41);
    for (name, good) in [("a", true), ("bb", true), ("c", false)] {
        pair.call(name, b"").expect("the client allows more");
        pair.exchange();
        assert_eq!(server_closed(&pair).is_none(), good, "{name}");
    }
    assert_eq!(server_closed(&pair), Some(Reason::Excess));
}

fn name() {
    let mut pair = strict_server(|l| l.name = 13);
    let good = pair.call("a", b"").expect("13 bytes with the service");
    let bad = pair.call("bb", b"").expect("the client allows more");
    let (client, server) = pair.exchange();
    assert_eq!(calls(&server), [good]);
    assert_eq!(
        results(&client)[&bad].as_ref().expect_err("refused").code(),
        Code::InvalidArgument
    );
    // The refused method has an index all the same, so the next one is not mistaken for it.
    let next = pair.call("c", b"").expect("a call");
    let (_, server) = pair.exchange();
    assert!(
        matches!(server[..], [Told::Call { id, method: 2, .. }] if id == next),
        "{server:?}"
    );
}

/// A compressed frame states its full size, which is trusted only up to a limit.
fn inflation() {
    #[cfg(feature = "lz4")]
    let compressing = |side: Side| {
        let compression = sinew::Compression::lz4();
        let core = side.core.compressing(compression);
        Side { core, ..side }
    };
    // Without compression there is no such frame.
    #[cfg(not(feature = "lz4"))]
    let compressing = |side: Side| side;
    for (size, expected) in [(20_000_u32, Reason::Protocol), (20_001, Reason::Excess)] {
        let mut pair = Pair {
            client: Side::client(&Limits::default()),
            server: compressing(Side::server(&limits(|l| l.inflation = 200))),
            now: Duration::ZERO,
        };
        pair.exchange();
        // The size is a number of three bytes; what follows is no LZ4.
        let number = (size << 3 | 3).to_le_bytes();
        let packed = [&[1, 2 << 4][..], &number[..3], &[0xff; 100]].concat();
        pair.server.feed(&frame(12, 0, 0, &packed), pair.now);
        let closed = pair.server.core.closed().expect("it is closed");
        let expected = match cfg!(feature = "lz4") {
            true => expected,
            false => Reason::Protocol,
        };
        assert_eq!(closed.reason, expected, "{closed}");
    }
}
