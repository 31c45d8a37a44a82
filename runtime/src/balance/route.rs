//! How a call gets to one of the servers of a pool: straight onto a connection if possible, otherwise by trying one
//! server after the other.

use std::sync::Arc;

use tokio::time::Instant;

use super::member::{Member, Ticket};
use super::policy::{Asked, Candidate};
use super::pool::{Pool, Shared};
use super::search::{Search, dial_for_the_next};
use crate::caught::caught;
use crate::channel::{Start, Started};
use crate::transport::{Placed, Standing, answer, in_time};
use crate::{Call, Metadata, MethodRef, Phase, Reached, Reply, Result, Service, Status};

impl Service for Pool {
    async fn call(&self, call: Call) -> Result<Reply> {
        self.0.feed()?;
        let (placed, ticket) = in_time(&call, self.0.place(&call), || self.0.phase()).await?;
        finish(&call, placed, ticket).await
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
        // Not under the lock: a policy is user code. If it panics, it is asked again where a panic ends the call.
        let pick = || self.0.pick(start.method, start.metadata, &ready);
        let Some(place) = caught(pick) else {
            return Started::Later;
        };
        // A server that hangs still accepts connections, because its kernel does. So no call is sent ahead of a hello
        // while other servers are fine.
        start.goes_ahead = false;
        let started = launch(&ready[place].member, start);
        if matches!(started, Started::Later) {
            // Dialing may be too late for this call, but the next one will benefit.
            dial_for_the_next(&ready[place], &ready);
        }
        started
    }
}

/// A single server of a pool.
pub(super) struct One(pub(super) Arc<Member>);

impl Service for One {
    async fn call(&self, call: Call) -> Result<Reply> {
        let ticket = Ticket::new(self.0.clone(), false);
        let placed = in_time(&call, self.0.remote.place(&call), || self.0.remote.phase()).await?;
        finish(&call, placed, ticket).await
    }

    fn start(&self, start: &mut Start<'_>) -> Started {
        let started = launch(&self.0, start);
        if matches!(started, Started::Later) {
            self.0.remote.dial();
        }
        started
    }
}

impl Shared {
    /// The phase of a call that is not on a connection yet.
    pub(super) fn phase(&self) -> Phase {
        let state = self.read();
        let dialed = state.rotation.all().filter_map(|one| {
            let remote = &one.member.remote;
            matches!(remote.standing(), Standing::Dialing).then(|| remote.phase())
        });
        // The server that is furthest along, since the call would go there.
        let phase = dialed.max();
        phase.unwrap_or(match state.rotation.all().next() {
            Some(_) => Phase::Send,
            None => Phase::Resolve,
        })
    }

    /// Puts a call on a connection; of another server if the first cannot be reached.
    async fn place(self: &Arc<Self>, call: &Call) -> Result<(Placed, Ticket)> {
        self.known_to_calls().await?;
        let mut search = Search::new(self, call);
        while let Some(ticket) = search.next().await? {
            match ticket.member().remote.place(call).await {
                Ok(placed) => return Ok((placed, ticket)),
                Err(status) => search.failed(&ticket, status)?,
            }
        }
        match search.failure() {
            Some(failure) => Err(failure),
            None => self.place_at_the_first(call).await,
        }
    }

    /// No server can be dialed now. Tries the one that can be dialed first, which says why and until when.
    async fn place_at_the_first(&self, call: &Call) -> Result<(Placed, Ticket)> {
        let first = self.read().rotation.first_due().cloned();
        let ticket = Ticket::new(first.ok_or_else(nobody)?.member, false);
        let placed = ticket.member().remote.place(call).await?;
        Ok((placed, ticket))
    }

    /// Removes candidates that cannot be dialed now, and sets them aside for other calls too.
    pub(super) fn leave_out_unreachable(&self, candidates: &mut Vec<Candidate>) {
        let gone = candidates.extract_if(.., |one| backoff(&one.member).is_some());
        self.put_aside(gone.map(|one| one.member));
    }

    /// Sets aside those of these servers that cannot be dialed now. This looks at every server, so it is done for many
    /// at once.
    pub(super) fn put_aside(&self, failed: impl Iterator<Item = Arc<Member>>) {
        let gone = failed.filter_map(|member| Some((backoff(&member)?, member)));
        let gone: Vec<_> = gone.map(|(until, member)| (member, until)).collect();
        if !gone.is_empty() {
            self.write().rotation.unreachable(&gone);
        }
    }

    pub(super) fn pick(
        &self,
        method: &MethodRef,
        metadata: &Metadata,
        candidates: &[Candidate],
    ) -> usize {
        let place = self.policy.pick(&Asked { method, metadata }, candidates);
        place.min(candidates.len() - 1)
    }
}

/// Until when a server cannot be dialed.
fn backoff(member: &Member) -> Option<Instant> {
    match member.remote.standing() {
        Standing::Backoff(until) => Some(until),
        Standing::Connected | Standing::Dialing | Standing::Idle => None,
    }
}

fn launch(member: &Arc<Member>, start: &mut Start<'_>) -> Started {
    let ticket = Ticket::new(member.clone(), false);
    let started = member.remote.start(start);
    if let Some(flight) = start.flight {
        flight.count_by(ticket);
    }
    started
}

async fn finish(call: &Call, placed: Placed, ticket: Ticket) -> Result<Reply> {
    match placed {
        Placed::Flight(mut flight) => {
            flight.count_by(ticket);
            answer(call, flight).await
        }
        Placed::Over(sent) => sent.map(|()| Reply::to_oneway()),
    }
}

fn nobody() -> Status {
    Status::unavailable("there is no server to call")
        .with_phase(Phase::Resolve)
        .with_reached(Reached::No)
}
