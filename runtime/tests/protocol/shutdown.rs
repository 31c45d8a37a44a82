//! How connections end.

use std::time::Duration;

use sinew::protocol::{OpenError, Reason};
use sinew::{Code, Limits, Status};

use crate::pair::{Pair, Side, Told, calls, frame, results};

#[test]
fn a_draining_server_finishes_what_it_took_and_refuses_the_rest() {
    let limits = Limits::default();
    let mut pair = Pair::open(&limits, &limits);
    let first = pair.call("a", b"1").unwrap();
    pair.exchange();
    pair.server.core.drain(Reason::Shutdown, "bye", pair.now);
    let second = pair.call("a", b"2").unwrap();

    let (client, server) = pair.exchange();

    assert_eq!(
        calls(&server),
        [second],
        "what was sent before the client knew is taken"
    );
    assert!(
        client
            .iter()
            .any(|told| matches!(told, Told::Goaway(untaken) if untaken.is_empty()))
    );
    assert!(matches!(pair.call("a", b"3"), Err(OpenError::Closing)));
    assert!(pair.server.core.closed().is_none());
    pair.reply(first, b"one");
    pair.reply(second, b"two");
    let (client, _) = pair.exchange();
    assert_eq!(results(&client).len(), 2);
    assert_eq!(pair.server.core.closed().unwrap().reason, Reason::Shutdown);
    assert_eq!(pair.client.core.closed().unwrap().reason, Reason::Shutdown);
}

#[test]
fn sides_have_parted_once_neither_has_anything_to_hear() {
    let limits = Limits::default();
    let mut pair = Pair::open(&limits, &limits);
    let given_up = pair.call("a", b"1").unwrap();
    pair.exchange();
    pair.client.core.cancel(given_up, pair.now);
    pair.client.core.drain(Reason::Shutdown, "bye", pair.now);
    assert!(pair.client.core.closed().is_some());
    assert!(!pair.client.core.has_parted(), "an answer is to come");
    let up = pair.client.take(pair.now);
    pair.server.feed(&up, pair.now);
    assert!(!pair.server.core.has_parted(), "an answer is to be given");
    let status = Status::cancelled("nobody waits");
    pair.server.core.fail(given_up, &status, pair.now);
    assert!(pair.server.core.has_parted());

    let mut pair = Pair::open(&limits, &limits);
    pair.server.core.drain(Reason::Shutdown, "bye", pair.now);
    pair.exchange();
    assert!(pair.client.core.has_parted());
    assert!(!pair.server.core.has_parted(), "its client has to hear it");

    let mut pair = Pair::open(&limits, &limits);
    pair.client.feed(&[0xff; 8], pair.now);
    assert!(pair.client.core.closed().is_some());
    assert!(!pair.client.core.has_parted(), "its server has to hear why");
}

#[test]
fn a_drain_ends_after_its_time() {
    let limits = Limits::default();
    let mut pair = Pair::open(&limits, &limits);
    let id = pair
        .call_with("a", b"", Duration::from_secs(200), &Default::default())
        .unwrap();
    pair.exchange();
    pair.server.core.drain(Reason::Shutdown, "bye", pair.now);
    pair.exchange();

    pair.now += limits.drain;
    let told = pair.server.tick(pair.now);

    let [Told::Cancelled(cancelled, status)] = &told[..] else {
        panic!("{told:?}")
    };
    assert_eq!((*cancelled, status.code()), (id, Code::Unavailable));
    pair.server.core.fail(id, status, pair.now);
    assert!(pair.server.core.closed().is_some());
    let (client, _) = pair.exchange();
    assert_eq!(
        results(&client)[&id].as_ref().unwrap_err().code(),
        Code::Unavailable
    );
}

/// Otherwise a client that never reacts to the drain could go on for ever.
#[test]
fn a_drain_takes_no_calls_once_its_time_is_over() {
    let limits = Limits::default();
    let mut pair = Pair::open(&limits, &limits);
    let long = Duration::from_secs(200);
    for _ in 0..100 {
        pair.call_with("a", b"", long, &Default::default()).unwrap();
    }
    let mut taken = calls(&pair.exchange().1);
    pair.server.core.drain(Reason::Shutdown, "bye", pair.now);
    // This does not reach the client, which calls again as soon as it may.
    pair.server.take(pair.now);
    pair.now += limits.drain;
    let told = pair.server.tick(pair.now);
    pair.call_with("a", b"", long, &Default::default()).unwrap();
    let again = pair.client.take(pair.now);
    assert_eq!(calls(&pair.server.feed(&again, pair.now)), []);

    let mut given_up = Vec::new();
    for told in told {
        let Told::Cancelled(id, status) = told else {
            panic!("{told:?}")
        };
        given_up.push(id);
        pair.server.core.fail(id, &status, pair.now);
    }
    given_up.sort();
    taken.sort();
    assert_eq!(given_up, taken, "each of them once");
    assert_eq!(pair.server.core.closed().unwrap().reason, Reason::Shutdown);
}

