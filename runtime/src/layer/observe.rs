//! Somebody who is told when calls begin and end. Nothing is boxed for it; the clock is read twice per call.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::held::{self, Holds};
use crate::handler::Handler;
use crate::service::NamedService;
use crate::{Call, Metadata, Method, MethodRef, Reply, Result, Service, Status};

/// Is told when calls begin and end: for logs, counters, traces. It runs in the task of the call, so it should be quick.
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
    /// What goes beside the request.
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
    /// With a status.
    Failed(&'a Status),
    /// Nobody waits for it any more.
    Cancelled,
}

/// A service whose calls are observed: see [`Service::observe`].
#[derive(Debug)]
pub struct Observed<S> {
    service: S,
    observers: Observers,
}

impl<S> Observed<S> {
    /// `service`, observed.
    pub fn new(service: S, observer: impl Observe) -> Self {
        let mut observers = Observers::default();
        observers.add(observer);
        Self { service, observers }
    }
}

impl<S: Service> Service for Observed<S> {
    async fn call(&self, call: Call) -> Result<Reply> {
        let watch = self.observers.watch(&call.method, call.cx.metadata());
        let result = self.service.call(call).await;
        if let Some(watch) = watch {
            watch.end(&result);
        }
        result
    }

    fn handler(&self, method: &MethodRef) -> Option<Handler> {
        let handler = self.service.handler(method)?;
        Some(self.observers.around(handler, method))
    }
}

impl<S: NamedService> NamedService for Observed<S> {
    const NAMES: &'static [&'static str] = S::NAMES;
    const METHODS: &'static [&'static Method] = S::METHODS;
}

/// Those who observe a service's calls. Cheap to clone, and free where there are none.
#[derive(Clone, Default)]
pub(crate) struct Observers(Option<Arc<[Arc<dyn Observe>]>>);

impl Observers {
    pub(crate) fn add(&mut self, observer: impl Observe) {
        let known = self.0.iter().flat_map(|known| known.iter().cloned());
        let added: Arc<dyn Observe> = Arc::new(observer);
        self.0 = Some(known.chain([added]).collect());
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The handler of a method, observed.
    pub(crate) fn around(&self, inner: Handler, method: &MethodRef) -> Handler {
        match self.is_empty() {
            true => inner,
            false => held::around(self, inner, method),
        }
    }

    /// Tells of the begin of a call; what it gives tells of the end.
    pub(crate) fn watch(&self, method: &MethodRef, metadata: &Metadata) -> Option<Watch> {
        let observers = self.0.as_ref()?;
        let mut watch = Watch {
            observers: observers.clone(),
            method: method.clone(),
            began: Instant::now(),
            told: 0,
        };
        for observer in observers.iter() {
            observer.begin(&Begun { method, metadata });
            watch.told += 1;
        }
        Some(watch)
    }
}

impl fmt::Debug for Observers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.as_ref().map_or(0, |observers| observers.len());
        write!(f, "Observers({count})")
    }
}

/// An observed call. Dropped before its end, it was given up.
pub(crate) struct Watch {
    observers: Arc<[Arc<dyn Observe>]>,
    method: MethodRef,
    began: Instant,
    /// So many of them were told of its begin, and not yet of its end: all, unless one has panicked.
    told: usize,
}

impl Watch {
    pub(crate) fn end<T>(self, result: &Result<T>) {
        self.over(result.as_ref().err());
    }

    fn over(mut self, failed: Option<&Status>) {
        self.tell(failed.map_or(End::Answered, End::Failed));
    }

    fn tell(&mut self, end: End<'_>) {
        let told = std::mem::take(&mut self.told);
        let at = Instant::now();
        let ended = Ended {
            method: &self.method,
            elapsed: at.saturating_duration_since(self.began),
            #[cfg(feature = "metrics")]
            at,
            end,
        };
        for observer in &self.observers[..told] {
            observer.end(&ended);
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if self.told > 0 {
            self.tell(End::Cancelled);
        }
    }
}

impl Holds for Observers {
    type Held = Option<Watch>;

    fn hold(&self, method: &MethodRef, metadata: &Metadata) -> Result<Option<Watch>> {
        Ok(self.watch(method, metadata))
    }

    fn end(watch: Option<Watch>, failed: Option<&Status>) {
        if let Some(watch) = watch {
            watch.over(failed);
        }
    }
}
