//! A method with its implementation: looked up once by its name, then called many times.

mod lent;
mod owned;
mod unary;

use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::body::{Arrived, Outgoing, Written};
use crate::channel::BoxFuture;
use crate::outcome::MethodError;
use crate::service::no_such_method;
use crate::streams::Halves;
use crate::wire::{Look, Message, Wire};
use crate::{Call, Ctx, Method, Reply, Result, Service};
use lent::LookedAt;
use owned::Owned;
use unary::Unary;

pub use lent::{Answered, Lent};

/// A method with its implementation. Generated servers return one for each of their methods, and connections keep those
/// that their clients call.
pub struct Handler(Box<dyn Bound>);

/// A [`Handler`] without its types.
pub(crate) trait Bound: Send + Sync {
    /// Answers a call from anywhere.
    fn call(&self, call: Call) -> BoxFuture<Result<Reply>>;

    /// A place for calls from connections; `None` for a method with streams.
    fn runner(&self) -> Option<Box<dyn Runner>>;
}

/// Runs calls of one method, one after the other, from bytes and to bytes. It reuses its memory, so a call only
/// allocates what its request and its handler need.
pub(crate) trait Runner: Send {
    /// Decodes the request and creates the handler's future.
    ///
    /// # Errors
    /// The bytes are not a request of the method.
    fn begin(&mut self, cx: Ctx, shape: &Written, request: Arrived<'_>) -> Result<()>;

    /// Polls the handler. If it ends with a value, that is passed to `answer` with the head of its shape, to be encoded in
    /// place; any other end is returned. After either, the next call can begin.
    fn poll(
        &mut self,
        cx: &mut Context<'_>,
        answer: &mut dyn FnMut(&[u8], &mut dyn Outgoing),
    ) -> Poll<Option<Result<Reply>>>;
}

impl Handler {
    /// A method with one request and one reply.
    pub fn unary<S, Req, T, E, F, Fut>(
        service: &Arc<S>,
        method: &'static Method,
        implementation: F,
    ) -> Self
    where
        S: Send + Sync + 'static,
        Req: Message,
        T: Wire,
        E: MethodError,
        F: Fn(Arc<S>, Ctx, Req) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
    {
        Self(Box::new(Unary::<S, Owned<Req, T, E>, F>::new(
            service,
            method,
            implementation,
        )))
    }

    /// A method with one request, which its handler views, and one reply.
    pub fn lent<S, Req, T, E, F, Fut>(
        service: &Arc<S>,
        method: &'static Method,
        implementation: F,
    ) -> Self
    where
        S: Send + Sync + 'static,
        Req: Message + Look,
        T: Wire,
        E: MethodError,
        F: Fn(Arc<S>, Ctx, Lent<Req>) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<Answered<T, E>>> + Send + 'static,
    {
        Self(Box::new(Unary::<S, LookedAt<Req, T, E>, F>::new(
            service,
            method,
            implementation,
        )))
    }

    /// A method with streams, which its handler gets as `H`. `reply` turns what the handler returns into the call's
    /// answer.
    pub fn streaming<S, Req, H, R, F, Fut>(
        service: &Arc<S>,
        method: &'static Method,
        reply: Answer<R>,
        implementation: F,
    ) -> Self
    where
        S: Send + Sync + 'static,
        Req: Message,
        H: Halves + 'static,
        R: 'static,
        F: Fn(Arc<S>, Ctx, Req, H) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = R> + Send + 'static,
    {
        Self(Box::new(Streaming {
            service: service.clone(),
            method,
            reply,
            implementation,
            taken: PhantomData,
        }))
    }

    /// A method with something around it.
    pub(crate) fn around(bound: impl Bound + 'static) -> Self {
        Self(Box::new(bound))
    }

    pub(crate) fn call(&self, call: Call) -> BoxFuture<Result<Reply>> {
        self.0.call(call)
    }

    pub(crate) fn runner(&self) -> Option<Box<dyn Runner>> {
        self.0.runner()
    }
}

/// Answers a call with the handler that `service` has for it. Generated servers call this.
///
/// # Errors
/// What the handler fails with, or that there is none.
pub async fn dispatch(service: &impl Service, call: Call) -> Result<Reply> {
    match service.handler(&call.method) {
        Some(handler) => handler.call(call).await,
        None => Err(no_such_method(&call)),
    }
}

/// Turns what a handler returns into the call's answer.
type Answer<R> = fn(&'static Method, R) -> Result<Reply>;

struct Streaming<S, Req, H, R, F> {
    service: Arc<S>,
    method: &'static Method,
    reply: Answer<R>,
    implementation: F,
    taken: PhantomData<fn(Req, H)>,
}

impl<S, Req, H, R, F, Fut> Bound for Streaming<S, Req, H, R, F>
where
    S: Send + Sync + 'static,
    Req: Message,
    H: Halves + 'static,
    R: 'static,
    F: Fn(Arc<S>, Ctx, Req, H) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = R> + Send + 'static,
{
    fn call(&self, call: Call) -> BoxFuture<Result<Reply>> {
        let (method, reply) = (self.method, self.reply);
        let (service, implementation) = (self.service.clone(), self.implementation.clone());
        Box::pin(async move {
            let beside = call.cx.reply_meta_of();
            let (cx, request, halves) = call.accept::<Req, H>(method)?;
            let result = implementation(service, cx, request, halves).await;
            let metadata = beside.take();
            reply(method, result).map(|reply| Reply { metadata, ..reply })
        })
    }

    fn runner(&self) -> Option<Box<dyn Runner>> {
        None
    }
}
