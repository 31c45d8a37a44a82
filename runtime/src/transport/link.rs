//! A client's connection, shared between its driver and the callers. One lock guards the state machine and the calls.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Duration;

use tokio::time::Instant;

use super::called::Called;
use super::carrier::Carrier;
use super::client::drive;
use super::home::Home;
use super::room::{Queue, Turn};
use super::slots::Slots;
use super::socket::Socket;
use super::streams::Streams;
use crate::channel::BoxFuture;
use crate::peer::Peer;
use crate::protocol::{Close, Compression, Connection, Reason, Role};
use crate::report::{self, About};
use crate::{Code, Limits, Metadata, Phase, Reached, Result, Status};

/// A client's connection.
pub(crate) struct Link {
    state: Mutex<State>,
    /// The transport, which the driver locks during each of its turns. It may lock the state meanwhile, so a holder of
    /// the state's lock may only `try_lock` this. `None` once the driver is gone.
    pub(super) socket: Mutex<Option<Socket>>,
    pub(super) home: Home,
    peer: Peer,
    pub(super) started: Instant,
    /// Whether the driver should stay awake while calls are in flight.
    pub(super) spins: bool,
}

pub(super) struct State {
    pub(super) core: Connection,
    pub(super) slots: Slots,
    pub(super) streams: Streams,
    pub(super) called: Called,
    /// Callers that wait for room.
    pub(super) waiting: Queue,
    pub(super) driver: Option<Waker>,
    /// The driver is running or has been woken, so nobody needs to wake it.
    pub(super) awake: bool,
    /// Several calls were in flight when the last input came, so several callers may be about to call again.
    pub(super) crowded: bool,
    /// When the sleeping driver will wake up by itself.
    pub(super) until: Option<Duration>,
    /// The time, as last read by the driver for its turn or by a caller for its call.
    pub(super) now: Duration,
    /// The driver is in a turn and `now` is current. After a mere wake-up it may take long until it runs.
    pub(super) has_turn: bool,
    /// The peer's hello has arrived.
    pub(super) greeted: bool,
    /// The peer has answered a call, with success or not.
    pub(super) answered: bool,
}

impl Link {
    /// A connection over a transport that has been open since `started`, and the future that drives it.
    pub(super) fn new(
        carrier: Carrier,
        started: Instant,
        peer: Peer,
        limits: &Arc<Limits>,
        introduction: &Metadata,
        compression: &Compression,
    ) -> (Arc<Self>, BoxFuture<()>) {
        let state = State {
            core: Connection::introduced(
                limits.clone(),
                introduction.clone(),
                compression.clone(),
                Duration::ZERO,
            ),
            slots: Slots::default(),
            streams: Streams::new(Role::Client, limits),
            called: Called::new(limits.value_bytes),
            waiting: Queue::default(),
            driver: None,
            awake: true,
            crowded: false,
            until: None,
            now: Duration::ZERO,
            has_turn: false,
            greeted: false,
            answered: false,
        };
        let link = Arc::new(Self {
            state: Mutex::new(state),
            socket: Mutex::new(Some(Socket::new(carrier))),
            home: Home::here(),
            peer,
            started,
            spins: !limits.spin.is_zero(),
        });
        let drive = drive(link.clone(), started, limits.spin);
        (link, drive)
    }

    /// Waits for the peer's hello. This is not a call, so the limit on waiting calls does not apply.
    ///
    /// # Errors
    /// Why the connection has ended instead.
    pub(super) async fn ready(&self) -> Result<()> {
        loop {
            Turn::new(self, usize::MAX).comes().await?;
            let state = self.lock();
            if let Some(close) = state.core.closed() {
                return Err(self
                    .lost(close)
                    .with_reached(Reached::No)
                    .with_phase(Phase::Handshake));
            }
            if state.core.is_open() || !state.takes_calls() {
                return Ok(());
            }
            drop(state);
        }
    }

