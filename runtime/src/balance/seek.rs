//! The search for a server while none is connected. One task does it for all waiting calls: it dials one server, and
//! more in parallel if that takes long.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::task::Poll;
use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::member::Member;
use super::policy::Candidate;
use super::pool::Shared;
use crate::transport::{Standing, too_many_calls};
use crate::watchers::Bell;
use crate::{Call, Metadata, MethodRef, Phase, Reached, Result, Status, task};

/// How long to wait for one server before another is dialed as well.
pub(super) const PAUSE: Duration = Duration::from_millis(250);
/// How many servers are dialed in parallel. With the default limits it is never reached by servers that hang, of which
/// one more is dialed after each pause: `dial` or `handshake` ends the first after 40 pauses.
const MOST: usize = 64;

/// The search in progress, if there is one. It lasts as long as a call waits for it.
#[derive(Default)]
pub(super) struct Seeking(Mutex<Weak<Seek>>);

/// A search, as the waiting calls see it.
#[derive(Default)]
struct Seek {
    ended: Arc<Bell>,
    /// Why no server can be reached, or `Ok` if it is worth choosing again.
    outcome: OnceLock<Result<()>>,
}

impl Shared {
    /// Waits until a server is connected, `first` being dialed first, or until all have failed.
    ///
    /// # Errors
    /// No server can be reached now, or too many calls are waiting.
    pub(super) async fn seek(self: &Arc<Self>, call: &Call, first: &Arc<Member>) -> Result<()> {
        let most = self.connect.limits.waiting;
        let waits = self.waiting.enter_below(most);
        let _waits = waits.ok_or_else(|| too_many_calls(most).with_phase(self.phase()))?;
        let seek = self.seeking.join_or(|seek| {
            let mut seeker = Seeker {
                pool: Arc::downgrade(self),
                seek,
                method: call.method.clone(),
                metadata: call.cx.metadata().clone(),
                candidates: Vec::new(),
                tried: Vec::new(),
                failed: Vec::new(),
                failure: None,
            };
            seeker.begin(first);
            seeker.look_around(self);
            task::spawn(Box::pin(seeker.run()));
        });
        seek.ended.heard().await;
        seek.outcome.get().cloned().unwrap_or_else(|| Err(ended()))
    }
}

impl Seeking {
    /// Joins the search in progress, or begins a new one.
    fn join_or(&self, begin: impl FnOnce(Weak<Seek>)) -> Arc<Seek> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(seek) = known.upgrade().filter(|seek| !seek.ended.has_rung()) {
            return seek;
        }
        let seek = Arc::<Seek>::default();
        *known = Arc::downgrade(&seek);
        // Not under the lock: a runtime that is shutting down drops the task at once.
        drop(known);
        begin(Arc::downgrade(&seek));
        seek
    }
}

/// A search, as its task sees it.
struct Seeker {
    pool: Weak<Shared>,
    /// Gone once no call waits any more.
    seek: Weak<Seek>,
    /// The method and metadata of the first call, for the policy.
    method: MethodRef,
    metadata: Metadata,
    /// Servers that may still be dialed.
    candidates: Vec<Candidate>,
    /// Servers that are being dialed.
    tried: Vec<Attempt>,
    /// Servers that could not be reached. Other calls may not know yet.
    failed: Vec<Arc<Member>>,
    failure: Option<Status>,
}

/// A server that is being dialed.
struct Attempt {
    member: Arc<Member>,
    greeted: Pin<Box<dyn Future<Output = Result<()>> + Send>>,
}

impl Seeker {
    async fn run(mut self) {
        let outcome = self.find().await;
        if let Some(pool) = self.pool.upgrade() {
            self.tell_of_the_failed(&pool);
        }
        if let (Some(seek), Some(outcome)) = (self.seek.upgrade(), outcome) {
            // Nobody else sets it.
            let _ = seek.outcome.set(outcome);
        }
    }

