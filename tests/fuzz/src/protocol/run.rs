//! The steps of a run: an owner that keeps the rules, a peer that does not, and what must hold after each step.

use std::sync::Arc;
use std::time::Duration;

use sinew::Limits;
use sinew::protocol::{CallId, Connection, Event, Reason};

use super::flows::Flows;
use super::memory;
use super::side::Side;
use crate::Behaviour;
use crate::choices::Choices;

/// What differs between the owners of clients' and servers' connections.
pub(super) trait Role: Default {
    /// Whether the peer is a client.
    const SERVES: bool;

    /// The connection to own.
    fn connection(limits: Arc<Limits>, now: Duration) -> Connection;

    /// Begins or ends a call, depending on the role.
    fn call(&mut self, own: &mut Own, choices: &mut Choices<'_>);

    /// Does something with a running call.
    fn meddle(&mut self, own: &mut Own, choices: &mut Choices<'_>);

    /// The stream of this call is not valid, so nobody reads it any more.
    fn refuse(&mut self, own: &mut Own, id: CallId);

    /// Handles an event of the connection. Returns which kind it was.
    fn act(&mut self, own: &mut Own, event: Event<'_>) -> u32;

    /// The calls with streams, in order.
    fn streams(&self) -> impl Iterator<Item = CallId>;

    /// Everything sent so far has been handed to the transport.
    fn handed_out(&mut self) {}

    /// Compares the connection with what is known about its calls.
    fn check(&self, side: &Side);
}

/// The connection and the streams of its calls.
pub(super) struct Own {
    pub(super) side: Side,
    pub(super) flows: Flows,
}

struct Run<R> {
    role: R,
    own: Own,
    /// The kinds of events that have happened, one bit each.
    seen: u32,
}

/// Runs an owner in one role with the peer and the transport that the input describes.
pub(super) fn run<R: Role>(input: &[u8]) -> Behaviour {
    memory::counted(|count| {
        let mut choices = Choices::new(input);
        let own = Own {
            side: Side::new(R::connection),
            flows: Flows::default(),
        };
        let (role, seen) = (R::default(), 0);
        let mut run = Run { role, own, seen };
        while !choices.is_empty() {
            run.step(&mut choices);
            memory::check(count, &run.own.side);
        }
        run.end()
    })
}

impl<R: Role> Run<R> {
    fn step(&mut self, choices: &mut Choices<'_>) {
        let Self { role, own, .. } = self;
        match choices.below(14) {
            0 | 1 => own.side.send(choices, R::SERVES),
            2 => own.side.harm(choices),
            3 => own.side.bring(choices),
            4 | 5 => role.call(own, choices),
            7 => own.side.wait(choices),
            8 => {
                if let Some(id) = role.streams().nth(choices.below(5)) {
                    own.flows.push(&mut own.side, id, choices);
                }
            }
            9 => {
                let id = role.streams().nth(choices.below(5));
                if let Some(id) = id
                    && !own.flows.read(&mut own.side, id)
                {
                    role.refuse(own, id);
                }
            }
            10 | 11 => role.meddle(own, choices),
            12 if choices.below(8) == 0 => {
                let now = own.side.now;
                own.side.core.drain(Reason::Shutdown, "the end", now);
            }
            _ => {
                own.flows.fill(&mut own.side);
                if own.side.write(choices) {
                    role.handed_out();
                }
            }
        }
        self.receive();
        self.tick();
        self.role.check(&self.own.side);
    }

    fn receive(&mut self) {
        let input = std::mem::take(&mut self.own.side.input);
        let mut rest = &input[..];
        while self.own.side.takes_input() {
            let now = self.own.side.now;
            let Some(event) = self.own.side.core.receive(&mut rest, now) else {
                break;
            };
            self.seen |= 1 << self.role.act(&mut self.own, event);
        }
        let left = rest.len();
        self.own.side.input = input;
        self.own.side.keep(left);
    }

    fn tick(&mut self) {
        let now = self.own.side.now;
        while let Some(event) = self.own.side.core.timeout(now) {
            self.seen |= 1 << self.role.act(&mut self.own, event);
        }
    }

    /// The transport ends; nothing may be left to do.
    fn end(mut self) -> Behaviour {
        let core = &mut self.own.side.core;
        core.lost("the input ends");
        assert!(core.is_finished(), "nothing is left to write");
        assert_eq!(core.poll_timeout(), None, "nothing is waited for");
        let why = core.closed();
        let why = why.map(|close| (format!("{:?}", close.reason), close.message.clone()));
        self.role.check(&self.own.side);
        Behaviour::of((self.seen, why))
    }
}
