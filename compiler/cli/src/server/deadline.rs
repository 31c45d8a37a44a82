//! A deadline for all requests that a command makes to a server.

use std::time::{Duration, Instant};

/// A point in time, or never.
#[derive(Clone, Copy)]
pub(crate) struct Deadline(Option<Instant>);

impl Deadline {
    /// After this time from now; never if it is `None`.
    pub(crate) fn after(time: Option<Duration>) -> Self {
        Self(time.and_then(|time| Instant::now().checked_add(time)))
    }

    /// The time that is left; `None` if there is no deadline.
    pub(crate) fn left(self) -> Option<Duration> {
        let at = self.0?;
        Some(at.saturating_duration_since(Instant::now()))
    }
}
