//! A method with its implementation: found once by its name, then called many times.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use crate::body::{Arrived, EncodedShape, Given};
use crate::channel::BoxFuture;
use crate::layer::{Observers, Watch};
use crate::outcome::{MethodError, Outcome};
use crate::service::{bad_request, no_such_method, outcome, reply};
use crate::wire::{Message, Wire, give_onto};
use crate::{Call, Ctx, Method, MethodRef, Reply, Result, Service};

/// A method with its implementation. Generated servers give one for each of their methods, and connections keep those
/// that their clients call.
pub struct Handler(Box<dyn Bound>);

/// A [`Handler`] without its types.
trait Bound: Send + Sync {
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
    fn begin(&mut self, cx: Ctx, shape: &EncodedShape, request: Arrived<'_>) -> Result<()>;

    /// Runs the handler to its next await, and gives its answer to `answer` once it has one.
    ///
    /// # Errors
    /// The status that the handler has ended with.
    fn poll(&mut self, cx: &mut Context<'_>, answer: &mut dyn FnMut(Given<'_>))
    -> Poll<Result<()>>;

    /// Drops the handler's future, so that another call can begin.
    fn clear(&mut self);
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

    /// The same, observed.
    pub(crate) fn observed(self, method: &MethodRef, observers: &Observers) -> Self {
        if observers.is_empty() {
            return self;
        }
        Self(Box::new(Observed {
            inner: self,
            method: method.clone(),
            observers: observers.clone(),
        }))
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
                let context = cx.clone();
                let answer = (self.implementation)(self.service.clone(), cx, request);
                Box::pin(async move {
                    let answer = answer.await;
                    let metadata = context.take_reply_meta();
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
    fn begin(&mut self, cx: Ctx, shape: &EncodedShape, request: Arrived<'_>) -> Result<()> {
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
    ) -> Poll<Result<()>> {
        let Some(future) = self.future.as_mut().as_pin_mut() else {
            return Poll::Pending;
        };
        let outcome: Outcome<T, E> = outcome(ready!(future.poll(cx)))?;
        let mut outcome = Some(outcome);
        answer(Given {
            head: self.unary.method.reply_shape().head(),
            encode: &mut |out| outcome.take().map_or(Ok(()), |value| give_onto(value, out)),
        });
        Poll::Ready(Ok(()))
    }

    fn clear(&mut self) {
        self.future.set(None);
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
        let context = call.cx.clone();
        let answer = (self.implementation)(self.service.clone(), call);
        Box::pin(async move {
            let answer = answer.await;
            let metadata = context.take_reply_meta();
            answer.map(|reply| Reply { metadata, ..reply })
        })
    }

    fn runner(&self) -> Option<Box<dyn Runner>> {
        None
    }
}

struct Observed {
    inner: Handler,
    method: MethodRef,
    observers: Observers,
}

impl Bound for Observed {
    fn call(&self, call: Call) -> BoxFuture<Result<Reply>> {
        let watch = self.observers.watch(&call.method, call.cx.metadata());
        let answer = self.inner.call(call);
        Box::pin(async move {
            let result = answer.await;
            if let Some(watch) = watch {
                watch.end(&result);
            }
            result
        })
    }

    fn runner(&self) -> Option<Box<dyn Runner>> {
        Some(Box::new(ObservedRunner {
            inner: self.inner.runner()?,
            method: self.method.clone(),
            observers: self.observers.clone(),
            watch: None,
        }))
    }
}

struct ObservedRunner {
    inner: Box<dyn Runner>,
    method: MethodRef,
    observers: Observers,
    watch: Option<Watch>,
}

impl Runner for ObservedRunner {
    fn begin(&mut self, cx: Ctx, shape: &EncodedShape, request: Arrived<'_>) -> Result<()> {
        let watch = self.observers.watch(&self.method, cx.metadata());
        let begun = self.inner.begin(cx, shape, request);
        match (&begun, watch) {
            (Ok(()), watch) => self.watch = watch,
            (Err(_), Some(watch)) => watch.end(&begun),
            (Err(_), None) => {}
        }
        begun
    }

    fn poll(
        &mut self,
        cx: &mut Context<'_>,
        answer: &mut dyn FnMut(Given<'_>),
    ) -> Poll<Result<()>> {
        let result = ready!(self.inner.poll(cx, answer));
        if let Some(watch) = self.watch.take() {
            watch.end(&result);
        }
        Poll::Ready(result)
    }

    fn clear(&mut self) {
        self.inner.clear();
        self.watch = None;
    }
}
