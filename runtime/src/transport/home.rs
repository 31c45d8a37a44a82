//! Which thread drives a connection, where only one does: in a runtime of one thread. That one may wait for something else
//! while callers on other threads have calls on the connection, so those look after their deadlines themselves. Which runtime
//! a thread is in costs too much to ask for each call, so two runtimes that take turns on one thread are not told apart.

use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::runtime::{Handle, RuntimeFlavor};

/// The thread of a connection's driver; 0 if there are several.
pub(super) struct Home(AtomicUsize);

impl Home {
    /// Of a driver in this runtime.
    pub(super) fn here() -> Self {
        Self(AtomicUsize::new(match Handle::current().runtime_flavor() {
            RuntimeFlavor::CurrentThread => this_thread(),
            _ => 0,
        }))
    }

    /// The driver runs on this thread now: a runtime may be run by one after the other.
    pub(super) fn settle(&self) {
        if self.0.load(Ordering::Relaxed) != 0 {
            self.0.store(this_thread(), Ordering::Relaxed);
        }
    }

    /// Whether the driver waits for a thread that this one may outrun.
    #[inline]
    pub(super) fn is_elsewhere(&self) -> bool {
        let home = self.0.load(Ordering::Relaxed);
        home != 0 && home != this_thread()
    }
}

/// What tells this thread from all others that there are.
fn this_thread() -> usize {
    thread_local!(static HERE: u8 = const { 0 });
    HERE.with(|here| ptr::from_ref(here).addr())
}
