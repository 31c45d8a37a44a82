//! Which thread drives a connection, if only one does, as in a current-thread runtime. That thread may be blocked while
//! other threads have calls on the connection, so those enforce their deadlines themselves. To ask for each call in
//! which runtime a thread is would cost too much, so two runtimes that take turns on one thread are not told apart.

use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::runtime::{Handle, RuntimeFlavor};

/// The thread of a connection's driver; 0 if there are several. A hint that publishes nothing else, so relaxed accesses
/// are enough: with a stale value, a call may only rely on a driver that is late.
pub(super) struct Home(AtomicUsize);

impl Home {
    /// For a driver that is spawned in this runtime.
    pub(super) fn here() -> Self {
        Self(AtomicUsize::new(match Handle::current().runtime_flavor() {
            RuntimeFlavor::CurrentThread => this_thread(),
            _ => 0,
        }))
    }

    /// The driver is running on this thread. Different threads may run a runtime one after the other.
    pub(super) fn settle(&self) {
        if self.0.load(Ordering::Relaxed) != 0 {
            self.0.store(this_thread(), Ordering::Relaxed);
        }
    }

    /// Whether another thread drives the connection, one that may be blocked while this one is not.
    #[inline]
    pub(super) fn is_elsewhere(&self) -> bool {
        let home = self.0.load(Ordering::Relaxed);
        home != 0 && home != this_thread()
    }
}

/// Identifies this thread among those that exist now.
fn this_thread() -> usize {
    thread_local!(static HERE: u8 = const { 0 });
    HERE.with(|here| ptr::from_ref(here).addr())
}
