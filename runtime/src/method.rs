//! What generated code says about a method, once per process.

use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::outcome::{MethodError, Outcome};
use crate::wire::{Message, Shape, Wire};

/// A method of a service: its names, the shapes of its request and its replies, and what the IDL promises about it.
pub struct Method {
    service: &'static str,
    name: &'static str,
    request: fn() -> &'static Shape,
    make_reply: fn() -> &'static Shape,
    reply: OnceLock<&'static Shape>,
    /// Process-wide number, from 1; 0 until it is first called.
    number: AtomicU32,
    timeout: Option<Duration>,
    readonly: bool,
    idempotent: bool,
    oneway: bool,
    sensitive: bool,
}

impl Method {
    /// A method with one request and one reply.
    pub const fn unary<Req: Message, T: Wire, E: MethodError>(
        service: &'static str,
        name: &'static str,
    ) -> Self {
        Self {
            service,
            name,
            request: Req::shape,
            make_reply: <Outcome<T, E> as Message>::shape,
            reply: OnceLock::new(),
            number: AtomicU32::new(0),
            timeout: None,
            readonly: false,
            idempotent: false,
            oneway: false,
            sensitive: false,
        }
    }

    /// The same, declared to change nothing.
    pub const fn readonly(mut self) -> Self {
        self.readonly = true;
        self.idempotent = true;
        self
    }

    /// The same, declared to have one effect however often it is called.
    pub const fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    /// The same, but nobody waits for a reply.
    pub const fn oneway(mut self) -> Self {
        self.oneway = true;
        self
    }

    /// The same with a timeout of its own, in nanoseconds.
    pub const fn timeout(mut self, nanos: u64) -> Self {
        self.timeout = Some(Duration::from_nanos(nanos));
        self
    }

    /// The same, with requests and replies that must not be logged or compressed.
    pub const fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// Full name of the service.
    pub fn service(&self) -> &'static str {
        self.service
    }

    /// Name within the service.
    pub fn name(&self) -> &'static str {
        self.name
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

    /// A dense number, the same for the life of the process.
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

impl fmt::Debug for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.service, self.name)
    }
}
