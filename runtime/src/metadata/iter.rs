//! Iteration over metadata.

use std::slice;

use super::{Entry, Metadata};
use crate::trace::TraceEntry;

/// The entries of [`Metadata`] as `(key, value)`, in their order: see [`Metadata::iter`].
#[derive(Clone)]
pub struct MetadataIter<'a> {
    trace: Option<&'a TraceEntry>,
    texts: slice::Iter<'a, Entry>,
}

impl<'a> MetadataIter<'a> {
    pub(super) fn new(trace: Option<&'a TraceEntry>, texts: &'a [Entry]) -> Self {
        let texts = texts.iter();
        Self { trace, texts }
    }
}

impl<'a> Iterator for MetadataIter<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        match self.trace.take() {
            Some(trace) => Some((Metadata::TRACEPARENT, trace.text())),
            None => self.texts.next().map(|(key, value)| (&**key, &**value)),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.texts.len() + usize::from(self.trace.is_some());
        (left, Some(left))
    }
}

impl ExactSizeIterator for MetadataIter<'_> {}

impl std::fmt::Debug for MetadataIter<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MetadataIter").finish_non_exhaustive()
    }
}

impl<'a> IntoIterator for &'a Metadata {
    type Item = (&'a str, &'a str);
    type IntoIter = MetadataIter<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
