//! What is inside a layer, and calls on their way there: straight to the handler if it is known, otherwise like any
//! other call, straight onto a connection if there is one.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::straight::{Begun, Running, Straight};
use super::{Observers, Watch, held};
use crate::bounded::woken_by;
use crate::channel::{BoxFuture, Start, Started};
use crate::retry::{First, Retrying};
use crate::transport::Flight;
use crate::{Call, Channel, Reply, Result};

/// What a layer is around: the next layer, or the service itself.
#[derive(Clone)]
pub struct Next(Arc<Inside>);

struct Inside {
    channel: Channel,
    straight: Option<Straight>,
}

impl Next {
    /// A target that dispatches each call by its method.
    pub(crate) fn by_name(channel: Channel) -> Self {
        let straight = None;
        Self(Arc::new(Inside { channel, straight }))
    }

    /// The same, with the handler for calls of one method.
    pub(super) fn straight(channel: Channel, straight: Straight) -> Self {
        let straight = Some(straight);
        Self(Arc::new(Inside { channel, straight }))
    }

    /// Makes the call. It may be made several times, with [`Call::share`].
    pub fn run(&self, call: Call) -> Run {
        Run::new(self.clone(), call)
    }

    /// The handler of the call, if it is known.
    fn handler(&self, call: &Call) -> Option<&Straight> {
        let straight = self.0.straight.as_ref();
        straight.filter(|straight| straight.takes(call))
    }

    /// A call begins: tells observers of the channel, unless it goes straight to a handler, which has its own.
    fn watch(&self, call: &mut Call, held: &mut Option<Watch>) {
        if self.handler(call).is_none() {
            let observers = self.0.channel.observers();
            observers.watch(&call.method, &mut call.cx, held);
        }
    }

    /// Keeps the runner of a finished call for the next one.
    fn keep(&self, running: Running) {
        if let Some(straight) = &self.0.straight {
            straight.keep(running);
        }
    }
}

impl fmt::Debug for Next {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Next").field(&self.0.channel).finish()
    }
}

/// A call that a layer makes. It begins when it is awaited; dropping it cancels the call.
#[must_use = "a call does nothing until it is awaited"]
pub struct Run {
    way: Way,
    watch: Option<Watch>,
}

/// A call on its way, apart from observers.
struct Way {
    next: Next,
    state: State,
    /// The call, as long as it may be retried.
    call: Option<Call>,
}

enum State {
    New,
    /// On a connection.
    Flight(Flight),
    /// In the place of its handler.
    Straight(Running),
    Boxed(BoxFuture<Result<Reply>>),
    Over,
}

impl Way {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Reply>> {
        loop {
            let result = match &mut self.state {
                State::New => match self.start(cx.waker()) {
                    Some(result) => return Poll::Ready(result),
                    None if matches!(self.state, State::Flight(_)) => return Poll::Pending,
                    None => continue,
                },
                State::Flight(flight) => match flight.poll(cx) {
                    Poll::Ready(result) => result,
                    Poll::Pending => {
                        woken_by(flight.wakes_by());
                        return Poll::Pending;
                    }
                },
                State::Straight(running) => return running.poll(cx),
                State::Boxed(call) => return call.as_mut().poll(cx),
                State::Over => panic!("a call was polled after its end"),
            };
            woken_by(None);
            if !self.tries_again(&result) {
                return Poll::Ready(result);
            }
        }
    }

    /// Starts the call. Returns the result if that is known at once.
    fn start(&mut self, waker: &Waker) -> Option<Result<Reply>> {
        let next = &self.next;
        let call = self.call.as_ref();
        let call = call.expect("it is there until it has begun");
        self.state = match next.handler(call) {
            Some(handler) => match handler.begin(self.call.take()?) {
                Begun::InPlace(running) => State::Straight(running),
                Begun::Boxed(call) => State::Boxed(call),
            },
            None => {
                let mut flight = None;
                let started = launch(&next.0.channel, call, waker, &mut flight);
                match (flight, started) {
                    (Some(flight), _) => {
                        woken_by(flight.wakes_by());
                        State::Flight(flight)
                    }
                    (None, Started::Over(sent)) => {
                        return Some(sent.map(|()| Reply::to_oneway()));
                    }
                    (None, Started::Flight | Started::Later) => {
                        State::Boxed(next.0.channel.begin(self.call.take()?, First::ToCome))
                    }
                }
            }
        };
        None
    }

    /// Begins another attempt of a call that was on a connection, if its failure is worth one.
    fn tries_again(&mut self, result: &Result<Reply>) -> bool {
        let channel = &self.next.0.channel;
        let failed = self.call.as_ref().and_then(|call| {
            let retrying = channel.retrying()?;
            retrying.ended(&call.method, result)
        });
        let (Some(status), Some(call)) = (failed, self.call.take()) else {
            return false;
        };
        self.state = State::Boxed(channel.run(call, First::Failed(status)));
        true
    }

    /// The call is over: keeps its runner for the next one.
    fn end(&mut self) {
        if let State::Straight(running) = std::mem::replace(&mut self.state, State::Over) {
            self.next.keep(running);
        }
    }
}

/// Starts a call without boxing, if possible. Not if it may be retried further out, where the address that it went to
/// must be known.
fn launch(channel: &Channel, call: &Call, waker: &Waker, flight: &mut Option<Flight>) -> Started {
    let hedges = |retrying: &Arc<Retrying>| retrying.hedges(call.method.known());
    let is_boxed = call.body.has_streams() || call.cx.tried().is_some();
    if is_boxed || channel.retrying().is_some_and(hedges) {
        return Started::Later;
    }
    let deadline = call.cx.deadline();
    channel.launch(&mut Start {
        method: &call.method,
        timeout: deadline.map_or(channel.timeout(), |_| Duration::MAX),
        deadline,
        metadata: call.cx.metadata(),
        head: call.body.head(),
        request: &mut &call.body,
        streams: None,
        waker: Some(waker),
        goes_ahead: true,
        flight,
        worn: None,
    })
}

impl Run {
    /// A call through `next`.
    fn new(next: Next, call: Call) -> Self {
        Self {
            way: Way {
                next,
                state: State::New,
                call: Some(call),
            },
            watch: None,
        }
    }
}

impl Future for Run {
    type Output = Result<Reply>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Reply>> {
        let Self { way, watch } = &mut *self;
        if let (State::New, Some(call)) = (&way.state, &mut way.call) {
            way.next.watch(call, watch);
        }
        let polled = held::poll::<Observers, _>(watch, || way.poll(cx), |it| it.as_ref().err());
        if polled.is_ready() {
            way.end();
        }
        polled
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        if let State::Flight(_) = self.way.state {
            woken_by(None);
        }
        if let Some(watch) = self.watch.take() {
            let _entered = watch.enter();
            self.way.state = State::Over;
        }
    }
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run").finish_non_exhaustive()
    }
}
