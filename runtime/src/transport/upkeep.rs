//! The connection to a far server: dialed when there is none, but not too often, and replaced when it is worn out.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::time::Instant;

use super::dial::{Dialed, Dialer};
use super::dialing::Dial;
use super::link::Link;
use super::room;
use crate::channel::BoxFuture;
use crate::peer::Peer;
use crate::protocol::Compression;
use crate::report::{self, About};
use crate::tally::Tally;
use crate::task;
use crate::watchers::Bell;
use crate::{Backoff, Code, Connect, Limits, Phase, Reached, Result, Status, figures};

/// Connections at most that were replaced and still have calls.
const REPLACED: usize = 8;

/// Keeps a connection to a server.
pub(super) struct Upkeep {
    /// `None` if there is only the connection that came with the channel.
    address: Option<Arc<str>>,
    pub(super) limits: Arc<Limits>,
    backoff: Backoff,
    compression: Compression,
    dialer: Dialer,
    /// Why no connection can ever be made.
    refused: Option<Status>,
    state: Mutex<State>,
    /// Calls that wait for a dial which another one has begun.
    waiting: Arc<Tally>,
}

#[derive(Default)]
struct State {
    link: Option<Arc<Link>>,
    dialing: Option<Dialing>,
    failure: Option<Failure>,
    /// Connections that were replaced, as long as they have calls.
    replaced: Vec<Weak<Link>>,
}

/// The dial that is under way.
struct Dialing {
    /// How far it has come.
    phase: Phase,
    /// Rings when it has ended, well or badly: with this value, whatever those do who are told of it.
    ended: Arc<Bell>,
}

impl Drop for Dialing {
    fn drop(&mut self) {
        self.ended.ring();
    }
}

/// Dials that failed in a row, since the last answer. One whose connection ended before it had carried an answer has failed
/// too.
struct Failure {
    count: u32,
    last: Status,
    again: Instant,
}

/// What there is to say of a connection.
enum Look {
    Found(Result<Arc<Link>>),
    /// It is being dialed, until this rings: from now on, or already.
    Dials(Arc<Bell>),
    Dialing(Arc<Bell>),
}

/// How a call would find the server.
pub(crate) enum Standing {
    /// There is a connection, and the server has said hello.
    Connected,
    /// It is dialed, or it is not known yet what the connection is worth.
    Dialing,
    /// There is none; a call would have it dialed.
    Idle,
    /// The last dial failed, and it is too early for the next.
    Backoff(Instant),
}

impl Upkeep {
    /// The address, unless it has only a connection that was there.
    pub(super) fn address(&self) -> Option<&Arc<str>> {
        self.address.as_ref()
    }

    /// Keeps a connection to this address, or this one as long as it lasts; none if it is refused.
    pub(super) fn new(
        address: Option<Arc<str>>,
        connect: Connect,
        link: Option<Arc<Link>>,
        refused: Option<Status>,
    ) -> Arc<Self> {
        Arc::new(Self {
            address,
            refused,
            compression: connect.compression,
            dialer: connect.dialer,
            limits: Arc::new(connect.limits.sound()),
            backoff: connect.pauses,
            state: Mutex::new(State {
                link,
                ..State::default()
            }),
            waiting: Arc::default(),
        })
    }

    /// The connection that there is, whatever its state.
    pub(super) fn known(&self) -> Option<Arc<Link>> {
        self.state().link.clone()
    }

    /// The connection, new if need be. Waits for a dial that another call has begun unless so many do.
    ///
    /// # Errors
    /// Why there is none: at once if the last dial failed and it is too early for the next.
    pub(super) async fn link(self: &Arc<Self>, most: usize) -> Result<Arc<Link>> {
        loop {
            match self.look() {
                Look::Found(found) => return found,
                Look::Dials(dialed) => dialed.heard().await,
                Look::Dialing(dialed) => {
                    let waits = self.waiting.enter_below(most);
                    let _waits =
                        waits.ok_or_else(|| room::too_many(most).with_phase(self.phase()))?;
                    dialed.heard().await;
                }
            }
            // However soon the next dial may be: who has waited for this one is told how it has ended.
            let state = self.state();
            match (&state.link, &state.failure) {
                (Some(link), _) => return Ok(link.clone()),
                (None, Some(failure)) => return Err(failure.status()),
                (None, None) => {}
            }
        }
    }

    /// Opens a connection in the background, unless there is one or it is too early.
    pub(super) fn dial(self: &Arc<Self>) {
        // Whoever calls looks again.
        let _ = self.look();
    }

    /// Lets a connection end that has no place for more methods, for calls that come to go to another one. `false` if
    /// there is no way to that, or too many are ending already: whoever brings ever new methods would have ever more of them.
    pub(super) fn replace(&self, link: &Arc<Link>) -> bool {
        let mut state = self.state();
        if !link.is_usable() {
            return true;
        }
        state.replaced.retain(|old| old.strong_count() > 0);
        if self.address.is_none() || state.replaced.len() >= REPLACED {
            return false;
        }
        state.replaced.push(Arc::downgrade(link));
        drop(state);
        link.retire("the connection has no place for more methods");
        true
    }

