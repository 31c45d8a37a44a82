//! What clients call through: a service of any kind behind one small type.

use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep};

use crate::body::Payload;
use crate::ctx::{Origin, Scope};
use crate::transport::{Flight, Io, Remote};
use crate::{Call, Ctx, Limits, Metadata, MethodRef, Reached, Reply, Result, Service, Status};

/// What clients call through: a connection to a server, or any service of this process. Cheap to clone, used by reference.
///
/// A channel to an address connects again with the next call after its connection has broken.
#[derive(Clone)]
pub struct Channel {
    target: Arc<dyn Target>,
    timeout: Duration,
}

impl Channel {
    /// A channel straight to a service of this process: nothing is encoded where the types match. Deadlines are kept,
    /// a panic is a status, and calls within calls are limited.
    pub fn new(service: impl Service) -> Self {
        Self {
            target: Arc::new(service),
            timeout: Limits::default().timeout,
        }
    }

    /// Connects to a TCP address (`host:port`) and waits for the server's hello.
    ///
    /// # Errors
    /// [`Code::Unavailable`](crate::Code::Unavailable) if nobody answers there, or not in this protocol.
    pub async fn connect(address: impl Into<String>) -> Result<Self> {
        Self::connect_with(address, Limits::default()).await
    }

    /// The same with limits other than the default ones.
    ///
    /// # Errors
    /// As for [`Self::connect`].
    pub async fn connect_with(address: impl Into<String>, limits: Limits) -> Result<Self> {
        let remote = Remote::tcp(address.into(), limits);
        match tokio::time::timeout(remote.limits().timeout, remote.ready()).await {
            Ok(ready) => ready?,
            Err(_) => {
                return Err(
                    Status::deadline_exceeded("no connection in time").with_reached(Reached::No)
                );
            }
        }
        Ok(Self::remote(remote))
    }

    /// A channel to a TCP address that connects with the first call.
    pub fn lazy(address: impl Into<String>, limits: Limits) -> Self {
        Self::remote(Remote::tcp(address.into(), limits))
    }

    /// A channel over a transport that is open already. It does not connect again. Must be called within a tokio runtime.
    pub fn over(io: impl Io, limits: Limits) -> Self {
        Self::remote(Remote::over(io, limits))
    }

    pub(crate) fn timeout(&self) -> Duration {
        self.timeout
    }

    fn remote(remote: Remote) -> Self {
        let timeout = remote.limits().timeout;
        Self {
            target: Arc::new(remote),
            timeout,
        }
    }
}

impl Service for Channel {
    async fn call(&self, call: Call) -> Result<Reply> {
        self.target.clone().call(call).await
    }

    fn start(&self, start: &Start<'_>) -> Started {
        self.target.start(start)
    }
}

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Channel")
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// A call to start, all of it borrowed.
#[doc(hidden)]
pub struct Start<'a> {
    pub(crate) method: &'a MethodRef,
    /// How long it may take from now.
    pub(crate) timeout: Duration,
    /// When it must be over in any case.
    pub(crate) deadline: Option<Instant>,
    pub(crate) metadata: &'a Metadata,
    pub(crate) payload: &'a dyn Payload,
}

/// What has become of a call that was to start.
#[doc(hidden)]
pub enum Started {
    /// It is on a connection.
    Flight(Flight),
    /// It is over.
    Over(Result<Reply>),
    /// It needs [`Service::call`].
    Later,
}

type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A service without its type.
trait Target: Send + Sync {
    fn start(&self, start: &Start<'_>) -> Started;
    fn call(self: Arc<Self>, call: Call) -> BoxFuture<Result<Reply>>;
}

impl<S: Service> Target for S {
    fn start(&self, start: &Start<'_>) -> Started {
        Service::start(self, start)
    }

    fn call(self: Arc<Self>, call: Call) -> BoxFuture<Result<Reply>> {
        Box::pin(async move { Service::call(&*self, call).await })
    }
}

/// A call that no connection looks after: it has its own timer, catches panics, and counts calls within calls.
pub(crate) struct Bounded {
    call: Option<BoxFuture<Result<Reply>>>,
    scope: Arc<Scope>,
    deadline: Option<Instant>,
    sleep: Option<Pin<Box<Sleep>>>,
    depth: u32,
}

impl Bounded {
    /// A call of `channel`, which does nothing until it is polled.
    pub(crate) fn new(
        channel: &Channel,
        deadline: Option<Instant>,
        metadata: Metadata,
        call: impl FnOnce(Ctx) -> Call,
    ) -> Self {
        let scope = Arc::new(Scope::new(Arc::new(Origin::local())));
        let call = call(Ctx::begin(&scope, deadline, metadata));
        let call = Some(channel.target.clone().call(call));
        Self {
            call,
            scope,
            deadline,
            sleep: None,
            depth: Limits::default().depth,
        }
    }

    fn late(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(deadline) = self.deadline else {
            return false;
        };
        let sleep = self
            .sleep
            .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
        sleep.as_mut().poll(cx).is_ready()
    }

    fn end(&mut self) {
        self.scope.end_turn();
        let call = self.call.take();
        if catch_unwind(AssertUnwindSafe(|| drop(call))).is_err() {
            tracing::error!("a handler panicked while it was dropped");
        }
    }
}

impl Future for Bounded {
    type Output = Result<Reply>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Reply>> {
        let this = &mut *self;
        let Some(call) = this.call.as_mut() else {
            return Poll::Pending;
        };
        let Some(_depth) = Depth::enter(this.depth) else {
            this.end();
            let message = format!("more than {} calls within calls", this.depth);
            return Poll::Ready(Err(
                Status::resource_exhausted(message).with_reached(Reached::No)
            ));
        };
        let result = match catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(cx))) {
            Ok(Poll::Ready(result)) => result,
            Err(_) => Err(handler_panicked()),
            Ok(Poll::Pending) if this.late(cx) => Err(deadline_passed()),
            Ok(Poll::Pending) => return Poll::Pending,
        };
        this.end();
        Poll::Ready(result)
    }
}

impl Drop for Bounded {
    fn drop(&mut self) {
        self.end();
    }
}

/// Counts how deep calls of one process are polled within each other.
struct Depth;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

impl Depth {
    fn enter(limit: u32) -> Option<Self> {
        let depth = DEPTH.get();
        if depth >= limit {
            return None;
        }
        DEPTH.set(depth + 1);
        Some(Self)
    }
}

impl Drop for Depth {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
    }
}

pub(crate) fn handler_panicked() -> Status {
    Status::internal("the handler panicked")
}

pub(crate) fn deadline_passed() -> Status {
    Status::deadline_exceeded("the deadline has passed").with_reached(Reached::Maybe)
}
