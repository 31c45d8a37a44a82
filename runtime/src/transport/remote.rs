//! A far server: dials it, keeps the connection, dials again when that has ended, but not too often.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::time::Instant;

use super::carrier::Carrier;
use super::dial::Dialer;
use super::flight::Flight;
use super::link::Link;
use crate::body::Payload;
use crate::channel::{Start, Started, deadline_passed};
use crate::ctx::Peer;
use crate::protocol::Compression;
use crate::task;
use crate::watchers::Bell;
use crate::{
    Backoff, Call, Connect, Limits, Metadata, Phase, Reached, Reply, Result, Service, Status,
    figures,
};

/// How often one call may meet a connection that closes under it.
const TRIES: usize = 3;

/// A far server.
pub(crate) struct Remote {
    shared: Arc<Shared>,
}

struct Shared {
    /// `None` if there is only the connection that came with the channel.
    address: Option<Arc<str>>,
    limits: Arc<Limits>,
    backoff: Backoff,
    metadata: Metadata,
    compression: Compression,
    dialer: Dialer,
    /// Why no connection can ever be made.
    refused: Option<Status>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    link: Option<Arc<Link>>,
    dialing: Option<Dialing>,
    failure: Option<Failure>,
}

/// The dial that is under way.
struct Dialing {
    /// How far it has come.
    phase: Phase,
    /// Rings when it has ended, well or badly.
    ended: Arc<Bell>,
}

/// Dials that failed in a row, since the last hello.
struct Failure {
    count: u32,
    last: Status,
    again: Instant,
}

/// What there is to say of a connection.
enum Look {
    Found(Result<Arc<Link>>),
    /// It is being dialed, until this rings.
    Dialing(Arc<Bell>),
}

/// How a call would find the server.
pub(crate) enum Standing {
    /// There is a connection.
    Connected,
    /// There is none; a call would open one, or does so already.
    Idle,
    /// The last dial failed, and it is too early for the next.
    Backoff(Instant),
}

impl Remote {
    pub(crate) fn to(address: impl Into<Arc<str>>, connect: Connect) -> Self {
        Self::new(Some(address.into()), connect, State::default())
    }

    pub(crate) fn over(carrier: Carrier, mut connect: Connect) -> Self {
        connect.limits = connect.limits.sound();
        if !connect.dialer.takes_open_ones() {
            return Self::new(None, connect, State::default());
        }
        let limits = Arc::new(connect.limits.clone());
        let link = Link::spawn(
            carrier,
            Instant::now(),
            Peer::new(None),
            &limits,
            &connect.metadata,
            &connect.compression,
        );
        let state = State {
            link: Some(link),
            ..State::default()
        };
        Self::new(None, connect, state)
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.shared.limits
    }

    /// Connects and waits for the server's hello.
    pub(crate) async fn ready(&self) -> Result<()> {
        self.link().await?.ready().await
    }

    /// How a call would find the server.
    pub(crate) fn standing(&self) -> Standing {
        let state = self.shared.state();
        if state.usable().is_some() {
            return Standing::Connected;
        }
        match &state.failure {
            Some(failure) if Instant::now() < failure.again => Standing::Backoff(failure.again),
            Some(_) | None => Standing::Idle,
        }
    }

    /// Opens a connection in the background, unless there is one or it is too early.
    pub(crate) fn dial(&self) {
        // Whoever calls looks again.
        let _ = self.shared.look();
    }

