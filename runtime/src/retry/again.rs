//! The tries of one call: whether there is another one, and the wait before it.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::policy::Tries;
use super::{Retrying, Tried};
use crate::{MethodRef, Reached, Result, Status, figures};

/// The tries of one call so far.
pub(crate) struct Again {
    retrying: Arc<Retrying>,
    tries: Tries,
    tried: Arc<Tried>,
    /// What any try has reached, the call has.
    reached: Reached,
}

impl Again {
    /// A call whose first try is under way.
    pub(crate) fn new(retrying: Arc<Retrying>) -> Self {
        Self {
            retrying,
            tries: Tries::default(),
            tried: Arc::default(),
            reached: Reached::No,
        }
    }

    /// Where the tries have gone.
    pub(crate) fn tried(&self) -> &Arc<Tried> {
        &self.tried
    }

    /// Counts a try that did not wait for the one before it to fail.
    pub(super) fn hedged(&mut self) {
        self.tries.more();
    }

    /// Waits until it is time for another try after this failure, and gives its number. It must not begin later than
    /// `until`.
    ///
    /// # Errors
    /// How the call has failed, if there is no other try.
    pub(crate) async fn after(
        &mut self,
        status: Status,
        method: &MethodRef,
        until: Option<Instant>,
    ) -> Result<u32> {
        self.reached = self.reached.max(status.reached());
        let Some(pause) = self.pause(&status, method, until) else {
            return Err(status.with_reached(self.reached));
        };
        tokio::time::sleep(pause).await;
        Ok(self.tries.made())
    }

    /// How long to wait before the next try; `None` if there is none.
    fn pause(
        &mut self,
        status: &Status,
        method: &MethodRef,
        until: Option<Instant>,
    ) -> Option<Duration> {
        let verdict = self.tries.verdict(&self.retrying.policy, method, status)?;
        let pause = verdict.pause;
        if until.is_some_and(|until| until.saturating_duration_since(Instant::now()) <= pause) {
            return None;
        }
        if verdict.costs && !self.retrying.budget.withdraw() {
            figures::retry_denied(method);
            return None;
        }
        self.tries.again(&verdict);
        figures::retried(method);
        Some(pause)
    }
}
