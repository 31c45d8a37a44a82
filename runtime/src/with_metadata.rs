//! A call whose caller wants to read what came beside the reply.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use crate::outcome::MethodError;
use crate::unary::finish;
use crate::wire::{Message, Wire};
use crate::{Metadata, Result, Status, Unary, UnaryFuture};

/// A call that gives the metadata of its reply too: see [`Unary::with_metadata`]. It begins when it is awaited.
#[must_use = "a call does nothing until it is awaited"]
pub struct WithMetadata<'a, Req, T, E = Status>(pub(crate) Unary<'a, Req, T, E>);

impl<'a, Req: Message, T: Wire, E: MethodError> IntoFuture for WithMetadata<'a, Req, T, E> {
    type Output = Result<(T, Metadata), E>;
    type IntoFuture = WithMetadataFuture<'a, Req, T, E>;

    fn into_future(self) -> Self::IntoFuture {
        WithMetadataFuture(self.0.into_future())
    }
}

impl<Req, T, E> fmt::Debug for WithMetadata<'_, Req, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("WithMetadata").field(&self.0).finish()
    }
}

/// A call that runs, and gives the metadata of its reply too.
#[must_use = "a call does nothing until it is awaited"]
pub struct WithMetadataFuture<'a, Req, T, E = Status>(UnaryFuture<'a, Req, T, E>);

impl<Req: Message, T: Wire, E: MethodError> Future for WithMetadataFuture<'_, Req, T, E> {
    type Output = Result<(T, Metadata), E>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut result = ready!(self.0.poll_reply(cx));
        let metadata = match &mut result {
            Ok(reply) => std::mem::take(&mut reply.metadata),
            Err(_) => Metadata::new(),
        };
        let value = finish(self.0.method(), result)?;
        Poll::Ready(Ok((value, metadata)))
    }
}