/// A client that was suspended for a while gets both pings at once.
#[test]
fn a_server_that_drains_hears_of_its_ping_though_another_was_out() {
    let limits = Limits::default();
    let mut pair = Pair::open(&limits, &limits);
    let long = Duration::from_secs(200);
    pair.call_with("a", b"", long, &Default::default()).unwrap();
    pair.exchange();
    pair.now += limits.keepalive;
    pair.server.tick(pair.now);
    pair.server.core.drain(Reason::Shutdown, "bye", pair.now);
    let (client, _) = pair.exchange();
    let goaways = client.iter().filter(|told| matches!(told, Told::Goaway(_)));
    assert_eq!(goaways.count(), 2, "the second one has the count");
}

/// Its client knows that no handler has begun, so no answer will come.
#[test]
fn a_call_behind_the_end_of_a_drain_has_no_answer_however_large_it_is() {
    let limits = Limits::default();
    for size in [2, limits.message + 1] {
        let mut pair = Pair::open(&limits, &limits);
        pair.call("a", b"").unwrap();
        pair.exchange();
        pair.server.core.drain(Reason::Shutdown, "bye", pair.now);
        pair.exchange();
        let late = frame(2, 0, 1, &vec![0; size]);
        assert_eq!(calls(&pair.server.feed(&late, pair.now)), []);
        assert_eq!(pair.server.take(pair.now), [], "{size}");
        assert_eq!(pair.server.core.closed(), None, "{size}");
    }
}

/// A hasty client may have calls besides those that it gives up: these finish, and the next go elsewhere.
#[test]
fn calls_beside_those_that_are_given_up_are_finished() {
    let mut limits = Limits::default();
    limits.cancels = 3;
    let mut pair = Pair::open(&Limits::default(), &limits);
    let patient = pair.call("a", b"").expect("a call");
    for _ in 0..4 {
        let hurried = pair.call("a", b"").expect("a call");
        pair.exchange();
        pair.client.core.cancel(hurried, pair.now);
        for told in pair.exchange().1 {
            if let Told::Cancelled(id, status) = told {
                pair.server.core.fail(id, &status, pair.now);
            }
        }
    }
    pair.exchange();
    assert!(matches!(pair.call("a", b""), Err(OpenError::Closing)));
    pair.reply(patient, b"in its time");
    let (client, _) = pair.exchange();
    assert!(results(&client)[&patient].is_ok());
    let end = pair.client.core.closed().map(|close| close.reason);
    assert_eq!(end, Some(Reason::Excess));
}

#[test]
fn an_expired_call_keeps_its_id_until_the_server_answers() {
    let limits = Limits::default();
    let mut pair = Pair::open(&limits, &limits);
    let id = pair
        .call_with("a", b"", Duration::from_secs(1), &Default::default())
        .unwrap();
    pair.exchange();

    pair.now += Duration::from_secs(1);
    assert!(matches!(pair.client.tick(pair.now)[..], [Told::GivenUp(late, _)] if late == id));

    let other = pair.call("a", b"").unwrap();
    assert_ne!(other, id, "a late answer must not meet another call");
    let (_, server) = pair.exchange();
    assert!(
        server
            .iter()
            .any(|told| matches!(told, Told::Cancelled(cancelled, _) if *cancelled == id))
    );
    pair.reply(id, b"late");
    pair.exchange();
    assert_eq!(pair.call("a", b"").unwrap(), id);
}

#[test]
fn the_server_keeps_the_deadline_too() {
    let limits = Limits::default();
    let mut pair = Pair::open(&limits, &limits);
    let id = pair
        .call_with("a", b"", Duration::from_secs(1), &Default::default())
        .unwrap();
    let long = pair
        .call_with("a", b"", Duration::from_secs(9999), &Default::default())
        .unwrap();
    let (_, server) = pair.exchange();
    let deadlines: Vec<_> = server
        .iter()
        .filter_map(|told| match told {
            Told::Call { deadline, .. } => Some(*deadline),
            _ => None,
        })
        .collect();
    assert_eq!(
        deadlines,
        [Some(Duration::from_secs(1)), Some(limits.max_timeout)]
    );

    pair.now += Duration::from_secs(1);
    let told = pair.server.tick(pair.now);

    let [Told::Cancelled(late, status)] = &told[..] else {
        panic!("{told:?}")
    };
    assert_eq!((*late, status.code()), (id, Code::DeadlineExceeded));
    assert_ne!(long, id);
}

