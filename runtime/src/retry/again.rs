//! The attempts of one call: whether there is another one, and the wait before it.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::policy::Attempts;
use super::{Retrying, Tried};
use crate::{MethodRef, Reached, Result, Status, figures, task};

/// The attempts of one call so far.
pub(crate) struct Again {
    retrying: Arc<Retrying>,
    attempts: Attempts,
    tried: Arc<Tried>,
    /// The furthest that any attempt has reached.
    reached: Reached,
}

impl Again {
    /// A call whose first attempt is under way.
    pub(crate) fn new(retrying: Arc<Retrying>) -> Self {
        Self {
            retrying,
            attempts: Attempts::default(),
            tried: Arc::default(),
            reached: Reached::No,
        }
    }

    /// The servers that the attempts have gone to.
    pub(crate) fn tried(&self) -> &Arc<Tried> {
        &self.tried
    }

    /// Counts a hedged attempt, which does not wait for the previous one to fail.
    pub(super) fn hedged(&mut self) {
        self.attempts.more();
    }

    /// Waits until it is time for another attempt after this failure, and returns its number. It must begin before
    /// `until`.
    ///
    /// # Errors
    /// How the call has failed, if there is no other attempt.
    pub(crate) async fn after(
        &mut self,
        status: Status,
        method: &MethodRef,
        until: Option<Instant>,
    ) -> Result<u32> {
        self.reached = self.reached.max(status.reached());
        // Outside a runtime there is no timer, and no server could be dialed.
        let is_inside = task::has_runtime().is_ok();
        let pause = is_inside.then(|| self.pause(&status, method, until));
        let Some(pause) = pause.flatten() else {
            return Err(status.with_reached(self.reached));
        };
        tokio::time::sleep(pause).await;
        Ok(self.attempts.made())
    }

    /// How long to wait before the next attempt; `None` if there is none.
    fn pause(
        &mut self,
        status: &Status,
        method: &MethodRef,
        until: Option<Instant>,
    ) -> Option<Duration> {
        let verdict = self
            .attempts
            .verdict(&self.retrying.policy, method, status)?;
        let pause = verdict.pause;
        if until.is_some_and(|until| until.saturating_duration_since(Instant::now()) <= pause) {
            return None;
        }
        if verdict.costs && !self.retrying.budget.withdraw() {
            figures::retry_denied(method);
            return None;
        }
        self.attempts.again(&verdict);
        figures::retried(method);
        Some(pause)
    }
}
