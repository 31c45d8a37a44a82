//! Keeps one connection to a server: dials it when there is none, with backoff, and replaces it when it is worn out.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::time::Instant;

use super::dial::{Dialed, Dialer};
use super::dialing::Dial;
use super::failure::Failure;
use super::link::Link;
use super::room;
use crate::channel::BoxFuture;
use crate::peer::Peer;
use crate::protocol::Compression;
use crate::report::{self, About};
use crate::tally::Tally;
use crate::task;
use crate::watchers::Bell;
use crate::{Backoff, Connect, Limits, Phase, Reached, Result, Status, figures};

/// How many replaced connections may still have calls.
const REPLACED: usize = 8;

/// Keeps a connection to a server.
pub(super) struct Upkeep {
    /// `None` if the channel was given an open connection.
    address: Option<Arc<str>>,
    pub(super) limits: Arc<Limits>,
    backoff: Backoff,
    compression: Compression,
    dialer: Dialer,
    /// Why no connection can ever be made.
    refused: Option<Status>,
    state: Mutex<State>,
    /// Counts the calls that wait for a dial in progress.
    waiting: Arc<Tally>,
}

#[derive(Default)]
struct State {
    link: Option<Arc<Link>>,
    dialing: Option<Dialing>,
    failure: Option<Failure>,
    /// Replaced connections that may still have calls.
    replaced: Vec<Weak<Link>>,
}

/// A dial in progress.
struct Dialing {
    /// How far it has come.
    phase: Phase,
    /// Rings when the dial has ended, in whatever way: on drop, so that a panic cannot leave callers waiting.
    ended: Arc<Bell>,
}

impl Drop for Dialing {
    fn drop(&mut self) {
        self.ended.ring();
    }
}

/// What a caller finds.
enum Look {
    Found(Result<Arc<Link>>),
    /// Being dialed: rings at the end of the dial. The first variant is for the caller that has begun it.
    Dials(Arc<Bell>),
    Dialing(Arc<Bell>),
}

/// What a call would find.
pub(crate) enum Standing {
    /// A connection, and the server has said hello.
    Connected,
    /// A dial is in progress, or the server has not said hello yet.
    Dialing,
    /// Nothing; a call would begin to dial.
    Idle,
    /// The last dial has failed, and it is too early for the next.
    Backoff(Instant),
}

impl Upkeep {
    /// The server's address, unless the channel was given an open connection.
    pub(super) fn address(&self) -> Option<&Arc<str>> {
        self.address.as_ref()
    }

    /// Keeps a connection to `address`, or only `link` as long as it lasts. With `refused` there is never any.
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

    /// The current connection, whatever its state.
    pub(super) fn known(&self) -> Option<Arc<Link>> {
        self.state().link.clone()
    }

    /// The connection. Dials if there is none, or waits for a dial in progress unless `most` calls already do.
    ///
    /// # Errors
    /// Why there is none; at once if the last dial has failed and it is too early for the next.
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
            // A caller that has waited gets the result of that dial, even if the next one could begin.
            let state = self.state();
            match (&state.link, &state.failure) {
                (Some(link), _) => return Ok(link.clone()),
                (None, Some(failure)) => return Err(failure.status()),
                (None, None) => {}
            }
        }
    }

    /// Begins to dial in the background, unless there is a connection or it is too early.
    pub(super) fn dial(self: &Arc<Self>) {
        // Whoever calls will look again.
        let _ = self.look();
    }

    /// Retires a connection that has no room for another method, so that new calls go to a fresh one. `false` if there
    /// is no address to dial, or if too many retired connections still have calls: a caller with ever new methods would
    /// otherwise open ever more connections.
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

    /// What a call would find now.
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

    /// The phase of a call that is not on a connection yet.
    pub(super) fn phase(&self) -> Phase {
        let state = self.state();
        match (&state.dialing, &state.link) {
            (Some(dialing), _) => dialing.phase,
            (None, Some(link)) if !link.was_open() => Phase::Handshake,
            (None, Some(_) | None) => Phase::Send,
        }
    }

    /// The connection, or why there is none. Begins to dial if neither is known.
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
            // It has worked, so the next dial need not wait.
            Some(link) if link.has_answered() => state.failure = None,
            // Its server may just have left and been replaced, so callers may try again at once.
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
            // The dial's own memory has been freed by now.
            if let Some(drive) = drive {
                drive.await;
            }
        }));
        Look::Dials(ended)
    }

    /// The dial in progress has reached this phase.
    pub(super) fn has_come_to(&self, phase: Phase) {
        if let Some(dialing) = &mut self.state().dialing {
            dialing.phase = phase;
        }
    }

    /// The dial in progress has ended. Returns what drives the new connection.
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
        // Whoever is notified may call through this channel.
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

/// Nobody makes calls any more: those in flight may finish. The last owner may be a dial that is just ending.
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
        self.failure = Some(Failure::after(self.failure.take(), status, backoff));
    }
}
