//! The user's code around each call. Calls from connections run it in place: its future reuses the memory of the
//! previous one, like that of a handler.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::Next;
use super::straight::Straight;
use crate::body::{Arrived, Outgoing, Packed, Written};
use crate::channel::{BoxFuture, Boxing};
use crate::handler::{Bound, Handler, Runner};
use crate::retry::Retrying;
use crate::service::NamedService;
use crate::{Body, Call, Channel, Ctx, Method, MethodRef, Reply, Result, Service};

/// A service with a layer around it: see [`Service::layer`].
pub struct Layered<F, S> {
    layer: Arc<F>,
    inner: Channel,
    next: Next,
    service: PhantomData<fn() -> S>,
}

impl<F, S: Service> Layered<F, S> {
    /// `service` with `layer` around each call.
    pub(crate) fn new(service: S, layer: F) -> Self {
        let inner = Channel::new(service);
        Self {
            layer: Arc::new(layer),
            next: Next::by_name(inner.clone()),
            inner,
            service: PhantomData,
        }
    }
}

impl<F, Fut, S> Service for Layered<F, S>
where
    F: Fn(Call, Next) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Reply>> + Send + 'static,
    S: Service,
{
    fn call(&self, call: Call) -> impl Future<Output = Result<Reply>> + Send {
        (self.layer)(call, self.next.clone())
    }

    fn handler(&self, method: &MethodRef) -> Option<Handler> {
        let handler = self.inner.handler(method)?;
        Some(Handler::around(LayeredMethod {
            layer: self.layer.clone(),
            inner: self.inner.clone(),
            method: method.clone(),
            handler: Arc::new(handler),
        }))
    }

    fn far_address(&self) -> Option<Arc<str>> {
        self.inner.far_address()
    }

    fn retrying_within(&self) -> Option<Arc<Retrying>> {
        self.inner.retrying_within()
    }

    fn boxing(&self) -> Option<&dyn Boxing> {
        Some(self)
    }
}

impl<F, Fut, S> Boxing for Layered<F, S>
where
    F: Fn(Call, Next) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Reply>> + Send + 'static,
    S: Service,
{
    fn begin(&self, call: Call) -> BoxFuture<Result<Reply>> {
        Box::pin((self.layer)(call, self.next.clone()))
    }
}

impl<F, Fut, S> NamedService for Layered<F, S>
where
    F: Fn(Call, Next) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Reply>> + Send + 'static,
    S: NamedService,
{
    const NAMES: &'static [&'static str] = S::NAMES;
    const METHODS: &'static [&'static Method] = S::METHODS;
}

impl<F, S> fmt::Debug for Layered<F, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Layered").finish_non_exhaustive()
    }
}

/// A method with a layer around it.
struct LayeredMethod<F> {
    layer: Arc<F>,
    inner: Channel,
    method: MethodRef,
    handler: Arc<Handler>,
}

impl<F> LayeredMethod<F> {
    fn next(&self) -> Next {
        let straight = Straight::new(self.method.clone(), self.handler.clone());
        Next::straight(self.inner.clone(), straight)
    }
}

impl<F, Fut> Bound for LayeredMethod<F>
where
    F: Fn(Call, Next) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Reply>> + Send + 'static,
{
    fn call(&self, call: Call) -> BoxFuture<Result<Reply>> {
        let (layer, next) = (self.layer.clone(), self.next());
        // The code before the layer's first await belongs to the call too, and may panic, so it must run inside the
        // future.
        Box::pin(async move { layer(call, next).await })
    }

    fn runner(&self) -> Option<Box<dyn Runner>> {
        Some(Box::new(LayeredRunner {
            layer: self.layer.clone(),
            next: self.next(),
            method: self.method.clone(),
            future: Box::pin(None),
        }))
    }
}

struct LayeredRunner<F, Fut> {
    layer: Arc<F>,
    next: Next,
    method: MethodRef,
    future: Pin<Box<Option<Fut>>>,
}

impl<F, Fut> Runner for LayeredRunner<F, Fut>
where
    F: Fn(Call, Next) -> Fut + Send + Sync,
    Fut: Future<Output = Result<Reply>> + Send,
{
    fn begin(&mut self, cx: Ctx, shape: &Written, request: Arrived<'_>) -> Result<()> {
        let method = self.method.clone();
        let body = Body::encoded(shape.clone(), Packed::new(request));
        let future = (self.layer)(Call { method, cx, body }, self.next.clone());
        self.future.set(Some(future));
        Ok(())
    }

    fn poll(
        &mut self,
        cx: &mut Context<'_>,
        _: &mut dyn FnMut(&[u8], &mut dyn Outgoing),
    ) -> Poll<Option<Result<Reply>>> {
        let Some(future) = self.future.as_mut().as_pin_mut() else {
            return Poll::Pending;
        };
        let result = ready!(future.poll(cx));
        self.future.set(None);
        Poll::Ready(Some(result))
    }
}
