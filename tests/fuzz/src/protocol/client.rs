//! The owner of a client's connection.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use sinew::protocol::{CallId, Connection, Definition, Event, Open, OpenError, Output, Reason};
use sinew::{Limits, Metadata, Reached};

use super::run::{Own, Role};
use super::side::Side;
use crate::choices::Choices;

/// The largest size of a request here, with its frame.
const REQUEST: usize = 6000;

#[derive(Default)]
pub(super) struct Client {
    /// The calls that are not over.
    calls: BTreeMap<CallId, Waits>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Waits {
    /// Somebody waits for it.
    Caller { streams: bool, transmitted: bool },
    /// Nobody waits, but the id is taken until the server frees it.
    Nobody,
}

impl Role for Client {
    const SERVES: bool = false;

    fn connection(limits: Arc<Limits>, now: Duration) -> Connection {
        Connection::client(limits, now)
    }

    /// Opens a call.
    fn call(&mut self, own: &mut Own, choices: &mut Choices<'_>) {
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
        let size = choices.below(6) * 1000;
        let put = |out: &mut Output| {
            out.share(&vec![3; size].into());
            Ok::<(), ()>(())
        };
        match own.side.core.open(call, own.side.now, put) {
            Ok((id, _)) => {
                own.side.made += REQUEST;
                let transmitted = false;
                let waits = match call.oneway {
                    true => Waits::Nobody,
                    false => Waits::Caller {
                        streams,
                        transmitted,
                    },
                };
                let before = self.calls.insert(id, waits);
                assert!(before.is_none(), "the id of a call that is not over");
            }
            Err(OpenError::Full | OpenError::Closing) => {}
            Err(OpenError::Worn(_) | OpenError::Refused(_)) => {}
            Err(OpenError::Encode(())) => panic!("it can be encoded"),
        }
    }

    /// Cancels a call.
    fn meddle(&mut self, own: &mut Own, choices: &mut Choices<'_>) {
        if let Some(id) = self.calls.keys().nth(choices.below(5)).copied() {
            self.refuse(own, id);
        }
    }

    fn refuse(&mut self, own: &mut Own, id: CallId) {
        own.side.made += 8;
        own.side.core.cancel(id, own.side.now);
        self.give_up(own, id);
    }

    fn act(&mut self, own: &mut Own, event: Event<'_>) -> u32 {
        match event {
            Event::Offer(_) => 0,
            Event::Done(done) => {
                self.end(own, done.id);
                1 + u32::from(done.result.is_ok())
            }
            Event::GivenUp(id, _) => {
                let waits = self.calls.get(&id);
                let somebody = matches!(waits, Some(Waits::Caller { .. }));
                assert!(somebody, "nobody waits for what has failed");
                self.give_up(own, id);
                3
            }
            Event::Goaway(untaken) => {
                untaken.iter().for_each(|id| self.end(own, *id));
                4 + u32::from(!untaken.is_empty())
            }
            Event::Shape(..) => 6,
            Event::Data(data) => {
                let waits = self.calls.get(&data.id);
                assert!(waits.is_some_and(Waits::has_streams), "for no stream");
                own.flows.take(&data, own.side.limits());
                7
            }
            Event::Accepted(id, _) => {
                assert!(self.calls.contains_key(&id), "no such call");
                9
            }
            Event::Stopped(id) => {
                assert!(self.calls.contains_key(&id), "no such call");
                10
            }
            Event::Call(_) => panic!("a server's event"),
            Event::Cancelled(..) | Event::Ended(..) => panic!("a server's event"),
        }
    }

    fn streams(&self) -> impl Iterator<Item = CallId> {
        let calls = self.calls.iter();
        calls
            .filter(|(_, waits)| waits.has_streams())
            .map(|(id, _)| *id)
    }

    fn handed_out(&mut self) {
        for waits in self.calls.values_mut() {
            if let Waits::Caller { transmitted, .. } = waits {
                *transmitted = true;
            }
        }
    }

    fn check(&self, side: &Side) {
        if side.core.closed().is_none() {
            assert_eq!(
                side.core.in_flight(),
                self.calls.len(),
                "the ids are those of what is open"
            );
        }
        let close = side.core.closed().filter(|close| !close.by_peer);
        let stranger = |reason| matches!(reason, Reason::Foreign | Reason::Version);
        let is_stranger = close.is_some_and(|close| stranger(close.reason));
        let leaves_yet = side.core.closed().is_some() && !side.has_dropped_calls();
        for (id, waits) in &self.calls {
            // Calls that have been sent, or still will be, may be executed, unless the peer does not understand them.
            let truth = match waits {
                Waits::Caller { .. } if is_stranger => Reached::No,
                Waits::Caller { transmitted, .. } if *transmitted || leaves_yet => Reached::Maybe,
                Waits::Caller { .. } => Reached::No,
                Waits::Nobody => continue,
            };
            assert_eq!(side.core.reached(*id), truth, "what is said of a call");
        }
    }
}

impl Client {
    /// The caller is gone, but the id is still taken.
    fn give_up(&mut self, own: &mut Own, id: CallId) {
        self.calls.insert(id, Waits::Nobody);
        own.flows.forget(id);
    }

    fn end(&mut self, own: &mut Own, id: CallId) {
        assert!(self.calls.remove(&id).is_some(), "a call ends once");
        own.flows.forget(id);
    }
}

impl Waits {
    fn has_streams(&self) -> bool {
        matches!(self, Self::Caller { streams: true, .. })
    }
}
