//! Exponential backoff with jitter.

use std::time::Duration;

use crate::random;

/// Pauses that grow with each consecutive failure, up to a longest one.
///
/// ```
/// # use std::time::Duration;
/// let backoff = sinew::Backoff::new(Duration::from_millis(100), Duration::from_secs(10));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
}

impl Backoff {
    /// Stands for anything longer, and can be added to the time without overflow.
    const MOST: Duration = Duration::from_secs(1 << 32);

    /// Pauses from `first`, doubling with each failure up to `longest`.
    pub const fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest }
    }

    /// The longest pause.
    pub const fn longest(&self) -> Duration {
        self.longest
    }

    /// The pause after this many consecutive failures: random up to the growing bound, so that clients that failed
    /// together do not return together.
    pub(crate) fn full_jitter(&self, failures: u32) -> Duration {
        random::between(Duration::ZERO, self.bound(failures))
    }

    /// The same, but at least half of the bound, for what must not return at once.
    pub(crate) fn half_jitter(&self, failures: u32) -> Duration {
        let bound = self.bound(failures);
        random::between(bound / 2, bound)
    }

    fn bound(&self, failures: u32) -> Duration {
        let doublings = failures.saturating_sub(1).min(31);
        let bound = self.first.saturating_mul(1 << doublings);
        bound.min(self.longest).min(Self::MOST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let backoff = Backoff::new(Duration::from_millis(50), Duration::from_secs(2));
        let bounds = [50, 100, 200, 400, 800, 1600, 2000, 2000];
        for (failures, bound) in (1..).zip(bounds.map(Duration::from_millis)) {
            for _ in 0..200 {
                assert!(backoff.full_jitter(failures) <= bound);
                let half = backoff.half_jitter(failures);
                assert!(bound / 2 <= half && half <= bound);
            }
        }
        assert!(backoff.full_jitter(u32::MAX) <= backoff.longest());
    }
}
