//! The way of a call to one of the servers of a pool: straight onto a connection where that is possible, else to one
//! server after the other until one can be reached.

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
        let (started, ticket) = in_time(&call, self.0.place(&call), || self.0.phase()).await?;
        finish(&call, started, ticket).await
    }

    fn start(&self, start: &mut Start<'_>) -> Started {
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

impl Shared {
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

    fn pick(&self, method: &MethodRef, metadata: &Metadata, candidates: &[Candidate]) -> usize {
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
