//! Servers that take calls together: the list that its source keeps up, and the way of each call to one of them.

use std::fmt;
use std::pin::pin;
use std::sync::{Arc, OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, Weak};

use tokio::sync::Notify;
use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::eject::Eject;
use super::member::{Judge, Member, Sign, Ticket};
use super::policy::{Asked, Candidate, Policy};
use super::rotation::Rotation;
use crate::channel::{Start, Started};
use crate::discover::Endpoint;
use crate::transport::{Remote, Standing, answer, in_time};
use crate::{
    Call, Channel, Connect, Phase, Reached, Reply, Result, Retries, Service, Status, figures,
};

/// Servers that take calls together. Cheap to clone; the connections live as long as one clone or a channel does.
#[derive(Clone)]
pub struct Pool(Arc<Shared>);

pub(crate) struct Shared {
    policy: Box<dyn Policy>,
    eject: Eject,
    connect: Connect,
    state: RwLock<State>,
    /// The first set has come, or the first failure.
    heard: Notify,
    feed: OnceLock<AbortHandle>,
}

#[derive(Default)]
struct State {
    rotation: Rotation,
    /// Why there is no set yet.
    failure: Option<Status>,
}

impl Pool {
    pub(super) fn new(policy: Box<dyn Policy>, eject: Eject, connect: Connect) -> Self {
        Self(Arc::new(Shared {
            policy,
            eject,
            connect,
            state: RwLock::default(),
            heard: Notify::new(),
            feed: OnceLock::new(),
        }))
    }

    /// A channel whose calls go to one of the servers each, and to another if that is of use. It has
    /// [`Retries::new`].
    pub fn channel(&self) -> Channel {
        Channel::to(self.clone(), self.0.connect.limits.timeout).retry(Retries::new())
    }

    /// A channel to each of the servers at hand, in order of their addresses, once they are known.
    ///
    /// # Errors
    /// What the source says as long as it has never named a server.
    pub async fn each(&self) -> Result<Vec<(Arc<str>, Channel)>> {
        self.0.known().await?;
        let state = self.0.read();
        let mut each: Vec<_> = state
            .rotation
            .all()
            .iter()
            .map(|one| {
                let address = one.0.endpoint.shared_address();
                let channel = Channel::to(One(one.0.clone()), self.0.connect.limits.timeout);
                (address, channel.retry(Retries::new()))
            })
            .collect();
        each.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(each)
    }

    pub(super) fn downgrade(&self) -> Weak<Shared> {
        Arc::downgrade(&self.0)
    }

    pub(super) fn fed_by(&self, feed: AbortHandle) {
        // A pool is fed once, where it is made.
        let _ = self.0.feed.set(feed);
    }
}

impl Judge for Shared {
    fn judge(&self, member: &Arc<Member>, sign: Sign) {
        let address = member.endpoint.address();
        match sign {
            Sign::Failed { in_a_row } if self.eject.is_enough(in_a_row) => {
                let ejected = self.write().rotation.eject(member, &self.eject.pauses);
                if ejected {
                    tracing::warn!(address, "a server is ejected");
                    figures::ejected();
                    member.forgive();
                }
            }
            Sign::Failed { .. } => {}
            Sign::Passed => {
                tracing::info!(address, "a server is back");
                figures::readmitted();
                self.write().rotation.readmit(member);
            }
            Sign::FailedAgain => {
                let mut state = self.write();
                state.rotation.eject_again(member, &self.eject.pauses);
            }
            Sign::GivenUp => {
                let until = match member.remote.standing() {
                    Standing::Backoff(until) => until,
                    Standing::Connected | Standing::Idle => Instant::now(),
                };
                self.write().rotation.try_again(member, until);
            }
        }
    }
}

