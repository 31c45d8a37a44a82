//! A client's connection as its driver sees it.

use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::Duration;

use super::driver::{Park, Side, Wants};
use super::link::{Link, State};
use crate::channel::deadline_passed;
use crate::protocol::{CallId, Connection, Event, Outcome};
use crate::streams::answered;
use crate::{Body, Reached, Reply, Result, Status};

/// The driver's view of a [`Link`]. It collects wakers under the lock and wakes them after.
pub(super) struct ClientSide {
    pub(super) link: Arc<Link>,
    pub(super) wakers: Vec<Waker>,
}

impl Side for ClientSide {
    fn with<R>(&mut self, act: impl FnOnce(&mut Connection) -> R) -> R {
        act(&mut self.link.lock().core)
    }

    fn receive(&mut self, input: &mut &[u8], budget: &mut usize, now: Duration) -> Wants {
        let mut state = self.link.lock();
        state.awake = true;
        state.now = now;
        while *budget > 0 {
            let Some(event) = state.core.receive(input, now) else {
                break;
            };
            *budget -= 1;
            act(&self.link, &mut state, event, &mut self.wakers);
        }
        let wants = Wants::of(&state.core, input);
        drop(state);
        self.wakers.drain(..).for_each(Waker::wake);
        wants
    }

    fn advance(&mut self, now: Duration, _: &mut Context<'_>) {
        let mut state = self.link.lock();
        while let Some(event) = state.core.timeout(now) {
            act(&self.link, &mut state, event, &mut self.wakers);
        }
        let State { core, streams, .. } = &mut *state;
        streams.advance(core, now);
        drop(state);
        self.wakers.drain(..).for_each(Waker::wake);
    }

    fn send(&mut self, written: Option<usize>, all: bool, output: &mut Vec<u8>, now: Duration) {
        let mut state = self.link.lock();
        let State { core, streams, .. } = &mut *state;
        if let Some(written) = written {
            core.wrote(written, now);
        }
        if all {
            streams.fill(core, now, &mut self.wakers, &mut Vec::new());
            core.transmit(output);
        }
        drop(state);
        self.wakers.drain(..).for_each(Waker::wake);
    }

    fn park(&mut self, cx: &mut Context<'_>) -> Park {
        let mut state = self.link.lock();
        if state.core.is_finished() {
            return Park::Over;
        }
        if state.core.wants_output() || !state.streams.park(cx) {
            return Park::Work;
        }
        let until = Park::Until(state.core.poll_timeout());
        let room = state.core.room().min(state.waiting.len());
        let next = state.waiting.drain(..room).map(|(_, waker)| waker);
        self.wakers.extend(next);
        state.awake = false;
        if state
            .driver
            .as_ref()
            .is_none_or(|driver| !driver.will_wake(cx.waker()))
        {
            state.driver = Some(cx.waker().clone());
        }
        drop(state);
        self.wakers.drain(..).for_each(Waker::wake);
        until
    }

    fn over(&mut self) {
        let mut state = self.link.lock();
        state.awake = true;
        let State {
            core,
            slots,
            streams,
            ..
        } = &mut *state;
        if let Some(close) = core.closed() {
            let status = self.link.lost(close);
            streams.remove_all(&status, &mut self.wakers);
            let ended = slots.end_all(|id| Err(status.clone().with_reached(core.reached(id))));
            self.wakers.extend(ended);
        }
        self.wakers
            .extend(state.waiting.drain(..).map(|(_, waker)| waker));
        drop(state);
        self.wakers.drain(..).for_each(Waker::wake);
    }
}

fn act(link: &Link, state: &mut State, event: Event<'_>, wakers: &mut Vec<Waker>) {
    match event {
        Event::Done(outcome) => {
            let id = outcome.id;
            let result = reply(link, state, outcome);
            if state.streams.has(id) {
                state.streams.remove(id, &why(&result), wakers);
            }
            wakers.extend(state.slots.end(id, result));
        }
        Event::Expired(id) => give_up(link, state, id, deadline_passed(), wakers),
        Event::Failed(id, status) => give_up(link, state, id, status, wakers),
        Event::Shape(method, head) => state.streams.define(method, head),
        Event::Data(data) => {
            let State { core, streams, .. } = state;
            streams.receive(core, &data, wakers);
        }
        Event::Accepted(id, head) => state.streams.accepted(id, head, wakers),
        Event::Stopped(id) => state.streams.stopped(id, wakers),
        Event::Offer(_) => {
            state.greeted = true;
            wakers.extend(state.waiting.drain(..).map(|(_, waker)| waker));
        }
        Event::Goaway(untaken) => {
            for id in untaken {
                let status = link.name(Status::unavailable("the server has not taken the call"));
                give_up(link, state, id, status.with_reached(Reached::No), wakers);
            }
            state.streams.leave(wakers);
            wakers.extend(state.waiting.drain(..).map(|(_, waker)| waker));
        }
        // Only a server is told of these.
        Event::Call(_) | Event::Defined(..) | Event::Cancelled(..) | Event::Ended(..) => {}
    }
}

/// Ends a call for its caller, whatever the server still says.
fn give_up(link: &Link, state: &mut State, id: CallId, status: Status, wakers: &mut Vec<Waker>) {
    let status = link.name(status);
    state.streams.remove(id, &status, wakers);
    wakers.extend(state.slots.end(id, Err(status)));
}

/// What is left to say to whoever still sends or receives.
fn why(result: &Result<Reply>) -> Status {
    result.as_ref().err().cloned().unwrap_or_else(answered)
}

fn reply(link: &Link, state: &mut State, outcome: Outcome<'_>) -> Result<Reply> {
    if let Some(head) = outcome.shape {
        state.define_replies(outcome.method, head);
    }
    let bytes = outcome.result.map_err(|status| link.name(status))?;
    let shape = state.shapes.get(outcome.method.get()).cloned().flatten();
    let shape = shape.ok_or_else(|| Status::internal("a reply without a shape"))?;
    Ok(Reply {
        metadata: outcome.metadata,
        body: Body::encoded(shape, bytes),
    })
}