    /// Whether a server is connected; `None` if no call waits any more.
    async fn find(&mut self) -> Option<Result<()>> {
        while self.seek.strong_count() > 0 {
            match timeout(PAUSE, self.greeted()).await {
                Ok((_, Ok(()))) => return Some(Ok(())),
                Ok((_, Err(status))) if status.is_for_good() => return Some(Err(status)),
                Ok((member, Err(status))) => {
                    self.failed.push(member);
                    self.failure = Some(sooner(self.failure.take(), status));
                }
                Err(_) => self.look_around(&*self.pool.upgrade()?),
            }
            let has_room = self.tried.len() < MOST;
            match has_room.then(|| self.choose()).flatten() {
                Some(member) if member.remote.is_connected() => return Some(Ok(())),
                Some(member) => self.begin(&member),
                None if self.tried.is_empty() => {
                    return Some(self.failure.take().map_or(Ok(()), Err));
                }
                None => {}
            }
        }
        None
    }

    /// The next server to dial, chosen by the policy.
    fn choose(&mut self) -> Option<Arc<Member>> {
        let pool = self.pool.upgrade()?;
        while !self.candidates.is_empty() {
            let place = pool.pick(&self.method, &self.metadata, &self.candidates);
            let member = self.candidates.remove(place).member;
            match member.remote.standing() {
                Standing::Backoff(_) => self.failed.push(member),
                Standing::Connected | Standing::Dialing | Standing::Idle => return Some(member),
            }
        }
        None
    }

    fn begin(&mut self, member: &Arc<Member>) {
        // Begins now, although nothing is polled yet.
        member.remote.dial();
        let dialed = member.clone();
        let greeted = Box::pin(async move { dialed.remote.greeted().await });
        let member = member.clone();
        self.tried.push(Attempt { member, greeted });
    }

    /// The result of the next server that says hello or fails.
    async fn greeted(&mut self) -> (Arc<Member>, Result<()>) {
        poll_fn(|cx| {
            for place in 0..self.tried.len() {
                if let Poll::Ready(ended) = self.tried[place].greeted.as_mut().poll(cx) {
                    return Poll::Ready((self.tried.remove(place).member, ended));
                }
            }
            Poll::Pending
        })
        .await
    }

    /// Collects the servers that may be dialed. There may be new ones, and others may be due again.
    fn look_around(&mut self, pool: &Shared) {
        self.tell_of_the_failed(pool);
        let is_fresh = |one: &&Candidate| {
            let mut tried = self.tried.iter();
            !tried.any(|tried| Arc::ptr_eq(&tried.member, &one.member))
        };
        let mut state = pool.write();
        state.rotation.take_reachable(Instant::now());
        let ready = state.rotation.ready().iter();
        let mut candidates: Vec<_> = ready.filter(is_fresh).cloned().collect();
        if candidates.is_empty() {
            let reachable = state.rotation.reachable();
            candidates = reachable.filter(is_fresh).cloned().collect();
        }
        // The previous candidates may be the last to hold a connection, so they are dropped without the lock.
        drop(state);
        self.candidates = candidates;
    }

    /// Sets aside the servers that have failed; all at once, since that looks at every server.
    fn tell_of_the_failed(&mut self, pool: &Shared) {
        pool.put_aside(self.failed.drain(..));
    }
}

impl Drop for Seeker {
    /// Wakes the waiting calls even if the task has panicked or its runtime has ended.
    fn drop(&mut self) {
        if let Some(seek) = self.seek.upgrade() {
            seek.ended.ring();
        }
    }
}

/// The failure that suggests the earlier retry.
pub(super) fn sooner(known: Option<Status>, status: Status) -> Status {
    match known {
        Some(known) if known.retry_after() <= status.retry_after() => known,
        Some(_) | None => status,
    }
}

fn ended() -> Status {
    Status::unavailable(
        "cannot connect: what looked for a server has panicked, or its runtime has ended",
    )
    .with_phase(Phase::Dial)
    .with_reached(Reached::No)
}
