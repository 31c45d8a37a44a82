//! A client's connection as its driver sees it.

use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::Duration;

use bytes::Bytes;

use super::driver::Side;
use super::link::{Link, State};
use crate::channel::deadline_passed;
use crate::protocol::{Connection, Event, Outcome};
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

    fn awake(&mut self, now: Duration) {
        let mut state = self.link.lock();
        state.awake = true;
        state.now = now;
    }

    fn receive(&mut self, input: &mut &[u8], budget: &mut usize, now: Duration) {
        let mut state = self.link.lock();
        while *budget > 0 {
            let Some(event) = state.core.receive(input, now) else {
                break;
            };
            *budget -= 1;
            act(&self.link, &mut state, event, &mut self.wakers);
        }
        drop(state);
        self.wakers.drain(..).for_each(Waker::wake);
    }

    fn advance(&mut self, now: Duration, _: &mut Context<'_>) {
        let mut state = self.link.lock();
        while let Some(event) = state.core.timeout(now) {
            act(&self.link, &mut state, event, &mut self.wakers);
        }
        drop(state);
        self.wakers.drain(..).for_each(Waker::wake);
    }

    fn park(&mut self, cx: &mut Context<'_>) -> bool {
        let mut state = self.link.lock();
        if state.core.wants_output() {
            return false;
        }
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
        true
    }

    fn over(&mut self) {
        let mut state = self.link.lock();
        state.awake = true;
        let State { core, slots, .. } = &mut *state;
        if let Some(close) = core.closed() {
            let status = self.link.lost(close);
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
            wakers.extend(state.slots.end(id, result));
        }
        Event::Expired(id) => wakers.extend(state.slots.end(id, Err(link.name(deadline_passed())))),
        Event::Offer(_) => {
            state.greeted = true;
            wakers.extend(state.waiting.drain(..).map(|(_, waker)| waker));
        }
        Event::Goaway(untaken) => {
            for id in untaken {
                let status = link.name(Status::unavailable("the server has not taken the call"));
                wakers.extend(state.slots.end(id, Err(status.with_reached(Reached::No))));
            }
            wakers.extend(state.waiting.drain(..).map(|(_, waker)| waker));
        }
        // Only a server is told of these.
        Event::Call(_) | Event::Defined(..) | Event::Cancelled(..) => {}
    }
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
        body: Body::encoded(shape, Bytes::copy_from_slice(bytes)),
    })
}
