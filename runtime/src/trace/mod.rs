//! Distributed tracing by W3C Trace Context: what travels beside a call, and spans with the feature `spans`.
//!
//! What becomes of spans is for the program's subscriber to say.

mod context;
mod entry;
#[cfg(not(feature = "spans"))]
#[path = "spanless.rs"]
mod spans;
#[cfg(feature = "spans")]
mod spans;
mod state;

pub use context::{NotATrace, TraceContext};
pub(crate) use entry::TraceEntry;
#[cfg(feature = "spans")]
pub use spans::Spans;
pub(crate) use spans::{CallSpan, Side};
pub(crate) use state::is_trace_state;

use crate::{Ctx, Metadata};

impl Ctx {
    /// The trace that the call is part of, and the caller's position in it. `None` if the caller sent none, or a
    /// malformed one.
    pub fn trace(&self) -> Option<TraceContext> {
        TraceContext::of(self.metadata())
    }
}

/// Passes the trace on from a call to one that its handler makes: unchanged, or not at all if it is malformed.
pub(crate) fn pass_on(from: &Metadata, to: &mut Metadata) {
    if from.is_empty() || TraceContext::of(from).is_none() {
        return;
    }
    to.put_trace_of(from);
    if is_trace_state(from.values(Metadata::TRACESTATE)) {
        for state in from.values(Metadata::TRACESTATE) {
            to.append(Metadata::TRACESTATE, state);
        }
    }
}
