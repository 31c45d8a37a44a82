//! A call with streams, as clients write it: `client.watch(id).timeout(..).await` returns the streams.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

use super::answer::Answer;
use super::opening::Opening;
use super::outcome::{ended, refused};
use super::{Rx, Streams, Tx, Upload};
use crate::channel::BoxFuture;
use crate::new_call::Options;
use crate::outcome::MethodError;
use crate::wire::{Message, Wire};
use crate::with_metadata::beside;
use crate::{Body, Channel, Metadata, Method, NewCall, Result, Service, Status, WithMetadata};

/// A call with streams. It begins when it is first polled, and returns what the client holds of it: an [`Rx`], an
/// [`Upload`], or a [`Tx`] with an [`Rx`].
///
/// The server must accept the call within the channel's timeout. After that the streams last until they end, or for as
/// long as the timeout of the method or the call says.
pub type Streaming<'a, Req, S, E = Status> = NewCall<'a, Req, ManyMessages<S, E>>;

/// The form of calls that return streams.
pub struct ManyMessages<S, E> {
    /// The future that makes the call, once it has begun.
    opens: Option<BoxFuture<Opened<S, E>>>,
}

/// What a client holds of a call, and the metadata with which the server has accepted it.
type Opened<S, E> = (Result<S, E>, Metadata);

impl<S, E> Default for ManyMessages<S, E> {
    fn default() -> Self {
        Self { opens: None }
    }
}

impl<S, E> fmt::Debug for ManyMessages<S, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ManyMessages").finish_non_exhaustive()
    }
}

impl<Req: Message, S: Opens<E>, E: MethodError> Future for Streaming<'_, Req, S, E> {
    type Output = Result<S, E>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<S, E>> {
        self.poll_opened(cx).map(|(opened, _)| opened)
    }
}

impl<Req, S, E> Future for WithMetadata<Streaming<'_, Req, S, E>>
where
    Req: Message,
    S: Opens<E> + Accepted,
    E: MethodError,
{
    type Output = (Result<S, E>, Metadata);

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.poll_opened(cx)
    }
}

impl<Req: Message, S: Opens<E>, E: MethodError> Streaming<'_, Req, S, E> {
    fn poll_opened(&mut self, cx: &mut Context<'_>) -> Poll<Opened<S, E>> {
        let opens = match &mut self.form.opens {
            Some(opens) => opens,
            None => {
                let channel = self.channel.channel().clone();
                let options = std::mem::take(&mut self.options);
                let request = self.take_body();
                let opens = open(channel, self.method, options, request);
                self.form.opens.insert(Box::pin(opens))
            }
        };
        opens.as_mut().poll(cx)
    }
}

/// Makes the call.
async fn open<S: Opens<E>, E: MethodError>(
    channel: Channel,
    method: &'static Method,
    options: Options,
    request: Body,
) -> Opened<S, E> {
    let opening = match Opening::new(channel, method, options, !S::WAITS) {
        Ok(opening) => opening,
        Err(status) => return (Err(E::from(status)), Metadata::new()),
    };
    let retrying = opening.channel.retrying_within();
    match retrying.filter(|_| S::WAITS) {
        Some(retrying) => opening.until_accepted(retrying, request).await,
        None => S::open(method, opening.start(request, None)).await,
    }
}

/// A call with streams that has begun.
#[doc(hidden)]
pub struct Running {
    pub(super) answer: Answer,
    pub(super) streams: Streams,
}

/// What a client holds of a call with streams.
pub trait Opens<E>: Sized + Send + 'static {
    /// Whether it exists only once the server has accepted the call. Until then nothing has used the streams, so the
    /// call may be retried.
    #[doc(hidden)]
    const WAITS: bool;

    #[doc(hidden)]
    fn open(
        method: &'static Method,
        running: Running,
    ) -> impl Future<Output = (Result<Self, E>, Metadata)> + Send;
}

/// What a client holds once the server has accepted the call, maybe with metadata.
#[doc(hidden)]
pub trait Accepted {}

impl<T, S> Accepted for Rx<T, S> {}

impl<U, T, S> Accepted for (Tx<U>, Rx<T, S>) {}

impl<T: Wire, E: MethodError, S: MethodError> Opens<E> for Rx<T, S> {
    const WAITS: bool = true;

    /// Waits for the server to accept the call, because until then the errors of the call are possible.
    async fn open(method: &'static Method, mut running: Running) -> (Result<Self, E>, Metadata) {
        let duplex = running.streams.duplex();
        if poll_fn(|cx| duplex.down.poll_opened(cx)).await {
            let head = duplex.down.take_head();
            let (answer, beside) = (running.answer, head.clone());
            let rx = Self::of_client(duplex, method, head, answer, ended::<E, S>);
            return (Ok(rx), beside);
        }
        let mut answer = poll_fn(|cx| running.answer.poll(cx)).await;
        let metadata = beside(&mut answer);
        let end = refused::<E, S>(method, answer, running.answer.flight());
        let rx = end.map(|end| Self::ended(duplex, method, metadata.clone(), end));
        (rx, metadata)
    }
}

impl<T: Wire, R: Wire, E: MethodError> Opens<E> for Upload<T, R, E> {
    const WAITS: bool = false;

    async fn open(method: &'static Method, running: Running) -> (Result<Self, E>, Metadata) {
        let tx = Tx::of_client(running.streams.duplex(), method.up().shape());
        (Ok(Self::new(tx, running.answer, method)), Metadata::new())
    }
}

impl<U: Wire, T: Wire, E: MethodError, S: MethodError> Opens<E> for (Tx<U>, Rx<T, S>) {
    const WAITS: bool = true;

    async fn open(method: &'static Method, running: Running) -> (Result<Self, E>, Metadata) {
        let tx = Tx::of_client(running.streams.duplex(), method.up().shape());
        let (rx, metadata) = <Rx<T, S> as Opens<E>>::open(method, running).await;
        (rx.map(|rx| (tx, rx)), metadata)
    }
}
