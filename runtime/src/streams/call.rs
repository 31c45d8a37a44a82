//! A call with streams as clients write it: `client.watch(id).timeout(..).await` gives the streams.

use std::fmt;
use std::future::{Future, IntoFuture, poll_fn};
use std::marker::PhantomData;
use std::pin::Pin;
use std::time::Duration;

use super::answer::Answer;
use super::opening::Opening;
use super::outcome::{ended, refused};
use super::{Rx, Streams, Tx, Upload};
use crate::outcome::MethodError;
use crate::unary::{Options, Via};
use crate::wire::{Message, Wire};
use crate::{Body, Channel, Ctx, Method, Result, Status};

/// A call with streams that has not begun; it begins when it is awaited, and gives what the client holds of it: an
/// [`Rx`], an [`Upload`], or a [`Tx`] with an [`Rx`].
///
/// The server must accept the call within the timeout of the channel. After that the streams last until they end.
#[must_use = "a call does nothing until it is awaited"]
pub struct Streaming<'a, Req, S, E = Status> {
    channel: Via<'a>,
    method: &'static Method,
    request: Req,
    options: Options,
    streams: PhantomData<fn() -> (S, E)>,
}

impl<'a, Req: Message, S: Opens<E>, E: MethodError> Streaming<'a, Req, S, E> {
    /// A call of `method`, whose types these must be. Generated clients write this.
    pub fn new(channel: &'a Channel, method: &'static Method, request: Req) -> Self {
        Self {
            channel: Via::Lent(channel),
            method,
            request,
            options: Options::default(),
            streams: PhantomData,
        }
    }

    /// Ends the call with its streams after this time, instead of the method's timeout, or never.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// Sends metadata along; see [`Metadata`](crate::Metadata) for what may be in it.
    pub fn meta(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.metadata.append(key, value);
        self
    }

    /// Makes the call part of the one that `cx` belongs to: no longer than that, with its baggage and in its
    /// trace.
    pub fn within(mut self, cx: &Ctx) -> Self {
        self.options.within(cx);
        self
    }

    /// The same call without borrowing the client, to be spawned or stored.
    pub fn owned(self) -> Streaming<'static, Req, S, E> {
        Streaming {
            channel: Via::Owned(self.channel.channel().clone()),
            method: self.method,
            request: self.request,
            options: self.options,
            streams: PhantomData,
        }
    }

    async fn open(self) -> Result<S, E> {
        let channel = self.channel.channel().clone();
        let request = Body::value(self.request, self.method.request_shape());
        let opening = Opening::new(channel, self.method, self.options).map_err(E::from)?;
        match opening.channel.retrying().filter(|_| S::WAITS) {
            Some(retrying) => opening.until_accepted(retrying, request).await,
            None => S::open(self.method, opening.start(request, None)).await,
        }
    }
}

impl<'a, Req: Message, S: Opens<E> + 'a, E: MethodError> IntoFuture for Streaming<'a, Req, S, E> {
    type Output = Result<S, E>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<S, E>> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.open())
    }
}

impl<Req, S, E> fmt::Debug for Streaming<'_, Req, S, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Streaming")
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

/// A call with streams that has begun.
#[doc(hidden)]
pub struct Running {
    pub(super) answer: Answer,
    pub(super) streams: Streams,
}

/// What a client holds of a call with streams.
pub trait Opens<E>: Sized + Send {
    /// Whether it is there once the server has accepted the call, so that until then nothing of the streams is used.
    #[doc(hidden)]
    const WAITS: bool;

    #[doc(hidden)]
    fn open(
        method: &'static Method,
        running: Running,
    ) -> impl Future<Output = Result<Self, E>> + Send;
}

impl<T: Wire, E: MethodError, S: MethodError> Opens<E> for Rx<T, S> {
    const WAITS: bool = true;

    /// Waits for the server to accept the call, since that is what the errors of the call are about.
    async fn open(method: &'static Method, mut running: Running) -> Result<Self, E> {
        let duplex = running.streams.duplex();
        if poll_fn(|cx| duplex.down.poll_opened(cx)).await {
            return Ok(Self::of_client(
                duplex,
                method,
                running.answer,
                ended::<E, S>,
            ));
        }
        let answer = poll_fn(|cx| running.answer.poll(cx)).await;
        let end = refused::<E, S>(method, answer)?;
        Ok(Self::ended(duplex, method, end))
    }
}

impl<T: Wire, R: Wire, E: MethodError> Opens<E> for Upload<T, R, E> {
    const WAITS: bool = false;

    async fn open(method: &'static Method, running: Running) -> Result<Self, E> {
        let tx = Tx::of_client(running.streams.duplex(), method.up().encoded());
        Ok(Self::new(tx, running.answer, method))
    }
}

impl<U: Wire, T: Wire, E: MethodError, S: MethodError> Opens<E> for (Tx<U>, Rx<T, S>) {
    const WAITS: bool = true;

    async fn open(method: &'static Method, running: Running) -> Result<Self, E> {
        let tx = Tx::of_client(running.streams.duplex(), method.up().encoded());
        let rx = <Rx<T, S> as Opens<E>>::open(method, running).await?;
        Ok((tx, rx))
    }
}
