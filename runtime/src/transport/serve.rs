//! A server's connection. Its driver runs the handlers itself.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Waker};
use std::time::Duration;

use tokio::time::Instant;

use super::alarms::wake;
use super::answers::{Answers, send};
use super::begin::Served;
use super::carrier::Carrier;
use super::driver::Driver;
use super::handlers::Handlers;
use super::side::{Core, Park, Side, Wants, large_frame};
use super::socket::Socket;
use super::streams::Streams;
use crate::body::Arrived;
use crate::channel::{BoxFuture, Target};
use crate::ctx::Origin;
use crate::peer::Peer;
use crate::protocol::{CallId, Close, Compression, Connection, Event, Output, Reason, Role};
use crate::random;
use crate::report::{self, About};
use crate::tally::Tally;
use crate::watchers::{Bell, Watching};
use crate::{Limits, Reply, Result, Router, Status};

/// What all connections of a server share.
pub(crate) struct Shared {
    pub(crate) service: Arc<dyn Target>,
    /// The methods that clients may name.
    pub(crate) known: Router,
    pub(crate) limits: Arc<Limits>,
    /// Pending handlers on all connections.
    pub(crate) pending: Arc<AtomicUsize>,
    /// Rings when the server drains.
    pub(crate) drain: Arc<Bell>,
    /// Counts work that outlives its call.
    pub(crate) work: Arc<Tally>,
    pub(crate) compression: Compression,
}

/// How a connection is admitted.
#[derive(Default)]
pub(crate) struct Entrance {
    /// Set once the client has said hello or is gone.
    pub(crate) greeted: Arc<AtomicBool>,
    /// Why it is not admitted.
    pub(crate) refusal: Option<Close>,
    /// Dropped when the connection has ended.
    pub(crate) place: Option<Box<dyn Send>>,
}

/// Serves a connection that has been open since `started`, until it ends. Boxed, so that the driver is compiled here
/// once rather than in each program.
pub(crate) fn serve(
    carrier: Carrier,
    peer: Peer,
    shared: Arc<Shared>,
    entrance: Entrance,
    started: Instant,
) -> BoxFuture<()> {
    let mut core = Connection::server(shared.limits.clone(), Duration::ZERO)
        .compressing(shared.compression.clone())
        .refusing(entrance.refusal);
    let mut leave = None;
    if let Some(age) = shared.limits.max_age {
        core.retire_at(random::about(age));
        leave = Some(Arc::<Bell>::default());
    }
    let spin = shared.limits.spin;
    let origin = Arc::new(Origin {
        peer,
        drain: leave.as_ref().unwrap_or(&shared.drain).clone(),
        shutdown: shared.drain.clone(),
        work: Some(shared.work.clone()),
    });
    let side = ServerSide {
        core,
        methods: Vec::new(),
        handlers: Handlers::new(origin, shared.pending.clone()),
        streams: Streams::new(Role::Server, &shared.limits),
        wakers: Vec::new(),
        done: Vec::new(),
        draining: Some(shared.drain.heard()),
        waker: None,
        leave,
        started,
        now: Duration::ZERO,
        shared,
        greeted: entrance.greeted,
        _place: entrance.place,
    };
    let (mut driver, mut socket) = (
        Driver::new(Box::new(side), started, spin),
        Socket::new(carrier),
    );
    Box::pin(poll_fn(move |cx| driver.poll(&mut socket, cx)))
}

pub(super) struct ServerSide {
    pub(super) core: Connection,
    /// The methods that the client has defined, by index.
    pub(super) methods: Vec<Served>,
    pub(super) handlers: Handlers,
    pub(super) streams: Streams,
    /// Wakers to wake and results to send; kept to reuse their memory.
    pub(super) wakers: Vec<Waker>,
    done: Vec<(CallId, Result<Reply>)>,
    /// Ready when the server begins to drain, `None` after that; `waker` is what it wakes.
    draining: Option<Watching<Arc<Bell>>>,
    waker: Option<Waker>,
    /// Tells the handlers that this connection drains, if it may do so before the server does.
    leave: Option<Arc<Bell>>,
    pub(super) started: Instant,
    pub(super) now: Duration,
    pub(super) shared: Arc<Shared>,
    greeted: Arc<AtomicBool>,
    _place: Option<Box<dyn Send>>,
}

