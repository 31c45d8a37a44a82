//! What clients call through: a service of any kind behind one small type.

mod start;

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

pub(crate) use start::{Start, Started};

use crate::handler::Handler;
use crate::layer::{Holding, Layered, Limited, Next, Observer, Observers};
use crate::retry::{First, Retries, Retrying};
use crate::transport::{Io, Remote};
use crate::{Call, Connect, Limits, MethodRef, Reply, Result, Service, Status};

/// What clients call through: a connection to a server, or any service of this process. One pointer wide, cheap to
/// clone, used by reference.
///
/// A channel to an address reconnects with the next call after its connection has broken.
///
/// A connection is driven by the runtime in which it was opened, wherever its callers are, and ends with that
/// runtime. A current-thread runtime drives it only while its thread runs the runtime. Callers on other threads keep
/// their own deadlines; but two current-thread runtimes that take turns on one thread need a channel each, since a
/// call made in one, on a connection of the other, waits until the other runs again.
#[derive(Clone)]
pub struct Channel(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    target: Arc<dyn Target>,
    timeout: Duration,
    observers: Observers,
    retry: Option<Arc<Retrying>>,
}

impl Channel {
    /// A channel straight to a service in this process. Nothing is encoded where the types match, so the constraints
    /// of the schema are not checked either, except for methods whose handlers look at their requests, which are
    /// bytes. Deadlines are kept, a panic becomes a status, and the depth of calls within calls is limited. A channel
    /// is a service too: given one, this returns it unchanged.
    pub fn new(service: impl Service) -> Self {
        match (&service as &dyn Any).downcast_ref::<Self>() {
            Some(channel) => channel.clone(),
            None => Self::to(service, Limits::default().timeout),
        }
    }

    /// Connects to an address, `host:port`, a `SocketAddr` or `unix:/path`, and waits for the server's hello.
    /// [`Connect`] has more options, for this and for the next two.
    ///
    /// # Errors
    /// As for [`Connect::to`].
    pub async fn connect(address: impl fmt::Display) -> Result<Self> {
        Connect::new().to(address).await
    }

    /// A channel to an address that connects on the first call.
    pub fn lazy(address: impl fmt::Display) -> Self {
        Connect::new().lazily_to(address)
    }

    /// A channel over a transport that is already open. It does not reconnect.
    ///
    /// # Panics
    /// Outside of a tokio runtime, as `tokio::spawn` does.
    pub fn over(io: impl Io) -> Self {
        Connect::new().over(io)
    }

    /// This channel with a layer around each call: `|call, next| async move { .. next.run(call).await .. }`. For
    /// example, to send metadata with each call:
    ///
    /// ```
    /// # fn run(channel: sinew::Channel) {
    /// let signed = channel.layer(|mut call, next| async move {
    ///     call.cx.metadata_mut().set("authorization", "Bearer 6ec1");
    ///     next.run(call).await
    /// });
    /// # }
    /// ```
    ///
    /// The layer that is added last runs first. It may inspect the call, change it, answer it itself, or make it
    /// several times with [`Call::share`]. It costs more than [`Self::observe`] does.
    #[must_use = "the channel itself stays as it is"]
    pub fn layer<F, Fut>(self, layer: F) -> Self
    where
        F: Fn(Call, Next) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Reply>> + Send + 'static,
    {
        let timeout = self.0.timeout;
        Self::to(Layered::new(self, layer), timeout)
    }

    /// This channel with these rules for retries instead of its own. Channels to addresses have [`Retries::new`],
    /// others have none. A layer or a limit keeps the rules of the channel inside it, so call this before
    /// [`Self::layer`] and [`Self::limit`]: called after them, it retries what is retried already.
    #[must_use = "the channel itself stays as it is"]
    pub fn retry(self, policy: Retries) -> Self {
        let mut inner = Arc::unwrap_or_clone(self.0);
        inner.retry = Some(Arc::new(Retrying::new(policy)));
        Self(Arc::new(inner))
    }

    /// This channel with an observer, which is told when each call begins and ends, all its tries together. Within a
    /// layer, it is told of each try to begin a stream.
    #[must_use = "the channel itself stays as it is"]
    pub fn observe(self, observer: impl Into<Observer>) -> Self {
        let mut inner = Arc::unwrap_or_clone(self.0);
        inner.observers.add(observer.into());
        Self(Arc::new(inner))
    }

    /// The same channel with more observers, which are told before its own.
    pub(crate) fn observed_by(self, observers: Observers) -> Self {
        if observers.is_empty() {
            return self;
        }
        let mut inner = Inner::new(Arc::new(self.clone()), self.0.timeout);
        inner.observers = observers;
        Self(Arc::new(inner))
    }

    /// The same channel without observers, for callers that tell them themselves.
    pub(crate) fn unobserved(&self) -> Self {
        let mut inner = Inner::clone(&self.0);
        inner.observers = Observers::default();
        Self(Arc::new(inner))
    }

