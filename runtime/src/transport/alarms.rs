//! Which calls of a connection want to be looked at: each has an alarm, and a driver that sleeps is woken by the first.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Wake, Waker};

use crate::protocol::CallId;

/// Puts its call on the list and wakes the driver if that sleeps.
pub(super) struct Alarm {
    ready: Arc<Ready>,
    id: CallId,
    queued: AtomicBool,
}

impl Alarm {
    pub(super) fn new(ready: &Arc<Ready>, id: CallId) -> Arc<Self> {
        Arc::new(Self {
            ready: ready.clone(),
            id,
            queued: AtomicBool::new(false),
        })
    }

    /// The call is being looked at; from here on it can ring again.
    pub(super) fn heard(&self) {
        self.queued.store(false, Ordering::Release);
    }
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.queued.swap(true, Ordering::AcqRel) {
            self.ready.add(self.id);
        }
    }
}

/// The calls whose alarm rang.
#[derive(Default)]
pub(super) struct Ready {
    state: Mutex<(Vec<CallId>, Option<Waker>)>,
}

impl Ready {
    fn add(&self, id: CallId) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.0.push(id);
        let driver = state.1.take();
        drop(state);
        if let Some(driver) = driver {
            driver.wake();
        }
    }

    /// Moves the calls to `into`, which is empty.
    pub(super) fn take(&self, into: &mut Vec<CallId>) {
        std::mem::swap(
            &mut self.state.lock().unwrap_or_else(PoisonError::into_inner).0,
            into,
        );
    }

    /// Lets the next alarm wake the driver; `false` if one rang already.
    pub(super) fn park(&self, cx: &mut Context<'_>) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if !state.0.is_empty() {
            return false;
        }
        state.1 = Some(cx.waker().clone());
        true
    }
}
