//! Takes connections and serves them until it is told to stop, then lets the calls in flight finish.

use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, pending, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream, ToSocketAddrs};
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::Sleep;

use crate::ctx::Peer;
use crate::layer::{Next, Observe, Observed, Observers};
use crate::service::NamedService;
use crate::shield::{Finished, Work};
use crate::transport::{Io, Shared, serve};
use crate::{Call, Channel, Limits, Phase, Reached, Reply, Result, Router, Service, Status};

/// Serves services on connections.
///
/// ```no_run
/// # async fn run(greeter: impl sinew::codegen::NamedService) -> sinew::Result<()> {
/// sinew::Server::new().add(greeter).serve_until("127.0.0.1:7000", std::future::pending::<()>()).await
/// # }
/// ```
#[derive(Default)]
pub struct Server {
    router: Router,
    /// From the innermost.
    layers: Vec<Box<dyn FnOnce(Channel) -> Channel + Send + Sync>>,
    observers: Observers,
    limits: Limits,
}

impl Server {
    /// A server without services, with the default limits.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a service, as [`Router::add`] does.
    #[allow(clippy::should_implement_trait)] // services are added up, not summed
    pub fn add(mut self, service: impl NamedService) -> Self {
        self.router = self.router.add(service);
        self
    }

    /// Puts something around each call of each service: `|call, next| async move { .. next.run(call).await .. }`.
    ///
    /// The layer that is added last runs first. It may look at the call, change it or answer it itself. It costs a few
    /// allocations per call; [`Self::observe`] costs none. [`Service::layer`] does the same for one service.
    pub fn layer<F, Fut>(self, layer: F) -> Self
    where
        F: Fn(Call, Next) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Reply>> + Send + 'static,
    {
        self.wrap(|inner| inner.layer(layer))
    }

    /// Puts whatever takes calls around all services: it is given a channel to them, and what it makes of it is called
    /// instead. For what [`Self::layer`] cannot say: a limit, a stack of tower.
    pub fn wrap(mut self, around: impl FnOnce(Channel) -> Channel + Send + Sync + 'static) -> Self {
        self.layers.push(Box::new(around));
        self
    }

    /// Tells somebody of the begin and end of each call of each service.
    pub fn observe(mut self, observer: impl Observe) -> Self {
        self.observers.add(observer);
        self
    }

    /// Adds `sinew.Reflect`, as [`Router::add_reflection`] does.
    pub fn add_reflection(mut self) -> Self {
        self.router = self.router.add_reflection();
        self
    }

    /// Sets the limits of the server and its connections.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Opens a TCP port; port 0 takes a free one, which [`Listening::local_addr`] names.
    ///
    /// # Errors
    /// [`Code::Unavailable`](crate::Code::Unavailable) if the address cannot be had.
    pub async fn bind(self, address: impl ToSocketAddrs) -> Result<Listening> {
        let listener = TcpListener::bind(address)
            .await
            .map_err(|error| cannot_listen(error, "cannot listen"))?;
        self.listen(listener)
    }

    /// Takes connections from a listener that is open already.
    ///
    /// # Errors
    /// [`Code::Unavailable`](crate::Code::Unavailable) if the listener has no address.
    pub fn listen(self, listener: TcpListener) -> Result<Listening> {
        let address = listener
            .local_addr()
            .map_err(|error| cannot_listen(error, "the listener has no address"))?;
        Ok(Listening {
            listener,
            address,
            pool: Pool::new(self),
        })
    }

    /// Serves until the future is dropped.
    ///
    /// # Errors
    /// As for [`Self::listen`].
    pub async fn serve(self, listener: TcpListener) -> Result<()> {
        self.listen(listener)?.run_until(pending::<()>()).await;
        Ok(())
    }

    /// Serves on a TCP address until `shutdown` is ready, then finishes the calls in flight; for that they get the
    /// limit `drain`.
    ///
    /// # Errors
    /// As for [`Self::bind`].
    pub async fn serve_until(
        self,
        address: impl ToSocketAddrs,
        shutdown: impl Future,
    ) -> Result<()> {
        self.bind(address).await?.run_until(shutdown).await;
        Ok(())
    }

    /// Serves one connection over a transport that is open already, until it ends.
    pub async fn serve_connection(self, io: impl Io) {
        let pool = Pool::new(self);
        serve(io, Peer::new(None), pool.shared, Arc::default()).await;
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("router", &self.router)
            .field("limits", &self.limits)
            .finish()
    }
}

/// A server with an open port.
pub struct Listening {
    listener: TcpListener,
    address: SocketAddr,
    pool: Pool<Observed<Front>>,
}