    fn new(address: Option<Arc<str>>, connect: Connect, state: State) -> Self {
        let shared = Shared {
            address,
            metadata: connect.metadata.clone(),
            compression: connect.compression.clone(),
            dialer: connect.dialer.clone(),
            refused: connect.check().err(),
            limits: Arc::new(connect.limits.sound()),
            backoff: connect.pauses,
            state: Mutex::new(state),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// The connection, new if need be.
    ///
    /// # Errors
    /// Why there is none: at once if the last dial failed and it is too early for the next.
    async fn link(&self) -> Result<Arc<Link>> {
        loop {
            match self.shared.look() {
                Look::Found(found) => return found,
                Look::Dialing(dialed) => dialed.heard().await,
            }
        }
    }

    /// What a call that is not on a connection waits for.
    pub(crate) fn phase(&self) -> Phase {
        let state = self.shared.state();
        match &state.link {
            Some(link) if state.dialing.is_none() => match link.was_open() {
                true => Phase::Send,
                false => Phase::Handshake,
            },
            Some(_) | None => state
                .dialing
                .as_ref()
                .map_or(Phase::Send, |dial| dial.phase),
        }
    }

    /// Puts a call on the connection once there is one with room. What it gives is on its way, or over.
    ///
    /// # Errors
    /// Why it is not: the call was never sent.
    pub(crate) async fn place(&self, call: &Call) -> Result<Started> {
        for _ in 0..TRIES {
            let link = self.link().await?;
            loop {
                let (timeout, deadline) = self.times(call);
                let start = Start {
                    method: &call.method,
                    timeout,
                    deadline,
                    metadata: call.cx.metadata(),
                    payload: &call.body,
                    waker: None,
                };
                match link.clone().launch(&start) {
                    Started::Later if link.is_usable() => link.room().await?,
                    Started::Later => break,
                    started => return Ok(started),
                }
            }
        }
        Err(Status::unavailable("connections close as soon as they open").with_reached(Reached::No))
    }

    /// How long the call may take, or with streams until it is accepted; and when it must be over in any case.
    fn times(&self, call: &Call) -> (Duration, Option<Instant>) {
        let (until, ends) = match call.body.streams() {
            Some(streams) => (streams.duplex().opening, call.cx.deadline()),
            None => (call.cx.deadline(), None),
        };
        let left = until.map(|until| until.saturating_duration_since(Instant::now()));
        (left.unwrap_or(self.shared.limits.timeout), ends)
    }
}

impl Shared {
    /// The connection, or why there is none. While there is neither it is dialed, which this begins.
    fn look(self: &Arc<Self>) -> Look {
        let mut state = self.state();
        if let Some(link) = state.usable() {
            return Look::Found(Ok(link.clone()));
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
        if let Some(status) = &self.refused {
            return Look::Found(Err(status.clone().with_reached(Reached::No)));
        }
        match state.link.take() {
            // It worked until it ended: the next dial need not wait.
            Some(link) if link.was_open() => state.failure = None,
            Some(link) => state.fail(link.why_closed(), &self.backoff),
            None => {}
        }
        if let Some(failure) = &state.failure {
            let pause = failure.again.saturating_duration_since(Instant::now());
            if !pause.is_zero() {
                return Look::Found(Err(failure.last.clone().with_retry_after(pause)));
            }
        }
        let ended = Arc::<Bell>::default();
        state.dialing = Some(Dialing {
            phase: Phase::Dial,
            ended: ended.clone(),
        });
        task::spawn(Box::pin(dial_for(
            Arc::downgrade(self),
            self.dialer.clone(),
            address.clone(),
            self.limits.clone(),
        )));
        Look::Dialing(ended)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn usable(&self) -> Option<&Arc<Link>> {
        self.link.as_ref().filter(|link| link.is_usable())
    }

    /// The dial that is under way begins this.
    fn has_come_to(&mut self, phase: Phase) {
        if let Some(dialing) = &mut self.dialing {
            dialing.phase = phase;
        }
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

/// Waits for a connection no longer than the call has.
///
/// # Errors
/// What `placed` fails with, or that the deadline has passed before the call was sent; `phase` says in which.
pub(crate) async fn in_time<T>(
    call: &Call,
    placed: impl Future<Output = Result<T>>,
    phase: impl FnOnce() -> Phase,
) -> Result<T> {
    let Some(deadline) = call.cx.deadline() else {
        return placed.await;
    };
    match tokio::time::timeout_at(deadline, placed).await {
        Ok(placed) => placed,
        Err(_) => Err(deadline_passed()
            .with_reached(Reached::No)
            .with_phase(phase())),
    }
}

/// Waits for the answer of a call that is on a connection. Whoever has made the call knows its deadline too, but not that
/// it was sent ahead of the server's hello.
pub(crate) async fn answer(call: &Call, mut flight: Flight) -> Result<Reply> {
    let deadline = call.cx.deadline();
    let Some(deadline) = deadline.filter(|_| flight.phase() != Phase::Await) else {
        return flight.await;
    };
    match tokio::time::timeout_at(deadline, &mut flight).await {
        Ok(answer) => answer,
        Err(_) => Err(deadline_passed().with_phase(flight.phase())),
    }
}

/// Dials in a task of its own, so that a caller who gives up does not take the dial from the others.
async fn dial_for(remote: Weak<Shared>, dialer: Dialer, address: Arc<str>, limits: Arc<Limits>) {
    let begins = |phase| {
        if let Some(shared) = remote.upgrade() {
            shared.state().has_come_to(phase);
        }
    };
    let dialed = dialer.open(&address, &limits, &begins).await;
    figures::dialed(dialed.is_ok());
    let Some(shared) = remote.upgrade() else {
        return;
    };
    let mut state = shared.state();
    let dialing = state.dialing.take();
    match dialed {
        Ok((carrier, connected)) => {
            let peer = Peer::new(Some(address));
            state.link = Some(Link::spawn(
                carrier,
                connected,
                peer,
                &limits,
                &shared.metadata,
                &shared.compression,
            ));
        }
        Err(status) => {
            tracing::debug!("{status}");
            state.fail(status, &shared.backoff);
        }
    }
    drop(state);
    if let Some(dialing) = dialing {
        dialing.ended.ring();
    }
}

impl Service for Remote {
    async fn call(&self, call: Call) -> Result<Reply> {
        match in_time(&call, self.place(&call), || self.phase()).await? {
            Started::Flight(flight) => answer(&call, flight).await,
            Started::Over(sent) => sent.map(|()| Reply::to_oneway()),
            Started::Later => Err(Status::internal("a call was placed nowhere")),
        }
    }

    fn start(&self, start: &Start<'_>) -> Started {
        let link = self.shared.state().link.clone();
        match link {
            Some(link) => link.launch(start),
            None => Started::Later,
        }
    }
}

impl Drop for Remote {
    fn drop(&mut self) {
        if let Some(link) = self.shared.state().link.take() {
            link.retire();
        }
    }
}
