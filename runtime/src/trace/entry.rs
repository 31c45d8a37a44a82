//! The `traceparent` entry of metadata as a value. Its text is only made for readers that ask for it.

use std::sync::OnceLock;

use super::TraceContext;

/// A trace context in the metadata of a call.
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
