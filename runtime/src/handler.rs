//! A method with its implementation: found once by its name, then called many times.

mod lent;

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use crate::body::{Arrived, Given, Held, Written};
use crate::channel::BoxFuture;
use crate::outcome::{MethodError, Outcome};
use crate::service::{bad_request, no_such_method, outcome, reply};
use crate::wire::{Message, Wire};
use crate::{Call, Ctx, Method, Reply, Result, Service};

pub use lent::{Answered, Lent};

/// A method with its implementation. Generated servers give one for each of their methods, and connections keep those
/// that their clients call.
pub struct Handler(Box<dyn Bound>);

/// A [`Handler`] without its types.
pub(crate) trait Bound: Send + Sync {
    /// Answers one call from anywhere.
    fn call(&self, call: Call) -> BoxFuture<Result<Reply>>;

    /// Where calls from connections run; `None` for a method with streams.
    fn runner(&self) -> Option<Box<dyn Runner>>;
}

/// Where calls of one method run one after the other, straight from bytes and to bytes. It keeps its memory between
/// them, so that a call allocates only what its request and its handler need.
pub(crate) trait Runner: Send {
    /// Decodes the request and makes the handler's future.
    ///
    /// # Errors
    /// The bytes are no request of the method.
    fn begin(&mut self, cx: Ctx, shape: &Written, request: Arrived<'_>) -> Result<()>;

    /// Runs the handler to its next await. A value that it ends with goes to `answer`, to be encoded where it is; any other end is
    /// given back. Another call can begin then.
    fn poll(
        &mut self,
        cx: &mut Context<'_>,
        answer: &mut dyn FnMut(Given<'_>),
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
        Self(Box::new(Unary {
            service: service.clone(),
            method,
            implementation,
            request: PhantomData,
        }))
    }

    /// A method with streams, which takes its calls as they are.
    pub fn streaming<S, F, Fut>(service: &Arc<S>, implementation: F) -> Self
    where
        S: Send + Sync + 'static,
        F: Fn(Arc<S>, Call) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Reply>> + Send + 'static,
    {
        Self(Box::new(Streaming {
            service: service.clone(),
            implementation,
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

/// Answers a call by the handler that `service` has for it. Generated servers call it.
///
/// # Errors
/// What the handler fails with, or that there is none.
pub async fn dispatch(service: &impl Service, call: Call) -> Result<Reply> {
    match service.handler(&call.method) {
        Some(handler) => handler.call(call).await,
        None => Err(no_such_method(&call)),
    }
}

struct Unary<S, Req, F> {
    service: Arc<S>,
    method: &'static Method,
    implementation: F,
    request: PhantomData<fn(Req)>,
}

impl<S, Req, T, E, F, Fut> Bound for Unary<S, Req, F>
where
    S: Send + Sync + 'static,
    Req: Message,
    T: Wire,
    E: MethodError,
    F: Fn(Arc<S>, Ctx, Req) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<T, E>> + Send + 'static,
{
    fn call(&self, call: Call) -> BoxFuture<Result<Reply>> {
        let method = self.method;
        match call.decode(method) {
            Ok((cx, request)) => {
                let beside = cx.reply_meta_of();
                let answer = (self.implementation)(self.service.clone(), cx, request);
                Box::pin(async move {
                    let answer = answer.await;
                    let metadata = beside.take();
                    reply(method, answer).map(|reply| Reply { metadata, ..reply })
                })
            }
            Err(status) => Box::pin(async { Err(status) }),
        }
    }

    fn runner(&self) -> Option<Box<dyn Runner>> {
        let unary = Self {
            service: self.service.clone(),
            method: self.method,
            implementation: self.implementation.clone(),
            request: PhantomData,
        };
        Some(Box::new(UnaryRunner {
            unary,
            future: Box::pin(None),
        }))
    }
}

struct UnaryRunner<S, Req, F, Fut> {
    unary: Unary<S, Req, F>,
    future: Pin<Box<Option<Fut>>>,
}

impl<S, Req, T, E, F, Fut> Runner for UnaryRunner<S, Req, F, Fut>
where
    S: Send + Sync + 'static,
    Req: Message,
    T: Wire,
    E: MethodError,
    F: Fn(Arc<S>, Ctx, Req) -> Fut + Send + Sync,
    Fut: Future<Output = Result<T, E>> + Send,
{
    fn begin(&mut self, cx: Ctx, shape: &Written, request: Arrived<'_>) -> Result<()> {
        let Unary {
            service,
            method,
            implementation,
            ..
        } = &self.unary;
        let request = shape
            .decode(method.request_shape(), request)
            .map_err(|error| bad_request(method, error.into()))?;
        let future = implementation(service.clone(), cx, request);
        self.future.set(Some(future));
        Ok(())
    }

    fn poll(
        &mut self,
        cx: &mut Context<'_>,
        answer: &mut dyn FnMut(Given<'_>),
    ) -> Poll<Option<Result<Reply>>> {
        let Some(future) = self.future.as_mut().as_pin_mut() else {
            return Poll::Pending;
        };
        let result = ready!(future.poll(cx));
        self.future.set(None);
        let outcome: Outcome<T, E> = match outcome(result) {
            Ok(outcome) => outcome,
            Err(status) => return Poll::Ready(Some(Err(status))),
        };
        answer(Held::new(outcome, self.unary.method.reply_shape()).give());
        Poll::Ready(None)
    }
}

struct Streaming<S, F> {
    service: Arc<S>,
    implementation: F,
}

impl<S, F, Fut> Bound for Streaming<S, F>
where
    S: Send + Sync + 'static,
    F: Fn(Arc<S>, Call) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Reply>> + Send + 'static,
{
    fn call(&self, call: Call) -> BoxFuture<Result<Reply>> {
        let beside = call.cx.reply_meta_of();
        let answer = (self.implementation)(self.service.clone(), call);
        Box::pin(async move {
            let answer = answer.await;
            let metadata = beside.take();
            answer.map(|reply| Reply { metadata, ..reply })
        })
    }

    fn runner(&self) -> Option<Box<dyn Runner>> {
        None
    }
}
