//! A call with one reply, as clients write it: `client.greet(person).timeout(..).await`.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::time::Instant;

use crate::body::{BodyError, Held};
use crate::bounded::Bounded;
use crate::channel::{Start, Started};
use crate::escort::Escort;
use crate::outcome::{MethodError, Outcome};
use crate::retry::First;
use crate::status::too_late;
use crate::transport::Flight;
use crate::wire::{Message, Wire};
use crate::{Call, Channel, Method, NewCall, Reply, Result, Service, Status, task};

/// A call with one reply. It begins when it is first polled; dropping it cancels it.
pub type Unary<'a, Req, T, E = Status> = NewCall<'a, Req, OneReply<T, E>>;

/// The form of calls that return one reply.
pub struct OneReply<T, E> {
    state: State,
    escort: Option<Box<Escort>>,
    result: PhantomData<fn() -> (T, E)>,
}

enum State {
    /// On a connection; `None` before the call has begun.
    Flight(Option<Flight>),
    /// In this process, or waiting for a connection.
    Bounded(Bounded),
    Over,
}

impl State {
    fn flight(&self) -> Option<&Flight> {
        match self {
            Self::Flight(flight) => flight.as_ref(),
            Self::Bounded(_) | Self::Over => None,
        }
    }
}

impl<T, E> Default for OneReply<T, E> {
    #[inline]
    fn default() -> Self {
        Self {
            state: State::Flight(None),
            escort: None,
            result: PhantomData,
        }
    }
}

impl<T, E> fmt::Debug for OneReply<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OneReply").finish_non_exhaustive()
    }
}

impl<Req: Message, T: Wire, E: MethodError> Future for Unary<'_, Req, T, E> {
    type Output = Result<T, E>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T, E>> {
        let answer = ready!(self.poll_reply(cx));
        Poll::Ready(self.end(answer))
    }
}

impl<Req: Message, T: Wire, E: MethodError> Unary<'_, Req, T, E> {
    /// Decodes the call's result, after which the call is over.
    #[inline]
    pub(crate) fn end(&mut self, answer: Result<Reply>) -> Result<T, E> {
        let (flight, channel) = (self.form.state.flight(), self.channel.channel());
        let result = finish(self.method, answer, flight, Some(channel));
        self.form.state = State::Over;
        result
    }
}

