//! The same call a second time when the first takes long; whichever answers first counts.

use std::future::{Future, poll_fn};
use std::task::Poll;
use std::time::Duration;

use crate::channel::BoxFuture;
use crate::{Reached, Reply, Result};

/// Waits for `first`; after a while begins what `second` gives and takes the first of the two that succeeds, else the
/// later of the failures. The one that is not needed is dropped.
pub(super) async fn race(
    first: BoxFuture<Result<Reply>>,
    after: Duration,
    mut second: impl FnMut() -> Option<BoxFuture<Result<Reply>>>,
) -> Result<Reply> {
    let mut running = [Some(first), None];
    let mut patience = Some(Box::pin(tokio::time::sleep(after)));
    // What either has reached, the call has.
    let mut reached = Reached::No;
    poll_fn(|cx| {
        let mut last = None;
        for place in 0..running.len() {
            if place > 0
                && running[0].is_some()
                && let Some(sleep) = &mut patience
                && sleep.as_mut().poll(cx).is_ready()
            {
                patience = None;
                running[place] = second();
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
