//! Faults that happen to calls when they are told to, or by a chance that is the same in each run.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::layer::Next;
use crate::random::{mix, unit};
use crate::streams::cut_after;
use crate::{Call, Channel, Code, Phase, Reached, Reply, Result, Service, Status};

/// What can happen to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Fault {
    /// Nobody is there: the call is not made. [`Code::Unavailable`], [`Reached::No`].
    Refused,
    /// The connection is lost before the request has arrived: the call is not made, and the caller cannot know it.
    /// [`Code::Unavailable`], [`Reached::Maybe`].
    RequestLost,
    /// The connection is lost behind the handler: the call is made to its end, and the answer goes astray.
    /// [`Code::Unavailable`], [`Reached::Maybe`].
    ReplyLost,
    /// Something in front of the handler answers with this code: the call is not made. [`Reached::No`].
    Failed(Code),
    /// The connection is lost once so many messages of the call's streams have passed, both ways together: the handler is
    /// dropped. [`Code::Unavailable`], [`Reached::Maybe`]. Nothing happens to calls whose streams end before.
    Cut(u32),
}

/// Faults for the calls of a channel. Which calls they happen to follows from the seed and from the order in which calls are
/// made; [`Self::at`] says it for one call.
///
/// ```
/// # fn run(service: impl sinew::Service) {
/// use std::time::Duration;
/// use sinew::testing::{Fault, Faults};
///
/// let faults = Faults::seeded(7)
///     .delay(0.5, Duration::from_millis(20)) // half of the calls wait for up to that
///     .happen(0.1, Fault::RequestLost)
///     .happen(0.1, Fault::ReplyLost)
///     .at(3, Fault::Refused); // and the third call in any case
/// let channel = faults.around(service).retry(sinew::Retries::new());
/// # }
/// ```
#[derive(Clone)]
#[must_use = "faults happen to nobody before they are around a service"]
pub struct Faults(Arc<Inner>);

struct Inner {
    seed: u64,
    plan: Plan,
    /// Calls so far.
    calls: AtomicU64,
    happened: Mutex<BTreeMap<Fault, u64>>,
}

#[derive(Clone, Debug, Default)]
struct Plan {
    delays: Option<(f64, Duration)>,
    /// Each with its share.
    chances: Vec<(f64, Fault)>,
    at: BTreeMap<u64, Fault>,
}

impl Faults {
    /// No faults yet.
    pub fn seeded(seed: u64) -> Self {
        Self::of(seed, Plan::default())
    }

    /// This share of the calls, from 0 to 1, waits before anything else happens to it, for up to `longest`.
    pub fn delay(self, share: f64, longest: Duration) -> Self {
        self.with(|plan| plan.delays = Some((share, longest)))
    }

    /// The fault happens to this share of the calls, from 0 to 1. At most one fault happens to a call, so shares add up.
    pub fn happen(self, share: f64, fault: Fault) -> Self {
        self.with(|plan| plan.chances.push((share, fault)))
    }

    /// The fault happens to this call, counted from 1, and no other does.
    pub fn at(self, call: u64, fault: Fault) -> Self {
        self.with(|plan| {
            plan.at.insert(call, fault);
        })
    }

    /// A channel to `service` whose calls meet these faults. Calls of several channels count together.
    pub fn around(&self, service: impl Service) -> Channel {
        let faults = self.clone();
        Channel::new(service).layer(move |call, next| {
            let faults = faults.clone();
            async move { faults.make(call, next).await }
        })
    }

    /// How many calls were made.
    pub fn calls(&self) -> u64 {
        self.0.calls.load(Ordering::Acquire)
    }

    /// How often the fault has happened.
    pub fn count(&self, fault: Fault) -> u64 {
        self.happened().get(&fault).copied().unwrap_or_default()
    }

    fn of(seed: u64, plan: Plan) -> Self {
        Self(Arc::new(Inner {
            seed,
            plan,
            calls: AtomicU64::new(0),
            happened: Mutex::default(),
        }))
    }

    fn with(self, change: impl FnOnce(&mut Plan)) -> Self {
        let mut plan = self.0.plan.clone();
        change(&mut plan);
        Self::of(self.0.seed, plan)
    }

    async fn make(self, call: Call, next: Next) -> Result<Reply> {
        let number = self.0.calls.fetch_add(1, Ordering::AcqRel) + 1;
        let mut dice = Dice(mix(self.0.seed ^ mix(number)));
        if let Some(pause) = self.0.plan.pause(&mut dice) {
            tokio::time::sleep(pause).await;
        }
        let Some(fault) = self.0.plan.fault(number, &mut dice) else {
            return next.run(call).await;
        };
        let result = match fault {
            Fault::Refused => Err(refused()),
            Fault::RequestLost => Err(lost(fault)),
            Fault::ReplyLost => {
                // Whatever it was.
                let _ = next.run(call).await;
                Err(lost(fault))
            }
            Fault::Failed(code) => Err(failed(code)),
            Fault::Cut(messages) => {
                match cut_after(call, messages, lost(fault), |call| next.run(call)).await {
                    Some(result) => return result,
                    None => Err(lost(fault)),
                }
            }
        };
        self.note(fault);
        result
    }

    fn note(&self, fault: Fault) {
        *self.happened().entry(fault).or_default() += 1;
    }

    fn happened(&self) -> MutexGuard<'_, BTreeMap<Fault, u64>> {
        self.0
            .happened
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Plan {
    fn pause(&self, dice: &mut Dice) -> Option<Duration> {
        let (share, longest) = self.delays?;
        let (drawn, length) = (dice.roll(), dice.roll());
        (drawn < share).then(|| longest.mul_f64(length))
    }

    fn fault(&self, call: u64, dice: &mut Dice) -> Option<Fault> {
        if let Some(fault) = self.at.get(&call) {
            return Some(*fault);
        }
        let mut drawn = dice.roll();
        for (share, fault) in &self.chances {
            if drawn < *share {
                return Some(*fault);
            }
            drawn -= share;
        }
        None
    }
}

/// What is drawn for one call.
struct Dice(u64);

impl Dice {
    /// A number from 0 to below 1.
    fn roll(&mut self) -> f64 {
        self.0 = mix(self.0.wrapping_add(1));
        unit(self.0)
    }
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Faults")
            .field("seed", &self.0.seed)
            .field("plan", &self.0.plan)
            .field("happened", &*self.happened())
            .finish()
    }
}

fn refused() -> Status {
    Status::unavailable("nobody is there, says a fault")
        .with_phase(Phase::Dial)
        .with_reached(Reached::No)
}

fn failed(code: Code) -> Status {
    Status::new(code, "a fault in front of the handler").with_reached(Reached::No)
}

fn lost(fault: Fault) -> Status {
    Status::unavailable(format!("the connection is lost, says a fault: {fault:?}"))
        .with_phase(Phase::Await)
        .with_reached(Reached::Maybe)
}
