//! What calls have come to.

use std::collections::BTreeMap;
use std::time::Duration;

use hdrhistogram::Histogram;
use sinew::{Code, Status};

use super::load::Answer;

/// Digits of times that are right.
const DIGITS: u8 = 3;
/// Nanoseconds that are told from more: an hour.
const MOST: u64 = 3_600_000_000_000;

/// What calls have come to, and how long those took that were answered.
pub(super) struct Figures {
    pub(super) answered: u64,
    /// Messages of the server's streams.
    pub(super) received: u64,
    /// Exceptions, by their names.
    pub(super) thrown: BTreeMap<String, u64>,
    /// Other failures, by their codes.
    pub(super) failed: BTreeMap<&'static str, Failed>,
    /// Times of answers in nanoseconds, be they results or exceptions.
    pub(super) times: Histogram<u64>,
    /// From the first call's beginning to the last one's end.
    pub(super) lasted: Duration,
}

/// Calls that failed alike.
pub(super) struct Failed {
    pub(super) calls: u64,
    /// What was said of the first.
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

    /// Counts what a call has come to in this time.
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

    /// Adds what others have counted.
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

    /// Whether each call has returned what it should.
    pub(super) fn all_were_answered(&self) -> bool {
        self.calls() == self.answered
    }

    /// Of what `count` counts, how many there were in a second.
    pub(super) fn per_second(&self, count: u64) -> f64 {
        count as f64 / self.lasted.as_secs_f64().max(f64::MIN_POSITIVE)
    }
}