    /// Whether it still takes calls.
    pub(super) fn is_usable(&self) -> bool {
        self.lock().takes_calls()
    }

    /// Whether the peer has ever said hello.
    pub(super) fn was_open(&self) -> bool {
        self.lock().greeted
    }

    /// Whether the peer has ever answered a call.
    pub(super) fn has_answered(&self) -> bool {
        self.lock().answered
    }

    /// The status for a call that cannot go to this connection any more.
    pub(super) fn why_closed(&self) -> Status {
        let state = self.lock();
        let status = match state.core.closed() {
            Some(close) => self.lost(close),
            None => self.name(Status::unavailable("the connection takes no more calls")),
        };
        let phase = match state.greeted {
            true => Phase::Send,
            false => Phase::Handshake,
        };
        status.with_reached(Reached::No).with_phase(phase)
    }

    /// Lets the calls in flight finish, then closes.
    pub(super) fn retire(&self, why: &'static str) {
        let mut state = self.lock();
        let now = self.now(&mut state);
        state.core.drain(Reason::Shutdown, why, now);
        self.wake_driver(state);
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        // An encoder that panics leaves no partial output behind, so the state is valid.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The server's address, if the connection was dialed.
    pub(super) fn address(&self) -> Option<&str> {
        self.peer.address()
    }

    /// The instant at this time of the connection, if the clock can represent it.
    pub(super) fn time(&self, since: Duration) -> Option<Instant> {
        self.started.checked_add(since)
    }

    /// The current time. Reads the clock unless the driver has done so for its current turn.
    pub(super) fn now(&self, state: &mut State) -> Duration {
        if !state.has_turn {
            state.now = self.started.elapsed();
        }
        state.now
    }

    /// The transport, unless the driver is gone.
    pub(super) fn socket(&self) -> MutexGuard<'_, Option<Socket>> {
        self.socket.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn wake_driver(&self, mut state: MutexGuard<'_, State>) {
        if std::mem::replace(&mut state.awake, true) {
            return;
        }
        let driver = state.driver.take();
        drop(state);
        if let Some(driver) = driver {
            driver.wake();
        }
    }

    pub(super) fn lost(&self, close: &Close) -> Status {
        let code = match close.reason {
            Reason::Excess => Code::ResourceExhausted,
            Reason::Protocol => Code::Internal,
            Reason::Shutdown
            | Reason::Idle
            | Reason::Version
            | Reason::Timeout
            | Reason::Foreign
            | Reason::Lost
            | Reason::Other(_) => Code::Unavailable,
        };
        self.name(Status::new(code, close.to_string()))
    }

    /// Reports the end of the connection, at a level that depends on whether anybody should look into it.
    pub(super) fn tell(&self, close: &Close) {
        let about = About {
            peer: Some(&self.peer),
            reason: Some(close.reason),
            ..About::default()
        };
        match close.reason {
            Reason::Shutdown | Reason::Idle => report::debug(close, about),
            Reason::Excess
            | Reason::Protocol
            | Reason::Version
            | Reason::Timeout
            | Reason::Foreign
            | Reason::Lost
            | Reason::Other(_) => report::warn(close, about),
        }
    }

    pub(super) fn name(&self, status: Status) -> Status {
        match self.peer.shared_address() {
            Some(address) => status.with_peer(address),
            None => status,
        }
    }
}

impl State {
    /// What calls in flight wait for. The first one may be sent before the peer's hello.
    pub(super) fn phase(&self) -> Phase {
        match self.greeted {
            true => Phase::Await,
            false => Phase::Handshake,
        }
    }

    pub(super) fn takes_calls(&self) -> bool {
        self.core.closed().is_none() && !self.core.is_draining()
    }

    /// Whether the connection is ending, or has ended, in good order.
    pub(super) fn ends_well(&self) -> bool {
        match self.core.closed() {
            Some(close) => matches!(close.reason, Reason::Shutdown | Reason::Idle),
            None => self.core.is_draining(),
        }
    }
}