impl ServerSide {
    /// Acts on an event; `input` is where it came from.
    fn act(&mut self, event: &mut Event<'_>, input: Arrived<'_>) {
        match event {
            Event::Offer(_) => {
                self.greeted.store(true, Ordering::Release);
                if !self.core.greeting().is_empty() {
                    self.handlers.meet(self.core.greeting().clone());
                }
            }
            Event::Call(arrival) => self.begin(arrival, input),
            Event::Cancelled(id, status) => {
                self.handlers.end(*id, status);
                self.streams.remove(*id, status, &mut self.wakers);
                self.core.fail(*id, status, self.now);
            }
            Event::Shape(method, head) => {
                let served = self.methods.get(method.get());
                let known = served.and_then(|served| served.method.known());
                let ours = known.and_then(|method| method.up().known());
                self.streams.define(*method, head, ours);
            }
            Event::Data(data) => {
                self.streams
                    .receive(&mut self.core, data, input, &mut self.wakers)
            }
            Event::Ended(id, ending) => self.streams.end(*id, *ending, &mut self.wakers),
            // Only clients get these.
            Event::Done(_) | Event::GivenUp(..) | Event::Goaway(_) => {}
            Event::Accepted(..) | Event::Stopped(_) => {}
        }
    }

    fn poll_draining(&mut self, cx: &mut Context<'_>) {
        let Some(draining) = &mut self.draining else {
            return;
        };
        // Once polled, it need not be polled again before the bell has rung.
        let is_known = self.waker.as_ref().is_some_and(|w| w.will_wake(cx.waker()));
        if is_known && !self.shared.drain.has_rung() {
            return;
        }
        self.waker = Some(cx.waker().clone());
        if Pin::new(draining).poll(cx).is_ready() {
            self.draining = None;
            self.core
                .drain(Reason::Shutdown, "the server shuts down", self.now);
        }
    }

    /// Gives the streams their turns, and sends results that had to wait for their messages.
    fn send_streams(&mut self, now: Duration) {
        if !self.streams.any() {
            return;
        }
        let (core, done) = (&mut self.core, &mut self.done);
        self.streams.fill(core, now, &mut self.wakers, done);
        for (id, result) in done.drain(..) {
            // If the call could not be accepted, its handler still exists.
            if let Err(status) = &result {
                self.handlers.end(id, status);
            }
            send(core, id, result, now);
        }
        wake(&mut self.wakers);
    }
}

impl Side for ServerSide {
    fn core(&mut self) -> Core<'_> {
        Core::Own(&mut self.core)
    }

    fn receive(&mut self, input: &mut Arrived<'_>, budget: &mut usize, now: Duration) -> Wants {
        self.now = now;
        while *budget > 0 && self.core.wants_input() && large_frame(&self.core, input).is_none() {
            let mut event = None;
            self.core.receive_into(&mut input.bytes, now, &mut event);
            let Some(event) = &mut event else {
                break;
            };
            *budget -= 1;
            self.act(event, *input);
        }
        Wants::of(&self.core, input)
    }

    fn advance(&mut self, due: bool, now: Duration, cx: &mut Context<'_>) {
        self.poll_draining(cx);
        while due && let Some(mut event) = self.core.timeout(now) {
            self.act(&mut event, Arrived::part(&[]));
        }
        if self.core.is_leaving()
            && let Some(leave) = self.leave.take()
        {
            leave.ring();
        }
        wake(&mut self.wakers);
        let mut answers = Answers {
            core: &mut self.core,
            streams: &mut self.streams,
            wakers: &mut self.wakers,
            now,
        };
        self.handlers.run_woken(&mut answers);
        wake(&mut self.wakers);
    }

    fn send(
        &mut self,
        written: usize,
        output: &mut Output,
        now: Duration,
        cx: &mut Context<'_>,
    ) -> Option<Park> {
        self.core.wrote(written, now);
        if !output.is_empty() {
            return None;
        }
        self.send_streams(now);
        self.core.transmit(output);
        output.is_empty().then(|| self.park(false, cx))
    }

    fn park(&mut self, full: bool, cx: &mut Context<'_>) -> Park {
        if self.core.is_finished() {
            return Park::Over;
        }
        let rests = full || self.streams.park(cx) && !self.core.wants_output();
        let until = self.core.poll_timeout();
        match self.handlers.park(cx) && rests {
            true if self.core.closed().is_some() => Park::Ending(until),
            true => Park::Until(until),
            false => Park::Work,
        }
    }

    fn over(&mut self) {
        if let Some(close) = self.core.closed() {
            let about = About {
                peer: Some(self.handlers.peer()),
                reason: Some(close.reason),
                ..About::default()
            };
            report::debug(close, about);
        }
        self.greeted.store(true, Ordering::Release);
        self.handlers.end_all();
        if self.streams.any() {
            let gone = Status::cancelled("the connection has ended");
            self.streams.remove_all(&gone, &mut self.wakers);
            wake(&mut self.wakers);
        }
    }
}
