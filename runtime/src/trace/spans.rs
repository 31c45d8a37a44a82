//! A span of `tracing` around each call, named and filled as OpenTelemetry's conventions for RPC say. They look into no body, so
//! what they do not know is whether an answer is a declared exception.

use std::cell::OnceCell;
use std::fmt;

use tracing::Span;
use tracing::field::{Empty, Value, display};
use tracing::span::Entered;

use super::TraceContext;
use crate::{Code, Metadata, MethodRef, Reached, Status};

/// Puts a span around each call: `channel.observe(Spans::client())`, `server.observe(Spans::server())`. It needs the feature
/// `spans`.
///
/// Calls run inside their spans, and observers are called there. If the subscriber does not want a span, the call is
/// left unchanged.
#[derive(Clone, Copy, Debug)]
pub struct Spans(pub(crate) Side);

impl Spans {
    /// Spans of outgoing calls. The metadata of each call names its span as the parent.
    ///
    /// A call becomes part of the trace that it was given with `.within(&cx)`, otherwise of a new one.
    pub fn client() -> Self {
        Self(Side::Client)
    }

    /// Spans of incoming calls.
    ///
    /// A span is the child of the span that the call's metadata names, or the first of a new trace. Calls that the
    /// handler makes `.within(&cx)` are below it.
    pub fn server() -> Self {
        Self(Side::Server)
    }
}

/// On which side of a call a span is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Side {
    /// It is made.
    Client,
    /// It is taken.
    Server,
}

impl Side {
    /// The span of a call that begins, if the subscriber wants it. Tells whom the call goes to of it. A `peer` has made it.
    pub(crate) fn begin(
        self,
        method: &MethodRef,
        metadata: &mut Metadata,
        peer: Option<&str>,
    ) -> Option<CallSpan> {
        let place = OnceCell::new();
        let at = || place.get_or_init(|| Place::of(metadata));
        let span = match self {
            Self::Client => made(method, at),
            Self::Server => taken(method, peer, at),
        };
        let place = place.into_inner().filter(|_| !span.is_disabled())?;
        place.mark(metadata);
        Some(CallSpan { side: self, span })
    }
}

fn made<'a>(method: &MethodRef, at: impl Fn() -> &'a Place) -> Span {
    let name = || method.telemetry_name();
    tracing::info_span!(
        target: "sinew",
        "rpc.client",
        otel.name = name(),
        otel.kind = "client",
        otel.status_code = Empty,
        rpc.system.name = "sinew",
        rpc.method = name(),
        rpc.response.status_code = Empty,
        error.type = Empty,
        sinew.reached = Empty,
        trace_id = at().trace_id(),
        span_id = at().span_id(),
        parent_span_id = at().parent_span_id(),
    )
}

fn taken<'a>(method: &MethodRef, peer: Option<&str>, at: impl Fn() -> &'a Place) -> Span {
    let name = || method.telemetry_name();
    tracing::info_span!(
        target: "sinew",
        "rpc.server",
        otel.name = name(),
        otel.kind = "server",
        otel.status_code = Empty,
        rpc.system.name = "sinew",
        rpc.method = name(),
        rpc.method_original = made_up(method).map(display),
        rpc.response.status_code = Empty,
        error.type = Empty,
        client.address = peer,
        trace_id = at().trace_id(),
        span_id = at().span_id(),
        parent_span_id = at().parent_span_id(),
    )
}

/// The name that a client has made up, which no service has a method of.
fn made_up(method: &MethodRef) -> Option<String> {
    let is_made_up = method.known().is_none();
    is_made_up.then(|| format!("{}/{}", method.service(), method.name()))
}

/// Where in a trace a call is.
struct Place {
    here: TraceContext,
    parent: Option<TraceContext>,
}

impl Place {
    fn of(metadata: &Metadata) -> Self {
        let parent = TraceContext::of(metadata);
        let here = parent.map_or_else(|| TraceContext::root(true), TraceContext::child);
        Self { here, parent }
    }

    fn trace_id(&self) -> impl Value + use<> {
        display(Digits(self.here.trace_id(), 32))
    }

    fn span_id(&self) -> impl Value + use<> {
        display(Digits(self.here.span_id().into(), 16))
    }

    fn parent_span_id(&self) -> Option<impl Value + use<>> {
        let id = |parent: TraceContext| display(Digits(parent.span_id().into(), 16));
        self.parent.map(id)
    }

    /// Tells whom the call goes to.
    fn mark(&self, metadata: &mut Metadata) {
        metadata.set_trace(self.here);
        if self.parent.is_none() {
            // Of another trace, or of none.
            metadata.remove(Metadata::TRACESTATE);
        }
    }
}

/// A number in so many digits to the base of sixteen.
struct Digits(u128, usize);

impl fmt::Display for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(number, width) = *self;
        write!(f, "{number:0width$x}")
    }
}

/// The span of a call that runs, which says how the call has ended.
pub(crate) struct CallSpan {
    side: Side,
    span: Span,
}

impl CallSpan {
    /// What runs until the guard is dropped belongs to the call.
    #[inline]
    pub(crate) fn enter(&self) -> Entered<'_> {
        self.span.enter()
    }

    /// The call was answered, or has failed.
    pub(crate) fn end(self, failed: Option<&Status>) {
        match failed {
            None => self.code("OK"),
            Some(status) => self.failed(status),
        }
    }

    /// Nobody waits for the call any more.
    pub(crate) fn given_up(self) {
        self.failed(&Status::cancelled("given up").with_reached(Reached::Maybe));
    }

    fn failed(&self, status: &Status) {
        let code = status.code();
        self.code(code.as_str());
        if let Side::Client = self.side {
            self.record("sinew.reached", format_args!("{:?}", status.reached()));
        }
        if self.is_error(code) {
            self.record("error.type", code.as_str());
            self.record("otel.status_code", "ERROR");
        }
    }

    /// Whether it is a failure of this side: a server that refuses a bad request has done its work.
    fn is_error(&self, code: Code) -> bool {
        match (self.side, code) {
            (Side::Client, _) => true,
            (
                Side::Server,
                Code::Unknown
                | Code::DeadlineExceeded
                | Code::Unimplemented
                | Code::Internal
                | Code::Unavailable
                | Code::DataLoss,
            ) => true,
            (
                Side::Server,
                Code::Cancelled
                | Code::InvalidArgument
                | Code::NotFound
                | Code::AlreadyExists
                | Code::PermissionDenied
                | Code::ResourceExhausted
                | Code::FailedPrecondition
                | Code::Aborted
                | Code::OutOfRange
                | Code::Unauthenticated,
            ) => false,
        }
    }

    fn code(&self, code: &str) {
        self.record("rpc.response.status_code", code);
    }

    fn record(&self, field: &str, value: impl fmt::Display) {
        self.span.record(field, display(value));
    }
}
