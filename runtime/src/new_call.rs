//! A call that has not begun, and its options. How it is made, and what it returns, is in `unary` and `streams`.

use std::fmt;
use std::time::Duration;

use tokio::time::Instant;

use crate::body::{Body, Handed, Held, Outgoing};
use crate::wire::Message;
use crate::{Channel, Ctx, Metadata, Method, WithMetadata, trace};

/// A call that has not begun: [`Unary`](crate::Unary) or [`Streaming`](crate::Streaming). It is a future, and begins
/// when it is first polled; its options have to be set before that.
///
/// It borrows its client, so `tokio::spawn` and `JoinSet::spawn` do not accept it. Give the task a clone of the
/// client, which is cheap, or make the call [owned](Self::owned):
///
/// ```no_run
/// # use sinew::health::HealthClient;
/// # async fn ask(health: &HealthClient) {
/// let client = health.clone();
/// let orders = tokio::spawn(async move { client.check("shop.Orders").await });
/// let carts = tokio::spawn(health.check("shop.Carts").owned());
/// # }
/// ```
#[must_use = "a call does nothing until it is awaited"]
pub struct NewCall<'a, Req, Form> {
    pub(crate) channel: Via<'a>,
    pub(crate) method: &'static Method,
    pub(crate) options: Options,
    /// Kept while the call is running, for retries.
    pub(crate) request: Req,
    pub(crate) handed: Handed,
    /// How far the call has come.
    pub(crate) form: Form,
}

/// Nothing in a call is pinned: what needs pinning is boxed.
impl<Req, Form> Unpin for NewCall<'_, Req, Form> {}

pub(crate) enum Via<'a> {
    Lent(&'a Channel),
    Owned(Channel),
}

/// The options of a call.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) timeout: Option<Duration>,
    pub(crate) deadline: Option<Instant>,
    pub(crate) metadata: Metadata,
}

impl Options {
    /// Stands for anything longer, and can be added to the time without overflow.
    const LONGEST: Duration = Duration::from_secs(1 << 32);

    /// How long the call may take, unless it is part of another call that ends earlier.
    #[inline]
    pub(crate) fn lasts(&self, method: &Method, channel: &Channel) -> Duration {
        let own = self.timeout.or(method.own_timeout());
        own.unwrap_or(channel.timeout()).min(Self::LONGEST)
    }

    /// When the call must be over if it begins now.
    pub(crate) fn deadline(
        &self,
        method: &Method,
        channel: &Channel,
        now: Instant,
    ) -> Option<Instant> {
        let own = now.checked_add(self.lasts(method, channel));
        own.into_iter().chain(self.deadline).min()
    }
}

impl<'a, Req, Form: Default> NewCall<'a, Req, Form> {
    /// A call of `method`, which must have these types. Generated clients call this.
    #[doc(hidden)]
    #[inline]
    pub fn new(channel: &'a Channel, method: &'static Method, request: Req) -> Self {
        Self {
            channel: Via::Lent(channel),
            method,
            options: Options::default(),
            request,
            handed: Handed::Nothing,
            form: Form::default(),
        }
    }
}

impl<Req: Message, Form> NewCall<'_, Req, Form> {
    /// Moves the request into a body.
    pub(crate) fn take_body(&mut self) -> Body {
        let shape = self.method.request_shape();
        let mut request = Held::new(&mut self.request, &mut self.handed, shape);
        request.body().expect("it is taken once")
    }
}

impl<Req, Form> NewCall<'_, Req, Form> {
    /// Ends the call after this time, including its streams, instead of the method's or the channel's timeout.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// Sends metadata along; see [`Metadata`] for what may be in it.
    pub fn meta(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.metadata.append(key, value);
        self
    }

    /// Says what the call is about, for [`Rendezvous`](crate::balance::Rendezvous): calls with the same key go to the
    /// same server. It is sent as the metadata `route`.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.options.metadata.set(Metadata::ROUTE, key);
        self
    }

    /// Makes the call part of the one that `cx` belongs to: within its deadline, with its baggage and in its trace.
    pub fn within(mut self, cx: &Ctx) -> Self {
        let deadlines = [self.options.deadline, cx.deadline()];
        self.options.deadline = deadlines.into_iter().flatten().min();
        for value in cx.metadata().values(Metadata::BAGGAGE) {
            self.options.metadata.append(Metadata::BAGGAGE, value);
        }
        trace::pass_on(cx.metadata(), &mut self.options.metadata);
        self
    }

    /// The same call, which also returns the metadata of its answer: what a handler set with [`Ctx::reply_meta`], and
    /// layers. A declared exception has metadata too, a [`Status`](crate::Status) has none.
    ///
    /// ```no_run
    /// # async fn ask(health: sinew::health::HealthClient) {
    /// let (answer, metadata) = health.check("shop.Orders").with_metadata().await;
    /// # }
    /// ```
    ///
    /// For a call with a stream from the server it is what the handler set before it accepted the call;
    /// [`Rx::metadata`](crate::Rx::metadata) has the rest. A call that only sends a stream has its answer at the end:
    /// see [`Upload::finish`](crate::Upload::finish).
    pub fn with_metadata(self) -> WithMetadata<Self> {
        WithMetadata(self)
    }

    /// The same call without borrowing the client, to be stored or spawned: `tokio::spawn(call.owned())`.
    pub fn owned(self) -> NewCall<'static, Req, Form> {
        NewCall {
            channel: Via::Owned(self.channel.channel().clone()),
            method: self.method,
            options: self.options,
            request: self.request,
            handed: self.handed,
            form: self.form,
        }
    }
}

impl Via<'_> {
    pub(crate) fn channel(&self) -> &Channel {
        match self {
            Self::Lent(channel) => channel,
            Self::Owned(channel) => channel,
        }
    }
}

impl<Req, Form> fmt::Debug for NewCall<'_, Req, Form> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewCall")
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}
