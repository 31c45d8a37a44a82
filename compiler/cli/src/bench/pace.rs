//! When calls begin.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Tells all callers when the next call begins.
pub(super) struct Pace {
    first: Instant,
    /// Calls per second; `None` if each caller begins its next call as soon as the last one has ended.
    rate: Option<f64>,
    calls: u64,
    ends: Option<Instant>,
    begun: AtomicU64,
}

/// A call to be made now.
pub(super) struct Turn {
    /// How many calls have begun before it.
    pub(super) number: u64,
    /// Latency is measured from here: the time at which the call was due. If all callers were busy then, the delay
    /// counts as latency, because otherwise a server that stalls would only delay a few calls ("coordinated omission").
    pub(super) since: Instant,
}

impl Pace {
    /// Begins now. Without `duration` it ends after `calls`; without `calls`, after `duration`.
    pub(super) fn new(rate: Option<f64>, calls: Option<u64>, duration: Option<Duration>) -> Self {
        let first = Instant::now();
        Self {
            first,
            rate,
            calls: calls.unwrap_or(u64::MAX),
            ends: duration.and_then(|duration| first.checked_add(duration)),
            begun: AtomicU64::new(0),
        }
    }

    /// Waits until the next call is due; `None` at the end of the run.
    pub(super) async fn turn(&self) -> Option<Turn> {
        let number = self.begun.fetch_add(1, Ordering::Relaxed);
        let now = Instant::now();
        let due = match self.rate {
            Some(rate) => self.due(number, rate)?,
            None => now,
        };
        if number >= self.calls || self.ends.is_some_and(|ends| due >= ends) {
            return None;
        }
        if due > now {
            sleep_until(due).await;
        }
        // A caller that was free in time begins when its timer fires. The timer's delay is not the server's.
        let since = if due > now { Instant::now() } else { due };
        Some(Turn { number, since })
    }

    fn due(&self, number: u64, rate: f64) -> Option<Instant> {
        let after = Duration::try_from_secs_f64(number as f64 / rate).ok()?;
        self.first.checked_add(after)
    }

    /// Whether callers begin a call as soon as the last one has ended.
    pub(super) fn is_as_fast_as_answers(&self) -> bool {
        self.rate.is_none()
    }

    /// Time since the run began.
    pub(super) fn elapsed(&self) -> Duration {
        self.first.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use tokio::runtime::Builder;

    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// Runs with a paused clock, which advances when all tasks are idle.
    fn run<T>(future: impl Future<Output = T>) -> T {
        let runtime = Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build();
        runtime.expect("a runtime can be made").block_on(future)
    }

    #[test]
    fn calls_begin_at_their_rate_and_count_from_when_they_should_have_begun() {
        run(async {
            let pace = Pace::new(Some(100.0), Some(4), None);
            let begins = Instant::now();
            let since = async || Some(pace.turn().await?.since - begins);
            assert_eq!(since().await, Some(Duration::ZERO));
            assert_eq!(since().await, Some(10 * MS));
            // Two calls become due while no caller is free.
            tokio::time::sleep(35 * MS).await;
            assert_eq!(since().await, Some(20 * MS));
            assert_eq!(since().await, Some(30 * MS));
            assert_eq!(since().await, None);
        });
    }

    #[test]
    fn without_a_rate_the_next_call_begins_at_once() {
        run(async {
            let pace = Pace::new(None, None, Some(10 * MS));
            let begins = Instant::now();
            assert_eq!(pace.turn().await.map(|it| it.since), Some(begins));
            tokio::time::sleep(9 * MS).await;
            assert_eq!(pace.turn().await.map(|it| it.number), Some(1));
            tokio::time::sleep(MS).await;
            assert!(pace.turn().await.is_none());
        });
    }

    #[test]
    fn a_rate_that_never_comes_ends_in_time() {
        run(async {
            let pace = Pace::new(Some(1e-300), None, Some(10 * MS));
            assert!(pace.turn().await.is_some());
            assert!(pace.turn().await.is_none());
        });
    }
}
