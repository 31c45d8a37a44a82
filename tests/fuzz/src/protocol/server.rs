//! The owner of a server's connection.

use std::collections::BTreeMap;

use sinew::protocol::{CallId, Connection, Event, Reason};
use sinew::{Metadata, Status};

use super::flows::Flows;
use super::side::Side;
use crate::Behaviour;
use crate::choices::Choices;

/// Bytes of the replies here, at most, with their frame.
const REPLY: usize = 6000;

struct Owner {
    side: Side,
    flows: Flows,
    /// The calls that run, each with whether streams go with it and how large its request is.
    running: BTreeMap<CallId, (bool, usize)>,
    /// What has happened, one bit for each kind of event.
    seen: u32,
}

pub(super) fn run(input: &[u8]) -> Behaviour {
    let mut choices = Choices::new(input);
    let mut owner = Owner {
        side: Side::new(Connection::server),
        flows: Flows::default(),
        running: BTreeMap::new(),
        seen: 0,
    };
    while !choices.is_empty() {
        owner.step(&mut choices);
    }
    owner.end()
}

impl Owner {
    fn step(&mut self, choices: &mut Choices<'_>) {
        match choices.below(14) {
            0 | 1 => self.side.send(choices, true),
            2 => self.side.harm(choices),
            3 => self.side.bring(choices),
            4 | 5 => self.answer(choices),
            6 => self.write(choices),
            7 => self.side.wait(choices),
            8 => self.with_stream(choices, |owner, id, choices| {
                owner.flows.push(&mut owner.side, id, choices);
            }),
            9 => self.with_stream(choices, |owner, id, _| {
                owner.flows.read(&mut owner.side, id);
            }),
            10 => self.with_stream(choices, |owner, id, choices| {
                let mut head = Metadata::new();
                (0..choices.below(3)).for_each(|_| head.append("page", "1"));
                let accepted = owner.side.core.accept(id, &head, owner.side.now);
                accepted.expect("good metadata");
            }),
            11 => self.with_stream(choices, |owner, id, _| owner.side.core.stop(id)),
            12 if choices.below(8) == 0 => {
                let now = self.side.now;
                self.side.core.drain(Reason::Shutdown, "the end", now);
            }
            _ => self.write(choices),
        }
        self.receive();
        self.tick();
        self.check();
    }

    fn write(&mut self, choices: &mut Choices<'_>) {
        self.flows.fill(&mut self.side);
        self.side.write(choices);
    }

    fn receive(&mut self) {
        let input = std::mem::take(&mut self.side.input);
        let mut rest = &input[..];
        while self.side.core.wants_input() || self.side.core.closed().is_some() {
            let now = self.side.now;
            let Some(event) = self.side.core.receive(&mut rest, now) else {
                break;
            };
            self.act(event);
        }
        let left = rest.len();
        self.side.input = input;
        self.side.keep(left);
    }

    fn tick(&mut self) {
        let now = self.side.now;
        while let Some(event) = self.side.core.timeout(now) {
            self.act(event);
        }
    }

    fn act(&mut self, event: Event<'_>) {
        let bit = match event {
            Event::Offer(_) => 0,
            Event::Defined(..) => 1,
            Event::Call(arrival) => {
                let call = (arrival.streams, arrival.body.len());
                let before = self.running.insert(arrival.id, call);
                assert!(before.is_none(), "a call has the id of one that runs");
                2 + u32::from(arrival.streams)
            }
            Event::Cancelled(id, status) => {
                assert!(self.running.remove(&id).is_some(), "no such call runs");
                self.flows.forget(id);
                let now = self.side.now;
                self.side.core.fail(id, &status, now);
                4
            }
            Event::Shape(..) => 5,
            Event::Data(data) => {
                let streams = self
                    .running
                    .get(&data.id)
                    .is_some_and(|(streams, _)| *streams);
                assert!(streams, "a message for no call with streams");
                self.flows.take(&data, self.side.limits());
                6 + u32::from(data.more)
            }
            Event::Ended(id, _) => {
                assert!(self.running.contains_key(&id), "an end of no stream");
                8
            }
            Event::Goaway(untaken) => {
                assert!(untaken.is_empty(), "a server opens no calls");
                9
            }
            Event::Done(_) | Event::Accepted(..) | Event::Stopped(_) => panic!("a client's event"),
            Event::Failed(..) | Event::Expired(_) => panic!("a client's event"),
        };
        self.seen |= 1 << bit;
    }

    /// Ends a call, well or not.
    fn answer(&mut self, choices: &mut Choices<'_>) {
        let Some(id) = self.running.keys().nth(choices.below(5)).copied() else {
            return;
        };
        let (now, size) = (self.side.now, choices.below(6) * 1000);
        self.side.made += REPLY;
        let put = |out: &mut Vec<u8>| {
            out.resize(out.len() + size, 3);
            Ok::<(), ()>(())
        };
        let core = &mut self.side.core;
        let done = match choices.below(3) {
            0 => Err(()),
            _ => core
                .reply(id, b"0", &Metadata::new(), now, put)
                .map_err(drop),
        };
        if done.is_err() {
            core.fail(id, &Status::not_found("no such thing"), now);
        }
        self.running.remove(&id);
        self.flows.forget(id);
    }

    fn with_stream(
        &mut self,
        choices: &mut Choices<'_>,
        act: impl FnOnce(&mut Self, CallId, &mut Choices<'_>),
    ) {
        let streams = self.running.iter().filter(|(_, (streams, _))| *streams);
        let id = streams.map(|(id, _)| *id).nth(choices.below(5));
        if let Some(id) = id {
            act(self, id, choices);
        }
    }

    fn check(&self) {
        let (core, limits) = (&self.side.core, self.side.limits());
        if core.closed().is_some() {
            return;
        }
        assert_eq!(
            core.in_flight(),
            self.running.len(),
            "the ids are those of what runs"
        );
        assert!(self.running.len() <= limits.calls, "too many calls run");
        let requests: usize = self.running.values().map(|(_, size)| size).sum();
        // Those of calls with streams count apart; either is held back once it is over the limit.
        let most = 2 * limits.request_bytes + limits.message;
        assert!(requests <= most, "{requests} bytes of requests are here");
    }

    /// The transport ends; nothing is left to do, whatever was.
    fn end(mut self) -> Behaviour {
        self.side.core.lost("the input ends");
        assert!(self.side.core.is_finished(), "nothing is left to write");
        assert_eq!(self.side.core.poll_timeout(), None, "nothing is waited for");
        let why = self
            .side
            .core
            .closed()
            .map(|close| (format!("{:?}", close.reason), close.message.clone()));
        Behaviour::of((self.seen, why))
    }
}
