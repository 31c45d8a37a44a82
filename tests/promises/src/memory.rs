//! Measures how much memory code takes. The command uses an allocator that counts.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use tracking_allocator::{
    AllocationGroupId, AllocationGroupToken, AllocationGuard, AllocationRegistry, AllocationTracker,
};

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);
static LARGEST: AtomicUsize = AtomicUsize::new(0);

/// Counts allocations while it is asked to.
pub struct Meter(AllocationGroupToken);

/// How much memory code took, in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Taken {
    /// The peak.
    pub peak: usize,
    /// The largest single allocation.
    pub largest: usize,
}

impl Meter {
    /// The only meter of the process.
    ///
    /// # Panics
    /// There is one already.
    pub fn new() -> Self {
        AllocationRegistry::set_global_tracker(Counter).expect("there is one meter");
        AllocationRegistry::enable_tracking();
        Self(AllocationGroupToken::register().expect("there is one meter"))
    }

    /// Measures `run`.
    pub fn measure(&mut self, run: impl FnOnce()) -> Taken {
        let count = self.count();
        run();
        count.taken()
    }

    /// Counts what this thread allocates, from 0, until the returned guard is dropped.
    pub fn count(&mut self) -> Count<'_> {
        LIVE.store(0, Relaxed);
        PEAK.store(0, Relaxed);
        LARGEST.store(0, Relaxed);
        Count(self.0.enter())
    }
}

/// An ongoing measurement.
pub struct Count<'m>(
    #[allow(dead_code, reason = "it counts until it is dropped")] AllocationGuard<'m>,
);

impl Count<'_> {
    /// Bytes allocated now.
    pub fn live(&self) -> usize {
        LIVE.load(Relaxed)
    }

    /// The figures so far.
    pub fn taken(&self) -> Taken {
        Taken {
            peak: PEAK.load(Relaxed),
            largest: LARGEST.load(Relaxed),
        }
    }
}

impl Default for Meter {
    fn default() -> Self {
        Self::new()
    }
}

struct Counter;

impl AllocationTracker for Counter {
    fn allocated(&self, _: usize, size: usize, _: usize, group: AllocationGroupId) {
        if group != AllocationGroupId::ROOT {
            let live = LIVE.fetch_add(size, Relaxed) + size;
            PEAK.fetch_max(live, Relaxed);
            LARGEST.fetch_max(size, Relaxed);
        }
    }

    fn deallocated(
        &self,
        _: usize,
        size: usize,
        _: usize,
        group: AllocationGroupId,
        _: AllocationGroupId,
    ) {
        if group != AllocationGroupId::ROOT {
            // Left over from an earlier measurement.
            let less = |live: usize| Some(live.saturating_sub(size));
            let _ = LIVE.fetch_update(Relaxed, Relaxed, less);
        }
    }
}
