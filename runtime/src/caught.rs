//! Catches panics of user code, so that they only end what they belong to.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use crate::report::{self, About};

/// Drops a handler, even if that panics.
pub(crate) fn discard<T>(handler: T) {
    if caught(|| drop(handler)).is_none() {
        report::error(&"a handler panicked while it was dropped", About::default());
    }
}

/// The result of the work; `None` if it has panicked. Afterwards nobody may look at the state of that work.
#[inline]
pub(crate) fn caught<T>(work: impl FnOnce() -> T) -> Option<T> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(given) => Some(given),
        Err(said) => {
            // The payload of a panic is the user's too, and may panic when it is dropped. If even that panics, it is
            // leaked.
            if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(said))) {
                std::mem::forget(again);
            }
            None
        }
    }
}

/// The result of a future; `None` if it has panicked.
pub(crate) async fn unless_panics<T>(work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    poll_fn(|cx| match caught(|| work.as_mut().poll(cx)) {
        Some(polled) => polled.map(Some),
        None => Poll::Ready(None),
    })
    .await
}
