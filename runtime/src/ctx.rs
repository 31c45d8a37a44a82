//! What a handler knows about its call: the deadline, whether anybody still waits, who calls.

use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::Waker;
use std::time::Duration;

use tokio::time::Instant;

use crate::beside::Beside;
use crate::found::Found;
use crate::kept::{self, Kept};
use crate::retry::Tried;
use crate::tally::Tally;
use crate::verdict::Which;
use crate::watchers::{Bell, Watchers, Watching};
use crate::{Metadata, Peer};

/// What a handler knows about its call. First argument of each handler; cheap to clone.
///
/// A handler is dropped at its next await once nobody waits for it any more; tasks that it has spawned can watch
/// [`Ctx::cancelled`]. Pass it on to calls that the handler makes with `.within(&cx)`.
#[derive(Clone)]
pub struct Ctx {
    scope: Arc<Scope>,
    /// The turn of the call in its scope.
    turn: u64,
    deadline: Option<Instant>,
    metadata: Metadata,
    /// What layers have left for the handler, and where earlier attempts of the call went.
    found: Found,
}

impl Ctx {
    /// The context of a call without a caller: no deadline, no metadata. For tests that call a handler directly.
    pub fn new() -> Self {
        Self::begin(&Arc::new(Scope::new(None)), None, Metadata::new())
    }

    /// This context with a deadline this far from now.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.deadline = Instant::now().checked_add(timeout);
        self
    }

    /// This context with a value as a layer would [leave](Self::insert) it. For tests that call a handler directly.
    #[must_use]
    pub fn with<T: Send + Sync + 'static>(mut self, value: T) -> Self {
        self.insert(value);
        self
    }

    /// This context with this metadata.
    #[must_use]
    pub fn with_metadata(mut self, metadata: Metadata) -> Self {
        self.metadata = metadata;
        self
    }

    #[inline]
    pub(crate) fn begin(scope: &Arc<Scope>, deadline: Option<Instant>, metadata: Metadata) -> Self {
        Self {
            scope: scope.clone(),
            turn: scope.turn.load(Ordering::Acquire),
            deadline,
            metadata,
            found: Found::default(),
        }
    }

    /// The context of one attempt of this call.
    pub(crate) fn attempt_of(&self, number: u32, tried: &Arc<Tried>) -> Self {
        let mut cx = self.clone();
        cx.found.insert(tried.clone());
        if number > 1 {
            cx.metadata.set(Metadata::ATTEMPT, number.to_string());
        }
        cx
    }

    /// Where attempts of the call went, if it may have several.
    pub(crate) fn tried(&self) -> Option<&Arc<Tried>> {
        self.found.get()
    }

    /// When the call must be over.
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// How long the call may still take; zero once the deadline has passed.
    pub fn time_left(&self) -> Option<Duration> {
        self.deadline
            .map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// Whether the call is over for its handler: it was cancelled, ran out of time, lost its connection, or has ended.
    pub fn is_cancelled(&self) -> bool {
        self.scope.turn.load(Ordering::Acquire) != self.turn
    }

    /// Waits until [`Self::is_cancelled`].
    pub fn cancelled(&self) -> impl Future<Output = ()> + Send + 'static + use<> {
        let is_over =
            |(scope, turn): &(Arc<Scope>, u64)| scope.turn.load(Ordering::Acquire) != *turn;
        let place = (self.scope.clone(), self.turn);
        Watching::new(place, |(scope, _)| &scope.watchers, is_over)
    }

    /// Whether the server is shutting down, or the connection has reached the limit `max_age`: a handler that can end
    /// early should. If its stream would have had more, end it with `Unavailable`, because `Ok` says that the stream is
    /// complete.
    pub fn is_draining(&self) -> bool {
        self.scope.origin().drain.has_rung()
    }

    /// Waits until [`Self::is_draining`].
    pub fn draining(&self) -> impl Future<Output = ()> + Send + 'static + use<> {
        self.scope.origin().drain.heard()
    }

    /// Whether the whole server is shutting down, rather than only this connection.
    pub(crate) fn is_server_draining(&self) -> bool {
        self.scope.origin().shutdown.has_rung()
    }

    /// The counter of work that a server waits for.
    pub(crate) fn work(&self) -> Option<&Arc<Tally>> {
        self.scope.origin().work.as_ref()
    }

    /// The request's metadata.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// The same, for layers to change before they pass the call on. What a layer has found out for the handler is better
    /// [left as a value](Self::insert).
    pub fn metadata_mut(&mut self) -> &mut Metadata {
        &mut self.metadata
    }

    /// What a layer has [left](Self::insert) for the handler: a value of this type.
    ///
    /// ```
    /// use sinew::Ctx;
    ///
    /// #[derive(Debug, PartialEq)]
    /// struct User(String);
    ///
    /// let cx = Ctx::new().with(User("ada".to_owned()));
    /// assert_eq!(cx.get(), Some(&User("ada".to_owned())));
    /// assert_eq!(cx.get::<u64>(), None);
    /// ```
    #[doc(alias = "extensions")]
    pub fn get<T: 'static>(&self) -> Option<&T> {
        self.found.get()
    }

    /// Leaves a value for inner layers and the handler, in place of another of its type: `call.cx.insert(User(..))`.
    ///
    /// Unlike metadata it is not sent, so no client can set it, and calls made `.within(&cx)` do not have it. A call within the
    /// process keeps what layers of its channel have left.
    #[doc(alias = "extensions_mut")]
    pub fn insert<T: Send + Sync + 'static>(&mut self, value: T) {
        self.found.insert(value);
    }

    /// The metadata, and the caller.
    pub(crate) fn metadata_and_peer(&mut self) -> (&mut Metadata, &Peer) {
        (&mut self.metadata, &self.scope.origin().peer)
    }

    /// Sends metadata with the reply, or with the declared exception that the handler ends with; a
    /// [`Status`](crate::Status) has none. Clients read it with [`.with_metadata()`](crate::NewCall::with_metadata).
    ///
    /// If the handler has streams, metadata set before it accepts the call is sent ahead of its first message, the rest
    /// with the end of the call: [`Rx::metadata`](crate::Rx::metadata), [`Upload::finish`](crate::Upload::finish).
    /// Invalid metadata, or more than the server's limits allow, ends a call from a connection with a status that says
    /// so. Once the call is over this does nothing.
    pub fn reply_meta(&self, key: impl Into<String>, value: impl Into<String>) {
        if !self.is_cancelled() {
            self.scope.beside.add(self.turn, key.into(), value.into());
        }
    }

    /// Takes the metadata that the handler has set for its reply.
    pub(crate) fn take_reply_meta(&self) -> Metadata {
        self.scope.beside.take(self.turn)
    }

    /// Identifies the call.
    pub(crate) fn which(&self) -> Which {
        self.scope.at(self.turn)
    }

    /// A handle to the reply metadata, for code that gives the context away.
    pub(crate) fn reply_meta_of(&self) -> ReplyMeta {
        let (scope, turn) = (self.scope.clone(), self.turn);
        ReplyMeta { scope, turn }
    }

    /// The caller.
    pub fn peer(&self) -> &Peer {
        &self.scope.origin().peer
    }

    /// The number of the attempt, from 1; above that, a retry of the same call.
    pub fn attempt(&self) -> u32 {
        self.metadata()
            .get(Metadata::ATTEMPT)
            .and_then(|attempt| attempt.parse().ok())
            .unwrap_or(1)
    }
}

