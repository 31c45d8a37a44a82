//! The rules: which failures are retried, how often, and after how long.

use std::time::Duration;

use crate::{Backoff, Code, MethodRef, Reached, Status};

/// Whether and how calls that fail are tried again. Channels to addresses have the default rules.
///
/// * A call whose handler did not begin ([`Reached::No`]), because the server cannot be reached, goes away or is
///   overloaded, is retried once, whatever the method.
/// * A call of a method that the IDL declares `idempotent` or `readonly` is also retried after [`Code::Unavailable`] if
///   its handler may have begun.
/// * A call with a stream from the server is retried until the server accepts it; a call that only sends a stream,
///   until a connection has taken it.
/// * A call that this side cannot send, such as a request above the limit `message`, is not retried.
/// * All attempts together keep the deadline of the call. A retry goes to another server if there are several.
/// * Retries are bounded by a share of the calls that succeed. Only the single retry after a server that could not be
///   reached, or went away, is free, since that server gets no more calls anyway.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a channel has to be given it"]
pub struct Retries {
    attempts: u32,
    backoff: Backoff,
    pub(super) share: f64,
    pub(super) reserve: u32,
    hedge: Option<Duration>,
}

impl Retries {
    /// At most 3 attempts, pauses of up to 50 ms, 100 ms and so on up to 2 s, retries for 10 % of the successes with a
    /// reserve of 50, no hedging.
    pub const fn new() -> Self {
        Self {
            attempts: 3,
            backoff: Backoff::new(Duration::from_millis(50), Duration::from_secs(2)),
            share: 0.1,
            reserve: 50,
            hedge: None,
        }
    }

    /// No retries.
    pub const fn never() -> Self {
        Self::new().attempts(1)
    }

    /// How many attempts a call gets at most, including the first and [`Self::hedge`]. Default 3.
    pub const fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// The pauses between attempts: random, up to the bound. Default 50 ms, doubling to 2 s. If a server asks for more
    /// than the longest pause, the call is not retried.
    pub const fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// How many retries each success allows, and how many may be saved up. Default 0.1 and 50.
    pub const fn budget(mut self, share: f64, reserve: u32) -> Self {
        self.share = share;
        self.reserve = reserve;
        self
    }

    /// Makes a second call of a `readonly` method if the first has not been answered after this long, and takes
    /// whichever succeeds first. Off by default. The budget counts the second call as a retry, and so does
    /// [`Self::attempts`].
    pub const fn hedge(mut self, after: Duration) -> Self {
        self.hedge = Some(after);
        self
    }

    /// When a second attempt is made in parallel, if calls may be hedged.
    pub(super) fn hedges_after(&self) -> Option<Duration> {
        self.hedge.filter(|_| self.attempts > 1)
    }
}

impl Default for Retries {
    fn default() -> Self {
        Self::new()
    }
}

/// The attempts of one call so far.
pub(super) struct Attempts {
    made: u32,
    refused: bool,
}

/// The decision to make another attempt.
pub(super) struct Verdict {
    pub(super) pause: Duration,
    /// Whether it is paid from the budget.
    pub(super) costs: bool,
    refused: bool,
}

impl Default for Attempts {
    fn default() -> Self {
        Self {
            made: 1,
            refused: false,
        }
    }
}

impl Attempts {
    pub(super) fn made(&self) -> u32 {
        self.made
    }

    /// Counts an attempt without a verdict.
    pub(super) fn more(&mut self) {
        self.made += 1;
    }

    /// Counts an attempt.
    pub(super) fn again(&mut self, verdict: &Verdict) {
        self.made += 1;
        self.refused |= verdict.refused;
    }

    /// Whether there is another attempt after `status`.
    pub(super) fn verdict(
        &self,
        policy: &Retries,
        method: &MethodRef,
        status: &Status,
    ) -> Option<Verdict> {
        if self.made >= policy.attempts || status.is_for_good() {
            return None;
        }
        let idempotent = method.known().is_some_and(|method| method.is_idempotent());
        let unavailable = status.code() == Code::Unavailable;
        let shed = status.code() == Code::ResourceExhausted;
        let refused = status.reached() == Reached::No && (unavailable || shed) && !self.refused;
        if !(refused || idempotent && unavailable) {
            return None;
        }
        let free = refused && unavailable;
        let asked = status.retry_after().unwrap_or_default();
        if asked > policy.backoff.longest() {
            return None;
        }
        let pause = match free {
            true => asked,
            false => asked.max(policy.backoff.full_jitter(self.made)),
        };
        Some(Verdict {
            pause,
            costs: !free,
            refused,
        })
    }
}
