//! Calls to a remote server: puts them on its connection and waits for their answers.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::time::Instant;

use super::carrier::Carrier;
use super::flight::Flight;
use super::link::Link;
use super::room::Turn;
use super::upkeep::{Standing, Upkeep};
use crate::channel::{Start, Started};
use crate::peer::Peer;
use crate::status::deadline_passed;
use crate::task;
use crate::{Call, Connect, Limits, Phase, Reached, Reply, Result, Service, Status};

/// How many connections may close under one call before it fails.
const TRIES: usize = 3;

/// A far server.
pub(crate) struct Remote {
    upkeep: Arc<Upkeep>,
}

/// A call that was put on a connection.
pub(crate) enum Placed {
    Flight(Flight),
    /// It is over: it has failed, or was sent and has no result.
    Over(Result),
}

impl Remote {
    pub(crate) fn to(address: impl Into<Arc<str>>, connect: Connect) -> Self {
        let refused = connect.check().err();
        let upkeep = Upkeep::new(Some(address.into()), connect, None, refused);
        Self { upkeep }
    }

    pub(crate) fn over(carrier: Carrier, mut connect: Connect) -> Self {
        connect.limits = connect.limits.sound();
        let said = connect.dialer.said.now(&connect.limits);
        let refused = said.as_ref().err().cloned().map(Status::for_good);
        let said = said.ok().filter(|_| connect.dialer.takes_open_ones());
        let link = said.map(|said| {
            let (link, drive) = Link::new(
                carrier,
                Instant::now(),
                Peer::new(None),
                &Arc::new(connect.limits.clone()),
                &said,
                &connect.compression,
            );
            task::spawn(drive);
            link
        });
        let upkeep = Upkeep::new(None, connect, link, refused);
        Self { upkeep }
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.upkeep.limits
    }

    /// Connects and waits for the server's hello.
    pub(crate) async fn ready(&self) -> Result<()> {
        // This is not a call, so the limit on waiting calls does not apply.
        self.upkeep.link(usize::MAX).await?.ready().await
    }

    /// Connects and waits for the server's hello, subject to the limit on waiting calls.
    ///
    /// # Errors
    /// Why the server cannot be called now.
    pub(crate) async fn greeted(&self) -> Result<()> {
        let most = self.upkeep.limits.waiting;
        let link = self.upkeep.link(most).await?;
        let mut turn = Turn::new(&link, most);
        while !link.was_open() {
            if !link.is_usable() {
                return Err(link.why_closed());
            }
            turn.comes().await?;
        }
        Ok(())
    }

    /// Whether the server has said hello on a connection that takes calls.
    pub(crate) fn is_connected(&self) -> bool {
        matches!(self.standing(), Standing::Connected)
    }

    /// What a call would find.
    pub(crate) fn standing(&self) -> Standing {
        self.upkeep.standing()
    }

    /// Begins to dial in the background, unless there is a connection or it is too early.
    pub(crate) fn dial(&self) {
        self.upkeep.dial();
    }

    /// The phase of a call that is not on a connection yet.
    pub(crate) fn phase(&self) -> Phase {
        self.upkeep.phase()
    }

    /// Puts a call on the connection once there is one with room.
    ///
    /// # Errors
    /// Why the call was not sent.
    pub(crate) async fn place(&self, call: &Call) -> Result<Placed> {
        for _ in 0..TRIES {
            let most = self.upkeep.limits.waiting;
            let link = self.upkeep.link(most).await?;
            let mut turn = Turn::new(&link, most);
            loop {
                let (timeout, deadline) = self.times(call);
                let mut flight = None;
                let mut start = Start {
                    method: &call.method,
                    timeout,
                    deadline,
                    metadata: call.cx.metadata(),
                    head: call.body.head(),
                    request: &mut &call.body,
                    streams: call.body.streams(),
                    waker: None,
                    goes_ahead: true,
                    flight: &mut flight,
                    worn: None,
                };
                let started = link.clone().launch(&mut start, turn.ticket);
                match (started, start.worn) {
                    (Started::Over(result), _) => return Ok(Placed::Over(result)),
                    (_, Some(_)) if self.upkeep.replace(&link) => break,
                    (_, Some(worn)) => return Err(worn),
                    (_, None) => {}
                }
                match flight {
                    Some(flight) => return Ok(Placed::Flight(flight)),
                    None if link.is_usable() => turn.comes().await?,
                    None => break,
                }
            }
        }
        Err(Status::unavailable("connections close as soon as they open").with_reached(Reached::No))
    }

