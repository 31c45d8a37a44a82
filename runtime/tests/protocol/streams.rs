//! Streams in the state machine: credit, pieces, turns.

use std::time::Duration;

use sinew::protocol::{CallId, Ending, Kind, OpenError};
use sinew::{Code, Limits, Metadata};

use crate::flows::FlowPair;
use crate::pair::{Pair, Side, Told, frame};

/// A pair with one call with streams, which has id 0.
pub fn streaming(limits: &Limits) -> (FlowPair, CallId) {
    let mut pair = Pair::open(limits, limits);
    let id = pair.stream("flow", None).expect("a call with streams");
    let mut pair = FlowPair::new(pair);
    let (_, server) = pair.exchange();
    assert!(matches!(
        server[..],
        [Told::Call {
            streams: true,
            deadline: None,
            ..
        }]
    ));
    (pair, id)
}

pub fn kinds(mut bytes: &[u8]) -> Vec<(Kind, usize, usize)> {
    let mut kinds = Vec::new();
    while let Some(header) = sinew::protocol::Header::read(bytes) {
        kinds.push((header.kind, header.call.index(), header.length));
        bytes = &bytes[8 + header.length..];
    }
    kinds
}

#[test]
fn messages_go_both_ways_and_ends_arrive() {
    let (mut pair, id) = streaming(&Limits::default());
    for message in [&b"one"[..], b"", b"three"] {
        pair.client.push(&mut pair.pair.client, id, message);
        pair.server.push(&mut pair.pair.server, id, message);
    }
    pair.client.end(&mut pair.pair.client, id, Ending::Finished);
    let (client, server) = pair.exchange();
    assert!(matches!(&client[0], Told::Shape(0, shape) if shape == b"item"));
    assert!(matches!(&server[0], Told::Shape(0, shape) if shape == b"item"));
    assert!(matches!(server.last(), Some(Told::Ended(ended, Ending::Finished)) if *ended == id));
    pair.client.read_all(&mut pair.pair.client);
    pair.server.read_all(&mut pair.pair.server);
    let all = [b"one".to_vec(), b"".to_vec(), b"three".to_vec()];
    assert_eq!(pair.client.read[&id], all);
    assert_eq!(pair.server.read[&id], all);
    pair.pair.reply(id, b"done");
    let (client, _) = pair.exchange();
    assert!(matches!(&client[..], [Told::Done { result: Ok(_), .. }]));

    // The shape is known from now on.
    let id = pair.pair.stream("flow", None).unwrap();
    pair.exchange();
    pair.server.push(&mut pair.pair.server, id, b"again");
    let (client, _) = pair.exchange();
    assert!(matches!(&client[..], [Told::Data { payload, .. }] if payload == b"\x0aagain"));
}

#[test]
fn a_sender_stops_at_its_credit_and_goes_on_with_more() {
    let mut limits = Limits::default();
    limits.stream_window = 16 << 10;
    let (mut pair, id) = streaming(&limits);
    for n in 0..5000u32 {
        pair.server
            .push(&mut pair.pair.server, id, &n.to_le_bytes());
    }
    pair.exchange();
    assert_eq!(pair.client.held(), 16 << 10);
    assert_eq!(pair.server.unsent(), 5000 * 5 - (16 << 10));
    pair.client.read(&mut pair.pair.client, id);
    pair.exchange();
    pair.client.read(&mut pair.pair.client, id);
    assert_eq!(pair.client.read[&id].len(), 5000);
    assert_eq!(pair.client.read[&id][4999], 4999u32.to_le_bytes());
}

#[test]
fn calls_take_turns_and_a_large_message_holds_up_nobody() {
    let (mut pair, large) = streaming(&Limits::default());
    let small = pair.pair.stream("flow", None).unwrap();
    pair.exchange();
    pair.client
        .push(&mut pair.pair.client, large, &vec![0; 60_000]);
    for _ in 0..3 {
        pair.client.push(&mut pair.pair.client, small, b"small");
    }
    pair.client.fill(&mut pair.pair.client, Duration::ZERO);
    let sent = kinds(&pair.pair.client.take(Duration::ZERO));
    let calls: Vec<usize> = sent.iter().map(|(_, call, _)| *call).collect();
    // The shape, a piece of the large message, all small ones in one frame, the rest.
    assert_eq!(calls, [0, 0, 1, 0], "{sent:?}");
    assert_eq!(sent[1].2, 16 << 10);

    // However much there is to send, a ping waits behind 64 KiB at most.
    let mut limits = Limits::default();
    limits.stream_window = 8 << 20;
    limits.connection_window = 8 << 20;
    let (mut pair, id) = streaming(&limits);
    pair.client
        .push(&mut pair.pair.client, id, &vec![0; 4 << 20]);
    pair.client.fill(&mut pair.pair.client, Duration::ZERO);
    let batch = pair.pair.client.take(Duration::ZERO).len();
    assert!((64 << 10..81 << 10).contains(&batch), "{batch}");
}

