//! Metadata: short texts sent with a call or a reply. The rules are in `check`; the protocol encodes it.

mod check;
mod iter;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

pub use iter::MetadataIter;

use crate::redacted::Redacted;
use crate::trace::{TraceContext, TraceEntry};

/// Short strings sent with a call or a reply, in the order in which they were added; a trace may come before them.
///
/// Keys consist of `a-z 0-9 _ . -`, values are text without control characters. Only `baggage` and the trace
/// (`traceparent`, `tracestate`) are passed on from a call to the calls that its handler makes.
///
/// One pointer wide, and cheap to clone.
///
/// ```
/// use sinew::{Ctx, Metadata};
///
/// let cx = Ctx::new().with_metadata(Metadata::from([("user", "ada")]));
/// assert_eq!(cx.metadata().get("user"), Some("ada"));
/// ```
#[derive(Clone, Default)]
pub struct Metadata {
    /// `None` if there are none.
    entries: Option<Arc<Entries>>,
}

#[derive(Clone, Default)]
struct Entries {
    /// The trace context, if it was set as a value rather than as text. It comes first.
    trace: Option<TraceEntry>,
    /// Well-known keys are borrowed, not copied.
    texts: Vec<Entry>,
}

type Entry = (Cow<'static, str>, String);

impl Metadata {
    /// The key of the baggage, which is passed on from call to call.
    pub const BAGGAGE: &'static str = "baggage";

    /// The key of the trace that a call is part of, and of the caller's place in it: see
    /// [`TraceContext`](crate::trace::TraceContext).
    pub const TRACEPARENT: &'static str = "traceparent";
    /// The key of what tracing systems add to [`Self::TRACEPARENT`].
    pub const TRACESTATE: &'static str = "tracestate";

    /// The key of the number of the attempt: 2 for the first retry. Absent at the first attempt.
    pub const ATTEMPT: &'static str = "attempt";
    /// The default key for consistent hashing.
    pub const ROUTE: &'static str = "route";

    /// The key of the caller's credentials, such as a token. `Debug` does not show its value.
    pub const AUTHORIZATION: &'static str = "authorization";

    /// Metadata without entries.
    pub const fn new() -> Self {
        Self { entries: None }
    }

    /// Adds an entry; a key may be there several times. It is checked when it is sent.
    pub fn append(&mut self, key: impl Into<String>, value: impl Into<String>) {
        self.put(Cow::Owned(key.into()), value.into());
    }

    /// Adds an entry whose key may be a constant.
    pub(crate) fn put(&mut self, key: Cow<'static, str>, value: String) {
        let texts = &mut self.entries_mut().texts;
        // Most metadata has only one entry.
        if texts.capacity() == 0 {
            texts.reserve_exact(1);
        }
        texts.push((key, value));
    }

    /// Adds an entry that has arrived.
    pub(crate) fn receive(&mut self, key: Cow<'static, str>, value: &str) {
        let is_trace = key == Self::TRACEPARENT;
        match is_trace.then(|| TraceContext::exactly(value)).flatten() {
            Some(place) => self.put_trace(place),
            None => self.put(key, value.to_owned()),
        }
    }

    /// Adds a `traceparent`.
    fn put_trace(&mut self, place: TraceContext) {
        match self.get(Self::TRACEPARENT).is_none() {
            true => self.entries_mut().trace = Some(TraceEntry::new(place)),
            false => self.put(Cow::Borrowed(Self::TRACEPARENT), place.to_string()),
        }
    }

    /// Replaces all values of `traceparent` by this one.
    #[cfg(feature = "spans")]
    pub(crate) fn set_trace(&mut self, place: TraceContext) {
        let Entries { trace, texts } = self.entries_mut();
        texts.retain(|(known, _)| known != Self::TRACEPARENT);
        *trace = Some(TraceEntry::new(place));
    }

    /// The trace context, if there is exactly one `traceparent` and it is well-formed.
    pub(crate) fn trace(&self) -> Option<TraceContext> {
        let (trace, texts) = self.parts();
        let mut texts = texts.filter(|(key, _)| *key == Self::TRACEPARENT);
        match (trace, texts.next(), texts.next()) {
            (Some(trace), None, _) => Some(trace.place()),
            (None, Some((_, value)), None) => value.parse().ok(),
            (Some(_), Some(_), _) | (None, Some(_), Some(_)) | (None, None, _) => None,
        }
    }

    /// Copies the `traceparent` of `other`.
    pub(crate) fn put_trace_of(&mut self, other: &Self) {
        let (trace, texts) = other.parts();
        if let Some(trace) = trace {
            self.put_trace(trace.place());
        }
        for (_, value) in texts.filter(|(key, _)| *key == Self::TRACEPARENT) {
            self.put(Cow::Borrowed(Self::TRACEPARENT), value.to_owned());
        }
    }

    /// Moves all entries of `other` here.
    pub(crate) fn append_all(&mut self, other: Self) {
        if self.is_empty() {
            *self = other;
            return;
        }
        let Some(others) = other.entries else { return };
        if let Some(trace) = &others.trace {
            self.put_trace(trace.place());
        }
        self.entries_mut()
            .texts
            .extend(others.texts.iter().cloned());
    }

    /// Makes `value` the only value of `key`.
    pub fn set(&mut self, key: &str, value: impl Into<String>) {
        self.remove(key);
        self.append(key, value);
    }

    /// Removes all values of `key`.
    pub fn remove(&mut self, key: &str) {
        let Some(entries) = &mut self.entries else {
            return;
        };
        let Entries { trace, texts } = Arc::make_mut(entries);
        texts.retain(|(known, _)| known != key);
        trace.take_if(|_| key == Self::TRACEPARENT);
        if texts.is_empty() && trace.is_none() {
            self.entries = None;
        }
    }

    /// The first value of `key`.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.values(key).next()
    }

    /// All values of `key`.
    pub(crate) fn values<'a>(&'a self, key: &str) -> impl Iterator<Item = &'a str> {
        let (trace, texts) = self.parts();
        let trace = trace.filter(|_| key == Self::TRACEPARENT);
        let texts = texts.filter(move |(known, _)| *known == key);
        let trace = trace.map(TraceEntry::text);
        trace.into_iter().chain(texts.map(|(_, value)| value))
    }

    /// All entries, as a loop over `&metadata` gives them.
    ///
    /// ```
    /// let metadata = sinew::Metadata::from([("user", "ada"), ("tenant", "7")]);
    /// let mut seen = String::new();
    /// for (key, value) in &metadata {
    ///     seen += &format!("{key}={value} ");
    /// }
    /// assert_eq!(seen, "user=ada tenant=7 ");
    /// assert_eq!(metadata.iter().len(), 2);
    /// ```
    pub fn iter(&self) -> MetadataIter<'_> {
        let entries = self.entries.as_deref();
        let trace = entries.and_then(|all| all.trace.as_ref());
        MetadataIter::new(trace, entries.map_or(&[], |all| &all.texts))
    }

    /// The `traceparent` if it is known as a value, and all other entries.
    pub(crate) fn parts(&self) -> (Option<&TraceEntry>, impl Iterator<Item = (&str, &str)>) {
        let trace = self.entries.as_ref().and_then(|all| all.trace.as_ref());
        let texts = self.entries.as_ref().map_or(&[][..], |all| &all.texts);
        let texts = texts.iter();
        (
            trace,
            texts.map(|(key, value)| (key.as_ref(), value.as_str())),
        )
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        let count = |all: &Arc<Entries>| all.texts.len() + usize::from(all.trace.is_some());
        self.entries.as_ref().map_or(0, count)
    }

    /// Whether there are no entries.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.entries.is_none()
    }

    fn entries_mut(&mut self) -> &mut Entries {
        Arc::make_mut(self.entries.get_or_insert_default())
    }
}

impl<K: Into<String>, V: Into<String>, const N: usize> From<[(K, V); N]> for Metadata {
    fn from(entries: [(K, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Metadata {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut metadata = Self::new();
        metadata.extend(entries);
        metadata
    }
}

/// Adds all entries, those of other metadata too: `metadata.extend(&other)`.
impl<K: Into<String>, V: Into<String>> Extend<(K, V)> for Metadata {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.append(key, value);
        }
    }
}

impl PartialEq for Metadata {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Metadata {}

impl fmt::Debug for Metadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut list = f.debug_list();
        for (key, value) in self.iter() {
            match key {
                Self::AUTHORIZATION => list.entry(&(key, Redacted)),
                _ => list.entry(&(key, value)),
            };
        }
        list.finish()
    }
}
