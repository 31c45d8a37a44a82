//! A call whose caller wants to read what comes beside the answer.

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use crate::outcome::MethodError;
use crate::wire::{Message, Wire};
use crate::{Metadata, Reply, Result, Unary, UnaryFuture};

/// A call that gives the metadata of its answer too: see [`NewCall::with_metadata`](crate::NewCall::with_metadata). It begins
/// when it is awaited.
#[derive(Debug)]
#[must_use = "a call does nothing until it is awaited"]
pub struct WithMetadata<C>(pub(crate) C);

impl<'a, Req: Message, T: Wire, E: MethodError> IntoFuture for WithMetadata<Unary<'a, Req, T, E>> {
    type Output = (Result<T, E>, Metadata);
    type IntoFuture = WithMetadata<UnaryFuture<'a, Req, T, E>>;

    fn into_future(self) -> Self::IntoFuture {
        WithMetadata(self.0.into_future())
    }
}

impl<Req: Message, T: Wire, E: MethodError> Future for WithMetadata<UnaryFuture<'_, Req, T, E>> {
    type Output = (Result<T, E>, Metadata);

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut answer = ready!(self.0.poll_reply(cx));
        let metadata = beside(&mut answer);
        Poll::Ready((self.0.end(answer), metadata))
    }
}

/// Takes what comes beside an answer.
pub(crate) fn beside(answer: &mut Result<Reply>) -> Metadata {
    match answer {
        Ok(reply) => std::mem::take(&mut reply.metadata),
        Err(_) => Metadata::new(),
    }
}
