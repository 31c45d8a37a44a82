//! Both roles against each other, driven by a seed: calls, replies, failures, cancels, deadlines and drains in any
//! order, bytes in any pieces. Every call ends once; none that never began is reported as begun, nor the other way
//! round.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use sinew::protocol::{CallId, OpenError, Reason};
use sinew::{Limits, Metadata, Reached, Status};

use crate::pair::{Pair, Side, Told};
use crate::seeded::Seeded;

#[test]
fn every_call_ends_once_and_tells_the_truth() {
    for seed in 0..400 {
        World::new(seed).run();
    }
}

struct World {
    pair: Pair,
    random: Seeded,
    /// Bytes in transit, up and down.
    wires: [Vec<u8>; 2],
    next_token: u64,
    /// What the client waits for.
    open: BTreeMap<CallId, u64>,
    /// What the server is executing.
    running: BTreeMap<CallId, u64>,
    began: BTreeSet<u64>,
    ended: BTreeMap<u64, Option<Reached>>,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut limits = Limits::default();
        limits.calls = 1 + seed as usize % 9;
        Self {
            pair: Pair {
                client: Side::client(&limits),
                server: Side::server(&limits),
                now: Duration::ZERO,
            },
            random: Seeded::new(seed),
            wires: [Vec::new(), Vec::new()],
            next_token: 0,
            open: BTreeMap::new(),
            running: BTreeMap::new(),
            began: BTreeSet::new(),
            ended: BTreeMap::new(),
        }
    }

    fn run(mut self) {
        for _ in 0..300 {
            self.step();
        }
        self.pair
            .server
            .core
            .drain(Reason::Shutdown, "the test ends", self.pair.now);
        for _ in 0..200 {
            self.move_bytes(usize::MAX, 0);
            self.move_bytes(usize::MAX, 1);
            self.answer_all();
        }
        self.pair.hang_up();
        assert!(
            self.pair.server.core.closed().is_some(),
            "a drained server closes"
        );
        self.pair.client.core.lost("the test ends");
        for (id, token) in std::mem::take(&mut self.open) {
            let reached = self.pair.client.core.reached(id);
            self.end(token, Some(reached));
        }
        assert_eq!(
            self.ended.len() as u64,
            self.next_token,
            "every call has ended"
        );
        for (token, reached) in &self.ended {
            match reached {
                Some(Reached::No) => assert!(!self.began.contains(token), "call {token} began"),
                Some(Reached::Yes) | None => {
                    assert!(self.began.contains(token), "call {token} never began")
                }
                Some(Reached::Maybe) => {}
            }
        }
    }

    fn step(&mut self) {
        match self.random.below(16) {
            0..=4 => self.call(),
            5..=7 => self.answer_one(),
            8 => self.cancel(),
            9 => {
                self.pair.now += Duration::from_millis(self.random.below(40) as u64);
                let now = self.pair.now;
                let (client, server) = (self.pair.client.tick(now), self.pair.server.tick(now));
                self.client_told(client);
                self.server_told(server);
            }
            10 if self.random.below(100) == 0 => {
                self.pair
                    .server
                    .core
                    .drain(Reason::Shutdown, "a random end", self.pair.now);
            }
            choice => {
                let most = 1 + self.random.below(80);
                self.move_bytes(most, choice % 2);
            }
        }
    }

    fn call(&mut self) {
        let token = self.next_token;
        let name = ["a", "b", "c"][self.random.below(3)];
        let timeout = Duration::from_millis(20 + self.random.below(200) as u64);
        match self
            .pair
            .call_with(name, &token.to_le_bytes(), timeout, &Metadata::new())
        {
            Ok(id) => {
                self.next_token += 1;
                assert!(
                    self.open.insert(id, token).is_none(),
                    "an id is used for one call at a time"
                );
            }
            Err(OpenError::Full | OpenError::Closing) => {}
            Err(other) => panic!("{other:?}"),
        }
    }

    fn cancel(&mut self) {
        let Some((&id, &token)) = self.open.iter().next() else {
            return;
        };
        self.pair.client.core.cancel(id, self.pair.now);
        self.open.remove(&id);
        self.end(token, Some(Reached::Maybe));
    }

    fn answer_one(&mut self) {
        let at = self.random.below(self.running.len().max(1));
        if let Some((&id, &token)) = self.running.iter().nth(at) {
            self.answer(id, token);
        }
    }

    fn answer_all(&mut self) {
        for (id, token) in self.running.clone() {
            self.answer(id, token);
        }
    }

    fn answer(&mut self, id: CallId, token: u64) {
        self.running.remove(&id);
        match self.random.below(4) {
            0 => self
                .pair
                .server
                .core
                .fail(id, &Status::not_found("no such thing"), self.pair.now),
            _ => self.pair.reply(id, &token.to_le_bytes()),
        }
    }

    fn move_bytes(&mut self, most: usize, way: usize) {
        let now = self.pair.now;
        let (from, to) = match way {
            0 => (&mut self.pair.client, &mut self.pair.server),
            _ => (&mut self.pair.server, &mut self.pair.client),
        };
        let wire = &mut self.wires[way];
        wire.extend(from.take(now));
        let piece: Vec<u8> = wire.drain(..most.min(wire.len())).collect();
        let told = to.feed(&piece, now);
        match way {
            0 => self.server_told(told),
            _ => self.client_told(told),
        }
    }

    fn server_told(&mut self, told: Vec<Told>) {
        for told in told {
            match told {
                Told::Call { id, body, .. } => {
                    let token = u64::from_le_bytes(body.try_into().expect("eight bytes"));
                    assert!(self.began.insert(token), "a call arrives once");
                    assert!(self.running.insert(id, token).is_none());
                }
                Told::Cancelled(id, status) => {
                    self.running.remove(&id);
                    self.pair.server.core.fail(id, &status, self.pair.now);
                }
                Told::Offer | Told::Goaway(_) => {}
                other => panic!("a server is not told {other:?}"),
            }
        }
    }

    fn client_told(&mut self, told: Vec<Told>) {
        for told in told {
            match told {
                Told::Done { id, result, .. } => {
                    let Some(token) = self.open.remove(&id) else {
                        continue;
                    };
                    if let Ok(body) = &result {
                        assert_eq!(*body, token.to_le_bytes(), "an answer reaches its call");
                    }
                    self.end(token, result.err().map(|status| status.reached()));
                }
                Told::GivenUp(id, _) => {
                    let token = self
                        .open
                        .remove(&id)
                        .expect("only a call that somebody waits for expires");
                    self.end(token, Some(Reached::Maybe));
                }
                Told::Goaway(untaken) => {
                    for id in untaken {
                        if let Some(token) = self.open.remove(&id) {
                            self.end(token, Some(Reached::No));
                        }
                    }
                }
                Told::Offer => {}
                other => panic!("a client is not told {other:?}"),
            }
        }
        let closed = self.pair.client.core.closed();
        assert!(
            closed.is_none_or(|close| close.reason == Reason::Shutdown),
            "{closed:?}"
        );
    }

    fn end(&mut self, token: u64, reached: Option<Reached>) {
        assert!(
            self.ended.insert(token, reached).is_none(),
            "a call ends once"
        );
    }
}
