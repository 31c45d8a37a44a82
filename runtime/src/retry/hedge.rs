//! Hedging: makes the same call a second time if the first takes long, and takes whichever succeeds first.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::Sleep;

use crate::channel::BoxFuture;
use crate::{Reached, Reply, Result, task};

/// The time to wait for the first of two attempts, from now on.
pub(crate) struct Patience(Pin<Box<Sleep>>);

impl Patience {
    /// `None` outside a runtime, which has no timers.
    pub(super) fn of(time: Duration) -> Option<Self> {
        task::has_runtime().ok()?;
        Some(Self(Box::pin(tokio::time::sleep(time))))
    }

    /// Ready once the time is over.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.0.as_mut().poll(cx)
    }
}

/// Waits for `first`. When `patience` is over, or at once without any, starts `second`. Returns the first success, or
/// else the later failure. The attempt that is not needed is dropped.
pub(super) async fn race(
    first: BoxFuture<Result<Reply>>,
    mut patience: Option<Patience>,
    second: impl FnOnce() -> Option<BoxFuture<Result<Reply>>>,
) -> Result<Reply> {
    let mut running = [Some(first), None];
    let mut second = Some(second);
    // The furthest that either attempt has reached.
    let mut reached = Reached::No;
    poll_fn(|cx| {
        let mut last = None;
        for place in 0..running.len() {
            if place > 0
                && running[0].is_some()
                && second.is_some()
                && patience.as_mut().is_none_or(|it| it.poll(cx).is_ready())
            {
                patience = None;
                running[place] = second.take().and_then(|second| second());
            }
            let call = running[place].as_mut();
            let Some(Poll::Ready(result)) = call.map(|call| call.as_mut().poll(cx)) else {
                continue;
            };
            running[place] = None;
            let status = match result {
                Ok(reply) => return Poll::Ready(Ok(reply)),
                Err(status) => status,
            };
            reached = reached.max(status.reached());
            last = Some(status);
        }
        match (&running, last.take()) {
            ([None, None], Some(status)) => Poll::Ready(Err(status.with_reached(reached))),
            _ => Poll::Pending,
        }
    })
    .await
}
