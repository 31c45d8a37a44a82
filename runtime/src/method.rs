//! Descriptions of methods, static in generated code.

use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::outcome::{MethodError, Outcome};
use crate::streams::StreamOutcome;
use crate::wire::{Message, Shape, Wire, shape_of};

/// A method of a service: its names, the shapes of its request and its replies, and what the IDL promises about it. Generated code
/// has a static one for each method.
#[must_use]
pub struct Method {
    service: &'static str,
    name: &'static str,
    /// The service that declares it: differs from `service` if that has inherited it.
    declared_in: &'static str,
    /// The services in between, if there are any.
    through: &'static [&'static str],
    request: fn() -> &'static Shape,
    make_reply: fn() -> &'static Shape,
    reply: OnceLock<&'static Shape>,
    #[cfg(any(feature = "metrics", feature = "spans"))]
    full_name: OnceLock<String>,
    /// Process-wide number, from 1; 0 until it is first called.
    number: AtomicU32,
    timeout: Option<Duration>,
    readonly: bool,
    idempotent: bool,
    oneway: bool,
    sensitive: bool,
    up: Messages,
    down: Messages,
}

/// The messages of a stream.
#[derive(Clone, Copy)]
pub(crate) struct Messages {
    /// `None` if there is no stream.
    shape: Option<fn() -> &'static Shape>,
}

impl Method {
    /// A method with one request and one reply.
    #[doc(hidden)]
    pub const fn unary<Req: Message, T: Wire, E: MethodError>(
        service: &'static str,
        name: &'static str,
    ) -> Self {
        Self::new::<Req>(service, name, <Outcome<T, E> as Message>::shape)
    }

    /// A method with one request and a stream of `T`; `E` says why there is none, `S` why it broke off.
    #[doc(hidden)]
    pub const fn streaming<Req: Message, T: Wire, E: MethodError, S: MethodError>(
        service: &'static str,
        name: &'static str,
    ) -> Self {
        let mut method = Self::new::<Req>(service, name, <StreamOutcome<E, S> as Message>::shape);
        method.down.shape = Some(shape_of::<T>);
        method
    }

    /// The same with a stream of `T` from the client.
    #[doc(hidden)]
    pub const fn takes<T: Wire>(mut self) -> Self {
        self.up.shape = Some(shape_of::<T>);
        self
    }

    /// The same method of a service that has inherited it: `declared` is that of the service that declares it.
    #[doc(hidden)]
    pub const fn inherited(service: &'static str, declared: &'static Self) -> Self {
        Self {
            service,
            name: declared.name,
            declared_in: declared.service,
            through: &[],
            request: declared.request,
            make_reply: declared.make_reply,
            reply: OnceLock::new(),
            #[cfg(any(feature = "metrics", feature = "spans"))]
            full_name: OnceLock::new(),
            number: AtomicU32::new(0),
            timeout: declared.timeout,
            readonly: declared.readonly,
            idempotent: declared.idempotent,
            oneway: declared.oneway,
            sensitive: declared.sensitive,
            up: declared.up,
            down: declared.down,
        }
    }

    /// The same, by way of other services: all that its service extends and that have inherited it too.
    #[doc(hidden)]
    pub const fn through(mut self, services: &'static [&'static str]) -> Self {
        self.through = services;
        self
    }

    const fn new<Req: Message>(
        service: &'static str,
        name: &'static str,
        make_reply: fn() -> &'static Shape,
    ) -> Self {
        Self {
            service,
            name,
            declared_in: service,
            through: &[],
            request: Req::shape,
            make_reply,
            reply: OnceLock::new(),
            #[cfg(any(feature = "metrics", feature = "spans"))]
            full_name: OnceLock::new(),
            number: AtomicU32::new(0),
            timeout: None,
            readonly: false,
            idempotent: false,
            oneway: false,
            sensitive: false,
            up: Messages::none(),
            down: Messages::none(),
        }
    }

    /// The same, declared to change nothing.
    #[doc(hidden)]
    pub const fn readonly(mut self) -> Self {
        self.readonly = true;
        self.idempotent = true;
        self
    }

    /// The same, declared to have one effect however often it is called.
    #[doc(hidden)]
    pub const fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    /// The same, but nobody waits for a reply.
    #[doc(hidden)]
    pub const fn oneway(mut self) -> Self {
        self.oneway = true;
        self
    }

    /// The same with a timeout of its own, in nanoseconds.
    #[doc(hidden)]
    pub const fn timeout(mut self, nanos: u64) -> Self {
        self.timeout = Some(Duration::from_nanos(nanos));
        self
    }

    /// The same, with requests and replies that must not be logged or compressed.
    #[doc(hidden)]
    pub const fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// Full name of the service, of an inherited method the one that has inherited it.
    pub fn service(&self) -> &'static str {
        self.service
    }

    /// Name within the service.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Whether it is `method`, or the same one as a service has it that has inherited it: a rule for a method of a service counts for all
    /// services that extend that one, and a rule for an inherited method for none beside it.
    pub fn is(&self, method: &Self) -> bool {
        self.name == method.name && self.is_of(method.service)
    }

    /// Whether it may be called as a method of that service.
    pub(crate) fn is_of(&self, service: &str) -> bool {
        self.service == service || self.declared_in == service || self.through.contains(&service)
    }

    /// `shop.Orders/place`.
    #[cfg(any(feature = "metrics", feature = "spans"))]
    pub(crate) fn full_name(&self) -> &str {
        let make = || format!("{}/{}", self.service, self.name);
        self.full_name.get_or_init(make)
    }

    /// Whether it changes nothing.
    pub fn is_readonly(&self) -> bool {
        self.readonly
    }

    /// Whether calling it again does no harm.
    pub fn is_idempotent(&self) -> bool {
        self.idempotent
    }

    /// Whether nobody waits for a reply.
    pub fn is_oneway(&self) -> bool {
        self.oneway
    }

    /// Whether requests and replies must not be logged or compressed.
    pub fn is_sensitive(&self) -> bool {
        self.sensitive
    }

    /// Whether client or server sends a stream.
    pub fn has_streams(&self) -> bool {
        self.up.shape.is_some() || self.down.shape.is_some()
    }

    /// Its own timeout.
    pub fn own_timeout(&self) -> Option<Duration> {
        self.timeout
    }

    pub(crate) fn request_shape(&self) -> &'static Shape {
        (self.request)()
    }

    pub(crate) fn reply_shape(&self) -> &'static Shape {
        self.reply.get_or_init(self.make_reply)
    }

    /// The messages from the client.
    pub(crate) fn up(&self) -> &Messages {
        &self.up
    }

    /// The messages from the server.
    pub(crate) fn down(&self) -> &Messages {
        &self.down
    }

    /// A dense number, constant during the life of the process.
    pub(crate) fn number(&self) -> usize {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let known = self.number.load(Ordering::Acquire);
        if known != 0 {
            return known as usize;
        }
        let fresh = NEXT.fetch_add(1, Ordering::Relaxed);
        match self
            .number
            .compare_exchange(0, fresh, Ordering::AcqRel, Ordering::Acquire)
        {
            Ok(_) => fresh as usize,
            Err(other) => other as usize,
        }
    }
}

impl Messages {
    const fn none() -> Self {
        Self { shape: None }
    }

    pub(crate) fn shape(&self) -> &'static Shape {
        self.shape.expect("only a stream asks for its messages")()
    }

    /// Their shape, if there are any.
    pub(crate) fn known(&self) -> Option<&'static Shape> {
        self.shape.map(|shape| shape())
    }
}

impl fmt::Debug for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.service, self.name)
    }
}
