//! Messages larger than their windows, and who waits for whom.

use sinew::protocol::{CallId, Ending, Flags, Header, Kind, Messages, Waits};
use sinew::{Code, Limits, Metadata};

use crate::flows::FlowPair;
use crate::pair::{Pair, Told};
use crate::seeded::Seeded;
use crate::streams::streaming;

/// A pair with this many calls with streams.
fn flows(limits: &Limits, count: usize) -> (FlowPair, Vec<CallId>) {
    let mut pair = FlowPair::new(Pair::open(limits, limits));
    let ids = (0..count).map(|_| pair.pair.stream("flow", None).expect("a call with streams"));
    let ids = ids.collect();
    pair.exchange();
    (pair, ids)
}

#[test]
fn a_message_larger_than_the_window_comes_when_somebody_waits() {
    let mut limits = Limits::default();
    limits.stream_window = 16 << 10;
    limits.connection_window = 16 << 10;
    let (mut pair, id) = streaming(&limits);
    let message = vec![7; 100_000];
    pair.server.push(&mut pair.pair.server, id, &message);
    pair.exchange();
    assert_eq!(pair.client.held(), 16 << 10, "nobody waits");
    for _ in 0..20 {
        pair.client.read(&mut pair.pair.client, id);
        pair.exchange();
    }
    assert_eq!(pair.client.read[&id], [message]);
    assert_eq!(pair.client.held(), 0);
}

#[test]
fn only_one_large_message_at_a_time_goes_beyond_the_windows() {
    let mut limits = Limits::default();
    limits.stream_window = 16 << 10;
    limits.connection_window = 64 << 10;
    limits.message = 1 << 20;
    let (mut pair, ids) = flows(&limits, 4);
    for id in &ids {
        pair.server
            .push(&mut pair.pair.server, *id, &vec![1; 500_000]);
    }
    let mut most = 0;
    for _ in 0..400 {
        pair.exchange();
        most = most.max(pair.client.held());
        for id in &ids {
            pair.client.read(&mut pair.pair.client, *id);
        }
    }
    for id in &ids {
        assert_eq!(pair.client.read[id].len(), 1);
    }
    assert!(most <= (64 << 10) + 500_003, "{most}");
}

/// Each waits once for its turn, and is not asked again.
#[test]
fn all_large_messages_that_somebody_waits_for_come_one_after_the_other() {
    let mut limits = Limits::default();
    limits.stream_window = 16 << 10;
    limits.connection_window = 64 << 10;
    let (mut pair, ids) = flows(&limits, 4);
    for id in &ids {
        pair.server
            .push(&mut pair.pair.server, *id, &vec![1; 20_000]);
    }
    pair.exchange();
    pair.client.read_all(&mut pair.pair.client);
    // Those with whole messages read them, the others go on waiting.
    for _ in &ids {
        pair.exchange();
        for id in &ids {
            if pair.client.held[id].len() > 20_000 {
                pair.client.read(&mut pair.pair.client, *id);
            }
        }
    }
    for id in &ids {
        let read = pair.client.read.get(id).map_or(0, Vec::len);
        assert_eq!(read, 1);
    }
}

/// A reader says that it waits when a part of its message has arrived, and not again when others use the credit for the
/// rest.
#[test]
fn streams_whose_readers_wait_never_wait_for_each_other() {
    for seed in 0..40 {
        let mut random = Seeded::new(seed);
        let mut limits = Limits::default();
        limits.stream_window = 32 << 10;
        limits.connection_window = 32 << 10;
        let (mut pair, ids) = flows(&limits, 10);
        for id in ids.iter().cycle().take(300) {
            let most = [64, 20_000, 96 << 10][random.below(3)];
            let message = vec![1; random.below(most)];
            pair.server.push(&mut pair.pair.server, *id, &message);
        }
        arrive(&mut pair, &mut random);
        let left: Vec<usize> = ids
            .iter()
            .map(|id| 30 - pair.client.read[id].len())
            .collect();
        assert_eq!(left, [0; 10], "seed {seed}");
    }
}

/// Delivers the server's frames, letting readers read what arrives, until nothing more comes.
fn arrive(
    FlowPair {
        pair,
        client,
        server,
    }: &mut FlowPair,
    random: &mut Seeded,
) {
    let (now, mut wire) = (pair.now, Vec::new());
    loop {
        server.fill(&mut pair.server, now);
        wire.extend(pair.server.take(now));
        if wire.is_empty() {
            return;
        }
        for _ in 0..=random.below(4) {
            let Some(header) = Header::read(&wire) else {
                break;
            };
            let frame: Vec<u8> = wire.drain(..Header::SIZE + header.length).collect();
            for told in pair.client.feed(&frame, now) {
                if let Told::Data { id, .. } = told {
                    client.keep(&[told]);
                    client.read(&mut pair.client, id);
                }
            }
        }
        let credit = pair.client.take(now);
        pair.server.feed(&credit, now);
    }
}

#[test]
fn a_message_is_not_cut_where_more_credit_is_on_its_way() {
    let mut limits = Limits::default();
    limits.stream_window = 100 << 10;
    let (mut pair, id) = streaming(&limits);
    let message = vec![5; 60 << 10];
    for _ in 0..2 {
        pair.server.push(&mut pair.pair.server, id, &message);
        pair.exchange();
    }
    // Two thirds of the second one would fit.
    assert_eq!(pair.client.held(), 3 + message.len());
    pair.client.read(&mut pair.pair.client, id);
    pair.exchange();
    assert_eq!(pair.client.held(), 3 + message.len());
    pair.client.read(&mut pair.pair.client, id);
    assert_eq!(pair.client.read[&id], [message.clone(), message]);
}