impl Shared {
    /// Takes a set of servers from the source.
    pub(super) fn update(self: &Arc<Self>, endpoints: Vec<Endpoint>) {
        let mut state = self.write();
        let known = state.rotation.all();
        let mut members: Vec<Arc<Member>> = Vec::with_capacity(endpoints.len());
        for endpoint in endpoints {
            let is_same = |one: &Arc<Member>| one.endpoint.address() == endpoint.address();
            if members.iter().any(is_same) {
                continue; // named twice
            }
            let member = match known.iter().find(|one| is_same(&one.0)) {
                Some(one) if one.0.endpoint == endpoint => one.0.clone(),
                Some(one) => Member::new(endpoint, one.0.remote.clone(), self.judge()),
                None => {
                    let address = endpoint.shared_address();
                    let remote = Remote::to(address, self.connect.clone());
                    Member::new(endpoint, Arc::new(remote), self.judge())
                }
            };
            members.push(member);
        }
        state.rotation.replace(members);
        state.failure = None;
        drop(state);
        self.heard.notify_waiters();
    }

    fn judge(self: &Arc<Self>) -> Weak<dyn Judge> {
        Arc::<Self>::downgrade(self)
    }

    /// The source has failed, which changes nothing once there are servers.
    pub(super) fn fail(&self, status: Status) {
        self.write().failure = Some(status);
        self.heard.notify_waiters();
    }

    /// Waits until there are servers.
    async fn known(&self) -> Result<()> {
        loop {
            let mut heard = pin!(self.heard.notified());
            heard.as_mut().enable();
            {
                let state = self.read();
                if !state.rotation.all().is_empty() {
                    return Ok(());
                }
                if let Some(status) = &state.failure {
                    return Err(status.clone());
                }
            }
            heard.await;
        }
    }

    /// What a call that is not on a connection waits for.
    fn phase(&self) -> Phase {
        let state = self.read();
        let phases = state.rotation.all().iter().map(|one| one.0.remote.phase());
        // Whoever has come furthest: the call would go there.
        phases.max().unwrap_or(Phase::Resolve)
    }

    /// Chooses a server for a call, none of those that have `failed` it.
    fn choose(&self, call: &Call, failed: &[Arc<Member>]) -> Option<Ticket> {
        // One that fails its trial at once is not put on trial again by the same call.
        let is_due = failed.is_empty() && self.read().rotation.is_due();
        if is_due && let Some(member) = self.write().rotation.take_due(Instant::now()) {
            return Some(Ticket::new(member, true));
        }
        let state = self.read();
        let tried = call.cx.tried();
        let fresh = |one: &&Candidate| !failed.iter().any(|f| Arc::ptr_eq(f, &one.0));
        let untried = |one: &&Candidate| tried.is_none_or(|t| !t.contains(one.address()));
        let collect = |from: &[Candidate], elsewhere: bool| -> Vec<Candidate> {
            let fitting = from.iter().filter(fresh);
            fitting
                .filter(|one| !elsewhere || untried(one))
                .cloned()
                .collect()
        };
        let (ready, all) = (state.rotation.ready(), state.rotation.all());
        let candidates = [(ready, true), (ready, false), (all, false)]
            .into_iter()
            .map(|(from, elsewhere)| collect(from, elsewhere))
            .find(|candidates| !candidates.is_empty())?;
        drop(state);
        let chosen = self.pick_reachable(call, candidates);
        if let Some(tried) = tried {
            tried.add(Some(chosen.address()));
        }
        Some(Ticket::new(chosen.0, false))
    }

