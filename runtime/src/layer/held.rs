//! A method of which something is held while a call of it runs: a place among those that may run, the watch of those who observe.

use std::sync::Arc;
use std::task::{Context, Poll, ready};

use crate::body::{Arrived, Given, Written};
use crate::channel::BoxFuture;
use crate::handler::{Bound, Handler, Runner};
use crate::{Call, Ctx, Metadata, MethodRef, Reply, Result, Status};

/// Whoever gives out what is held.
pub(super) trait Holds: Clone + Send + Sync + 'static {
    /// What is held. A call that is given up drops it.
    type Held: Send;

    /// A call begins.
    ///
    /// # Errors
    /// Why it may not.
    fn hold(&self, method: &MethodRef, metadata: &Metadata) -> Result<Self::Held>;

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
    fn call(&self, call: Call) -> BoxFuture<Result<Reply>> {
        let (holder, inner) = (self.holder.clone(), self.inner.clone());
        Box::pin(async move {
            let held = holder.hold(&call.method, call.cx.metadata())?;
            let result = inner.call(call).await;
            H::end(held, result.as_ref().err());
            result
        })
    }

    fn runner(&self) -> Option<Box<dyn Runner>> {
        Some(Box::new(AroundRunner {
            holder: self.holder.clone(),
            inner: self.inner.runner()?,
            method: self.method.clone(),
            held: None,
        }))
    }
}

struct AroundRunner<H: Holds> {
    holder: H,
    inner: Box<dyn Runner>,
    method: MethodRef,
    held: Option<H::Held>,
}

impl<H: Holds> Runner for AroundRunner<H> {
    fn begin(&mut self, cx: Ctx, shape: &Written, request: Arrived<'_>) -> Result<()> {
        let held = self.holder.hold(&self.method, cx.metadata())?;
        let begun = self.inner.begin(cx, shape, request);
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
        let ended = ready!(self.inner.poll(cx, answer));
        if let Some(held) = self.held.take() {
            H::end(
                held,
                ended.as_ref().and_then(|result| result.as_ref().err()),
            );
        }
        Poll::Ready(ended)
    }
}