impl Listening {
    /// The address that clients connect to.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `shutdown` is ready, then finishes the calls in flight; for that they get the limit `drain`.
    pub async fn run_until(mut self, shutdown: impl Future) {
        let mut shutdown = pin!(shutdown);
        let mut backoff = Backoff::default();
        poll_fn(|cx| {
            if shutdown.as_mut().poll(cx).is_ready() {
                return Poll::Ready(());
            }
            self.pool.poll_accept(&self.listener, &mut backoff, cx)
        })
        .await;
        drop(self.listener);
        self.pool.drain().await;
    }
}

impl fmt::Debug for Listening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listening")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// What a server's connections call.
enum Front {
    Plain(Router),
    Layered(Channel),
}

impl Service for Front {
    async fn call(&self, call: Call) -> Result<Reply> {
        match self {
            Self::Plain(router) => router.call(call).await,
            Self::Layered(channel) => channel.call(call).await,
        }
    }
}

/// The connections of a server.
struct Pool<S> {
    shared: Arc<Shared<S>>,
    drain: watch::Sender<bool>,
    work: Finished,
    connections: JoinSet<()>,
    /// Connections in the order in which they came, from the oldest that may not have said hello.
    newcomers: VecDeque<(Arc<AtomicBool>, AbortHandle)>,
}

impl Pool<Observed<Front>> {
    fn new(server: Server) -> Self {
        let (drain, draining) = watch::channel(false);
        let (work, finished) = Work::new();
        let limits = Arc::new(server.limits.sound());
        let service = match server.layers.is_empty() {
            true => Front::Plain(server.router),
            false => {
                let inner = Channel::new(server.router);
                let layers = server.layers.into_iter();
                Front::Layered(layers.fold(inner, |inner, layer| layer(inner)))
            }
        };
        let shared = Shared {
            service: Observed::by(service, server.observers),
            limits,
            calls: AtomicUsize::new(0),
            drain: draining,
            work,
        };
        Self {
            shared: Arc::new(shared),
            drain,
            work: finished,
            connections: JoinSet::new(),
            newcomers: VecDeque::new(),
        }
    }
}

impl<S: Service> Pool<S> {
    /// Takes connections for as long as there are; never ready.
    fn poll_accept(
        &mut self,
        listener: &TcpListener,
        backoff: &mut Backoff,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        loop {
            while let Poll::Ready(Some(ended)) = self.connections.poll_join_next(cx) {
                report(ended);
            }
            if self.connections.len() >= self.shared.limits.connections
                || backoff.poll(cx).is_pending()
            {
                return Poll::Pending;
            }
            match listener.poll_accept(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Ok((stream, address))) => {
                    backoff.reset();
                    self.take(stream, address);
                }
                Poll::Ready(Err(error)) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    backoff.lengthen();
                }
            }
        }
    }

    fn take(&mut self, stream: TcpStream, address: SocketAddr) {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, %address, "a connection has gone at once");
            return;
        }
        let greeted = Arc::new(AtomicBool::new(false));
        let peer = Peer::new(Some(address.to_string().into()));
        let connection = serve(stream, peer, self.shared.clone(), greeted.clone());
        let handle = self.connections.spawn(connection);
        self.newcomers.push_back((greeted, handle));
        if self.newcomers.len() > self.shared.limits.handshakes {
            self.newcomers
                .retain(|(greeted, task)| !greeted.load(Ordering::Acquire) && !task.is_finished());
        }
        if self.newcomers.len() > self.shared.limits.handshakes
            && let Some((_, oldest)) = self.newcomers.pop_front()
        {
            oldest.abort();
        }
    }

    /// Lets the calls in flight finish. The connections keep to the limit themselves; one that cannot is dropped.
    async fn drain(mut self) {
        const MARGIN: Duration = Duration::from_secs(5);
        // Only an error if there is no connection left to tell.
        let _ = self.drain.send(true);
        let all = async {
            while self.connections.join_next().await.is_some_and(|ended| {
                report(ended);
                true
            }) {}
            self.work.wait().await;
        };
        if tokio::time::timeout(self.shared.limits.drain.saturating_add(MARGIN), all)
            .await
            .is_err()
        {
            tracing::warn!("connections did not end in time");
        }
    }
}

/// Waits longer after each failure to accept, so that a lack of file descriptors does not become a busy loop.
#[derive(Default)]
struct Backoff {
    pause: Duration,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Backoff {
    const SHORTEST: Duration = Duration::from_millis(5);
    const LONGEST: Duration = Duration::from_secs(1);

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(sleep) = &mut self.sleep {
            std::task::ready!(sleep.as_mut().poll(cx));
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

fn report(ended: std::result::Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended
        && error.is_panic()
    {
        tracing::error!(%error, "a connection's task has panicked");
    }
}

fn cannot_listen(error: io::Error, what: &str) -> Status {
    let status = Status::unavailable(format!("{what}: {error}")).with_source(error);
    status.with_phase(Phase::Dial).with_reached(Reached::No)
}
