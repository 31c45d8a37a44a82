//! The owner of a server's connection.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use sinew::protocol::{CallId, Connection, Event, Output};
use sinew::{Limits, Metadata, Status};

use super::run::{Own, Role};
use super::side::Side;
use crate::choices::Choices;

/// The largest size of a reply here, with its frame.
const REPLY: usize = 6000;

#[derive(Default)]
pub(super) struct Server {
    /// The running calls.
    running: BTreeMap<CallId, Running>,
}

struct Running {
    streams: bool,
    request: usize,
}

impl Role for Server {
    const SERVES: bool = true;

    fn connection(limits: Arc<Limits>, now: Duration) -> Connection {
        Connection::server(limits, now)
    }

    /// Ends a call, with success or not.
    fn call(&mut self, own: &mut Own, choices: &mut Choices<'_>) {
        let Some(id) = self.running.keys().nth(choices.below(5)).copied() else {
            return;
        };
        let (now, size) = (own.side.now, choices.below(6) * 1000);
        own.side.made += REPLY;
        let put = |out: &mut Output| {
            out.share(&vec![3; size].into());
            Ok::<(), ()>(())
        };
        let core = &mut own.side.core;
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
        own.flows.forget(id);
    }

    /// Accepts a call, or stops its client's stream.
    fn meddle(&mut self, own: &mut Own, choices: &mut Choices<'_>) {
        let Some(id) = self.streams().nth(choices.below(5)) else {
            return;
        };
        let now = own.side.now;
        match choices.below(2) {
            0 => {
                let mut head = Metadata::new();
                (0..choices.below(3)).for_each(|_| head.append("page", "1"));
                let accepted = own.side.core.accept(id, &head, now);
                accepted.expect("good metadata");
            }
            _ => own.side.core.stop(id),
        }
    }

    fn refuse(&mut self, own: &mut Own, id: CallId) {
        own.side.core.stop(id);
    }

    fn act(&mut self, own: &mut Own, event: Event<'_>) -> u32 {
        match event {
            Event::Offer(_) => 0,
            Event::Call(arrival) => {
                let (streams, request) = (arrival.streams, arrival.body.len());
                let call = Running { streams, request };
                let before = self.running.insert(arrival.id, call);
                assert!(before.is_none(), "a call has the id of one that runs");
                2 + u32::from(streams)
            }
            Event::Cancelled(id, status) => {
                assert!(self.running.remove(&id).is_some(), "no such call runs");
                own.flows.forget(id);
                own.side.core.fail(id, &status, own.side.now);
                4
            }
            Event::Shape(..) => 5,
            Event::Data(data) => {
                let call = self.running.get(&data.id);
                assert!(call.is_some_and(|call| call.streams), "for no stream");
                own.flows.take(&data, own.side.limits());
                6
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
            Event::GivenUp(..) => panic!("a client's event"),
        }
    }

    fn streams(&self) -> impl Iterator<Item = CallId> {
        let calls = self.running.iter();
        calls.filter(|(_, call)| call.streams).map(|(id, _)| *id)
    }

    fn check(&self, side: &Side) {
        let (core, limits) = (&side.core, side.limits());
        if core.closed().is_some() {
            return;
        }
        assert_eq!(
            core.in_flight(),
            self.running.len(),
            "the ids are those of what runs"
        );
        assert!(self.running.len() <= limits.calls, "too many calls run");
        let requests: usize = self.running.values().map(|call| call.request).sum();
        // Calls with streams are counted separately. Either count is limited once it is above the limit.
        let most = 2 * limits.request_bytes + limits.message;
        assert!(requests <= most, "{requests} bytes of requests are here");
    }
}
