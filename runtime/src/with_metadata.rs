//! Calls that also return the metadata of their answer.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use crate::outcome::MethodError;
use crate::wire::{Message, Wire};
use crate::{Metadata, Reply, Result, Unary};

/// A call that also returns the metadata of its answer: see [`NewCall::with_metadata`](crate::NewCall::with_metadata).
/// It begins when it is first polled.
#[derive(Debug)]
#[must_use = "a call does nothing until it is awaited"]
pub struct WithMetadata<C>(pub(crate) C);

impl<Req: Message, T: Wire, E: MethodError> Future for WithMetadata<Unary<'_, Req, T, E>> {
    type Output = (Result<T, E>, Metadata);

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut answer = ready!(self.0.poll_reply(cx));
        let metadata = beside(&mut answer);
        Poll::Ready((self.0.end(answer), metadata))
    }
}

/// Takes the metadata of an answer.
pub(crate) fn beside(answer: &mut Result<Reply>) -> Metadata {
    match answer {
        Ok(reply) => std::mem::take(&mut reply.metadata),
        Err(_) => Metadata::new(),
    }
}
