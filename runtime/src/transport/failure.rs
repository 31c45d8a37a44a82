//! Failures to connect to a server, and when to dial again.

use std::time::Duration;

use tokio::time::Instant;

use crate::{Backoff, Code, Status};

/// Dials that have failed since the last answer. A connection that has ended before any answer counts as failed too.
pub(super) struct Failure {
    count: u32,
    last: Status,
    pub(super) again: Instant,
}

impl Failure {
    /// A first failure, after which the next dial need not wait.
    pub(super) fn once(last: Status) -> Self {
        let (count, again) = (1, Instant::now());
        Self { count, last, again }
    }

    /// Another one, after which the next dial waits longer.
    pub(super) fn after(before: Option<Self>, last: Status, backoff: &Backoff) -> Self {
        let count = before.map_or(0, |failure| failure.count).saturating_add(1);
        let again = Instant::now() + backoff.half_jitter(count);
        Self { count, last, again }
    }

    /// The time until the next dial.
    pub(super) fn pause(&self) -> Duration {
        self.again.saturating_duration_since(Instant::now())
    }

    /// Why the last dial has failed, and when to retry. An invalid address will still be invalid then.
    pub(super) fn status(&self) -> Status {
        let last = self.last.clone();
        match last.code() == Code::InvalidArgument {
            true => last,
            false => last.with_retry_after(self.pause()),
        }
    }
}
