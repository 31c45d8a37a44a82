//! A client's connection as its driver sees it.

use std::future::poll_fn;
use std::mem;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::time::Instant;

use super::alarms::wake;
use super::driver::Driver;
use super::link::{Link, State};
use super::side::{Core, Park, Side, Wants, large_frame};
use crate::body::Arrived;
use crate::channel::BoxFuture;
use crate::protocol::{CallId, Event, Outcome, Output};
use crate::streams::answered;
use crate::{Reached, Status};

/// Drives a client's connection until it is over.
pub(super) fn drive(link: Arc<Link>, started: Instant, spin: Duration) -> BoxFuture<()> {
    let (closes, side) = (Closes(link.clone()), ClientSide::new(link));
    let mut driver = Driver::new(Box::new(side), started, spin);
    Box::pin(poll_fn(move |cx| {
        closes.0.home.settle();
        match &mut *closes.0.socket() {
            Some(socket) => driver.poll(socket, cx),
            None => Poll::Ready(()),
        }
    }))
}

/// Closes the transport when the driver is dropped.
struct Closes(Arc<Link>);

impl Drop for Closes {
    fn drop(&mut self) {
        drop(self.0.socket().take());
    }
}

/// The driver's view of a [`Link`]. Collects wakers under the lock and wakes them after releasing it.
struct ClientSide {
    link: Arc<Link>,
    wakers: Vec<Waker>,
}

impl ClientSide {
    fn new(link: Arc<Link>) -> Self {
        let wakers = Vec::new();
        Self { link, wakers }
    }
}

impl Side for ClientSide {
    fn core(&mut self) -> Core<'_> {
        Core::Shared(self.link.lock())
    }

    fn receive(&mut self, input: &mut Arrived<'_>, budget: &mut usize, now: Duration) -> Wants {
        let mut state = self.link.lock();
        state.awake = true;
        (state.now, state.has_turn) = (now, true);
        if !input.bytes.is_empty() {
            state.crowded = state.core.in_flight() > 1;
        }
        while *budget > 0 && large_frame(&state.core, input).is_none() {
            let mut event = None;
            state.core.receive_into(&mut input.bytes, now, &mut event);
            let Some(event) = &mut event else {
                break;
            };
            *budget -= 1;
            act(&self.link, &mut state, event, *input, &mut self.wakers);
        }
        let wants = Wants::of(&state.core, input);
        drop(state);
        wake(&mut self.wakers);
        wants
    }

    fn advance(&mut self, due: bool, now: Duration, _: &mut Context<'_>) {
        if !due {
            return;
        }
        let mut state = self.link.lock();
        while let Some(mut event) = state.core.timeout(now) {
            let nothing = Arrived::part(&[]);
            act(
                &self.link,
                &mut state,
                &mut event,
                nothing,
                &mut self.wakers,
            );
        }
        drop(state);
        wake(&mut self.wakers);
    }

    fn send(
        &mut self,
        written: usize,
        output: &mut Output,
        now: Duration,
        cx: &mut Context<'_>,
    ) -> Option<Park> {
        let mut state = self.link.lock();
        let State { core, streams, .. } = &mut *state;
        core.wrote(written, now);
        if output.is_empty() {
            if streams.any() {
                streams.fill(core, now, &mut self.wakers, &mut Vec::new());
            }
            core.transmit(output);
        }
        let park = output
            .is_empty()
            .then(|| state.park(false, &mut self.wakers, cx));
        drop(state);
        wake(&mut self.wakers);
        park
    }

    fn park(&mut self, full: bool, cx: &mut Context<'_>) -> Park {
        let park = self.link.lock().park(full, &mut self.wakers, cx);
        wake(&mut self.wakers);
        park
    }

    fn expects(&mut self) -> bool {
        self.link.lock().core.in_flight() > 0
    }

    fn over(&mut self) {
        let mut state = self.link.lock();
        state.awake = true;
        let phase = state.phase();
        let State {
            core,
            slots,
            streams,
            ..
        } = &mut *state;
        let close = core.closed().cloned();
        // Usually all calls are over by now.
        if let Some(close) = &close
            && (streams.any() || slots.any())
        {
            let status = self.link.lost(close).with_phase(phase);
            streams.remove_all(&status, &mut self.wakers);
            let lost = |id| status.clone().with_reached(core.reached(id));
            slots.fail_all(lost, &mut self.wakers);
        }
        self.wakers.extend(state.waiting.wake(usize::MAX));
        drop(state);
        // A subscriber may call through this very connection, so not under the lock.
        if let Some(close) = &close {
            self.link.tell(close);
        }
        wake(&mut self.wakers);
    }
}

