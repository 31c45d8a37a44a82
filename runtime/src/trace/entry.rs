//! The entry `traceparent` of metadata as what it means: its text is made where somebody reads it, which layers that look for
//! other keys do not.

use std::sync::OnceLock;

use super::TraceContext;

/// A place in a trace that travels beside a call.
#[derive(Clone)]
pub(crate) struct TraceEntry {
    place: TraceContext,
    text: OnceLock<String>,
}

impl TraceEntry {
    pub(crate) fn new(place: TraceContext) -> Self {
        let text = OnceLock::new();
        Self { place, text }
    }

    pub(crate) fn place(&self) -> TraceContext {
        self.place
    }

    pub(crate) fn text(&self) -> &str {
        self.text.get_or_init(|| self.place.to_string())
    }
}
