//! A method of which something is held while a call of it runs: a place among those that may run, the watch of those who observe.

use std::future::{Future, pending};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tracing::span::Entered;

use crate::body::{Arrived, Given, Written};
use crate::channel::BoxFuture;
use crate::handler::{Bound, Handler, Runner};
use crate::{Call, Ctx, MethodRef, Reply, Result, Status};

/// Whoever gives out what is held.
pub(crate) trait Holds: Clone + Send + Sync + 'static {
    /// What is held. A call that is given up drops it.
    type Held: Send;

    /// A call begins.
    ///
    /// # Errors
    /// Why it may not.
    fn hold(&self, method: &MethodRef, cx: &mut Ctx) -> Result<Self::Held>;

    /// A part of the call runs until the guard is dropped.
    fn enter(_: &Self::Held) -> Option<Entered<'_>> {
        None
    }

    /// A call has ended: with an answer, or with this status.
    fn end(held: Self::Held, failed: Option<&Status>);
}

/// The handler of a method, of whose calls `holder` holds something.
pub(super) fn around<H: Holds>(holder: &H, inner: Handler, method: &MethodRef) -> Handler {
    Handler::around(Around {
        holder: holder.clone(),
        inner: Arc::new(inner),
        method: method.clone(),
    })
}

struct Around<H> {
    holder: H,
    inner: Arc<Handler>,
    method: MethodRef,
}

impl<H: Holds> Bound for Around<H> {
    fn call(&self, mut call: Call) -> BoxFuture<Result<Reply>> {
        let (holder, inner) = (self.holder.clone(), self.inner.clone());
        Box::pin(async move {
            let held = holder.hold(&call.method, &mut call.cx)?;
            let entered = H::enter(&held);
            let inner = inner.call(call);
            drop(entered);
            Holding::<H>::new(held, inner).await
        })
    }

    fn runner(&self) -> Option<Box<dyn Runner>> {
        Some(Box::new(AroundRunner {
            holder: self.holder.clone(),
            inner: Some(self.inner.runner()?),
            method: self.method.clone(),
            held: None,
        }))
    }
}

/// A call in a box, and what is held until it is over.
pub(crate) struct Holding<H: Holds> {
    held: Option<H::Held>,
    call: BoxFuture<Result<Reply>>,
}

impl<H: Holds> Holding<H> {
    pub(crate) fn new(held: H::Held, call: BoxFuture<Result<Reply>>) -> Self {
        let held = Some(held);
        Self { held, call }
    }
}

/// The call has a box, and what is held is moved.
impl<H: Holds> Unpin for Holding<H> {}

impl<H: Holds> Future for Holding<H> {
    type Output = Result<Reply>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Reply>> {
        // It is held here, so that it sees a panic pass by.
        let held = self.held.take().expect("the call is not over");
        let entered = H::enter(&held);
        let polled = self.call.as_mut().poll(cx);
        drop(entered);
        match &polled {
            Poll::Ready(result) => H::end(held, result.as_ref().err()),
            Poll::Pending => self.held = Some(held),
        }
        polled
    }
}

impl<H: Holds> Drop for Holding<H> {
    fn drop(&mut self) {
        if let Some(held) = self.held.take() {
            let _entered = H::enter(&held);
            self.call = Box::pin(pending());
        }
    }
}

struct AroundRunner<H: Holds> {
    holder: H,
    /// Always there; `None` once this is dropped.
    inner: Option<Box<dyn Runner>>,
    method: MethodRef,
    held: Option<H::Held>,
}

impl<H: Holds> Runner for AroundRunner<H> {
    fn begin(&mut self, mut cx: Ctx, shape: &Written, request: Arrived<'_>) -> Result<()> {
        let Some(inner) = &mut self.inner else {
            return Ok(());
        };
        let held = self.holder.hold(&self.method, &mut cx)?;
        let entered = H::enter(&held);
        let begun = inner.begin(cx, shape, request);
        drop(entered);
        match &begun {
            Ok(()) => self.held = Some(held),
            Err(status) => H::end(held, Some(status)),
        }
        begun
    }

    fn poll(
        &mut self,
        cx: &mut Context<'_>,
        answer: &mut dyn FnMut(Given<'_>),
    ) -> Poll<Option<Result<Reply>>> {
        // It is held here, so that it sees a panic pass by.
        let (Some(inner), Some(held)) = (&mut self.inner, self.held.take()) else {
            return Poll::Pending;
        };
        let entered = H::enter(&held);
        let polled = inner.poll(cx, answer);
        drop(entered);
        match &polled {
            Poll::Ready(ended) => {
                let failed = ended.as_ref().and_then(|result| result.as_ref().err());
                H::end(held, failed);
            }
            Poll::Pending => self.held = Some(held),
        }
        polled
    }
}

impl<H: Holds> Drop for AroundRunner<H> {
    fn drop(&mut self) {
        if let Some(held) = self.held.take() {
            let _entered = H::enter(&held);
            self.inner = None;
        }
    }
}
