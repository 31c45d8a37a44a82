//! A far server: dials it, keeps the connection, dials again when that has ended.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::net::{TcpStream, lookup_host};

use super::link::{Launched, Link};
use super::socket::Io;
use crate::channel::{Start, Started, deadline_passed};
use crate::ctx::Peer;
use crate::{Call, Limits, Phase, Reached, Reply, Result, Service, Status};

/// How often one call may meet a connection that closes under it.
const TRIES: usize = 3;

/// A far server.
pub(crate) struct Remote {
    dial: Dial,
    limits: Arc<Limits>,
    current: Mutex<Option<Arc<Link>>>,
    /// One caller dials, the others wait. Holds the last failure and its time, so that those who waited for it do not
    /// dial one after the other.
    dialing: tokio::sync::Mutex<Option<(tokio::time::Instant, Status)>>,
}

enum Dial {
    Tcp(Arc<str>),
    /// What came with the channel; there is no other.
    Given,
}

impl Remote {
    pub(crate) fn tcp(address: String, limits: Limits) -> Self {
        Self::new(Dial::Tcp(address.into()), limits)
    }

    pub(crate) fn over(io: impl Io, limits: Limits) -> Self {
        let remote = Self::new(Dial::Given, limits);
        *remote.current() = Some(Link::spawn(io, Peer::new(None), &remote.limits));
        remote
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Connects and waits for the server's hello.
    pub(crate) async fn ready(&self) -> Result<()> {
        self.link().await?.ready().await
    }

    fn new(dial: Dial, limits: Limits) -> Self {
        let limits = Arc::new(limits.sound());
        Self {
            dial,
            limits,
            current: Mutex::default(),
            dialing: tokio::sync::Mutex::default(),
        }
    }

    /// The connection, new if need be.
    async fn link(&self) -> Result<Arc<Link>> {
        let asked = tokio::time::Instant::now();
        if let Some(link) = self.usable() {
            return Ok(link);
        }
        let mut failure = self.dialing.lock().await;
        if let Some(link) = self.usable() {
            return Ok(link);
        }
        if let Some((at, status)) = &*failure
            && *at >= asked
        {
            return Err(status.clone());
        }
        match self.dial().await {
            Ok(link) => {
                *self.current() = Some(link.clone());
                Ok(link)
            }
            Err(status) => {
                *failure = Some((tokio::time::Instant::now(), status.clone()));
                Err(status)
            }
        }
    }

    /// Puts a call on the connection once there is one with room.
    async fn launch(&self, call: &Call) -> Result<Started> {
        for _ in 0..TRIES {
            let link = self.link().await?;
            loop {
                let start = Start {
                    method: &call.method,
                    timeout: call.cx.time_left().unwrap_or(self.limits.timeout),
                    deadline: None,
                    metadata: call.cx.metadata(),
                    payload: &call.body,
                };
                match link.launch(&start) {
                    Launched::Flight(flight) => return Ok(Started::Flight(flight)),
                    Launched::Over(result) => return Ok(Started::Over(result)),
                    Launched::Full => link.room().await?,
                    Launched::Closing => break,
                }
            }
        }
        Ok(Started::Later)
    }

    fn usable(&self) -> Option<Arc<Link>> {
        self.current().clone().filter(|link| link.is_usable())
    }

    fn current(&self) -> MutexGuard<'_, Option<Arc<Link>>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn dial(&self) -> Result<Arc<Link>> {
        match &self.dial {
            Dial::Tcp(address) => {
                let stream = connect(address).await?;
                Ok(Link::spawn(
                    stream,
                    Peer::new(Some(address.clone())),
                    &self.limits,
                ))
            }
            Dial::Given => Err(match &*self.current() {
                Some(link) => link.why_closed(),
                None => Status::unavailable("there is no connection").with_reached(Reached::No),
            }),
        }
    }
}

impl Service for Remote {
    async fn call(&self, call: Call) -> Result<Reply> {
        let launched = self.launch(&call);
        let launched = match call.cx.deadline() {
            Some(deadline) => tokio::time::timeout_at(deadline, launched).await,
            None => Ok(launched.await),
        };
        match launched {
            Ok(Ok(Started::Flight(flight))) => flight.await,
            Ok(Ok(Started::Over(result))) => result,
            Ok(Ok(Started::Later)) => Err(Status::unavailable(
                "connections close as soon as they open",
            )
            .with_reached(Reached::No)),
            Ok(Err(status)) => Err(status),
            Err(_) => Err(deadline_passed()
                .with_reached(Reached::No)
                .with_phase(Phase::Send)),
        }
    }

    fn start(&self, start: &Start<'_>) -> Started {
        let link = self.current().clone();
        match link.map(|link| link.launch(start)) {
            Some(Launched::Flight(flight)) => Started::Flight(flight),
            Some(Launched::Over(result)) => Started::Over(result),
            Some(Launched::Full | Launched::Closing) | None => Started::Later,
        }
    }
}

impl Drop for Remote {
    fn drop(&mut self) {
        if let Some(link) = self.current().take() {
            link.retire();
        }
    }
}

async fn connect(address: &Arc<str>) -> Result<TcpStream> {
    let failed = |phase, error: std::io::Error| {
        let status = Status::unavailable(format!("cannot connect: {error}")).with_source(error);
        status
            .with_phase(phase)
            .with_reached(Reached::No)
            .with_peer(address.clone())
    };
    let addresses = lookup_host(&**address)
        .await
        .map_err(|error| failed(Phase::Resolve, error))?;
    let mut last = std::io::Error::new(std::io::ErrorKind::NotFound, "the name has no address");
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(stream) => match stream.set_nodelay(true) {
                Ok(()) => return Ok(stream),
                Err(error) => last = error,
            },
            Err(error) => last = error,
        }
    }
    Err(failed(Phase::Dial, last))
}
