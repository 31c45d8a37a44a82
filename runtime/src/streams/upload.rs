//! A call whose client sends a stream and gets one answer.

use std::fmt;
use std::future::{Future, poll_fn};
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::Duplex;
use super::answer::Answer;
use super::tx::Tx;
use crate::outcome::MethodError;
use crate::unary;
use crate::wire::Wire;
use crate::with_metadata::beside;
use crate::{Metadata, Method, Result, Status, WithMetadata};

/// Sends a stream and gets the answer at its end. Dropping it before that cancels the call.
pub struct Upload<T, R, E = Status> {
    tx: Tx<T>,
    answer: Answer,
    /// The answer, if it arrived before the end of the stream.
    early: Option<Early<R, E>>,
    method: &'static Method,
    result: PhantomData<fn() -> (R, E)>,
}

/// An answer with its metadata.
type Early<R, E> = (Result<R, E>, Metadata);

impl<T: Wire, R: Wire, E: MethodError> Upload<T, R, E> {
    pub(super) fn new(tx: Tx<T>, answer: Answer, method: &'static Method) -> Self {
        Self {
            tx,
            answer,
            early: None,
            method,
            result: PhantomData,
        }
    }

    /// Sends a message once there is room for it on this side.
    ///
    /// # Errors
    /// Why the call has failed, which [`Self::finish`] reports too, or why this message cannot be sent: see
    /// [`Tx::send`]. If the server has answered without waiting for the end, [`Code::Aborted`](crate::Code::Aborted),
    /// and `finish` returns its answer.
    pub async fn send(&mut self, message: T) -> Result<(), E> {
        let refused = match self.tx.send(message).await {
            Ok(()) => return Ok(()),
            Err(status) => status,
        };
        if !self.tx.is_over() || self.early.is_some() {
            return Err(E::from(refused));
        }
        let (tx, method) = (&self.tx, self.method);
        let early = poll_fn(|cx| poll_answer(&mut self.answer, tx.duplex(), method, cx));
        let (answer, metadata) = early.await;
        let error = answer.as_ref().err().cloned();
        self.early = Some((answer, metadata));
        Err(error.unwrap_or_else(|| E::from(refused)))
    }

    /// Ends the stream and waits for the answer: `upload.finish().await`, or `upload.finish().with_metadata().await`
    /// for its metadata too.
    ///
    /// # Errors
    /// Why the call has failed.
    pub fn finish(mut self) -> Finish<R, E> {
        if self.early.is_none() {
            self.tx.end();
        }
        Finish {
            duplex: self.tx.duplex().clone(),
            answer: self.answer,
            early: self.early,
            method: self.method,
        }
    }

    /// Whether the connection is about to end, as [`Rx::is_draining`](crate::Rx::is_draining) says.
    pub fn is_draining(&self) -> bool {
        self.tx.is_draining()
    }

    /// Waits until [`Self::is_draining`]. Does not borrow the upload.
    pub fn draining(&self) -> impl Future<Output = ()> + Send + 'static + use<T, R, E> {
        self.tx.draining()
    }
}

/// The answer of a call whose client has sent everything. Dropping it cancels the call.
#[must_use = "an upload that nobody waits for is cancelled"]
pub struct Finish<R, E = Status> {
    duplex: Arc<Duplex>,
    answer: Answer,
    early: Option<Early<R, E>>,
    method: &'static Method,
}

impl<R: Wire, E: MethodError> Finish<R, E> {
    /// The same, with all metadata that the handler set: `(answer, metadata)`.
    pub fn with_metadata(self) -> WithMetadata<Self> {
        WithMetadata(self)
    }

    fn poll_both(&mut self, cx: &mut Context<'_>) -> Poll<Early<R, E>> {
        match self.early.take() {
            Some(early) => Poll::Ready(early),
            None => poll_answer(&mut self.answer, &self.duplex, self.method, cx),
        }
    }
}

/// The answer, and all that the handler said beside it: before it accepted the call, and after.
fn poll_answer<R: Wire, E: MethodError>(
    answer: &mut Answer,
    duplex: &Duplex,
    method: &'static Method,
    cx: &mut Context<'_>,
) -> Poll<Early<R, E>> {
    let mut reply = ready!(answer.poll(cx));
    let mut metadata = duplex.down.take_head();
    metadata.append_all(beside(&mut reply));
    Poll::Ready((
        unary::finish(method, reply, answer.flight(), None),
        metadata,
    ))
}

/// Nothing in it is pinned.
impl<R, E> Unpin for Finish<R, E> {}

impl<R: Wire, E: MethodError> Future for Finish<R, E> {
    type Output = Result<R, E>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<R, E>> {
        self.poll_both(cx).map(|(answer, _)| answer)
    }
}

impl<R: Wire, E: MethodError> Future for WithMetadata<Finish<R, E>> {
    type Output = (Result<R, E>, Metadata);

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.poll_both(cx)
    }
}

impl<R, E> fmt::Debug for Finish<R, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Finish").field(&self.method).finish()
    }
}

impl<T, R, E> fmt::Debug for Upload<T, R, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Upload").field(&self.method).finish()
    }
}
