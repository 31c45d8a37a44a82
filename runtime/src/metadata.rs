//! Metadata: short texts that travel beside a call or a reply. This file knows what is a good entry; the protocol
//! encodes it.

use std::borrow::Cow;
use std::sync::Arc;

use crate::{Limits, Status};

/// Short texts beside a call or a reply, in the order in which they were added.
///
/// Keys are of `a-z 0-9 _ . -`, values are text without control characters. Only `baggage` and the trace
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// `None` if there are none. Keys that every peer knows are not copied.
    entries: Option<Arc<Vec<Entry>>>,
}

type Entry = (Cow<'static, str>, String);

impl Metadata {
    /// The key of what is passed on from call to call.
    pub const BAGGAGE: &'static str = "baggage";

    /// The key of the trace that a call is part of, and of the caller's place in it: see
    /// [`TraceContext`](crate::trace::TraceContext).
    pub const TRACEPARENT: &'static str = "traceparent";
    /// The key of what tracing systems add to [`Self::TRACEPARENT`].
    pub const TRACESTATE: &'static str = "tracestate";

    /// The key of which try of a call this is: 2 for the first retry. Absent at the first try.
    pub const ATTEMPT: &'static str = "attempt";
    /// The key of what consistent hashing goes by, unless it is told another.
    pub const ROUTE: &'static str = "route";

    /// Metadata without entries.
    pub const fn new() -> Self {
        Self { entries: None }
    }

    /// Adds an entry; a key may be there several times. It is checked when it is sent.
    pub fn append(&mut self, key: impl Into<String>, value: impl Into<String>) {
        self.put(Cow::Owned(key.into()), value.into());
    }

    /// Adds an entry whose key may be part of the program.
    pub(crate) fn put(&mut self, key: Cow<'static, str>, value: String) {
        let entries = Arc::make_mut(self.entries.get_or_insert_default());
        // Most have one entry only.
        if entries.capacity() == 0 {
            entries.reserve_exact(1);
        }
        entries.push((key, value));
    }

    /// Adds all entries of `other`.
    pub fn extend(&mut self, other: Self) {
        let Some(others) = other.entries else { return };
        match &mut self.entries {
            Some(entries) => Arc::make_mut(entries).extend(others.iter().cloned()),
            None => self.entries = Some(others),
        }
    }

    /// Makes `value` the only value of `key`.
    pub fn set(&mut self, key: &str, value: impl Into<String>) {
        self.remove(key);
        self.append(key, value);
    }

    /// The same for a key that is part of the program.
    #[cfg(feature = "spans")]
    pub(crate) fn set_known(&mut self, key: &'static str, value: String) {
        self.remove(key);
        self.put(Cow::Borrowed(key), value);
    }

    /// Takes all values of `key` away.
    pub fn remove(&mut self, key: &str) {
        let Some(entries) = &mut self.entries else {
            return;
        };
        Arc::make_mut(entries).retain(|(known, _)| known != key);
        if entries.is_empty() {
            self.entries = None;
        }
    }

    /// The first value of `key`.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.iter().find(|(k, _)| *k == key).map(|(_, value)| value)
    }

    /// All entries.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let entries = self.entries.as_deref().map_or(&[][..], Vec::as_slice);
        entries
            .iter()
            .map(|(key, value)| (key.as_ref(), value.as_str()))
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.as_ref().map_or(0, |entries| entries.len())
    }

    /// Whether there are no entries.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.entries.is_none()
    }

    /// Whether every entry may be sent.
    ///
    /// # Errors
    /// A status that names the entry and the limit or rule that it breaks.
    #[inline]
    pub fn check(&self, limits: &Limits) -> Result<(), Status> {
        match self.is_empty() {
            true => Ok(()),
            false => self.check_all(limits),
        }
    }

    fn check_all(&self, limits: &Limits) -> Result<(), Status> {
        if self.len() > limits.metadata_entries {
            return Err(too_much("entries", self.len(), limits.metadata_entries));
        }
        let mut total = 0;
        for (key, value) in self.iter() {
            check_entry(key, value, limits)?;
            total += key.len() + value.len();
        }
        if total > limits.metadata {
            return Err(too_much("bytes", total, limits.metadata));
        }
        Ok(())
    }
}

impl<K: Into<String>, V: Into<String>, const N: usize> From<[(K, V); N]> for Metadata {
    fn from(entries: [(K, V); N]) -> Self {
        let mut metadata = Self::new();
        for (key, value) in entries {
            metadata.append(key, value);
        }
        metadata
    }
}

fn check_entry(key: &str, value: &str, limits: &Limits) -> Result<(), Status> {
    if key.len() > limits.metadata_key {
        return Err(too_much("bytes in a key", key.len(), limits.metadata_key));
    }
    if value.len() > limits.metadata_value {
        return Err(too_much(
            "bytes in a value",
            value.len(),
            limits.metadata_value,
        ));
    }
    let key_byte = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'-');
    if key.is_empty() || !key.bytes().all(key_byte) {
        return Err(Status::invalid_argument(format!(
            "metadata key {key:?} is not of a-z 0-9 _ . -"
        )));
    }
    if has_control(value) {
        return Err(Status::invalid_argument(format!(
            "metadata `{key}` holds a control character"
        )));
    }
    Ok(())
}

fn has_control(value: &str) -> bool {
    match value.is_ascii() {
        // All of it, which takes less time than to stop early.
        true => value
            .bytes()
            .fold(false, |any, b| any | b.is_ascii_control()),
        false => value.chars().any(char::is_control),
    }
}

fn too_much(what: &str, found: usize, limit: usize) -> Status {
    Status::resource_exhausted(format!("metadata has {found} {what}, the limit is {limit}"))
}