impl Default for Ctx {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Ctx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let left = self.time_left();
        f.debug_struct("Ctx")
            .field("peer", self.peer())
            .field("time_left", &left)
            .field("metadata", self.metadata())
            .finish()
    }
}

/// Access to the reply metadata of a call.
pub(crate) struct ReplyMeta {
    scope: Arc<Scope>,
    turn: u64,
}

impl ReplyMeta {
    pub(crate) fn take(&self) -> Metadata {
        self.scope.beside.take(self.turn)
    }
}

/// What all calls of a connection have in common.
#[derive(Clone)]
pub(crate) struct Origin {
    pub(crate) peer: Peer,
    /// Rings when the connection drains.
    pub(crate) drain: Arc<Bell>,
    /// Rings when the server drains.
    pub(crate) shutdown: Arc<Bell>,
    /// Counts work that outlives its call; `None` if nobody waits for it.
    pub(crate) work: Option<Arc<Tally>>,
}

impl Origin {
    /// For calls within this process, which never drain.
    fn local() -> &'static Self {
        static LOCAL: OnceLock<Origin> = OnceLock::new();
        LOCAL.get_or_init(|| Self {
            peer: Peer::new(None),
            drain: Arc::default(),
            shutdown: Arc::default(),
            work: None,
        })
    }
}

thread_local! {
    static IDLE: Kept<Arc<Scope>> = const { Kept::new() };
}

/// A place where calls run one after the other, each with its own turn. Whoever watches a call is notified when its
/// turn is over.
pub(crate) struct Scope {
    turn: AtomicU64,
    watchers: Watchers,
    beside: Beside,
    /// `None` within this process.
    origin: Option<Arc<Origin>>,
}

impl Scope {
    pub(crate) fn new(origin: Option<Arc<Origin>>) -> Self {
        Self {
            turn: AtomicU64::new(0),
            watchers: Watchers::default(),
            beside: Beside::default(),
            origin,
        }
    }

    fn origin(&self) -> &Origin {
        self.origin.as_deref().unwrap_or_else(|| Origin::local())
    }

    /// Takes the reply metadata of the current call.
    #[inline]
    pub(crate) fn take_reply_meta(&self) -> Metadata {
        self.beside.take(self.turn.load(Ordering::Acquire))
    }

    /// Identifies the current call.
    pub(crate) fn which(&self) -> Which {
        self.at(self.turn.load(Ordering::Acquire))
    }

    fn at(&self, turn: u64) -> Which {
        let scope = std::ptr::from_ref(self).addr();
        Which { scope, turn }
    }

    /// A scope for a call within this process.
    pub(crate) fn take() -> Arc<Self> {
        kept::take(&IDLE, || Arc::new(Self::new(None)))
    }

    /// Keeps the scope for another call, unless something of the finished call still refers to it.
    pub(crate) fn keep(mut self: Arc<Self>) {
        // If nothing else holds the context, nobody can be watching the call.
        match Arc::get_mut(&mut self) {
            Some(alone) => {
                *alone.turn.get_mut() += 1;
                kept::keep(&IDLE, self);
            }
            None => self.end_turn(),
        }
    }

    /// Ends the turn of the current call.
    pub(crate) fn end_turn(&self) {
        self.turn.fetch_add(1, Ordering::AcqRel);
        self.watchers.take().into_iter().for_each(Waker::wake);
    }
}
