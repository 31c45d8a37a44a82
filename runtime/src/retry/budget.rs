//! How many retries are allowed: a share of the successes, so that retries never become most of the load of a server in
//! trouble.

use std::sync::atomic::{AtomicU64, Ordering};

/// One retry, in the unit that is counted.
const WHOLE: u64 = 1000;

/// A token bucket that successes fill and retries empty. It guards no other data, so relaxed accesses are enough.
pub(super) struct Budget {
    level: AtomicU64,
    full: u64,
    share: u64,
}

impl Budget {
    /// A bucket full with `reserve` retries, to which each success adds `share` of one.
    pub(super) fn new(share: f64, reserve: u32) -> Self {
        let full = u64::from(reserve) * WHOLE;
        Self {
            level: AtomicU64::new(full),
            full,
            // The cast saturates, and turns NaN into 0.
            share: (share * WHOLE as f64) as u64,
        }
    }

    /// A call has succeeded. While the bucket is full, nothing is written.
    #[inline]
    pub(super) fn deposit(&self) {
        let more = |level: u64| {
            let next = level.saturating_add(self.share).min(self.full);
            (next > level).then_some(next)
        };
        // Fails if the bucket is full, which is fine.
        let _ = self
            .level
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
    }

    /// Takes one retry, if there is one.
    pub(super) fn withdraw(&self) -> bool {
        let take = |level: u64| level.checked_sub(WHOLE);
        self.level
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
            .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_successes_pay_for_one_retry() {
        let budget = Budget::new(0.1, 2);
        assert_eq!([(); 3].map(|()| budget.withdraw()), [true, true, false]);
        (0..9).for_each(|_| budget.deposit());
        assert!(!budget.withdraw());
        budget.deposit();
        assert!(budget.withdraw());
        assert!(!budget.withdraw());
    }

    #[test]
    fn it_never_holds_more_than_its_reserve() {
        let budget = Budget::new(0.6, 1);
        (0..1000).for_each(|_| budget.deposit());
        assert!(budget.withdraw());
        assert!(!budget.withdraw());
        let none = Budget::new(f64::NAN, 0);
        none.deposit();
        assert!(!none.withdraw());
    }
}
