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
    pub(crate) fn succeeded(&self) {
        self.budget.deposit();
    }

    /// The first try of a call of `method` has ended; gives how it failed if it might be tried again.
    pub(crate) fn ended(&self, method: &MethodRef, result: &Result<Reply>) -> Option<Status> {
        let status = match result {
            Ok(_) => {
                self.succeeded();
                return None;
            }
            Err(status) => status,
        };
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
        let Some(first) = call.keep() else {
            // Somebody else makes it again, or nobody can.
            return target.call(call).await;
        };
        let mut again = Again::new(self.clone());
        let tried = again.tried().clone();
        let attempt = |mut call: Call, number: u32| {
            call.cx = call.cx.attempt_of(number, &tried);
            target.clone().call(call)
        };
        let mut result = match failed {
            Some(status) => {
                tried.add(status.peer());
                Err(status)
            }
            None => match self
                .hedge(&first.method)
                .filter(|_| !first.body.has_streams())
            {
                Some(after) => {
                    let second = || {
                        let second = first.keep().filter(|_| self.budget.withdraw())?;
                        again.hedged();
                        figures::hedged(&first.method);
                        Some(attempt(second, 2))
                    };
                    hedge::race(attempt(call, 1), after, second).await
                }
                None => attempt(call, 1).await,
            },
        };
        loop {
            let status = match result {
                Ok(reply) => {
                    self.succeeded();
                    return Ok(reply);
                }
                Err(status) if !first.body.can_be_kept() => return Err(status),
                Err(status) => status,
            };
            let until = match first.cx.is_cancelled() {
                true => Some(Instant::now()),
                false => first.cx.deadline(),
            };
            let number = again.after(status.clone(), &first.method, until).await?;
            // A layer may have run the last try in a task of its own, which takes the streams late.
            let Some(next) = first.keep() else {
                return Err(status);
            };
            result = attempt(next, number).await;
        }
    }
}