impl State {
    /// Ends a turn of the driver: from now on, whoever brings work wakes it.
    fn park(&mut self, full: bool, wakers: &mut Vec<Waker>, cx: &mut Context<'_>) -> Park {
        self.has_turn = false;
        if self.core.is_finished() {
            return Park::Over;
        }
        if !full && (self.core.wants_output() || !self.streams.park(cx)) {
            return Park::Work;
        }
        if !self.takes_calls() {
            wakers.extend(self.waiting.wake(usize::MAX));
        } else if !self.waiting.lets(None) && self.has_room() {
            wakers.extend(self.waiting.wake(self.core.room()));
            if self.waiting.sleeps() {
                // The callers that were woken run before this task does again.
                wakers.push(cx.waker().clone());
            }
        }
        self.awake = false;
        self.until = self.core.poll_timeout();
        let known = self.driver.as_ref();
        if known.is_none_or(|driver| !driver.will_wake(cx.waker())) {
            self.driver = Some(cx.waker().clone());
        }
        match self.core.closed() {
            Some(_) => Park::Ending(self.until),
            None => Park::Until(self.until),
        }
    }
}

/// Acts on an event; `input` is where it came from.
fn act(
    link: &Link,
    state: &mut State,
    event: &mut Event<'_>,
    input: Arrived<'_>,
    wakers: &mut Vec<Waker>,
) {
    state.answered |= matches!(event, Event::Done(_) | Event::Data(_) | Event::Accepted(..));
    match event {
        Event::Done(outcome) => done(link, state, outcome, input, wakers),
        Event::GivenUp(id, status) => {
            let status = status.clone().with_phase(state.phase());
            give_up(link, state, *id, status, wakers);
        }
        Event::Shape(method, head) => {
            let ours = state.called.known(*method).and_then(|it| it.down().known());
            state.streams.define(*method, head, ours);
        }
        Event::Data(data) => {
            let State { core, streams, .. } = state;
            streams.receive(core, data, input, wakers);
        }
        Event::Accepted(id, head) => state.streams.accepted(*id, mem::take(head), wakers),
        Event::Stopped(id) => state.streams.stopped(*id, wakers),
        Event::Offer(_) => {
            state.greeted = true;
        }
        Event::Goaway(untaken) => {
            let why = match state.core.closed() {
                Some(close) => link.lost(close).with_phase(state.phase()),
                None => Status::unavailable("the server has not taken the call"),
            };
            for id in untaken {
                let status = why.clone().with_reached(Reached::No);
                give_up(link, state, *id, status, wakers);
            }
            state.streams.leave(wakers);
        }
        // Only servers get these.
        Event::Call(_) | Event::Cancelled(..) | Event::Ended(..) => {}
    }
}

/// Ends a call for its caller, whatever the server still says.
fn give_up(link: &Link, state: &mut State, id: CallId, status: Status, wakers: &mut Vec<Waker>) {
    let status = link.name(status);
    if state.streams.was_accepted(id) {
        state.slots.accepted(id);
    }
    state.streams.remove(id, &status, wakers);
    state.slots.fail(id, status, wakers);
}

/// A DONE has arrived: hands the result to the caller.
fn done(
    link: &Link,
    state: &mut State,
    outcome: &mut Outcome<'_>,
    input: Arrived<'_>,
    wakers: &mut Vec<Waker>,
) {
    let (id, method) = (outcome.id, outcome.method);
    if let Some(head) = outcome.shape {
        state.called.define_replies(method, head);
    }
    let bytes = match &outcome.result {
        Ok(bytes) => input.other(bytes),
        Err(status) => return give_up(link, state, id, status.clone(), wakers),
    };
    let Some(shape) = state.called.replies(method) else {
        return give_up(link, state, id, shapeless(), wakers);
    };
    if state.streams.has(id) {
        state.streams.remove(id, &answered(), wakers);
    }
    let metadata = mem::take(&mut outcome.metadata);
    state.slots.answer(id, shape, metadata, bytes, wakers);
}

fn shapeless() -> Status {
    Status::internal("a reply without a shape")
}