    /// This channel with at most this many calls at a time; more are refused with
    /// [`Code::ResourceExhausted`](crate::Code::ResourceExhausted).
    #[must_use = "the channel itself stays as it is"]
    pub fn limit(self, calls: usize) -> Self {
        let timeout = self.0.timeout;
        Self::to(Limited::new(self, calls), timeout)
    }

    pub(crate) fn timeout(&self) -> Duration {
        self.0.timeout
    }

    pub(crate) fn observers(&self) -> &Observers {
        &self.0.observers
    }

    /// Starts a call if that is possible without boxing. Observers, retries and hedging are up to the caller.
    pub(crate) fn launch(&self, start: &mut Start<'_>) -> Started {
        self.0.target.start(start)
    }

    /// Makes a call with retries; `first` is the state of its first attempt. Observers are up to the caller.
    pub(crate) fn run(&self, call: Call, first: First) -> BoxFuture<Result<Reply>> {
        let target = self.0.target.clone();
        match &self.0.retry {
            Some(retry) => Box::pin(retry.clone().run(target, call, first)),
            None => target.call(call),
        }
    }

    /// The same for a caller that polls the future next, inside the call's span and limits: user code may run here
    /// already.
    #[inline]
    pub(crate) fn begin(&self, call: Call, first: First) -> BoxFuture<Result<Reply>> {
        match self.0.target.boxing() {
            Some(target) if self.0.retry.is_none() => target.begin(call),
            Some(_) | None => self.run(call, first),
        }
    }

    /// The rules for retries, if there are any.
    pub(crate) fn retrying(&self) -> Option<&Arc<Retrying>> {
        self.0.retry.as_ref()
    }

    pub(crate) fn remote(remote: Remote) -> Self {
        let timeout = remote.limits().timeout;
        let mut inner = Inner::new(Arc::new(remote), timeout);
        inner.retry = Some(Arc::new(Retrying::new(Retries::new())));
        Self(Arc::new(inner))
    }

    pub(crate) fn to(target: impl Service, timeout: Duration) -> Self {
        Self(Arc::new(Inner::new(Arc::new(target), timeout)))
    }
}

impl Inner {
    fn new(target: Arc<dyn Target>, timeout: Duration) -> Self {
        Self {
            target,
            timeout,
            observers: Observers::default(),
            retry: None,
        }
    }
}

impl Service for Channel {
    async fn call(&self, mut call: Call) -> Result<Reply> {
        let mut watch = None;
        let observers = &self.0.observers;
        observers.watch(&call.method, &mut call.cx, &mut watch);
        match watch {
            None => self.run(call, First::ToCome).await,
            watch => Holding::<Observers>::new(watch, self.run(call, First::ToCome)).await,
        }
    }

    fn start(&self, start: &mut Start<'_>) -> Started {
        let once = self.0.retry.is_none() || start.streams.is_some();
        match once && self.0.observers.is_empty() {
            true => self.launch(start),
            false => Started::Later,
        }
    }

    fn handler(&self, method: &MethodRef) -> Option<Handler> {
        if self.0.retry.is_some() {
            return None;
        }
        let handler = self.0.target.handler(method)?;
        Some(self.0.observers.around(handler, method))
    }

    fn far_address(&self) -> Option<Arc<str>> {
        self.0.target.far_address()
    }

    fn retrying_within(&self) -> Option<Arc<Retrying>> {
        let within = || self.0.target.retrying_within();
        self.0.retry.clone().or_else(within)
    }
}

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Channel")
            .field("timeout", &self.0.timeout)
            .finish_non_exhaustive()
    }
}

/// A service that boxes the futures of its calls itself.
#[doc(hidden)]
pub trait Boxing {
    /// Begins a call for a caller that polls the future next.
    fn begin(&self, call: Call) -> Pin<Box<dyn Future<Output = Result<Reply>> + Send>>;
}

pub(crate) type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A service without its type.
pub(crate) trait Target: Send + Sync {
    fn start(&self, start: &mut Start<'_>) -> Started;
    fn handler(&self, method: &MethodRef) -> Option<Handler>;
    fn far_address(&self) -> Option<Arc<str>>;
    fn retrying_within(&self) -> Option<Arc<Retrying>>;
    fn boxing(&self) -> Option<&dyn Boxing>;
    fn call(self: Arc<Self>, call: Call) -> BoxFuture<Result<Reply>>;
}

impl<S: Service> Target for S {
    fn start(&self, start: &mut Start<'_>) -> Started {
        Service::start(self, start)
    }

    fn handler(&self, method: &MethodRef) -> Option<Handler> {
        Service::handler(self, method)
    }

    fn far_address(&self) -> Option<Arc<str>> {
        Service::far_address(self)
    }

    fn retrying_within(&self) -> Option<Arc<Retrying>> {
        Service::retrying_within(self)
    }

    fn boxing(&self) -> Option<&dyn Boxing> {
        Service::boxing(self)
    }

    fn call(self: Arc<Self>, call: Call) -> BoxFuture<Result<Reply>> {
        Box::pin(async move { Service::call(&*self, call).await })
    }
}

pub(crate) fn handler_panicked() -> Status {
    Status::internal("the handler panicked")
}
