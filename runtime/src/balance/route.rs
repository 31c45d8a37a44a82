//! The way of a call to one of the servers of a pool: straight onto a connection where that is possible, else to one
//! server after the other until one can be reached.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::time::Instant;

use super::member::{Member, Ticket};
use super::policy::{Asked, Candidate};
use super::pool::{Pool, Shared};
use crate::channel::{Start, Started};
use crate::transport::{Standing, answer, in_time};
use crate::{Call, Metadata, MethodRef, Phase, Reached, Reply, Result, Service, Status};

impl Service for Pool {
    async fn call(&self, call: Call) -> Result<Reply> {
        self.0.feed()?;
        let (started, ticket) = in_time(&call, self.0.place(&call), || self.0.phase()).await?;
        finish(&call, started, ticket).await
    }

    fn start(&self, start: &mut Start<'_>) -> Started {
        let ready = {
            let state = self.0.read();
            if state.rotation.is_due() {
                return Started::Later;
            }
            state.rotation.ready().clone()
        };
        if ready.is_empty() {
            return Started::Later;
        }
        // Not under the lock: a policy is code of the user's.
        let place = self.0.pick(start.method, start.metadata, &ready);
        let member = ready[place].member.clone();
        // One that hangs takes connections all the same, as its system does. If others are well, none waits for its hello.
        start.goes_ahead = false;
        launch(member, start)
    }
}

/// One server of a pool by itself.
pub(super) struct One(pub(super) Arc<Member>);

impl Service for One {
    async fn call(&self, call: Call) -> Result<Reply> {
        let ticket = Ticket::new(self.0.clone(), false);
        let started = in_time(&call, self.0.remote.place(&call), || self.0.remote.phase()).await?;
        finish(&call, started, ticket).await
    }

    fn start(&self, start: &mut Start<'_>) -> Started {
        launch(self.0.clone(), start)
    }
}

/// Those that a call could not be put on a connection to, by where they are in memory.
type Failed = BTreeMap<usize, Arc<Member>>;

impl Shared {
    /// What a call that is not on a connection waits for.
    fn phase(&self) -> Phase {
        let state = self.read();
        let phases = state.rotation.all().map(|one| one.member.remote.phase());
        // Whoever has come furthest: the call would go there.
        phases.max().unwrap_or(Phase::Resolve)
    }

    /// Puts a call on a connection: of another server if the first cannot be reached.
    async fn place(&self, call: &Call) -> Result<(Started, Ticket)> {
        self.known_to_calls().await?;
        let mut failed = Failed::new();
        let mut failure: Option<Status> = None;
        while let Some(ticket) = self.choose(call, &failed) {
            let member = ticket.member().clone();
            match member.remote.place(call).await {
                Ok(started) => return Ok((started, ticket)),
                // No other would be told either.
                Err(status) if status.is_for_good() => return Err(status),
                Err(status) => {
                    if let Standing::Backoff(until) = member.remote.standing() {
                        let gone = [(member.clone(), until)];
                        self.write().rotation.unreachable(&gone);
                    }
                    if let Some(tried) = call.cx.tried() {
                        tried.take_back(&member.address);
                    }
                    failed.insert(place_of(&member), member);
                    failure = Some(sooner(failure, status));
                }
            }
        }
        match failure {
            Some(failure) => Err(failure),
            None => self.place_at_the_first(call).await,
        }
    }

    /// Nobody can be connected to for now: whoever can be first says why that is, and until when.
    async fn place_at_the_first(&self, call: &Call) -> Result<(Started, Ticket)> {
        let first = self.read().rotation.first_due().cloned();
        let ticket = Ticket::new(first.ok_or_else(nobody)?.member, false);
        let started = ticket.member().remote.place(call).await?;
        Ok((started, ticket))
    }

    /// Chooses a server for a call, none of those that have `failed` it.
    fn choose(&self, call: &Call, failed: &Failed) -> Option<Ticket> {
        // One that fails its trial at once is not put on trial again by the same call.
        let is_due = failed.is_empty() && self.read().rotation.is_due();
        let pauses = &self.eject.backoff;
        if is_due && let Some(member) = self.write().rotation.take_due(Instant::now(), pauses) {
            return Some(Ticket::of_trial(member));
        }
        let tried = call.cx.tried();
        let is_fresh = |one: &&Candidate| !failed.contains_key(&place_of(&one.member));
        let is_untried = |one: &&Candidate| tried.is_none_or(|t| !t.contains(one.address()));
        let ready = || -> Vec<Candidate> {
            let state = self.read();
            let ready = state.rotation.ready().iter();
            ready.filter(is_fresh).cloned().collect()
        };
        let untried = || ready().into_iter().filter(|one| is_untried(&one)).collect();
        let others = || {
            let state = self.read();
            let all = state.rotation.reachable();
            all.filter(is_fresh).cloned().collect()
        };
        let chosen = self
            .pick_reachable(call, untried())
            .or_else(|| self.pick_reachable(call, ready()))
            .or_else(|| self.pick_reachable(call, others()))?;
        if let Some(tried) = tried {
            tried.add(Some(chosen.address()));
        }
        Some(Ticket::new(chosen.member, false))
    }

    /// Chooses among servers, of which some may not be connected, or not have said hello: those are dialed, and the call goes to one
    /// that has.
    fn pick_reachable(&self, call: &Call, mut candidates: Vec<Candidate>) -> Option<Candidate> {
        while !candidates.is_empty() {
            let place = self.pick(&call.method, call.cx.metadata(), &candidates);
            let chosen = candidates[place].clone();
            match chosen.member.remote.standing() {
                Standing::Connected => return Some(chosen),
                Standing::Backoff(_) => self.leave_out_unreachable(&mut candidates),
                Standing::Idle => {
                    if self.policy.waits() || !candidates.iter().any(is_connected) {
                        return Some(chosen);
                    }
                    chosen.member.remote.dial();
                    candidates.retain(is_connected);
                    if candidates.is_empty() {
                        return Some(chosen);
                    }
                }
            }
        }
        None
    }

    /// Leaves out all that cannot be connected to for now, from other calls too.
    fn leave_out_unreachable(&self, candidates: &mut Vec<Candidate>) {
        let mut gone = Vec::new();
        candidates.retain(|one| match one.member.remote.standing() {
            Standing::Connected | Standing::Idle => true,
            Standing::Backoff(until) => {
                gone.push((one.member.clone(), until));
                false
            }
        });
        self.write().rotation.unreachable(&gone);
    }

    fn pick(&self, method: &MethodRef, metadata: &Metadata, candidates: &[Candidate]) -> usize {
        let place = self.policy.pick(&Asked { method, metadata }, candidates);
        place.min(candidates.len() - 1)
    }
}

/// Where in memory a server is.
fn place_of(member: &Arc<Member>) -> usize {
    Arc::as_ptr(member).addr()
}

fn is_connected(one: &Candidate) -> bool {
    matches!(one.member.remote.standing(), Standing::Connected)
}

fn launch(member: Arc<Member>, start: &mut Start<'_>) -> Started {
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
        Started::Over(sent) => sent.map(|()| Reply::to_oneway()),
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
