//! Traces over several programs, as W3C Trace Context has it: what travels beside a call, and spans with the feature
//! `spans`. What becomes of spans is for the program's subscriber to say.

mod context;
#[cfg(feature = "spans")]
mod spans;
mod state;

pub use context::{NotATrace, TraceContext};
#[cfg(feature = "spans")]
pub use spans::{client, server};
pub(crate) use state::is_trace_state;

use crate::{Ctx, Metadata};

impl Ctx {
    /// The trace that the call is part of, and the caller's place in it. `None` if the caller said nothing of it, or not
    /// in the way of the standard.
    pub fn trace(&self) -> Option<TraceContext> {
        TraceContext::of(self.metadata())
    }
}

/// Passes the trace of a call on to one that it makes: as it came, or not at all if it is malformed.
pub(crate) fn pass_on(from: &Metadata, to: &mut Metadata) {
    if from.is_empty() || TraceContext::of(from).is_none() {
        return;
    }
    let states = || from.iter().filter(|(key, _)| *key == Metadata::TRACESTATE);
    let keep_states = is_trace_state(states().map(|(_, value)| value));
    let parent = from.iter().filter(|(key, _)| *key == Metadata::TRACEPARENT);
    for (key, value) in parent.chain(states().filter(|_| keep_states)) {
        to.append(key, value);
    }
}
