//! Methods with one request and one reply, in whatever form their handlers get the request.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::{Bound, Runner};
use crate::body::{Arrived, Body, Handed, Held, Outgoing, Written};
use crate::channel::BoxFuture;
use crate::outcome::{MethodError, Outcome};
use crate::wire::Wire;
use crate::{Call, Ctx, Method, Reply, Result};

/// The form in which a handler gets its request and returns its answer.
pub(super) trait Way: 'static {
    /// What it gets.
    type Request;
    /// What its future returns.
    type Answer;
    /// The result of the method.
    type Value: Wire;
    /// How the method fails.
    type Error: MethodError;
    /// Memory that one request leaves to the next.
    type Memory: Default + Send;

    /// The request of a call from anywhere.
    ///
    /// # Errors
    /// It is not a request of the method.
    fn called(method: &'static Method, call: Call) -> Result<(Ctx, Self::Request)>;

    /// The request in bytes from a connection.
    ///
    /// # Errors
    /// The bytes are not a request of the method.
    fn arrived(
        method: &'static Method,
        shape: &Written,
        request: Arrived<'_>,
        memory: &mut Self::Memory,
    ) -> Result<Self::Request>;

    /// The contents of the reply.
    ///
    /// # Errors
    /// The status that the call ends with.
    fn answered(
        answer: Self::Answer,
        memory: &mut Self::Memory,
    ) -> Result<Outcome<Self::Value, Self::Error>>;
}

/// A method with its implementation.
pub(super) struct Unary<S, W, F> {
    service: Arc<S>,
    method: &'static Method,
    implementation: F,
    way: PhantomData<fn() -> W>,
}

impl<S, W, F> Unary<S, W, F> {
    pub(super) fn new(service: &Arc<S>, method: &'static Method, implementation: F) -> Self {
        Self {
            service: service.clone(),
            method,
            implementation,
            way: PhantomData,
        }
    }
}

impl<S, W, F, Fut> Bound for Unary<S, W, F>
where
    S: Send + Sync + 'static,
    W: Way,
    F: Fn(Arc<S>, Ctx, W::Request) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = W::Answer> + Send + 'static,
{
    fn call(&self, call: Call) -> BoxFuture<Result<Reply>> {
        let method = self.method;
        match W::called(method, call) {
            Ok((cx, request)) => {
                let beside = cx.reply_meta_of();
                let answer = (self.implementation)(self.service.clone(), cx, request);
                Box::pin(async move {
                    let outcome = W::answered(answer.await, &mut W::Memory::default())?;
                    Ok(Reply {
                        metadata: beside.take(),
                        body: Body::value(outcome, method.reply_shape()),
                    })
                })
            }
            Err(status) => Box::pin(async { Err(status) }),
        }
    }

    fn runner(&self) -> Option<Box<dyn Runner>> {
        let unary = Self::new(&self.service, self.method, self.implementation.clone());
        Some(Box::new(UnaryRunner {
            unary,
            memory: W::Memory::default(),
            future: Box::pin(None),
        }))
    }
}

struct UnaryRunner<S, W: Way, F, Fut> {
    unary: Unary<S, W, F>,
    memory: W::Memory,
    future: Pin<Box<Option<Fut>>>,
}

impl<S, W, F, Fut> Runner for UnaryRunner<S, W, F, Fut>
where
    S: Send + Sync + 'static,
    W: Way,
    F: Fn(Arc<S>, Ctx, W::Request) -> Fut + Send + Sync,
    Fut: Future<Output = W::Answer> + Send,
{
    fn begin(&mut self, cx: Ctx, shape: &Written, request: Arrived<'_>) -> Result<()> {
        let Unary {
            service,
            method,
            implementation,
            ..
        } = &self.unary;
        let request = W::arrived(method, shape, request, &mut self.memory)?;
        let future = implementation(service.clone(), cx, request);
        self.future.set(Some(future));
        Ok(())
    }

    fn poll(
        &mut self,
        cx: &mut Context<'_>,
        answer: &mut dyn FnMut(&[u8], &mut dyn Outgoing),
    ) -> Poll<Option<Result<Reply>>> {
        let Some(future) = self.future.as_mut().as_pin_mut() else {
            return Poll::Pending;
        };
        let answered = ready!(future.poll(cx));
        self.future.set(None);
        match W::answered(answered, &mut self.memory) {
            Ok(mut outcome) => {
                let (mut handed, shape) = (Handed::default(), self.unary.method.reply_shape());
                answer(
                    shape.head(),
                    &mut Held::new(&mut outcome, &mut handed, shape),
                );
                Poll::Ready(None)
            }
            Err(status) => Poll::Ready(Some(Err(status))),
        }
    }
}