impl<Req: Message, T, E> Unary<'_, Req, T, E> {
    /// The reply, for [`Self::end`] to decode.
    pub(crate) fn poll_reply(&mut self, cx: &mut Context<'_>) -> Poll<Result<Reply>> {
        if let State::Flight(None) = self.form.state {
            let channel = self.channel.channel();
            self.form.escort = Escort::of(channel, self.method, &mut self.options);
        }
        match self.form.escort.take() {
            Some(escort) => self.poll_with(escort, cx),
            None => self.poll_alone(cx),
        }
    }

    /// Polls a call that has an escort.
    fn poll_with(&mut self, mut escort: Box<Escort>, cx: &mut Context<'_>) -> Poll<Result<Reply>> {
        let entered = escort.enter();
        let mut polled = self.poll_alone(cx);
        drop(entered);
        let waits = polled.is_pending() && self.form.state.flight().is_some();
        if waits && escort.has_waited(cx) {
            let _entered = escort.enter();
            polled = self.try_beside(cx);
        }
        self.form.escort = escort.after(&polled);
        polled
    }

    #[inline]
    fn poll_alone(&mut self, cx: &mut Context<'_>) -> Poll<Result<Reply>> {
        let mut polled = match &mut self.form.state {
            State::Flight(None) => self.start(cx),
            State::Flight(Some(flight)) => flight.poll(cx),
            State::Bounded(bounded) => Pin::new(bounded).poll(cx),
            State::Over => panic!("a call was polled after its end"),
        };
        if let (Poll::Ready(result), State::Flight(Some(flight))) = (&polled, &self.form.state)
            && let Some(retrying) = self.channel.channel().retrying()
            && let Some(failed) = retrying.ended(&self.method.into(), result)
        {
            let deadline = flight.deadline();
            polled = self.run_bounded(deadline, First::Failed(failed), cx);
        }
        polled
    }

    /// Starts the call. If it gets onto a connection, that will wake the caller.
    fn start(&mut self, cx: &mut Context<'_>) -> Poll<Result<Reply>> {
        let timeout = self.options.lasts(self.method, self.channel.channel());
        let method = self.method.into();
        let shape = self.method.request_shape();
        let mut request = Held::new(&mut self.request, &mut self.handed, shape);
        let State::Flight(flight) = &mut self.form.state else {
            return Poll::Pending;
        };
        let started = self.channel.channel().launch(&mut Start {
            method: &method,
            timeout,
            deadline: self.options.deadline,
            metadata: &self.options.metadata,
            head: request.head(),
            request: &mut request,
            streams: None,
            waker: Some(cx.waker()),
            goes_ahead: true,
            flight,
            worn: None,
        });
        match started {
            Started::Flight => Poll::Pending,
            Started::Over(sent) => Poll::Ready(sent.map(|()| Reply::to_oneway())),
            Started::Later => self.start_bounded(cx),
        }
    }

    /// Starts a call that is not on a connection.
    fn start_bounded(&mut self, cx: &mut Context<'_>) -> Poll<Result<Reply>> {
        let now = Instant::now();
        let channel = self.channel.channel();
        let deadline = self.options.deadline(self.method, channel, now);
        if deadline.is_some_and(|deadline| deadline <= now) {
            return Poll::Ready(Err(too_late()));
        }
        if self.method.is_oneway() {
            task::has_runtime()?;
            self.apart(deadline).detach();
            return Poll::Ready(Ok(Reply::to_oneway()));
        }
        self.run_bounded(deadline, First::ToCome, cx)
    }

    /// Hedges a call that is on a connection. A boxed one does so itself.
    fn try_beside(&mut self, cx: &mut Context<'_>) -> Poll<Result<Reply>> {
        match std::mem::replace(&mut self.form.state, State::Over) {
            State::Flight(Some(flight)) => {
                self.run_bounded(flight.deadline(), First::Slow(flight), cx)
            }
            state => {
                self.form.state = state;
                Poll::Pending
            }
        }
    }

    /// Makes the call in a box; `first` is the state of its first attempt.
    fn run_bounded(
        &mut self,
        deadline: Option<Instant>,
        first: First,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Reply>> {
        let body = self.take_body();
        let metadata = std::mem::take(&mut self.options.metadata);
        let (channel, begun) = (self.channel.channel(), (deadline, first));
        let (bounded, polled) = Bounded::begin(channel, self.method, body, metadata, begun, cx);
        self.form.state = State::Bounded(bounded);
        polled
    }

    /// The call in a box, with its request, for anybody to poll.
    fn apart(&mut self, deadline: Option<Instant>) -> Bounded {
        let body = self.take_body();
        let (channel, method) = (self.channel.channel(), self.method.into());
        let metadata = std::mem::take(&mut self.options.metadata);
        Bounded::new(deadline, metadata, |cx| {
            channel.run(Call { method, cx, body }, First::ToCome)
        })
    }
}

/// Decodes the result of a call, which has arrived on `flight` if the caller had it on a connection, and otherwise
/// through `channel`.
#[inline]
pub(crate) fn finish<T: Wire, E: MethodError>(
    method: &'static Method,
    result: Result<Reply>,
    flight: Option<&Flight>,
    channel: Option<&Channel>,
) -> Result<T, E> {
    let decoded = match result {
        Ok(reply) => reply.body.decode(method.reply_shape()),
        Err(status) => return Err(E::from(status)),
    };
    match decoded {
        Ok(Outcome::Returned(value)) => Ok(value),
        Ok(Outcome::Failed(error)) => Err(error),
        Err(error) => Err(E::from(undecodable(method, error, flight, channel))),
    }
}

#[cold]
#[inline(never)]
fn undecodable(
    method: &Method,
    error: BodyError,
    flight: Option<&Flight>,
    channel: Option<&Channel>,
) -> Status {
    let status = error.end(Status::internal, format_args!("the reply of `{method:?}`"));
    match channel
        .filter(|_| flight.is_none())
        .and_then(Service::far_address)
    {
        Some(address) => status.with_peer(address),
        None => Flight::name_at(flight, status),
    }
}
