//! Streams driven by a seed: messages of all sizes in both directions, sleeping readers, ends, stops and cancels in any
//! order, bytes in any pieces. Every message arrives once and in order, and no side holds more than its windows and one
//! message.

use std::collections::BTreeMap;
use std::time::Duration;

use sinew::protocol::{CallId, Ending, OpenError};
use sinew::{Limits, Status};

use crate::flows::{FlowPair, Flows};
use crate::pair::{Pair, Side, Told};
use crate::seeded::Seeded;

const LARGEST: usize = 64 << 10;
const WINDOW: usize = 32 << 10;

#[test]
fn every_message_arrives_within_the_windows() {
    for seed in 0..60 {
        World::new(seed).run();
    }
}

/// What was sent on a stream, and how it has ended.
#[derive(Default)]
struct Sent {
    messages: Vec<Vec<u8>>,
    ended: bool,
}

struct World {
    streams: FlowPair,
    random: Seeded,
    /// Bytes in transit, up and down.
    wires: [Vec<u8>; 2],
    up: BTreeMap<CallId, Sent>,
    down: BTreeMap<CallId, Sent>,
    /// What the clients of answered calls must receive.
    expected: BTreeMap<CallId, Vec<Vec<u8>>>,
    finished: usize,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut limits = Limits::default();
        limits.stream_window = 16 << 10;
        limits.connection_window = WINDOW;
        limits.message = LARGEST;
        limits.calls = 6;
        Self {
            streams: FlowPair::new(Pair::open(&limits, &limits)),
            random: Seeded::new(seed),
            wires: [Vec::new(), Vec::new()],
            up: BTreeMap::new(),
            down: BTreeMap::new(),
            expected: BTreeMap::new(),
            finished: 0,
        }
    }

    fn run(mut self) {
        for _ in 0..600 {
            self.step();
            self.check();
        }
        for round in 0.. {
            assert!(round < 5000, "streams come to an end");
            self.read_all();
            self.reply_all();
            self.move_bytes(0, usize::MAX);
            self.move_bytes(1, usize::MAX);
            self.check();
            if self.up.is_empty() && self.down.is_empty() {
                break;
            }
        }
        assert!(self.finished > 0);
    }

    fn step(&mut self) {
        match self.random.below(12) {
            0 => self.open(),
            1..=3 => self.push(),
            4 => self.end(),
            5 if self.random.below(4) == 0 => self.cancel(),
            6 if self.random.below(4) == 0 => self.stop(),
            7 if self.random.below(4) == 0 => self.reply_all(),
            8 | 9 => self.read_one(),
            way => {
                let most = 1 + self.random.below(20_000);
                self.move_bytes(way % 2, most);
            }
        }
    }

    fn open(&mut self) {
        match self.streams.pair.stream("flow", None) {
            Ok(id) => {
                self.up.insert(id, Sent::default());
            }
            Err(OpenError::Full) => {}
            Err(other) => panic!("{other:?}"),
        }
    }

    fn message(&mut self) -> Vec<u8> {
        let size = match self.random.below(4) {
            0 => self.random.below(LARGEST),
            1 => self.random.below(20_000),
            _ => self.random.below(100),
        };
        let first = self.random.below(256) as u8;
        (0..size).map(|at| first.wrapping_add(at as u8)).collect()
    }

    fn push(&mut self) {
        let message = self.message();
        let FlowPair {
            pair,
            client,
            server,
        } = &mut self.streams;
        if self.random.below(2) == 0 {
            let Some(id) = pick(&mut self.random, &self.up) else {
                return;
            };
            let sent = self.up.get_mut(&id).expect("it was picked");
            if !sent.ended {
                client.push(&mut pair.client, id, &message);
                sent.messages.push(message);
            }
        } else if let Some(id) = pick(&mut self.random, &self.down) {
            server.push(&mut pair.server, id, &message);
            let sent = self.down.get_mut(&id).expect("it was picked");
            sent.messages.push(message);
        }
    }

    fn end(&mut self) {
        let Some(id) = pick(&mut self.random, &self.up) else {
            return;
        };
        let sent = self.up.get_mut(&id).expect("it was picked");
        if !std::mem::replace(&mut sent.ended, true) {
            let FlowPair { pair, client, .. } = &mut self.streams;
            client.end(&mut pair.client, id, Ending::Finished);
        }
    }

    /// The caller gives up: nothing that arrives for the call counts any more.
    fn cancel(&mut self) {
        let Some(id) = pick(&mut self.random, &self.up) else {
            return;
        };
        self.streams.pair.client.core.cancel(id, Duration::ZERO);
        forget(&mut self.streams.client, id);
        self.up.remove(&id);
    }

    fn stop(&mut self) {
        let Some(id) = pick(&mut self.random, &self.down) else {
            return;
        };
        self.streams.pair.server.core.stop(id);
        self.streams.server.held.remove(&id);
    }

    /// Answers calls whose messages have all been sent.
    fn reply_all(&mut self) {
        for id in self.down.keys().copied().collect::<Vec<_>>() {
            let out = self.streams.server.out.get(&id);
            if out.is_none_or(|(out, _)| out.is_empty()) {
                self.streams.pair.reply(id, b"done");
                let sent = self.down.remove(&id).expect("it was listed");
                self.compare(id, sent);
                forget(&mut self.streams.server, id);
            }
        }
    }

    /// What the server has read must be the beginning of what the client has sent; what the server has sent, the client
    /// must receive.
    fn compare(&mut self, id: CallId, sent: Sent) {
        let Some(up) = self.up.get(&id) else { return };
        let read = self.streams.server.read.get(&id);
        let read = read.map_or(&[][..], Vec::as_slice);
        assert!(up.messages.starts_with(read), "all messages, in order");
        self.expected.insert(id, sent.messages);
    }

    fn read_one(&mut self) {
        let FlowPair {
            pair,
            client,
            server,
        } = &mut self.streams;
        if let Some(id) = pick(&mut self.random, &self.up) {
            client.read(&mut pair.client, id);
        }
        if let Some(id) = pick(&mut self.random, &self.down) {
            server.read(&mut pair.server, id);
        }
    }

    fn read_all(&mut self) {
        let FlowPair {
            pair,
            client,
            server,
        } = &mut self.streams;
        self.up
            .keys()
            .for_each(|id| client.read(&mut pair.client, *id));
        self.down
            .keys()
            .for_each(|id| server.read(&mut pair.server, *id));
    }

    fn move_bytes(&mut self, way: usize, most: usize) {
        let FlowPair {
            pair,
            client,
            server,
        } = &mut self.streams;
        let (from, to, flows): (&mut Side, &mut Side, &mut Flows) = match way {
            0 => (&mut pair.client, &mut pair.server, client),
            _ => (&mut pair.server, &mut pair.client, server),
        };
        flows.fill(from, Duration::ZERO);
        let wire = &mut self.wires[way];
        wire.extend(from.take(Duration::ZERO));
        let piece: Vec<u8> = wire.drain(..most.min(wire.len())).collect();
        let told = to.feed(&piece, Duration::ZERO);
        match way {
            0 => self.server_told(told),
            _ => self.client_told(told),
        }
    }

    fn server_told(&mut self, told: Vec<Told>) {
        for told in told {
            match told {
                Told::Call { id, .. } => {
                    self.down.insert(id, Sent::default());
                }
                Told::Cancelled(id, status) => {
                    self.down.remove(&id);
                    forget(&mut self.streams.server, id);
                    let core = &mut self.streams.pair.server.core;
                    core.fail(id, &status, Duration::ZERO);
                }
                data @ Told::Data { .. } => self.streams.server.keep(&[data]),
                _ => {}
            }
        }
    }

    fn client_told(&mut self, told: Vec<Told>) {
        for told in told {
            match told {
                Told::Done { id, result, .. } => self.done(id, result),
                Told::Data { id, .. } if !self.up.contains_key(&id) => {
                    panic!("a message for a call that nobody waits for")
                }
                data @ Told::Data { .. } => self.streams.client.keep(&[data]),
                Told::Stopped(id) => {
                    self.streams.client.out.remove(&id);
                    if let Some(sent) = self.up.get_mut(&id) {
                        sent.ended = true;
                    }
                }
                _ => {}
            }
        }
    }

    fn done(&mut self, id: CallId, result: Result<Vec<u8>, Status>) {
        let expected = self.expected.remove(&id);
        if self.up.remove(&id).is_none() {
            return;
        }
        result.expect("it was not cancelled");
        let client = &mut self.streams.client;
        let mut read = client.read.remove(&id).unwrap_or_default();
        if let Some(held) = client.held.get_mut(&id) {
            while let Ok(message) = held.first(LARGEST) {
                read.push(message.to_vec());
                held.pop();
            }
        }
        assert!(Some(read) == expected, "all messages, in order");
        forget(client, id);
        self.finished += 1;
    }

    fn check(&self) {
        let FlowPair {
            pair,
            client,
            server,
        } = &self.streams;
        assert_eq!(pair.client.core.closed(), None);
        assert_eq!(pair.server.core.closed(), None);
        // One message with its length may come ahead of its credit.
        let most = WINDOW + LARGEST + 4;
        assert!(client.held() <= most, "{}", client.held());
        assert!(server.held() <= most, "{}", server.held());
    }
}

fn pick(random: &mut Seeded, streams: &BTreeMap<CallId, Sent>) -> Option<CallId> {
    let at = random.below(streams.len().max(1));
    streams.keys().nth(at).copied()
}

fn forget(flows: &mut Flows, id: CallId) {
    flows.out.remove(&id);
    flows.held.remove(&id);
    flows.read.remove(&id);
}
