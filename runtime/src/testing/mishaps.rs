//! Fault injection: mishaps at chosen calls, or by a chance that is the same in each run.

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
pub enum Mishap {
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

/// Mishaps for the calls of a channel. The seed and the order of the calls decide which calls they happen to;
/// [`Self::at`] chooses one call.
///
/// ```
/// # fn run(service: impl sinew::Service) {
/// use std::time::Duration;
/// use sinew::testing::{Mishap, Mishaps};
///
/// let mishaps = Mishaps::seeded(7)
///     .delay(0.5, Duration::from_millis(20)) // half of the calls wait for up to that
///     .happen(0.1, Mishap::RequestLost)
///     .happen(0.1, Mishap::ReplyLost)
///     .at(3, Mishap::Refused); // and the third call in any case
/// let channel = mishaps.around(service).retry(sinew::Retries::new());
/// # }
/// ```
#[derive(Clone)]
#[must_use = "mishaps happen to nobody before they are around a service"]
pub struct Mishaps(Arc<Inner>);

struct Inner {
    seed: u64,
    plan: Plan,
    /// The number of calls so far.
    calls: AtomicU64,
    happened: Mutex<BTreeMap<Mishap, u64>>,
}

#[derive(Clone, Debug, Default)]
struct Plan {
    delays: Option<(f64, Duration)>,
    /// Mishaps with their probabilities.
    chances: Vec<(f64, Mishap)>,
    at: BTreeMap<u64, Mishap>,
}

impl Mishaps {
    /// No mishaps yet.
    pub fn seeded(seed: u64) -> Self {
        Self::of(seed, Plan::default())
    }

    /// This share of the calls, from 0 to 1, is delayed by up to `longest` before anything else happens to it.
    pub fn delay(self, share: f64, longest: Duration) -> Self {
        self.with(|plan| plan.delays = Some((share, longest)))
    }

    /// The mishap happens to this share of the calls, from 0 to 1. At most one mishap happens to a call, so shares add up.
    pub fn happen(self, share: f64, mishap: Mishap) -> Self {
        self.with(|plan| plan.chances.push((share, mishap)))
    }

    /// The mishap happens to this call, counted from 1, and no other does.
    pub fn at(self, call: u64, mishap: Mishap) -> Self {
        self.with(|plan| {
            plan.at.insert(call, mishap);
        })
    }

    /// A channel to `service` whose calls meet these mishaps. Calls of several channels count together.
    pub fn around(&self, service: impl Service) -> Channel {
        let mishaps = self.clone();
        Channel::new(service).layer(move |call, next| {
            let mishaps = mishaps.clone();
            async move { mishaps.make(call, next).await }
        })
    }

    /// How many calls were made.
    pub fn calls(&self) -> u64 {
        self.0.calls.load(Ordering::Acquire)
    }

    /// How often the mishap has happened.
    pub fn count(&self, mishap: Mishap) -> u64 {
        self.happened().get(&mishap).copied().unwrap_or_default()
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
        let Some(mishap) = self.0.plan.mishap(number, &mut dice) else {
            return next.run(call).await;
        };
        let result = match mishap {
            Mishap::Refused => Err(refused()),
            Mishap::RequestLost => Err(lost(mishap)),
            Mishap::ReplyLost => {
                // Its result is lost.
                let _ = next.run(call).await;
                Err(lost(mishap))
            }
            Mishap::Failed(code) => Err(failed(code)),
            Mishap::Cut(messages) => {
                match cut_after(call, messages, lost(mishap), |call| next.run(call)).await {
                    Some(result) => return result,
                    None => Err(lost(mishap)),
                }
            }
        };
        self.note(mishap);
        result
    }

    fn note(&self, mishap: Mishap) {
        *self.happened().entry(mishap).or_default() += 1;
    }

    fn happened(&self) -> MutexGuard<'_, BTreeMap<Mishap, u64>> {
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

    fn mishap(&self, call: u64, dice: &mut Dice) -> Option<Mishap> {
        if let Some(mishap) = self.at.get(&call) {
            return Some(*mishap);
        }
        let mut drawn = dice.roll();
        for (share, mishap) in &self.chances {
            if drawn < *share {
                return Some(*mishap);
            }
            drawn -= share;
        }
        None
    }
}

/// The random numbers for one call.
struct Dice(u64);

impl Dice {
    /// A number in [0, 1).
    fn roll(&mut self) -> f64 {
        self.0 = mix(self.0.wrapping_add(1));
        unit(self.0)
    }
}

impl fmt::Debug for Mishaps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mishaps")
            .field("seed", &self.0.seed)
            .field("plan", &self.0.plan)
            .field("happened", &*self.happened())
            .finish()
    }
}

fn refused() -> Status {
    Status::unavailable("nobody is there, says a mishap")
        .with_phase(Phase::Dial)
        .with_reached(Reached::No)
}

fn failed(code: Code) -> Status {
    Status::new(code, "a mishap in front of the handler").with_reached(Reached::No)
}

fn lost(mishap: Mishap) -> Status {
    Status::unavailable(format!("the connection is lost, says a mishap: {mishap:?}"))
        .with_phase(Phase::Await)
        .with_reached(Reached::Maybe)
}
