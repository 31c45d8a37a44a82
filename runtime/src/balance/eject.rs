//! When a server that fails gets no more calls for a while.

use std::time::Duration;

use crate::Backoff;

/// When a server that fails gets no calls for a while, and when it is tried again: a circuit breaker per server.
///
/// After this many consecutive failures a server is ejected. When its pause is over one call is sent to it: if that
/// succeeds the server is back, otherwise it is ejected for longer. Another call is sent if the first has not ended
/// after as long again.
///
/// A failure is a status that is about the server ([`Code::Unavailable`], [`Code::DeadlineExceeded`],
/// [`Code::Internal`], [`Code::Unknown`], [`Code::DataLoss`]) from a call that may have begun. A call that is dropped
/// after its deadline is also a failure: a handler that ends at its own deadline drops the calls that it waits for. The
/// end of the time of streams that the server has accepted is none.
///
/// Calls that timed out eject a server only if it has answered nobody for 100 ms, because callers may set deadlines too
/// short for any server. If it was seen to take longer before it did answer somebody, the bound is twice that time, up
/// to 2 s. The same holds for the call that checks whether the server has recovered.
///
/// At most half of the servers are ejected at a time, more only as long as one with a later priority is left, and never
/// the last one.
///
/// [`Code::Unavailable`]: crate::Code::Unavailable
/// [`Code::DeadlineExceeded`]: crate::Code::DeadlineExceeded
/// [`Code::Internal`]: crate::Code::Internal
/// [`Code::Unknown`]: crate::Code::Unknown
/// [`Code::DataLoss`]: crate::Code::DataLoss
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a balancer has to be given it"]
pub struct Eject {
    failures: Option<u32>,
    pub(super) backoff: Backoff,
}

impl Eject {
    /// After 5 consecutive failures, for about 1 s, doubling to 30 s.
    pub const fn new() -> Self {
        Self {
            failures: Some(5),
            backoff: Backoff::new(Duration::from_secs(1), Duration::from_secs(30)),
        }
    }

    /// Never.
    pub const fn never() -> Self {
        Self {
            failures: None,
            ..Self::new()
        }
    }

    /// After this many consecutive failures, at least one. Default 5.
    pub const fn after(mut self, failures: u32) -> Self {
        self.failures = Some(failures);
        self
    }

    /// For how long: between half of the bound and the bound. Default 1 s, doubling to 30 s.
    pub const fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// Whether this many consecutive failures are enough.
    pub(super) fn is_enough(&self, in_a_row: u32) -> bool {
        self.failures.is_some_and(|failures| in_a_row >= failures)
    }
}

impl Default for Eject {
    fn default() -> Self {
        Self::new()
    }
}
