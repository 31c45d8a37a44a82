//! May a call be tried again, when, and where not? By whether the far handler began, what the IDL says of the method,
//! and how much of the traffic is retries already. The first try is not made here unless it has to be boxed anyway.

mod again;
mod budget;
mod hedge;
mod policy;
mod tried;

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

pub(crate) use again::Again;
use budget::Budget;
pub use policy::Retries;
use policy::Tries;
pub(crate) use tried::Tried;

use crate::channel::Target;
use crate::{Call, MethodRef, Reply, Result, Status, figures};

/// A policy at work on one channel.
pub(crate) struct Retrying {
    policy: Retries,
    budget: Budget,
}

impl Retrying {
    pub(crate) fn new(policy: Retries) -> Self {
        let budget = Budget::new(policy.share, policy.reserve);
        Self { policy, budget }
    }

    /// A call has been answered.
    #[inline]
    pub(crate) fn succeeded(&self) {
        self.budget.deposit();
    }

    /// The first try of a call of `method` has ended; gives how it failed if it might be tried again.
    #[inline]
    pub(crate) fn ended(&self, method: &MethodRef, result: &Result<Reply>) -> Option<Status> {
        match result {
            Ok(_) => {
                self.succeeded();
                None
            }
            Err(status) => self.failed(method, status),
        }
    }

    #[cold]
    fn failed(&self, method: &MethodRef, status: &Status) -> Option<Status> {
        let verdict = Tries::default().verdict(&self.policy, method, status);
        verdict.map(|_| status.clone())
    }

    /// Whether a call of `method` may be made twice at the same time.
    pub(crate) fn hedges(&self, method: &MethodRef) -> bool {
        self.hedge(method).is_some()
    }

    fn hedge(&self, method: &MethodRef) -> Option<Duration> {
        let readonly = method.known().is_some_and(|method| method.is_readonly());
        self.policy.hedge.filter(|_| readonly)
    }

    /// Makes a call, as often as it takes and may. `failed` is how its first try ended, if there was one.
    pub(crate) async fn run(
        self: Arc<Self>,
        target: Arc<dyn Target>,
        call: Call,
        failed: Option<Status>,
    ) -> Result<Reply> {
        let mut again = Again::new(self.clone());
        let tried = again.tried().clone();
        // A layer may have run the last try in a task of its own, which takes the streams late: then there is none.
        let attempt = |number: u32| {
            let mut next = call.keep()?;
            next.cx = next.cx.attempt_of(number, &tried);
            Some(target.clone().call(next))
        };
        let mut last = failed;
        if let Some(status) = &last {
            tried.add(status.peer());
        }
        loop {
            let number = match &last {
                None => 1,
                Some(status) if call.body.can_be_kept() => {
                    let status = status.clone();
                    again.after(status, &call.method, until(&call)).await?
                }
                Some(_) => break,
            };
            let Some(begun) = attempt(number) else { break };
            let hedge = self.hedge(&call.method);
            let ended = match hedge.filter(|_| number == 1 && !call.body.has_streams()) {
                Some(after) => {
                    let second = || self.second(&call, &mut again, attempt(2));
                    hedge::race(begun, after, second).await
                }
                None => begun.await,
            };
            match ended {
                Ok(reply) => {
                    self.succeeded();
                    return Ok(reply);
                }
                Err(status) => last = Some(status),
            }
        }
        match last {
            Some(status) => Err(status),
            // Somebody else makes it again, or nobody can.
            None => target.call(call).await,
        }
    }
    /// The second try of a call that is hedged, if the budget has one.
    fn second<T>(&self, call: &Call, again: &mut Again, begun: Option<T>) -> Option<T> {
        let second = begun.filter(|_| self.budget.withdraw())?;
        again.hedged();
        figures::hedged(&call.method);
        Some(second)
    }
}

/// Until when another try of a call is waited for.
fn until(call: &Call) -> Option<Instant> {
    match call.cx.is_cancelled() {
        true => Some(Instant::now()),
        false => call.cx.deadline(),
    }
}