/// A message of 65,000 bytes, with its length.
fn large() -> Vec<u8> {
    let size = 65_000_usize;
    let mut message = (size << 3 | 3).to_le_bytes()[..3].to_vec();
    message.resize(3 + size, 5);
    message
}

/// The server relays a piece of a stream, whose reader reads what has arrived.
fn pass_on(pair: &mut FlowPair, id: CallId, piece: &[u8]) {
    pair.server.out.entry(id).or_default().0.append(piece);
    pair.pair.server.core.queue(id);
    pair.exchange();
    pair.client.read(&mut pair.pair.client, id);
}

/// A part of a message may be relayed before the rest arrives.
#[test]
fn the_rest_of_a_message_that_is_passed_on_comes_with_little_credit() {
    let mut limits = Limits::default();
    limits.stream_window = 100 << 10;
    let (mut pair, id) = streaming(&limits);
    let message = large();
    let (part, rest) = message.split_at(60_000);
    pass_on(&mut pair, id, part);
    assert!(!pair.client.read.contains_key(&id));
    pass_on(&mut pair, id, &[rest, &message].concat());
    assert_eq!(pair.client.read[&id].len(), 1);
}

/// There was credit for it when its reader began to wait.
#[test]
fn the_rest_of_a_message_comes_when_others_have_taken_the_credit() {
    let mut limits = Limits::default();
    limits.stream_window = 128 << 10;
    limits.connection_window = 256 << 10;
    let (mut pair, ids) = flows(&limits, 4);
    let message = large();
    let (part, rest) = message.split_at(10_000);
    pass_on(&mut pair, ids[0], part);
    for id in &ids[1..] {
        let message = vec![1; 100 << 10];
        pair.server.push(&mut pair.pair.server, *id, &message);
    }
    pair.exchange();
    assert_eq!(pair.client.held(), 256 << 10, "nobody reads these");
    pass_on(&mut pair, ids[0], rest);
    assert_eq!(pair.client.read[&ids[0]].len(), 1);
}

/// The next server lets it go ahead, and others wait there until its message is through.
#[test]
fn what_a_peer_waits_for_goes_ahead_though_there_is_credit() {
    let led = |waits: fn(usize) -> Waits| {
        let (mut pair, id) = streaming(&Limits::default());
        let message = large();
        pass_on(&mut pair, id, &message[..10_000]);
        let now = pair.pair.now;
        let client = &mut pair.pair.client;
        client.core.waits(id, waits(message.len() - 10_000));
        let frame = client.take(now);
        Header::read(&frame).map(|header| (header.kind, header.flags))
    };
    assert_eq!(led(Waits::Reader), None);
    assert_eq!(led(Waits::Peer), Some((Kind::Credit, Flags::LEAD)));
}

/// A relay cannot know that a message will never be complete. Its handler may be busy before it answers, and those that
/// wait for their turn must not suffer.
#[test]
fn a_stream_that_ends_within_a_message_lets_others_go_ahead() {
    let mut limits = Limits::default();
    limits.stream_window = 16 << 10;
    limits.connection_window = 32 << 10;
    let (FlowPair { mut pair, .. }, broken) = streaming(&limits);
    let next = pair.stream("flow", None).expect("a call with streams");
    pair.exchange();
    let message = large();
    let wait = |pair: &mut Pair, id| {
        send_turn(pair, id, &message[..16 << 10], None);
        pair.exchange();
        let missing = message.len() - (16 << 10);
        pair.server.core.waits(id, Waits::Reader(missing));
    };
    let led = |pair: &mut Pair| {
        let frames = pair.server.take(pair.now);
        let header = Header::read(&frames);
        header.map(|header| (header.kind, header.flags, header.call))
    };
    let lead = |id| Some((Kind::Credit, Flags::LEAD, id));
    wait(&mut pair, broken);
    assert_eq!(led(&mut pair), lead(broken));
    wait(&mut pair, next);
    assert_eq!(led(&mut pair), None, "one at a time");
    send_turn(&mut pair, broken, &[], Some(Ending::Broken));
    let end = pair.client.take(pair.now);
    pair.server.feed(&end, pair.now);
    assert_eq!(led(&mut pair), lead(next));
}

/// What has been relayed of a message holds credit that other calls share.
#[test]
fn a_message_that_is_passed_on_goes_on_or_its_call_ends() {
    let told = |then: fn(&mut Pair, CallId)| {
        let (FlowPair { mut pair, .. }, id) = streaming(&Limits::default());
        let accepted = pair.server.core.accept(id, &Metadata::new(), pair.now);
        accepted.expect("it has no metadata");
        pair.exchange();
        send_turn(&mut pair, id, &large()[..10_000], None);
        then(&mut pair, id);
        pair.exchange();
        pair.client.tick(Limits::default().frame_time)
    };
    assert!(
        matches!(&told(|_, _| ())[..], [Told::GivenUp(_, status)] if status.code() == Code::Aborted)
    );
    let well: [fn(&mut Pair, CallId); 3] = [
        |pair, id| send_turn(pair, id, &large()[10_000..], None),
        |pair, id| send_turn(pair, id, &[], Some(Ending::Broken)),
        |pair, id| pair.server.core.stop(id),
    ];
    for then in well {
        assert!(told(then).is_empty());
    }
}

/// Sends a part of a stream.
fn send_turn(pair: &mut Pair, id: CallId, part: &[u8], end: Option<Ending>) {
    let mut messages = Messages::default();
    messages.append(part);
    let client = &mut pair.client.core;
    client.queue(id);
    while let Some(id) = client.next_turn() {
        client.send_turn(id, b"message", &mut messages, end, pair.now);
    }
}
