//! A `tracing` span around each call, with the names and fields of OpenTelemetry's conventions for RPC. Spans do not
//! look into bodies, so they cannot tell a declared exception from a result.

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
    /// The caller's side.
    Client,
    /// The handler's side.
    Server,
}

impl Side {
    /// Begins the span of a call if the subscriber wants it, and puts it into the call's metadata. `peer` is the
    /// caller, on the server's side.
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

/// The name of a method that no service has, as the client has called it.
fn made_up(method: &MethodRef) -> Option<String> {
    let is_made_up = method.known().is_none();
    is_made_up.then(|| format!("{}/{}", method.service(), method.name()))
}

/// A call's place in a trace.
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

    /// Puts the span into the call's metadata.
    fn mark(&self, metadata: &mut Metadata) {
        metadata.set_trace(self.here);
        if self.parent.is_none() {
            // It belongs to another trace, or to none.
            metadata.remove(Metadata::TRACESTATE);
        }
    }
}

/// A number in this many hexadecimal digits.
struct Digits(u128, usize);

impl fmt::Display for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(number, width) = *self;
        write!(f, "{number:0width$x}")
    }
}

/// The span of a running call, which records how the call ends.
pub(crate) struct CallSpan {
    side: Side,
    span: Span,
}

impl CallSpan {
    /// Enters the span, until the guard is dropped.
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

    /// The caller has given up.
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

    /// Whether this side has failed: a server that refuses a bad request has not.
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