#[test]
fn the_idle_client_leaves_first() {
    let limits = Limits::default();
    let mut pair = Pair::open(&limits, &limits);
    while pair.client.core.closed().is_none() && pair.server.core.closed().is_none() {
        let next = [
            pair.client.core.poll_timeout(),
            pair.server.core.poll_timeout(),
        ];
        pair.now = next.into_iter().flatten().min().unwrap();
        pair.client.tick(pair.now);
        pair.server.tick(pair.now);
        pair.exchange();
    }
    assert_eq!(pair.now, limits.client_idle);
    assert_eq!(pair.client.core.closed().unwrap().reason, Reason::Idle);
    assert_eq!(pair.server.core.closed().unwrap().reason, Reason::Idle);
}

#[test]
fn a_silent_server_is_pinged_and_left() {
    let limits = Limits::default();
    let mut pair = Pair::open(&limits, &limits);
    pair.client.tick(limits.keepalive);
    assert!(!pair.client.take(limits.keepalive).is_empty(), "a ping");
    pair.client.tick(limits.keepalive + limits.keepalive_answer);
    assert_eq!(pair.client.core.closed().unwrap().reason, Reason::Timeout);
}

/// The start of an incomplete frame is passed again with each turn of the reading task, and is no sign of life.
#[test]
fn a_server_that_is_silent_within_a_frame_is_pinged_and_left() {
    let mut limits = Limits::default();
    (limits.keepalive, limits.keepalive_answer) = (Duration::from_secs(2), Duration::from_secs(1));
    let mut pair = Pair::open(&limits, &limits);
    let client = &mut pair.client;
    let mut pinged = Vec::new();
    client.feed(&frame(0x5, 0, 0, b"half")[..3], Duration::ZERO);
    for tenths in 1..=30 {
        let now = Duration::from_millis(100 * tenths);
        client.feed(&[], now);
        client.tick(now);
        if !client.take(now).is_empty() && client.core.closed().is_none() {
            pinged.push(now);
        }
    }
    assert_eq!(pinged, [limits.keepalive]);
    assert_eq!(client.core.closed().unwrap().reason, Reason::Timeout);

    let mut pair = Pair::open(&limits, &limits);
    for (tenths, byte) in (0..39).zip(frame(0x9, 0, 0, &[7; 32])) {
        let now = Duration::from_millis(100 * tenths);
        pair.client.feed(&[byte], now);
        pair.client.tick(now);
        assert!(pair.client.take(now).is_empty(), "bytes are a sign of life");
    }
}

#[test]
fn versions_and_strangers_are_told_apart() {
    let limits = Limits::default();
    let now = Duration::ZERO;
    let reason = |side: &Side| side.core.closed().unwrap().reason;

    let mut server = Side::server(&limits);
    server.feed(&[0xf5, b's', b'n', b'w', 2, 3, 0, 0], now);
    assert_eq!(reason(&server), Reason::Version);
    let mut client = Side::client(&limits);
    client.feed(&server.take(now), now);
    assert_eq!(reason(&client), Reason::Version);

    let mut server = Side::server(&limits);
    server.feed(b"GE", now);
    assert!(server.core.closed().is_none());
    server.feed(b"T / HTTP/1.1\r\n\r\n", now);
    let answer = String::from_utf8(server.take(now)).unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 400 Bad Request\r\n"),
        "{answer}"
    );
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(
        head.contains(&format!("Content-Length: {}", body.len())),
        "{answer}"
    );

    for (side, bytes, name) in [
        (
            Side::server(&limits),
            &b"\x16\x03\x01\x02\x00\x01"[..],
            "TLS",
        ),
        (Side::server(&limits), b"SSH-2.0-OpenSSH_9.6\r\n", "SSH"),
        (
            Side::client(&limits),
            b"HTTP/1.1 400 Bad Request\r\n\r\n",
            "HTTP",
        ),
        (
            Side::client(&limits),
            b"\x15\x03\x01\x00\x02\x02\x16",
            "TLS",
        ),
    ] {
        let mut side = side;
        side.take(now);
        side.feed(bytes, now);
        let close = side.core.closed().unwrap();
        assert!(
            close.reason == Reason::Foreign && close.message.contains(name),
            "{close:?}"
        );
        assert!(side.take(now).is_empty(), "a stranger gets no frames");
    }
}
