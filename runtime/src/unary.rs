//! One call with one reply, as clients write it: `client.greet(person).timeout(..).await`.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::Instant;

use crate::body::{BodyError, Held};
use crate::bounded::Bounded;
use crate::channel::{Start, Started};
use crate::layer::Watch;
use crate::outcome::{MethodError, Outcome};
use crate::status::deadline_passed;
use crate::transport::Flight;
use crate::wire::{Message, Wire};
use crate::{Call, Channel, Method, NewCall, Reached, Reply, Result, Service, Status};

/// A call with one reply. It begins when it is first polled; dropping it cancels it.
pub type Unary<'a, Req, T, E = Status> = NewCall<'a, Req, OneReply<T, E>>;

/// Calls that give one reply.
pub struct OneReply<T, E> {
    state: State,
    watch: Option<Box<Watch>>,
    result: PhantomData<fn() -> (T, E)>,
}

enum State {
    Fresh,
    /// On a connection.
    Flight(Flight),
    /// In this process, or waiting for a connection.
    Bounded(Bounded),
    Over,
}

impl State {
    fn flight(&self) -> Option<&Flight> {
        match self {
            Self::Flight(flight) => Some(flight),
            Self::Fresh | Self::Bounded(_) | Self::Over => None,
        }
    }
}

impl<T, E> Default for OneReply<T, E> {
    #[inline]
    fn default() -> Self {
        Self {
            state: State::Fresh,
            watch: None,
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
    /// The result of the call from its answer, after which it is over.
    #[inline]
    pub(crate) fn end(&mut self, answer: Result<Reply>) -> Result<T, E> {
        let (flight, channel) = (self.form.state.flight(), self.channel.channel());
        let result = finish(self.method, answer, flight, Some(channel));
        self.form.state = State::Over;
        result
    }
}

impl<Req: Message, T, E> Unary<'_, Req, T, E> {
    /// The answer, which is for [`Self::end`] to be read.
    pub(crate) fn poll_reply(&mut self, cx: &mut Context<'_>) -> Poll<Result<Reply>> {
        let observers = self.channel.channel().observers();
        if let State::Fresh = self.form.state
            && !observers.is_empty()
        {
            let deadline = self.deadline(Instant::now());
            let metadata = &mut self.options.metadata;
            let watch = observers.watch_new(&self.method.into(), metadata, deadline);
            self.form.watch = watch.map(Box::new);
        }
        let watch = self.form.watch.take();
        let entered = watch.as_deref().and_then(Watch::enter);
        let polled = self.poll_unobserved(cx);
        drop(entered);
        if let Some(mut watch) = watch {
            match &polled {
                Poll::Ready(result) => watch.end(result.as_ref().err()),
                Poll::Pending => self.form.watch = Some(watch),
            }
        }
        polled
    }

    #[inline]
    fn poll_unobserved(&mut self, cx: &mut Context<'_>) -> Poll<Result<Reply>> {
        let mut polled = match &mut self.form.state {
            State::Fresh => self.start(cx),
            State::Flight(flight) => flight.poll(cx),
            State::Bounded(bounded) => Pin::new(bounded).poll(cx),
            State::Over => panic!("a call was polled after its end"),
        };
        if let (Poll::Ready(result), State::Flight(flight)) = (&polled, &self.form.state)
            && let Some(retrying) = self.channel.channel().retrying()
            && let Some(failed) = retrying.ended(&self.method.into(), result)
        {
            let deadline = flight.deadline();
            polled = self.run_bounded(deadline, Some(failed), cx);
        }
        polled
    }

    /// Starts the call. If it is on a connection, that knows whom to wake.
    fn start(&mut self, cx: &mut Context<'_>) -> Poll<Result<Reply>> {
        let timeout = self.lasts();
        let method = self.method.into();
        let shape = self.method.request_shape();
        let mut request = Held::new(&mut self.request, &mut self.handed, shape);
        let started = self.channel.channel().launch(&mut Start {
            method: &method,
            timeout,
            deadline: self.options.deadline,
            metadata: &self.options.metadata,
            request: request.give(),
            streams: None,
            waker: Some(cx.waker()),
        });
        match started {
            Started::Flight(flight) => {
                self.form.state = State::Flight(flight);
                Poll::Pending
            }
            Started::Over(sent) => Poll::Ready(sent.map(|()| Reply::to_oneway())),
            Started::Later => self.start_bounded(cx),
        }
    }

    /// How long it may take from its beginning, unless it is part of a call that ends before.
    #[inline]
    fn lasts(&self) -> Duration {
        let own = self.options.timeout.or(self.method.own_timeout());
        own.unwrap_or(self.channel.channel().timeout())
    }

    /// When it must be over if it begins now.
    fn deadline(&self, now: Instant) -> Option<Instant> {
        let own = now.checked_add(self.lasts());
        own.into_iter().chain(self.options.deadline).min()
    }

    /// Starts a call that nobody else looks after.
    fn start_bounded(&mut self, cx: &mut Context<'_>) -> Poll<Result<Reply>> {
        let now = Instant::now();
        let deadline = self.deadline(now);
        if deadline.is_some_and(|deadline| deadline <= now) {
            return Poll::Ready(Err(deadline_passed().with_reached(Reached::No)));
        }
        if self.method.is_oneway() {
            self.bounded(deadline, None).detach();
            return Poll::Ready(Ok(Reply::to_oneway()));
        }
        self.run_bounded(deadline, None, cx)
    }

    /// Makes the call in a box: for the first time, or once more after it has `failed` on a connection.
    fn run_bounded(
        &mut self,
        deadline: Option<Instant>,
        failed: Option<Status>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Reply>> {
        let mut bounded = self.bounded(deadline, failed);
        let polled = Pin::new(&mut bounded).poll(cx);
        self.form.state = State::Bounded(bounded);
        polled
    }

    /// The call in a box, with the request. `failed` is how its first try ended, if there was one.
    fn bounded(&mut self, deadline: Option<Instant>, failed: Option<Status>) -> Bounded {
        let body = self.take_body();
        let (channel, method) = (self.channel.channel(), self.method);
        let metadata = std::mem::take(&mut self.options.metadata);
        Bounded::new(deadline, metadata, |cx| {
            let method = method.into();
            channel.run(Call { method, cx, body }, failed)
        })
    }
}

/// The result of a call from its answer, which has come by `flight` if its caller had it on a connection, else through `channel`.
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
