//! The same call a second time when the first takes long; whichever answers first counts.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use crate::channel::BoxFuture;
use crate::{Reached, Reply, Result};

/// Waits for `first`; after a while begins what `second` gives and takes the first of the two that succeeds, else the
/// later of the failures. The one that is not needed is dropped.
pub(super) async fn race(
    mut first: BoxFuture<Result<Reply>>,
    after: Duration,
    second: impl FnOnce() -> Option<BoxFuture<Result<Reply>>>,
) -> Result<Reply> {
    let mut patience = pin!(tokio::time::sleep(after));
    let early = poll_fn(|cx| match first.as_mut().poll(cx) {
        Poll::Ready(result) => Poll::Ready(Some(result)),
        Poll::Pending => patience.as_mut().poll(cx).map(|()| None),
    });
    if let Some(result) = early.await {
        return result;
    }
    let Some(second) = second() else {
        return first.await;
    };
    let mut running = [Some(first), Some(second)];
    // What either has reached, the call has.
    let mut reached = Reached::No;
    poll_fn(|cx| {
        for place in 0..running.len() {
            let Some(call) = &mut running[place] else {
                continue;
            };
            let Poll::Ready(result) = call.as_mut().poll(cx) else {
                continue;
            };
            running[place] = None;
            let status = match result {
                Ok(reply) => return Poll::Ready(Ok(reply)),
                Err(status) => status,
            };
            reached = reached.max(status.reached());
            if running.iter().all(Option::is_none) {
                return Poll::Ready(Err(status.with_reached(reached)));
            }
        }
        Poll::Pending
    })
    .await
}
