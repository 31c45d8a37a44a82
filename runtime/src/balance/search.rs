//! How a call finds a server: one that is connected, as long as there is one.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::member::{Member, Ticket};
use super::policy::Candidate;
use super::pool::Shared;
use super::seek::{PAUSE, sooner};
use crate::transport::Standing;
use crate::{Call, Reached, Result, Status};

/// How long to wait for a chosen server, if the policy wants the call to go to no other.
const LONG_PAUSE: Duration = Duration::from_secs(1);
/// How many servers to wait for, one after the other, before the call goes to any that is connected.
const ALONE: usize = 16;
/// How often a call may find a connected server that is gone when the call gets there.
const SEEKS: usize = 3;

/// The search of one call.
pub(super) struct Search<'a> {
    pool: &'a Arc<Shared>,
    call: &'a Call,
    /// Servers that were chosen before, by address in memory: they are not chosen again.
    seen: BTreeMap<usize, Arc<Member>>,
    /// Those of them that could not be reached. Other calls may not know yet.
    failed: Vec<Arc<Member>>,
    failure: Option<Status>,
    /// How many more servers to wait for individually.
    alone: usize,
    seeks: usize,
}

impl<'a> Search<'a> {
    pub(super) fn new(pool: &'a Arc<Shared>, call: &'a Call) -> Self {
        Self {
            pool,
            call,
            seen: BTreeMap::new(),
            failed: Vec::new(),
            failure: None,
            alone: ALONE,
            seeks: SEEKS,
        }
    }

    /// The next server to try; `None` if all have failed for now.
    ///
    /// # Errors
    /// No server can be reached.
    pub(super) async fn next(&mut self) -> Result<Option<Ticket>> {
        while let Some(ticket) = self.choose() {
            let member = ticket.member();
            if member.remote.is_connected() || self.is_the_only_one() {
                return Ok(Some(ticket));
            }
            if self.alone > 0 && (self.pool.policy.waits() || self.is_anybody_else_there()) {
                self.alone -= 1;
                match timeout(self.pause(), member.remote.greeted()).await {
                    Ok(Ok(())) => return Ok(Some(ticket)),
                    Ok(Err(status)) => self.failed(&ticket, status)?,
                    Err(_) => self.take_back(member),
                }
            } else {
                let member = member.clone();
                drop(ticket);
                self.take_back(&member);
                self.seen.remove(&place_of(&member));
                self.seeks = self.seeks.checked_sub(1).ok_or_else(fleeting)?;
                self.pool.seek(self.call, &member).await?;
            }
        }
        Ok(None)
    }

    /// The call could not be put on a connection to this server.
    ///
    /// # Errors
    /// No other server would take it either.
    pub(super) fn failed(&mut self, ticket: &Ticket, status: Status) -> Result<()> {
        if status.is_for_good() {
            // It would fail in the same way everywhere.
            return Err(status);
        }
        let member = ticket.member();
        self.failed.push(member.clone());
        self.take_back(member);
        self.failure = Some(sooner(self.failure.take(), status));
        Ok(())
    }

    /// Why no server was found, if any was tried.
    pub(super) fn failure(&mut self) -> Option<Status> {
        self.failure.take()
    }

    fn is_the_only_one(&self) -> bool {
        self.pool.read().rotation.all().nth(1).is_none()
    }

    fn is_anybody_else_there(&self) -> bool {
        let state = self.pool.read();
        let mut others = state.rotation.reachable().filter(|one| self.is_fresh(one));
        others.any(is_connected)
    }

    fn pause(&self) -> Duration {
        match self.pool.policy.waits() {
            true => LONG_PAUSE,
            false => PAUSE,
        }
    }

    /// The attempt did not reach this server after all.
    fn take_back(&self, member: &Member) {
        if let Some(tried) = self.call.cx.tried() {
            tried.take_back(&member.address);
        }
    }

    /// Chooses a server that was not chosen before.
    fn choose(&mut self) -> Option<Ticket> {
        let ticket = self.trial().or_else(|| self.choose_ready())?;
        let member = ticket.member();
        self.seen.insert(place_of(member), member.clone());
        Some(ticket)
    }

    /// Puts servers that are due back into rotation, and returns one for a trial.
    fn trial(&self) -> Option<Ticket> {
        // Only at first: a server that fails its trial at once must not be tried again by the same call.
        let is_due = self.seen.is_empty() && self.pool.read().rotation.is_due();
        let pauses = &self.pool.eject.backoff;
        let take_due = || self.pool.write().rotation.take_due(Instant::now(), pauses);
        is_due.then(take_due)?.map(Ticket::of_trial)
    }

    fn choose_ready(&self) -> Option<Ticket> {
        let tried = self.call.cx.tried();
        let is_untried = |one: &&Candidate| tried.is_none_or(|t| !t.contains(one.address()));
        let ready = || -> Vec<Candidate> {
            let state = self.pool.read();
            let ready = state.rotation.ready().iter();
            ready.filter(|one| self.is_fresh(one)).cloned().collect()
        };
        let untried = || ready().into_iter().filter(|one| is_untried(&one)).collect();
        let others = || {
            let state = self.pool.read();
            let all = state.rotation.reachable();
            all.filter(|one| self.is_fresh(one)).cloned().collect()
        };
        let chosen = self
            .pick_reachable(untried())
            .or_else(|| self.pick_reachable(ready()))
            .or_else(|| self.pick_reachable(others()))?;
        if let Some(tried) = tried {
            tried.add(Some(chosen.address()));
        }
        Some(Ticket::new(chosen.member, false))
    }

    /// Chooses among servers that may not be connected yet. Those are dialed in the background if another one is
    /// connected.
    fn pick_reachable(&self, mut candidates: Vec<Candidate>) -> Option<Candidate> {
        let (method, metadata) = (&self.call.method, self.call.cx.metadata());
        let may_wait = self.alone > 0 && self.pool.policy.waits();
        while !candidates.is_empty() {
            let place = self.pool.pick(method, metadata, &candidates);
            let chosen = candidates[place].clone();
            match chosen.member.remote.standing() {
                Standing::Connected => return Some(chosen),
                Standing::Backoff(_) => self.pool.leave_out_unreachable(&mut candidates),
                Standing::Dialing | Standing::Idle => {
                    if may_wait || !candidates.iter().any(is_connected) {
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

    fn is_fresh(&self, one: &Candidate) -> bool {
        !self.seen.contains_key(&place_of(&one.member))
    }
}

impl Drop for Search<'_> {
    fn drop(&mut self) {
        self.pool.put_aside(self.failed.drain(..));
    }
}

/// Dials a server for the next call, if this one goes elsewhere.
pub(super) fn dial_for_the_next(chosen: &Candidate, ready: &[Candidate]) {
    let is_idle = matches!(chosen.member.remote.standing(), Standing::Idle);
    if is_idle && ready.iter().any(is_connected) {
        chosen.member.remote.dial();
    }
}

/// Identifies a server by its address in memory.
fn place_of(member: &Arc<Member>) -> usize {
    Arc::as_ptr(member).addr()
}

fn is_connected(one: &Candidate) -> bool {
    one.member.remote.is_connected()
}

fn fleeting() -> Status {
    Status::unavailable("connections close as soon as they open").with_reached(Reached::No)
}
