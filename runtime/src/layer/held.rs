//! Methods for which something is held while a call of them runs: a permit of a limit, or the watch of its observers.

use std::future::{Future, pending};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tracing::span::Entered;

use crate::body::{Arrived, Outgoing, Written};
use crate::channel::BoxFuture;
use crate::handler::{Bound, Handler, Runner};
use crate::{Call, Ctx, MethodRef, Reply, Result, Status};

/// Hands out what is held.
pub(crate) trait Holds: Clone + Send + Sync + 'static {
    /// What is held. Dropped if the call is given up.
    type Held: Send;

    /// A call begins. Puts what is held for it into `held`, which is empty.
    ///
    /// # Errors
    /// The call may not begin.
    fn hold(&self, method: &MethodRef, cx: &mut Ctx, held: &mut Option<Self::Held>) -> Result;

    /// Enters the call's span, until the guard is dropped.
    fn enter(_: &Self::Held) -> Option<Entered<'_>> {
        None
    }

    /// A call has ended: with an answer, or with this status. What was held is dropped next.
    fn end(_: &mut Self::Held, _failed: Option<&Status>) {}
}

/// Polls a call. If it ends, `failed` returns its status.
#[inline]
pub(super) fn poll<H: Holds, T>(
    held: &mut Option<H::Held>,
    run: impl FnOnce() -> Poll<T>,
    failed: impl FnOnce(&T) -> Option<&Status>,
) -> Poll<T> {
    let polled = within::<H, _>(held, run);
    if let Poll::Ready(ended) = &polled {
        end::<H>(held, failed(ended));
    }
    polled
}

/// Runs a part of a call. If it panics, what is held is dropped.
#[inline]
fn within<H: Holds, R>(held: &mut Option<H::Held>, run: impl FnOnce() -> R) -> R {
    struct Falls<'a, T>(&'a mut Option<T>);

    impl<T> Drop for Falls<'_, T> {
        fn drop(&mut self) {
            *self.0 = None;
        }
    }

    let falls = Falls(held);
    let entered = falls.0.as_ref().and_then(H::enter);
    let result = run();
    drop(entered);
    std::mem::forget(falls);
    result
}

/// A handler for whose calls `holder` holds something.
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
            let mut held = None;
            holder.hold(&call.method, &mut call.cx, &mut held)?;
            let entered = held.as_ref().and_then(H::enter);
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

/// A boxed call, and what is held until it is over.
pub(crate) struct Holding<H: Holds> {
    held: Option<H::Held>,
    call: BoxFuture<Result<Reply>>,
}

impl<H: Holds> Holding<H> {
    pub(crate) fn new(held: Option<H::Held>, call: BoxFuture<Result<Reply>>) -> Self {
        Self { held, call }
    }
}

/// The call is boxed, and what is held may be moved.
impl<H: Holds> Unpin for Holding<H> {}

impl<H: Holds> Future for Holding<H> {
    type Output = Result<Reply>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Reply>> {
        let Self { held, call } = &mut *self;
        poll::<H, _>(held, || call.as_mut().poll(cx), |it| it.as_ref().err())
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

/// Ends a call and drops what was held for it.
fn end<H: Holds>(held: &mut Option<H::Held>, failed: Option<&Status>) {
    if let Some(held) = held {
        H::end(held, failed);
    }
    *held = None;
}

struct AroundRunner<H: Holds> {
    holder: H,
    /// Only `None` while this is being dropped.
    inner: Option<Box<dyn Runner>>,
    method: MethodRef,
    held: Option<H::Held>,
}

impl<H: Holds> Runner for AroundRunner<H> {
    fn begin(&mut self, mut cx: Ctx, shape: &Written, request: Arrived<'_>) -> Result<()> {
        let Some(inner) = &mut self.inner else {
            return Ok(());
        };
        self.held = None;
        self.holder.hold(&self.method, &mut cx, &mut self.held)?;
        let begun = within::<H, _>(&mut self.held, || inner.begin(cx, shape, request));
        if let Err(status) = &begun {
            end::<H>(&mut self.held, Some(status));
        }
        begun
    }

    fn poll(
        &mut self,
        cx: &mut Context<'_>,
        answer: &mut dyn FnMut(&[u8], &mut dyn Outgoing),
    ) -> Poll<Option<Result<Reply>>> {
        let (Some(inner), held) = (&mut self.inner, &mut self.held) else {
            return Poll::Pending;
        };
        poll::<H, _>(
            held,
            || inner.poll(cx, answer),
            |it| it.as_ref()?.as_ref().err(),
        )
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
