//! A counter, and a waiter for when it falls below a limit.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// Counts things that exist.
#[derive(Default)]
pub(crate) struct Tally(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    count: usize,
    waits: Option<Waker>,
}

/// One of them, counted until it is dropped.
pub(crate) struct Counted(Arc<Tally>);

impl Tally {
    /// Counts one more.
    pub(crate) fn enter(self: &Arc<Self>) -> Counted {
        self.lock().count += 1;
        Counted(self.clone())
    }

    /// Counts one more if there are fewer than `limit`.
    pub(crate) fn enter_below(self: &Arc<Self>, limit: usize) -> Option<Counted> {
        let mut counts = self.lock();
        if counts.count >= limit {
            return None;
        }
        counts.count += 1;
        drop(counts);
        Some(Counted(self.clone()))
    }

    /// The current count.
    pub(crate) fn count(&self) -> usize {
        self.lock().count
    }

    /// Ready if there are fewer than `limit`. Only the last caller is woken.
    pub(crate) fn poll_below(&self, limit: usize, cx: &mut Context<'_>) -> Poll<()> {
        let mut counts = self.lock();
        let before = match counts.count < limit {
            true => return Poll::Ready(()),
            false => counts.waits.replace(cx.waker().clone()),
        };
        drop(counts);
        // Dropping a waker may run arbitrary code, so not under the lock.
        drop(before);
        Poll::Pending
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut counts = self.0.lock();
        counts.count -= 1;
        let waits = counts.waits.take();
        drop(counts);
        if let Some(waits) = waits {
            waits.wake();
        }
    }
}