#[test]
fn a_stream_that_is_alone_sends_what_it_has_in_one_frame() {
    let (mut pair, id) = streaming(&Limits::default());
    for message in [&[1; 70_000][..], &[2; 10]] {
        pair.server.push(&mut pair.pair.server, id, message);
    }
    pair.server.fill(&mut pair.pair.server, Duration::ZERO);
    let bytes = pair.pair.server.take(Duration::ZERO);
    let all = 3 + 70_000 + 1 + 10;
    assert_eq!(kinds(&bytes), [(Kind::Data, 0, 4), (Kind::Data, 0, all)]);
    let told = pair.pair.client.feed(&bytes, Duration::ZERO);
    pair.client.keep(&told);
    pair.client.read(&mut pair.pair.client, id);
    assert_eq!(pair.client.read[&id], [vec![1; 70_000], vec![2; 10]]);

    // Behind other output of the same write as well.
    pair.server.push(&mut pair.pair.server, id, &[3; 20_000]);
    let accepted = Metadata::new();
    let other = pair.pair.stream("flow", None).unwrap();
    pair.exchange();
    let server = &mut pair.pair.server;
    server
        .core
        .accept(other, &accepted, Duration::ZERO)
        .unwrap();
    pair.server.push(server, id, &[4; 30_000]);
    pair.exchange();
    pair.client.read(&mut pair.pair.client, id);
    assert_eq!(pair.client.read[&id][3], [4; 30_000]);
}

#[test]
fn a_server_that_reads_no_more_stops_its_client() {
    let (mut pair, id) = streaming(&Limits::default());
    pair.client.push(&mut pair.pair.client, id, b"one");
    pair.exchange();
    pair.pair.server.core.stop(id);
    pair.client.push(&mut pair.pair.client, id, b"two");
    let (client, server) = pair.exchange();
    assert!(matches!(&client[..], [Told::Stopped(stopped)] if *stopped == id));
    assert!(!server.iter().any(|told| matches!(told, Told::Data { .. })));
    pair.client.push(&mut pair.pair.client, id, b"three");
    pair.client.fill(&mut pair.pair.client, Duration::ZERO);
    assert!(pair.pair.client.take(Duration::ZERO).is_empty());
}

/// Its handler may run for long, and the client has other calls.
#[test]
fn what_is_left_unread_of_a_stream_that_has_ended_is_paid_back() {
    let mut limits = Limits::default();
    limits.stream_window = 16 << 10;
    limits.connection_window = 16 << 10;
    let (mut pair, id) = streaming(&limits);
    pair.client.push(&mut pair.pair.client, id, &[0; 16_000]);
    pair.client.end(&mut pair.pair.client, id, Ending::Finished);
    pair.exchange();
    pair.pair.server.core.stop(id);
    let credit = kinds(&pair.pair.server.take(Duration::ZERO));
    assert_eq!(credit, [(Kind::Credit, 0, 2)]);
}

#[test]
fn what_a_client_sends_before_it_knows_the_end_is_dropped_and_paid_back() {
    let (mut pair, id) = streaming(&Limits::default());
    pair.pair.reply(id, b"done");
    for _ in 0..200 {
        pair.client.push(&mut pair.pair.client, id, &[0; 1000]);
    }
    let (_, server) = pair.exchange();
    assert!(!server.iter().any(|told| matches!(told, Told::Data { .. })));
    // The connection's credit is whole again, so a new call can send as much as the first.
    for _ in 0..40 {
        let id = pair.pair.stream("flow", None).unwrap();
        pair.exchange();
        pair.client.push(&mut pair.pair.client, id, &[0; 60_000]);
        pair.pair.client.core.cancel(id, pair.pair.now);
        let (_, server) = pair.exchange();
        assert!(
            server
                .iter()
                .any(|told| matches!(told, Told::Cancelled(..)))
        );
        let status = sinew::Status::cancelled("");
        pair.pair.server.core.fail(id, &status, pair.pair.now);
        pair.exchange();
    }
    assert_eq!(pair.pair.server.core.closed(), None);
}

