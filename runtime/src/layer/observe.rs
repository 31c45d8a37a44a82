//! Observers, which are told when calls begin and end. Nothing is boxed for them; the clock is read twice per call.

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "metrics")]
use tokio::time::Instant;

use super::Observer;
use crate::handler::Handler;
use crate::retry::Retrying;
use crate::service::NamedService;
use crate::{Call, Channel, Metadata, Method, MethodRef, Reply, Result, Service, Status};

/// Is told when calls begin and end: for logs, counters, traces. It runs in the call's task, so it should be quick.
///
/// A call begins once it goes to its service or its connection. A call that is dropped earlier has not begun: a future
/// that was never polled, or streams that their client drops before the call's code has run.
///
/// A panic in [`Self::begin`] is a panic of the call. A panic in [`Self::end`] affects nobody: it is reported to the
/// `tracing` subscriber.
pub trait Observe: Send + Sync + 'static {
    /// A call begins.
    fn begin(&self, call: &Begun<'_>) {
        let _ = call;
    }

    /// A call is over. Told once for each call that began, also for those that are given up.
    fn end(&self, call: &Ended<'_>) {
        let _ = call;
    }
}

/// A call that begins.
#[derive(Debug)]
#[non_exhaustive]
pub struct Begun<'a> {
    /// What is called.
    pub method: &'a MethodRef,
    /// The request's metadata.
    pub metadata: &'a Metadata,
}

/// A call that is over.
#[derive(Debug)]
#[non_exhaustive]
pub struct Ended<'a> {
    /// What was called.
    pub method: &'a MethodRef,
    /// How long it took.
    pub elapsed: Duration,
    /// When it ended.
    #[cfg(feature = "metrics")]
    pub(crate) at: Instant,
    /// How it ended.
    pub end: End<'a>,
}

/// How a call ended.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum End<'a> {
    /// With an answer: a result or a declared exception. At a server it is what the handler has said; that it is too large
    /// for the connection, or cannot be encoded, is found out later, and its client sees a status.
    Answered,
    /// With a status. At a server that is also what its client is told when the handler panics, or when the server ends the call: at its
    /// deadline, at the limit `drain`, at those of a stream.
    Failed(&'a Status),
    /// Nobody waits for it any more, or its connection is gone. Observers within a layer of yours that gives calls tasks of their own are
    /// told this too where the server has ended the call before its deadline; within [`spawned`](super::spawned()) they are told why.
    Cancelled,
}

/// A service whose calls are observed: see [`Service::observe`].
#[derive(Debug)]
pub struct Observed<S> {
    channel: Channel,
    service: PhantomData<fn() -> S>,
}

impl<S: Service> Observed<S> {
    /// `service`, observed.
    pub(crate) fn new(service: S, observer: impl Into<Observer>) -> Self {
        Self {
            channel: Channel::new(service).observe(observer),
            service: PhantomData,
        }
    }
}

impl<S: Service> Service for Observed<S> {
    async fn call(&self, call: Call) -> Result<Reply> {
        self.channel.call(call).await
    }

    fn handler(&self, method: &MethodRef) -> Option<Handler> {
        self.channel.handler(method)
    }

    fn far_address(&self) -> Option<Arc<str>> {
        self.channel.far_address()
    }

    fn retrying_within(&self) -> Option<Arc<Retrying>> {
        self.channel.retrying_within()
    }
}

impl<S: NamedService> NamedService for Observed<S> {
    const NAMES: &'static [&'static str] = S::NAMES;
    const METHODS: &'static [&'static Method] = S::METHODS;
}
