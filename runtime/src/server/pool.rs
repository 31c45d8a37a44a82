//! The connections of a server: accepts them while there is room, counts them, and lets them finish.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::io::{self, ErrorKind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::task::AbortHandle;
use tokio::time::Sleep;

use super::addresses::{Addresses, Seat};
use super::admit::Gate;
use super::{Listener, Server};
use crate::Channel;
use crate::channel::BoxFuture;
use crate::peer::Peer;
use crate::report::{self, About};
use crate::tally::{Counted, Tally};
use crate::task;
use crate::transport::{Carrier, Entrance, Shared};

/// The connections of a server.
pub(super) struct Pool {
    shared: Arc<Shared>,
    /// For listeners that are added from now on.
    pub(super) gate: Gate,
    connections: Arc<Tally>,
    tasks: Tasks,
    addresses: Addresses,
    /// Connections in order of arrival, starting with the oldest that may not have said hello.
    newcomers: VecDeque<Newcomer>,
}

/// A connection that may not have said hello yet.
struct Newcomer {
    /// Set once it has.
    greeted: Arc<AtomicBool>,
    is_refused: bool,
    task: AbortHandle,
}

impl Pool {
    pub(super) fn new(server: Server) -> Self {
        let limits = Arc::new(server.limits.sound());
        let known = server.router.clone();
        let mut services = Channel::new(server.router);
        if let Some(around) = server.around {
            services = around(services);
        }
        let shared = Shared {
            service: Arc::new(services.observed_by(server.observers)),
            known,
            limits,
            pending: Arc::default(),
            drain: Arc::default(),
            work: Arc::default(),
            compression: server.compression,
        };
        Self {
            addresses: Addresses::new(shared.limits.connections_per_ip),
            shared: Arc::new(shared),
            gate: server.gate,
            connections: Arc::default(),
            tasks: Tasks::default(),
            newcomers: VecDeque::new(),
        }
    }

    /// Serves one connection until it ends.
    pub(super) fn serve(self, carrier: Carrier) -> BoxFuture<()> {
        Box::pin(async move {
            let pool = self;
            let (shared, entrance) = (pool.shared.clone(), Entrance::default());
            let connection = pool.gate.admit(carrier, Peer::new(None), shared, entrance);
            connection.await;
        })
    }

    /// Accepts connections as long as there are any, one from each listener in turn; never ready.
    pub(super) fn poll_accept(&mut self, entries: &mut [Entry], cx: &mut Context<'_>) -> Poll<()> {
        let mut more = true;
        while std::mem::take(&mut more) {
            for entry in &mut *entries {
                ready!(
                    self.connections
                        .poll_below(self.shared.limits.connections, cx)
                );
                match entry.poll_accept(cx) {
                    Poll::Pending => continue,
                    Poll::Ready(Some((carrier, peer))) => self.take(&entry.gate, carrier, peer),
                    Poll::Ready(None) => {}
                }
                more = true;
            }
        }
        Poll::Pending
    }

    fn take(&mut self, gate: &Gate, carrier: Carrier, peer: Peer) {
        let (seat, refusal) = match self.addresses.take(&peer) {
            Ok(seat) => (seat, None),
            Err(refusal) => (None, Some(refusal)),
        };
        let greeted = Arc::new(AtomicBool::new(false));
        let is_refused = refusal.is_some();
        let entrance = Entrance {
            // A refused connection never counts as greeted: it stays a newcomer until it is gone.
            greeted: match is_refused {
                true => Arc::default(),
                false => greeted.clone(),
            },
            refusal,
            place: Some(Box::new(Place {
                _seat: seat,
                _counted: self.connections.enter(),
            })),
        };
        let shared = self.shared.clone();
        let task = task::spawn(gate.admit(carrier, peer, shared, entrance)).abort_handle();
        self.tasks.add(task.clone(), self.connections.count());
        self.newcomers.push_back(Newcomer {
            greeted,
            is_refused,
            task,
        });
        self.limit_newcomers();
    }

    /// Ends the oldest newcomer if there are too many, preferably one that is refused anyway, so that refused ones take
    /// nobody's place.
    fn limit_newcomers(&mut self) {
        let most = self.shared.limits.handshakes;
        // Cleans up whenever there are more than running tasks, however high the limit is.
        if self.newcomers.len() > most.min(self.tasks.most) {
            self.newcomers
                .retain(|it| !it.greeted.load(Ordering::Acquire) && !it.task.is_finished());
        }
        if self.newcomers.len() > most {
            let refused = self.newcomers.iter().position(|it| it.is_refused);
            let last = self.newcomers.remove(refused.unwrap_or(0));
            last.inspect(|newcomer| newcomer.task.abort());
        }
    }