    /// How a call would find the server.
    pub(super) fn standing(&self) -> Standing {
        let state = self.state();
        if let Some(link) = state.usable() {
            return match link.was_open() {
                true => Standing::Connected,
                false => Standing::Dialing,
            };
        }
        if state.dialing.is_some() {
            return Standing::Dialing;
        }
        match &state.failure {
            Some(failure) if Instant::now() < failure.again => Standing::Backoff(failure.again),
            Some(_) | None => Standing::Idle,
        }
    }

    /// What a call that is not on a connection waits for.
    pub(super) fn phase(&self) -> Phase {
        let state = self.state();
        match (&state.dialing, &state.link) {
            (Some(dialing), _) => dialing.phase,
            (None, Some(link)) if !link.was_open() => Phase::Handshake,
            (None, Some(_) | None) => Phase::Send,
        }
    }

    /// The connection, or why there is none. While there is neither it is dialed, which this begins.
    fn look(self: &Arc<Self>) -> Look {
        let mut state = self.state();
        if let Some(link) = state.usable() {
            return Look::Found(Ok(link.clone()));
        }
        if let Some(status) = &self.refused {
            return Look::Found(Err(status.clone()));
        }
        let Some(address) = &self.address else {
            return Look::Found(Err(match &state.link {
                Some(link) => link.why_closed(),
                None => Status::failed_precondition("TLS is for channels to addresses")
                    .with_reached(Reached::No),
            }));
        };
        if let Some(dialing) = &state.dialing {
            return Look::Dialing(dialing.ended.clone());
        }
        match state.link.take() {
            // It worked until it ended: the next dial need not wait.
            Some(link) if link.has_answered() => state.failure = None,
            // Its server may just have left, and another one be there. Those who had called there try again at once.
            Some(link) if state.failure.is_none() => {
                state.failure = Some(Failure::once(link.why_closed()));
            }
            Some(link) => state.fail(link.why_closed(), &self.backoff),
            None => {}
        }
        if let Some(failure) = &state.failure
            && !failure.pause().is_zero()
        {
            return Look::Found(Err(failure.status()));
        }
        let ended = Arc::<Bell>::default();
        state.dialing = Some(Dialing {
            phase: Phase::Dial,
            ended: ended.clone(),
        });
        drop(state);
        let dial = Dial::new(Arc::downgrade(self), address.clone());
        let (dialer, limits) = (self.dialer.clone(), self.limits.clone());
        let dial = Box::pin(dial.run(dialer, limits));
        task::spawn(Box::pin(async {
            let drive = dial.await;
            // What the dial took is given back by now.
            if let Some(drive) = drive {
                drive.await;
            }
        }));
        Look::Dials(ended)
    }

    /// The dial that is under way begins this.
    pub(super) fn has_come_to(&self, phase: Phase) {
        if let Some(dialing) = &mut self.state().dialing {
            dialing.phase = phase;
        }
    }

    /// The dial that was under way has ended. What this gives drives the connection that there is now.
    pub(super) fn dialed(
        &self,
        address: &Arc<str>,
        dialed: Result<Dialed>,
    ) -> Option<BoxFuture<()>> {
        let dialed = dialed.map(|dialed| self.link_over(address, dialed));
        let failed = dialed.as_ref().err().cloned();
        let mut state = self.state();
        let dialing = state.dialing.take();
        let drive = match dialed {
            Ok((link, drive)) => {
                state.link = Some(link);
                Some(drive)
            }
            Err(status) => {
                state.fail(status, &self.backoff);
                None
            }
        };
        // Who is told may call by this very channel.
        drop(state);
        figures::dialed(failed.is_none());
        if let Some(status) = &failed {
            report::debug(&"cannot connect", About::at(address).failed(status));
        }
        drop(dialing);
        drive
    }

    fn link_over(&self, address: &Arc<str>, dialed: Dialed) -> (Arc<Link>, BoxFuture<()>) {
        let (peer, compression) = (Peer::new(Some(address.clone())), &self.compression);
        let Dialed {
            carrier,
            connected,
            said,
        } = dialed;
        Link::new(carrier, connected, peer, &self.limits, &said, compression)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets the calls in flight finish, for nobody makes any more. A dial that ends just then may be the last to have this.
impl Drop for Upkeep {
    fn drop(&mut self) {
        if let Some(link) = self.state().link.take() {
            link.retire("the client is done");
        }
    }
}

impl State {
    fn usable(&self) -> Option<&Arc<Link>> {
        self.link.as_ref().filter(|link| link.is_usable())
    }

    fn fail(&mut self, status: Status, backoff: &Backoff) {
        let count = self.failure.as_ref().map_or(0, |failure| failure.count);
        let count = count.saturating_add(1);
        self.failure = Some(Failure {
            count,
            last: status,
            again: Instant::now() + backoff.half_jitter(count),
        });
    }
}

impl Failure {
    /// The first one, after which the next dial need not wait.
    fn once(last: Status) -> Self {
        let (count, again) = (1, Instant::now());
        Self { count, last, again }
    }

    /// How long it is to the next dial.
    fn pause(&self) -> Duration {
        self.again.saturating_duration_since(Instant::now())
    }

    /// Why the last one failed, and when to come back: what is no address will be none then either.
    fn status(&self) -> Status {
        let last = self.last.clone();
        match last.code() == Code::InvalidArgument {
            true => last,
            false => last.with_retry_after(self.pause()),
        }
    }
}
