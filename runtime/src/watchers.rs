//! Who waits for something that happens for good: their wakers, to be woken where that does no harm.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

/// Those who wait for something.
#[derive(Debug, Default)]
pub(crate) struct Watchers(Mutex<Vec<Waker>>);

impl Watchers {
    /// Ready if it has `happened`; else `waker` is among those to wake.
    pub(crate) fn poll(&self, waker: &Waker, happened: impl FnOnce() -> bool) -> Poll<()> {
        let mut watchers = self.lock();
        if happened() {
            return Poll::Ready(());
        }
        if !watchers.iter().any(|known| known.will_wake(waker)) {
            watchers.push(waker.clone());
        }
        Poll::Pending
    }

    /// Those to wake, once it has happened.
    pub(crate) fn take(&self) -> Vec<Waker> {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Waker>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