#[test]
fn a_call_whose_metadata_does_not_fit_is_not_accepted_yet() {
    let mut small = Limits::default();
    small.message = 16 << 10;
    let mut pair = Pair::open(&small, &Limits::default());
    let id = pair.stream("flow", None).expect("a call with streams");
    pair.exchange();
    let mut metadata = Metadata::new();
    for key in ["a", "b"] {
        metadata.set(key, "x".repeat((8 << 10) - 1));
    }
    let now = pair.now;
    let refused = pair.server.core.accept(id, &metadata, now);
    assert_eq!(
        refused.map_err(|status| status.code()),
        Err(Code::ResourceExhausted)
    );
    let accepted = pair.server.core.accept(id, &Metadata::new(), now);
    accepted.expect("no metadata fits");
    let (client, _) = pair.exchange();
    assert!(
        matches!(client[..], [Told::Accepted(accepted, ..)] if accepted == id),
        "{client:?}"
    );
}

#[test]
fn a_stream_lasts_once_it_is_accepted() {
    let (mut pair, id) = streaming(&Limits::default());
    let second = Duration::from_secs(1);
    pair.pair.now = 29 * second;
    let (mut head, mut bad) = (Metadata::new(), Metadata::new());
    head.append("page", "1");
    bad.append("PAGE", "1");
    let server = &mut pair.pair.server.core;
    let refused = server.accept(id, &bad, pair.pair.now).expect_err("bad");
    assert_eq!(refused.code(), Code::InvalidArgument);
    let accepted = server.accept(id, &head, pair.pair.now);
    accepted.expect("good metadata");
    let (client, _) = pair.exchange();
    assert!(
        matches!(&client[..], [Told::Accepted(accepted, beside)] if *accepted == id && *beside == head),
        "{client:?}"
    );
    for side in [&mut pair.pair.client, &mut pair.pair.server] {
        let told = side.tick(1000 * second);
        assert!(told.is_empty(), "{told:?}");
    }

    let (mut pair, id) = streaming(&Limits::default());
    assert!(
        matches!(&pair.pair.client.tick(30 * second)[..], [Told::GivenUp(late, _)] if *late == id)
    );
    let told = pair.pair.server.tick(30 * second);
    assert!(matches!(&told[..], [Told::Cancelled(late, _)] if *late == id));
}

#[test]
fn a_call_with_streams_waits_for_the_hello_and_for_a_peer_that_takes_them() {
    let mut pair = Pair {
        client: Side::client(&Limits::default()),
        server: Side::server(&Limits::default()),
        now: Duration::ZERO,
    };
    assert!(matches!(pair.stream("flow", None), Err(OpenError::Full)));
    pair.client
        .feed(&[0xf5, b's', b'n', b'w', 1, 1, 0, 0], pair.now);
    pair.client.feed(&frame(1, 0, 0, &[]), pair.now);
    let Err(OpenError::Refused(status)) = pair.stream("flow", None) else {
        panic!("a hello without windows takes no streams")
    };
    assert_eq!(status.code(), Code::Unimplemented);
}

/// Both sides ping a quiet connection and answer. Neither holds that against the other.
#[test]
fn a_stream_may_be_quiet_for_as_long_as_its_limit_says() {
    let limits = Limits::default();
    let (mut pair, id) = streaming(&limits);
    let accepted = pair
        .pair
        .server
        .core
        .accept(id, &Metadata::new(), pair.pair.now);
    accepted.expect("no metadata is good");
    pair.exchange();
    while pair.pair.now + limits.keepalive < limits.stream_idle {
        pair.pair.now += limits.keepalive;
        let now = pair.pair.now;
        pair.pair.client.tick(now);
        pair.pair.server.tick(now);
        pair.exchange();
    }
    for side in [&pair.pair.client, &pair.pair.server] {
        assert_eq!(side.core.closed(), None);
    }
}

#[test]
fn a_connection_that_ends_for_a_call_says_so() {
    let limits = Limits::default();
    let (mut pair, _) = streaming(&limits);
    // The call is not accepted in time and cancelled, and the cancel is not answered either.
    pair.pair.client.tick(Duration::from_secs(30));
    pair.pair
        .client
        .tick(Duration::from_secs(30) + limits.cancel_answer);
    let close = pair.pair.client.core.closed().expect("nothing is left");
    assert_eq!(close.message, "a cancelled call is not answered");
}
