//! The owner of a client's connection.

use std::collections::BTreeMap;
use std::time::Duration;

use sinew::protocol::{CallId, Connection, Definition, Event, Open, OpenError, Reason};
use sinew::{Metadata, Reached};

use super::flows::Flows;
use super::side::Side;
use crate::Behaviour;
use crate::choices::Choices;

/// Bytes of the requests here, at most, with their frame.
const REQUEST: usize = 6000;

/// A call of which the end has not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Waits {
    /// Somebody waits for it.
    Caller { streams: bool, transmitted: bool },
    /// Nobody does, but the id is taken until the server says that it is free.
    Nobody,
}

struct Owner {
    side: Side,
    flows: Flows,
    calls: BTreeMap<CallId, Waits>,
    seen: u32,
}

pub(super) fn run(input: &[u8]) -> Behaviour {
    let mut choices = Choices::new(input);
    let mut owner = Owner {
        side: Side::new(Connection::client),
        flows: Flows::default(),
        calls: BTreeMap::new(),
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
            0 | 1 => self.side.send(choices, false),
            2 => self.side.harm(choices),
            3 => self.side.bring(choices),
            4 | 5 => self.open(choices),
            6 => self.write(choices),
            7 => self.side.wait(choices),
            8 => self.with_stream(choices, |owner, id, choices| {
                owner.flows.push(&mut owner.side, id, choices);
            }),
            9 => self.with_stream(choices, |owner, id, _| {
                owner.flows.read(&mut owner.side, id);
            }),
            10 => self.cancel(choices),
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
        if !self.side.write(choices) {
            return;
        }
        for waits in self.calls.values_mut() {
            if let Waits::Caller { transmitted, .. } = waits {
                *transmitted = true;
            }
        }
    }

    fn open(&mut self, choices: &mut Choices<'_>) {
        let streams = choices.below(2) == 1;
        let definition = Definition {
            service: "a.Service",
            method: ["one", "two", "three", "four"][choices.below(4)],
            shape: b"0",
        };
        let call = Open {
            method: Err(definition),
            timeout: Duration::from_millis(choices.below(100) as u64),
            metadata: &Metadata::new(),
            oneway: !streams && choices.below(8) == 0,
            streams: streams.then_some(None),
            sensitive: false,
        };
        let (now, size) = (self.side.now, choices.below(6) * 1000);
        let put = |out: &mut Vec<u8>| {
            out.resize(out.len() + size, 3);
            Ok::<(), ()>(())
        };
        match self.side.core.open(call, now, put) {
            Ok((id, _)) => {
                self.side.made += REQUEST;
                let waits = match call.oneway {
                    true => Waits::Nobody,
                    false => Waits::Caller {
                        streams,
                        transmitted: false,
                    },
                };
                let before = self.calls.insert(id, waits);
                assert!(
                    before.is_none(),
                    "a call has the id of one that is not over"
                );
            }
            Err(OpenError::Full | OpenError::Closing | OpenError::Refused(_)) => {}
            Err(OpenError::Encode(())) => panic!("it can be encoded"),
        }
    }

    fn cancel(&mut self, choices: &mut Choices<'_>) {
        if let Some(id) = self.calls.keys().nth(choices.below(5)).copied() {
            let now = self.side.now;
            self.side.made += 8;
            self.side.core.cancel(id, now);
            self.give_up(id);
        }
    }

    fn receive(&mut self) {
        let input = std::mem::take(&mut self.side.input);
        let (mut rest, now) = (&input[..], self.side.now);
        while let Some(event) = self.side.core.receive(&mut rest, now) {
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
            Event::Done(done) => {
                assert!(self.calls.remove(&done.id).is_some(), "a call ends once");
                self.flows.forget(done.id);
                1 + u32::from(done.result.is_ok())
            }
            Event::Expired(id) | Event::Failed(id, _) => {
                assert!(self.waits(id), "nobody waits for what has failed");
                self.give_up(id);
                3
            }
            Event::Goaway(untaken) => {
                for id in &untaken {
                    assert!(self.calls.remove(id).is_some(), "a call ends once");
                    self.flows.forget(*id);
                }
                4 + u32::from(!untaken.is_empty())
            }
            Event::Shape(..) => 6,
            Event::Data(data) => {
                let waits = self.calls.get(&data.id);
                let streams = matches!(waits, Some(Waits::Caller { streams: true, .. }));
                assert!(streams, "a message for nobody");
                self.flows.take(&data, self.side.limits());
                7 + u32::from(data.more)
            }
            Event::Accepted(id, _) => {
                assert!(self.calls.contains_key(&id), "no such call");
                9
            }
            Event::Stopped(id) => {
                assert!(self.calls.contains_key(&id), "no such call");
                10
            }
            Event::Call(_) | Event::Defined(..) => panic!("a server's event"),
            Event::Cancelled(..) | Event::Ended(..) => panic!("a server's event"),
        };
        self.seen |= 1 << bit;
    }

    fn waits(&self, id: CallId) -> bool {
        matches!(self.calls.get(&id), Some(Waits::Caller { .. }))
    }

    /// The caller is gone; the id is not.
    fn give_up(&mut self, id: CallId) {
        self.calls.insert(id, Waits::Nobody);
        self.flows.forget(id);
    }

    fn with_stream(
        &mut self,
        choices: &mut Choices<'_>,
        act: impl FnOnce(&mut Self, CallId, &mut Choices<'_>),
    ) {
        let streams = |waits: &Waits| matches!(waits, Waits::Caller { streams: true, .. });
        let mut ids = self.calls.iter().filter(|(_, waits)| streams(waits));
        if let Some((id, _)) = ids.nth(choices.below(5)) {
            act(self, *id, choices);
        }
    }

    fn check(&self) {
        let core = &self.side.core;
        if core.closed().is_none() {
            assert_eq!(
                core.in_flight(),
                self.calls.len(),
                "the ids are those of what is open"
            );
        }
        for (id, waits) in &self.calls {
            let Waits::Caller { transmitted, .. } = waits else {
                continue;
            };
            let truth = if *transmitted {
                Reached::Maybe
            } else {
                Reached::No
            };
            assert_eq!(
                core.reached(*id),
                truth,
                "what has left may have been executed"
            );
        }
    }

    /// The transport ends: whoever still waits is told what may have become of the call.
    fn end(mut self) -> Behaviour {
        self.side.core.lost("the input ends");
        assert!(self.side.core.is_finished(), "nothing is left to write");
        assert_eq!(self.side.core.poll_timeout(), None, "nothing is waited for");
        self.check();
        let why = self.side.core.closed();
        let why = why.map(|close| (format!("{:?}", close.reason), close.message.clone()));
        Behaviour::of((self.seen, why))
    }
}