    /// Chooses among servers, of which some may not be connected: those are dialed, and the call goes to one that is.
    fn pick_reachable(&self, call: &Call, mut candidates: Vec<Candidate>) -> Candidate {
        loop {
            let place = self.pick(&call.method, call.cx.metadata(), &candidates);
            let chosen = candidates[place].clone();
            match chosen.0.remote.standing() {
                Standing::Connected => return chosen,
                Standing::Backoff(until) => {
                    self.write().rotation.unreachable(&chosen.0, until);
                    if candidates.len() == 1 {
                        return chosen;
                    }
                    candidates.remove(place);
                }
                Standing::Idle => {
                    let is_connected =
                        |one: &Candidate| matches!(one.0.remote.standing(), Standing::Connected);
                    if self.policy.waits() || !candidates.iter().any(is_connected) {
                        return chosen;
                    }
                    chosen.0.remote.dial();
                    candidates.retain(is_connected);
                    if candidates.is_empty() {
                        return chosen;
                    }
                }
            }
        }
    }

    fn pick(
        &self,
        method: &crate::MethodRef,
        metadata: &crate::Metadata,
        candidates: &[Candidate],
    ) -> usize {
        let place = self.policy.pick(&Asked { method, metadata }, candidates);
        place.min(candidates.len() - 1)
    }

    /// Puts a call on a connection: of another server if the first cannot be reached.
    async fn place(&self, call: &Call) -> Result<(Started, Ticket)> {
        self.known().await?;
        let mut failed = Vec::new();
        let mut failure: Option<Status> = None;
        while let Some(ticket) = self.choose(call, &failed) {
            let member = ticket.member().clone();
            match member.remote.place(call).await {
                Ok(started) => return Ok((started, ticket)),
                Err(status) => {
                    if let Standing::Backoff(until) = member.remote.standing() {
                        self.write().rotation.unreachable(&member, until);
                    }
                    failed.push(member);
                    failure = Some(sooner(failure, status));
                }
            }
        }
        Err(failure.unwrap_or_else(nobody))
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Service for Pool {
    async fn call(&self, call: Call) -> Result<Reply> {
        let (started, ticket) = in_time(&call, self.0.place(&call), || self.0.phase()).await?;
        finish(&call, started, ticket).await
    }

    fn start(&self, start: &Start<'_>) -> Started {
        let member = {
            let state = self.0.read();
            let ready = state.rotation.ready();
            if ready.is_empty() || state.rotation.is_due() {
                return Started::Later;
            }
            let place = self.0.pick(start.method, start.metadata, ready);
            ready[place].0.clone()
        };
        launch(member, start)
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.0.read();
        f.debug_tuple("Pool").field(&state.rotation.all()).finish()
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        if let Some(feed) = self.feed.get() {
            feed.abort();
        }
    }
}

/// One server of a pool by itself.
struct One(Arc<Member>);

impl Service for One {
    async fn call(&self, call: Call) -> Result<Reply> {
        let ticket = Ticket::new(self.0.clone(), false);
        let started = in_time(&call, self.0.remote.place(&call), || self.0.remote.phase()).await?;
        finish(&call, started, ticket).await
    }

    fn start(&self, start: &Start<'_>) -> Started {
        launch(self.0.clone(), start)
    }
}

fn launch(member: Arc<Member>, start: &Start<'_>) -> Started {
    let ticket = Ticket::new(member, false);
    match ticket.member().remote.start(start) {
        Started::Flight(flight) => Started::Flight(flight.counted_by(ticket)),
        Started::Over(result) => Started::Over(result),
        Started::Later => {
            // Connected or not by the time that this call has found its way, it will be for the next.
            ticket.member().remote.dial();
            Started::Later
        }
    }
}

async fn finish(call: &Call, started: Started, ticket: Ticket) -> Result<Reply> {
    match started {
        Started::Flight(flight) => answer(call, flight.counted_by(ticket)).await,
        Started::Over(result) => result,
        Started::Later => Err(nobody()),
    }
}

/// The failure after which it is worth coming back first.
fn sooner(known: Option<Status>, status: Status) -> Status {
    match known {
        Some(known) if known.retry_after() <= status.retry_after() => known,
        Some(_) | None => status,
    }
}

fn nobody() -> Status {
    Status::unavailable("there is no server to call")
        .with_phase(Phase::Resolve)
        .with_reached(Reached::No)
}
