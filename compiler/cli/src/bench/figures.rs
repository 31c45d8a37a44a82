//! The results of a run: counts, and a histogram of latencies.

use std::collections::BTreeMap;
use std::time::Duration;

use hdrhistogram::Histogram;
use sinew::{Code, Status};

use super::load::Answer;

/// Significant digits of recorded times.
const DIGITS: u8 = 3;
/// The longest time that is recorded exactly, in nanoseconds: an hour.
const MOST: u64 = 3_600_000_000_000;

/// How many calls ended in which way, and how long the answered ones took.
pub(super) struct Figures {
    pub(super) answered: u64,
    /// Messages received on the server's streams.
    pub(super) received: u64,
    /// Exceptions, by their names.
    pub(super) thrown: BTreeMap<String, u64>,
    /// Other failures, by their codes.
    pub(super) failed: BTreeMap<&'static str, Failed>,
    /// Latencies of answered calls, in nanoseconds. Exceptions are answers too.
    pub(super) times: Histogram<u64>,
    /// From the start of the first call to the end of the last.
    pub(super) lasted: Duration,
}

/// Calls that failed with the same code.
pub(super) struct Failed {
    pub(super) calls: u64,
    /// The message of the first one.
    pub(super) example: String,
}

impl Figures {
    pub(super) fn new() -> Self {
        Self {
            answered: 0,
            received: 0,
            thrown: BTreeMap::new(),
            failed: BTreeMap::new(),
            times: Histogram::new_with_max(MOST, DIGITS).expect("these are bounds"),
            lasted: Duration::ZERO,
        }
    }

    /// Records how a call has ended, and after how long.
    pub(super) fn count(&mut self, answer: Result<Answer, Status>, took: Duration) {
        match answer {
            Ok(Answer::Result) => self.answered += 1,
            Ok(Answer::Thrown(name)) => *self.thrown.entry(name).or_default() += 1,
            Ok(Answer::Unreadable(why)) => return self.fail(Code::Internal.as_str(), why),
            Err(status) => return self.fail(status.code().as_str(), status.to_string()),
        }
        let nanos = took.as_nanos().try_into().unwrap_or(u64::MAX);
        self.times.saturating_record(nanos);
    }

    fn fail(&mut self, code: &'static str, why: String) {
        let failed = self.failed.entry(code).or_insert(Failed {
            calls: 0,
            example: why,
        });
        failed.calls += 1;
    }

    /// Adds the results of another caller.
    pub(super) fn add(&mut self, other: Self) {
        self.answered += other.answered;
        self.received += other.received;
        for (name, calls) in other.thrown {
            *self.thrown.entry(name).or_default() += calls;
        }
        for (code, failed) in other.failed {
            let sum = self.failed.entry(code).or_insert(Failed {
                calls: 0,
                example: failed.example,
            });
            sum.calls += failed.calls;
        }
        let added = self.times.add(other.times);
        added.expect("all have the same bounds");
    }

    pub(super) fn calls(&self) -> u64 {
        let failed = self.failed.values().map(|failed| failed.calls);
        self.answered + self.thrown.values().sum::<u64>() + failed.sum::<u64>()
    }

    /// Whether all calls have returned a result.
    pub(super) fn all_were_answered(&self) -> bool {
        self.calls() == self.answered
    }

    /// `count` per second of the run.
    pub(super) fn per_second(&self, count: u64) -> f64 {
        count as f64 / self.lasted.as_secs_f64().max(f64::MIN_POSITIVE)
    }
}
