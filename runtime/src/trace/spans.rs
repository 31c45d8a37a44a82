//! A span of `tracing` around each call, named and filled as OpenTelemetry's conventions for RPC say. Layers: what they
//! do not know, since they look into no body, is whether an answer is a declared exception.

use std::cell::OnceCell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::time::Instant;
use tracing::Span;
use tracing::field::{Empty, Value, display};

use super::TraceContext;
use crate::channel::{deadline_passed, handler_panicked};
use crate::layer::{Next, Run};
use crate::{Call, Code, Metadata, MethodRef, Reached, Reply, Result, Status};

/// A layer that puts a span around each call that is made, and says in the call's metadata that the span is its parent:
/// `channel.layer(sinew::trace::client)`.
///
/// The call becomes part of the trace that it was given with `.within(&cx)`, else of a new one. Where the subscriber does
/// not want the span, the call is left as it is.
pub fn client(call: Call, next: Next) -> impl Future<Output = Result<Reply>> + Send + 'static {
    let place = OnceCell::new();
    let at = || place.get_or_init(|| Place::of(&call));
    let name = || call.method.telemetry_name();
    let span = tracing::info_span!(
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
    );
    Spanned::new(Side::Client, span, place.into_inner(), call, next)
}

/// A layer that puts a span around each call that is taken: `server.layer(sinew::trace::server)`.
///
/// The span is the child of the one that the call's metadata name, or the first of a new trace. What the handler calls
/// `.within(&cx)` is below it. Where the subscriber does not want the span, the call is left as it is.
pub fn server(call: Call, next: Next) -> impl Future<Output = Result<Reply>> + Send + 'static {
    let place = OnceCell::new();
    let at = || place.get_or_init(|| Place::of(&call));
    let name = || call.method.telemetry_name();
    let span = tracing::info_span!(
        target: "sinew",
        "rpc.server",
        otel.name = name(),
        otel.kind = "server",
        otel.status_code = Empty,
        rpc.system.name = "sinew",
        rpc.method = name(),
        rpc.method_original = made_up(&call.method).map(display),
        rpc.response.status_code = Empty,
        error.type = Empty,
        client.address = call.cx.peer().address(),
        trace_id = at().trace_id(),
        span_id = at().span_id(),
        parent_span_id = at().parent_span_id(),
    );
    Spanned::new(Side::Server, span, place.into_inner(), call, next)
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
    fn of(call: &Call) -> Self {
        let parent = call.cx.trace();
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
        metadata.set_known(Metadata::TRACEPARENT, self.here.to_string());
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

/// A call with a span around it, or with none.
struct Spanned {
    state: State,
    watch: Option<Watch>,
}

enum State {
    New(Call, Next),
    Runs(Run),
    Over,
}

impl Spanned {
    /// `place` is known if the subscriber wants the span.
    fn new(side: Side, span: Span, place: Option<Place>, mut call: Call, next: Next) -> Self {
        let mut watch = None;
        if let Some(place) = place.filter(|_| !span.is_disabled()) {
            place.mark(call.cx.metadata_mut());
            watch = Some(Watch {
                side,
                span,
                deadline: call.cx.deadline(),
                over: false,
            });
        }
        let state = State::New(call, next);
        Self { state, watch }
    }
}

impl State {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Reply>> {
        if let Self::New(..) = self
            && let Self::New(call, next) = std::mem::replace(self, Self::Over)
        {
            *self = Self::Runs(next.run(call));
        }
        match self {
            Self::Runs(run) => Pin::new(run).poll(cx),
            Self::New(..) | Self::Over => panic!("a call was polled after its end"),
        }
    }
}

impl Future for Spanned {
    type Output = Result<Reply>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Reply>> {
        let Some(watch) = self.watch.take() else {
            return self.state.poll(cx);
        };
        // It is held here, so that it sees a panic pass by.
        let polled = watch.span.in_scope(|| self.state.poll(cx));
        match &polled {
            Poll::Ready(result) => {
                self.state = State::Over;
                watch.end(result);
            }
            Poll::Pending => self.watch = Some(watch),
        }
        polled
    }
}

impl Drop for Spanned {
    fn drop(&mut self) {
        if let (State::Runs(_), Some(watch)) = (&self.state, &self.watch) {
            // What runs ends within its span.
            watch.span.in_scope(|| self.state = State::Over);
        }
    }
}

#[derive(Clone, Copy)]
enum Side {
    Client,
    Server,
}

/// Says how the call has ended. Dropped before that, it was given up.
struct Watch {
    side: Side,
    span: Span,
    deadline: Option<Instant>,
    over: bool,
}

impl Watch {
    fn end(mut self, result: &Result<Reply>) {
        self.over = true;
        match result {
            Ok(_) => self.code("OK"),
            Err(status) => self.failed(status),
        }
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

impl Drop for Watch {
    fn drop(&mut self) {
        if self.over {
            return;
        }
        let late = |deadline| Instant::now() >= deadline;
        self.failed(&match self.deadline {
            _ if std::thread::panicking() => handler_panicked(),
            Some(deadline) if late(deadline) => deadline_passed(),
            Some(_) | None => Status::cancelled("given up").with_reached(Reached::Maybe),
        });
    }
}
