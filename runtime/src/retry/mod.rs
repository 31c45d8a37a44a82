//! Whether a call may be retried, when, and where: depends on whether its handler may have begun, what the schema says
//! of the method, and how much of the traffic is retries already. The first attempt is usually made elsewhere, without
//! boxing.

mod again;
mod budget;
mod hedge;
mod policy;
mod tried;

use std::sync::Arc;

use tokio::time::Instant;

pub(crate) use again::Again;
use budget::Budget;
pub(crate) use hedge::Patience;
use policy::Attempts;
pub use policy::Retries;
pub(crate) use tried::Tried;

use crate::channel::{BoxFuture, Target};
use crate::transport::Flight;
use crate::{Call, Method, MethodRef, Reply, Result, Status, figures};

/// The state of a call's first attempt.
pub(crate) enum First {
    /// It is still to be made.
    ToCome,
    /// It is on a connection and takes so long that a second one is made in parallel.
    Slow(Flight),
    Failed(Status),
}

/// A policy in use by one channel.
#[doc(hidden)]
pub struct Retrying {
    policy: Retries,
    budget: Budget,
}

impl Retrying {
    pub(crate) fn new(policy: Retries) -> Self {
        let budget = Budget::new(policy.share, policy.reserve);
        Self { policy, budget }
    }

    /// A call has succeeded.
    #[inline]
    pub(crate) fn succeeded(&self) {
        self.budget.deposit();
    }

    /// The first attempt of a call of `method` has ended. Returns its failure if it might be retried.
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
        let verdict = Attempts::default().verdict(&self.policy, method, status);
        verdict.map(|_| status.clone())
    }

    /// Whether calls of `method` may be hedged.
    #[inline]
    pub(crate) fn hedges(&self, method: Option<&Method>) -> bool {
        self.policy.hedges_after().is_some() && method.is_some_and(Method::is_readonly)
    }

    /// How long to wait for the first attempt of a call of `method`, if it may be hedged.
    pub(crate) fn patience(&self, method: &Method) -> Option<Patience> {
        let after = self.policy.hedges_after();
        after
            .filter(|_| method.is_readonly())
            .and_then(Patience::of)
    }

    /// Makes a call with as many attempts as it needs and may have; `first` is the state of the first one.
    pub(crate) async fn run(
        self: Arc<Self>,
        target: Arc<dyn Target>,
        call: Call,
        first: First,
    ) -> Result<Reply> {
        let mut again = Again::new(self.clone());
        let mut ended = match first {
            First::ToCome => {
                let Some(begun) = attempt(&target, &call, &again, 1) else {
                    // Something else retries it, or nothing can.
                    return target.call(call).await;
                };
                let method = call.method.known().filter(|_| !call.body.has_streams());
                match method.and_then(|method| self.patience(method)) {
                    None => begun.await,
                    some => self.both(begun, some, &target, &call, &mut again).await,
                }
            }
            First::Slow(flight) => {
                again.tried().add(flight.address());
                let begun = Box::pin(flight);
                self.both(begun, None, &target, &call, &mut again).await
            }
            First::Failed(status) => {
                again.tried().add(status.peer());
                Err(status)
            }
        };
        loop {
            let status = match ended {
                Ok(reply) => {
                    self.succeeded();
                    return Ok(reply);
                }
                Err(status) if !call.body.can_be_kept() => return Err(status),
                Err(status) => status,
            };
            let (last, until) = (status.clone(), until(&call));
            let number = again.after(last, &call.method, until).await?;
            ended = match attempt(&target, &call, &again, number) {
                Some(begun) => begun.await,
                None => return Err(status),
            };
        }
    }

    /// Waits for the first attempt and, when `patience` is over, makes a second one in parallel if the budget allows
    /// it.
    async fn both(
        &self,
        first: BoxFuture<Result<Reply>>,
        patience: Option<Patience>,
        target: &Arc<dyn Target>,
        call: &Call,
        again: &mut Again,
    ) -> Result<Reply> {
        let second = || {
            let begun = attempt(target, call, again, 2)?;
            if !self.budget.withdraw() {
                figures::retry_denied(&call.method);
                return None;
            }
            again.hedged();
            figures::hedged(&call.method);
            Some(begun)
        };
        hedge::race(first, patience, second).await
    }
}

/// One attempt of a call. `None` if the streams have been used meanwhile: a layer may have run the previous attempt in
/// a task of its own.
fn attempt(
    target: &Arc<dyn Target>,
    call: &Call,
    again: &Again,
    number: u32,
) -> Option<BoxFuture<Result<Reply>>> {
    let mut next = call.keep()?;
    next.cx = next.cx.attempt_of(number, again.tried());
    Some(target.clone().call(next))
}

/// The latest time for another attempt.
fn until(call: &Call) -> Option<Instant> {
    match call.cx.is_cancelled() {
        true => Some(Instant::now()),
        false => call.cx.deadline(),
    }
}
