//! What is inside of a layer, and calls on their way there: by the handler itself where that is known, else as any caller makes
//! them, straight onto a connection if there is one.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::Watch;
use super::straight::{Begun, Running, Straight};
use crate::body::Given;
use crate::bounded::woken_by;
use crate::channel::{BoxFuture, Start, Started};
use crate::transport::Flight;
use crate::{Call, Channel, Reply, Result};

/// What is inside of a layer: the next layer, or the service itself.
#[derive(Clone)]
pub struct Next(Arc<Inside>);

struct Inside {
    channel: Channel,
    straight: Option<Straight>,
}

impl Next {
    /// What takes each call by the name of its method.
    pub(crate) fn by_name(channel: Channel) -> Self {
        let straight = None;
        Self(Arc::new(Inside { channel, straight }))
    }

    /// The same, with a handler of its own for the calls of one method.
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

    /// A call begins, if somebody observes it here: what goes to its handler passes those who do by.
    fn watch(&self, call: &mut Call) -> Option<Watch> {
        if self.handler(call).is_some() {
            return None;
        }
        let observers = self.0.channel.observers();
        observers.watch(&call.method, &mut call.cx)
    }

    /// Keeps what has answered a call for the next one.
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
    state: State,
    /// The call, as long as it may be tried once more.
    call: Option<(Next, Call)>,
    watch: Option<Watch>,
}

enum State {
    New,
    /// On a connection.
    Flight(Flight),
    /// In its handler's own place.
    Straight(Next, Running),
    Boxed(BoxFuture<Result<Reply>>),
    Over,
}

impl Run {
    /// A call of what `next` is.
    pub(crate) fn new(next: Next, call: Call) -> Self {
        Self {
            state: State::New,
            call: Some((next, call)),
            watch: None,
        }
    }

    fn poll_reply(&mut self, cx: &mut Context<'_>) -> Poll<Result<Reply>> {
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
                State::Straight(_, running) => return running.poll(cx),
                State::Boxed(call) => return call.as_mut().poll(cx),
                State::Over => panic!("a call was polled after its end"),
            };
            woken_by(None);
            if !self.tries_again(&result) {
                return Poll::Ready(result);
            }
        }
    }

    /// Starts the call; gives the result of one that is over at once.
    fn start(&mut self, waker: &Waker) -> Option<Result<Reply>> {
        let (next, call) = self.call.as_ref().expect("it is there until it has begun");
        if next.handler(call).is_some() {
            self.start_straight();
            return None;
        }
        let channel = &next.0.channel;
        match launch(channel, call, waker) {
            Started::Flight(flight) => {
                woken_by(flight.wakes_by());
                self.state = State::Flight(flight);
                None
            }
            Started::Over(sent) => Some(sent.map(|()| Reply::to_oneway())),
            Started::Later => {
                let (next, call) = self.call.take()?;
                self.state = State::Boxed(next.0.channel.run(call, None));
                None
            }
        }
    }

    /// Starts the call at its handler, where that is known.
    fn start_straight(&mut self) {
        if let Some((next, call)) = self.call.take()
            && let Some(handler) = next.handler(&call)
        {
            self.state = match handler.begin(call) {
                Begun::InPlace(running) => State::Straight(next, running),
                Begun::Boxed(call) => State::Boxed(call),
            };
        }
    }

    /// Begins another try of a call that was on a connection, if it has ended so that it is worth one.
    fn tries_again(&mut self, result: &Result<Reply>) -> bool {
        let failed = self.call.as_ref().and_then(|(next, call)| {
            let retrying = next.0.channel.retrying()?;
            retrying.ended(&call.method, result)
        });
        let (Some(status), Some((next, call))) = (failed, self.call.take()) else {
            return false;
        };
        self.state = State::Boxed(next.0.channel.run(call, Some(status)));
        true
    }
}

/// Starts a call without a box, if that is possible. Whoever tries it several times must be told where it went.
fn launch(channel: &Channel, call: &Call, waker: &Waker) -> Started {
    if call.body.has_streams() || call.cx.tried().is_some() {
        return Started::Later;
    }
    let deadline = call.cx.deadline();
    channel.launch(&mut Start {
        method: &call.method,
        timeout: deadline.map_or(channel.timeout(), |_| Duration::MAX),
        deadline,
        metadata: call.cx.metadata(),
        request: Given {
            head: call.body.head(),
            value: &mut &call.body,
        },
        streams: None,
        waker: Some(waker),
    })
}

impl Future for Run {
    type Output = Result<Reply>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Reply>> {
        let this = &mut *self;
        if let (State::New, Some((next, call))) = (&this.state, &mut this.call) {
            this.watch = next.watch(call);
        }
        // It is held here, so that it sees a panic pass by.
        let watch = this.watch.take();
        let entered = watch.as_ref().and_then(Watch::enter);
        let polled = this.poll_reply(cx);
        drop(entered);
        let Poll::Ready(result) = polled else {
            this.watch = watch;
            return Poll::Pending;
        };
        if let Some(watch) = watch {
            watch.end(result.as_ref().err());
        }
        if let State::Straight(next, running) = std::mem::replace(&mut this.state, State::Over) {
            next.keep(running);
        }
        Poll::Ready(result)
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        if let State::Flight(_) = self.state {
            woken_by(None);
        }
        if let Some(watch) = self.watch.take() {
            let _entered = watch.enter();
            self.state = State::Over;
        }
    }
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run").finish_non_exhaustive()
    }
}