    /// The call's timeout, which for streams is the time until the server accepts the call; and when it must be over in
    /// any case.
    fn times(&self, call: &Call) -> (Duration, Option<Instant>) {
        let (until, ends) = match call.body.streams() {
            Some(streams) => (streams.duplex().opening, call.cx.deadline()),
            None => (call.cx.deadline(), None),
        };
        let left = until.map(|until| until.saturating_duration_since(Instant::now()));
        (left.unwrap_or(self.upkeep.limits.timeout), ends)
    }
}

/// Waits for a connection, at most until the call's deadline.
///
/// # Errors
/// Those of `placed`, or that the deadline has passed before the call was sent, in the phase that `phase` returns. Or
/// there is no runtime.
pub(crate) async fn in_time<T>(
    call: &Call,
    placed: impl Future<Output = Result<T>>,
    phase: impl FnOnce() -> Phase,
) -> Result<T> {
    task::has_runtime()?;
    let mut placed = pin!(placed);
    // If there is a connection with room, no timer is needed.
    if let Poll::Ready(placed) = poll_fn(|cx| Poll::Ready(placed.as_mut().poll(cx))).await {
        return placed;
    }
    match tokio::time::timeout(left(call.cx.deadline()), placed).await {
        Ok(placed) => placed,
        Err(_) => Err(deadline_passed()
            .with_reached(Reached::No)
            .with_phase(phase())),
    }
}

/// Waits for the answer of a call that is on a connection. The caller enforces the deadline too, but does not know in
/// which phase the call was.
pub(crate) async fn answer(call: &Call, mut flight: Flight) -> Result<Reply> {
    if flight.phase() == Phase::Await {
        return flight.await;
    }
    match tokio::time::timeout(left(call.cx.deadline()), &mut flight).await {
        Ok(answer) => answer,
        Err(_) => Err(deadline_passed().with_phase(flight.phase())),
    }
}

/// The time until the deadline, if there is one.
fn left(deadline: Option<Instant>) -> Duration {
    let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
    left.unwrap_or(Duration::MAX)
}

impl Service for Remote {
    async fn call(&self, call: Call) -> Result<Reply> {
        match in_time(&call, self.place(&call), || self.phase()).await? {
            Placed::Flight(flight) => answer(&call, flight).await,
            Placed::Over(sent) => sent.map(|()| Reply::to_oneway()),
        }
    }

    fn start(&self, start: &mut Start<'_>) -> Started {
        let link = self.upkeep.known();
        match link.filter(|link| !link.home.is_elsewhere()) {
            Some(link) => link.launch(start, None),
            // To choose another connection, or to wait, is up to `call`.
            None => Started::Later,
        }
    }

    fn far_address(&self) -> Option<Arc<str>> {
        self.upkeep.address().cloned()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tokio::io::AsyncReadExt;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_comes_when_nobody_calls_any_more_ends() {
        let (near, mut far) = tokio::io::duplex(1 << 10);
        let near = Mutex::new(Some(near));
        let connect = Connect::new().open_by(move |_| {
            let near = near.lock().unwrap().take();
            async move { near.ok_or(std::io::ErrorKind::ConnectionRefused.into()) }
        });
        let remote = Remote::to("a name", connect);
        remote.dial();
        // As it is while a dial hands over its result.
        let upkeep = remote.upkeep.clone();
        drop(remote);
        while upkeep.known().is_none() {
            tokio::task::yield_now().await;
        }
        drop(upkeep);
        let begun = Instant::now();
        far.read_to_end(&mut Vec::new()).await.unwrap();
        assert_eq!(begun.elapsed(), Duration::ZERO, "it waits for its hello");
    }
}