    /// Lets calls in flight and shielded work finish. Connections enforce the limit `drain` themselves; those that do
    /// not are dropped.
    pub(super) async fn drain(&self) {
        const MARGIN: Duration = Duration::from_secs(5);
        self.shared.drain.ring();
        let limit = self.shared.limits.drain;
        let mut over = pin!(tokio::time::sleep(limit));
        let mut late = pin!(tokio::time::sleep(limit.saturating_add(MARGIN)));
        poll_fn(|cx| {
            let connections = self.connections.poll_below(1, cx);
            let work = self.shared.work.poll_below(1, cx);
            let is_over = over.as_mut().poll(cx).is_ready();
            let left_behind = match (connections, work) {
                (Poll::Ready(()), Poll::Ready(())) => return Poll::Ready(()),
                (Poll::Ready(()), Poll::Pending) if is_over => "shielded work did not end in time",
                _ => {
                    ready!(late.as_mut().poll(cx));
                    "connections did not end in time"
                }
            };
            report::warn(&left_behind, About::default());
            Poll::Ready(())
        })
        .await;
    }
}

/// The tasks of the connections, aborted when this is dropped.
#[derive(Default)]
struct Tasks {
    handles: Vec<AbortHandle>,
    /// Finished tasks are removed when there are this many.
    most: usize,
}

impl Tasks {
    /// Adds a task; `running` are now running.
    fn add(&mut self, task: AbortHandle, running: usize) {
        if self.handles.len() >= self.most {
            self.handles.retain(|task| !task.is_finished());
            self.most = 2 * running + 16;
        }
        self.handles.push(task);
    }
}

impl Drop for Tasks {
    fn drop(&mut self) {
        self.handles.iter().for_each(AbortHandle::abort);
    }
}

/// What a connection holds until it ends.
struct Place {
    _seat: Option<Seat>,
    _counted: Counted,
}

impl Drop for Place {
    fn drop(&mut self) {
        if std::thread::panicking() {
            report::error(&"a connection's task has panicked", About::default());
        }
    }
}

/// A listener.
pub(super) struct Entry {
    listener: Listener,
    address: Arc<str>,
    gate: Gate,
    pauses: Pauses,
    /// Consecutive connections that were gone before they were accepted.
    gone: usize,
}

impl Entry {
    /// How many of them are accepted without a pause.
    const GONE: usize = 64;

    /// # Errors
    /// The listener has no address.
    pub(super) fn new(listener: Listener, gate: Gate) -> io::Result<Self> {
        Ok(Self {
            address: listener.address()?,
            listener,
            gate,
            pauses: Pauses::default(),
            gone: 0,
        })
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// The next connection. `None` if accepting has failed, which is retried after a pause.
    fn poll_accept(&mut self, cx: &mut Context<'_>) -> Poll<Option<(Carrier, Peer)>> {
        ready!(self.pauses.poll(cx));
        match ready!(self.listener.poll_accept(cx)) {
            Ok(accepted) => {
                self.pauses.reset();
                self.gone = 0;
                Poll::Ready(Some(accepted))
            }
            Err(error) if is_of_one(&error) && self.gone < Self::GONE => {
                let about = About::at(&self.address).failed(&error);
                report::debug(&"a connection has gone before it was taken", about);
                self.gone += 1;
                Poll::Ready(None)
            }
            Err(error) => {
                self.gone = 0;
                let about = About::at(&self.address).failed(&error);
                report::warn(&"cannot accept a connection", about);
                self.pauses.lengthen();
                Poll::Ready(None)
            }
        }
    }
}

/// Whether an error concerns only one connection, so that the next may be accepted at once.
fn is_of_one(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::ConnectionRefused
    )
}

/// Waits longer after each failure to accept, so that a lack of file descriptors does not cause a busy loop.
#[derive(Default)]
struct Pauses {
    pause: Duration,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Pauses {
    const SHORTEST: Duration = Duration::from_millis(5);
    const LONGEST: Duration = Duration::from_secs(1);

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(sleep) = &mut self.sleep {
            ready!(sleep.as_mut().poll(cx));
            self.sleep = None;
        }
        Poll::Ready(())
    }

    fn lengthen(&mut self) {
        self.pause = (self.pause * 2).clamp(Self::SHORTEST, Self::LONGEST);
        self.sleep = Some(Box::pin(tokio::time::sleep(self.pause)));
    }

    fn reset(&mut self) {
        self.pause = Duration::ZERO;
    }
}
