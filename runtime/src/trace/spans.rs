//! A span of `tracing` around each call, named and filled as OpenTelemetry's conventions for RPC say. Layers: what they
//! do not know, since they look into no body, is whether an answer is a declared exception.

use std::fmt;
use std::future::Future;

use tokio::time::Instant;
use tracing::field::Empty;
use tracing::{Instrument, Span};

use super::TraceContext;
use crate::channel::{deadline_passed, handler_panicked};
use crate::layer::Next;
use crate::{Call, Code, Metadata, MethodRef, Reached, Reply, Result, Status};

/// A layer that puts a span around each call that is made, and says in the call's metadata that the span is its parent:
/// `channel.layer(sinew::trace::client)`.
///
/// The call becomes part of the trace that it was given with `.within(&cx)`, else of a new one. Where the subscriber does
/// not want the span, the call is left as it is.
pub fn client(call: Call, next: Next) -> impl Future<Output = Result<Reply>> + Send + 'static {
    let parent = call.cx.trace();
    let span = tracing::info_span!(
        target: "sinew",
        "rpc.client",
        otel.name = Empty,
        otel.kind = "client",
        otel.status_code = Empty,
        rpc.system.name = "sinew",
        rpc.method = Empty,
        rpc.response.status_code = Empty,
        error.type = Empty,
        sinew.reached = Empty,
        trace_id = Empty,
        span_id = Empty,
        parent_span_id = Empty,
    );
    within(Side::Client, span, parent, call, next)
}

/// A layer that puts a span around each call that is taken: `server.layer(sinew::trace::server)`.
///
/// The span is the child of the one that the call's metadata name, or the first of a new trace. What the handler calls
/// `.within(&cx)` is below it. Where the subscriber does not want the span, the call is left as it is.
pub fn server(call: Call, next: Next) -> impl Future<Output = Result<Reply>> + Send + 'static {
    let parent = call.cx.trace();
    let span = tracing::info_span!(
        target: "sinew",
        "rpc.server",
        otel.name = Empty,
        otel.kind = "server",
        otel.status_code = Empty,
        rpc.system.name = "sinew",
        rpc.method = Empty,
        rpc.method_original = Empty,
        rpc.response.status_code = Empty,
        error.type = Empty,
        client.address = Empty,
        trace_id = Empty,
        span_id = Empty,
        parent_span_id = Empty,
    );
    if let Some(address) = call.cx.peer().address() {
        span.record("client.address", address);
    }
    within(Side::Server, span, parent, call, next)
}

#[derive(Clone, Copy)]
enum Side {
    Client,
    Server,
}

async fn within(
    side: Side,
    span: Span,
    parent: Option<TraceContext>,
    mut call: Call,
    next: Next,
) -> Result<Reply> {
    if span.is_disabled() {
        return next.run(call).await;
    }
    name(&span, &call.method);
    let here = place(&span, parent);
    let mut metadata = call.cx.metadata().clone();
    metadata.set(Metadata::TRACEPARENT, here.to_string());
    if parent.is_none() {
        // Of another trace, or of none.
        metadata.remove(Metadata::TRACESTATE);
    }
    call.cx = call.cx.with_metadata(metadata);
    let watch = Watch {
        side,
        span: span.clone(),
        deadline: call.cx.deadline(),
        over: false,
    };
    let result = next.run(call).instrument(span).await;
    watch.end(&result);
    result
}

/// Says which method is called.
fn name(span: &Span, method: &MethodRef) {
    let name = method.telemetry_name();
    span.record("otel.name", &*name);
    span.record("rpc.method", &*name);
    if method.known().is_none() {
        let full = format_args!("{}/{}", method.service(), method.name());
        span.record("rpc.method_original", full);
    }
}

/// Gives the span its place in a trace.
fn place(span: &Span, parent: Option<TraceContext>) -> TraceContext {
    let here = match parent {
        Some(parent) => parent.child(),
        None => TraceContext::root(true),
    };
    span.record("trace_id", format_args!("{:032x}", here.trace_id()));
    span.record("span_id", format_args!("{:016x}", here.span_id()));
    if let Some(parent) = parent {
        span.record("parent_span_id", format_args!("{:016x}", parent.span_id()));
    }
    here
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
        self.span.record(field, tracing::field::display(value));
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
