//! What a newer writer sent and this schema does not know: kept as it came, so that it can be passed on.

use super::graph::{KindId, UnionId};
use super::used::Used;
use std::collections::HashMap;
use std::sync::Arc;

/// A number that an open enum or open flags have no name for.
///
/// Only decoding and conversion from a number make one, so a value that has a name never hides in here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnknownValue<T>(T);

impl<T: Copy> UnknownValue<T> {
    /// The number.
    pub const fn get(self) -> T {
        self.0
    }
}

/// Wraps a number that has no name; for generated code.
pub const fn unknown_value<T: Copy>(value: T) -> UnknownValue<T> {
    UnknownValue(value)
}

/// A variant of an open union that this schema does not know: its id, the shape of its payload and the payload.
///
/// It is written again as it was read, so a reader that knows the variant gets it back.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnknownVariant {
    id: u16,
    body: Box<[u8]>,
    /// Shared by the variants of one message that have the same; `None` if it has no bytes.
    head: Option<Arc<[u8]>>,
}

impl UnknownVariant {
    pub(super) fn new(id: u16, head: Arc<[u8]>, body: &[u8]) -> Self {
        Self {
            id,
            head: Some(head),
            body: body.into(),
        }
    }

    /// Stands where a variant is going to be read; for generated code.
    #[doc(hidden)]
    #[inline]
    pub fn blank() -> Self {
        Self {
            id: 0,
            head: None,
            body: Box::default(),
        }
    }

    /// The id of the variant.
    pub fn id(&self) -> u16 {
        self.id
    }

    /// The shape of the payload.
    pub(super) fn head(&self) -> &[u8] {
        self.head.as_deref().unwrap_or_default()
    }

    /// The payload, as its shape says.
    pub(super) fn body(&self) -> &[u8] {
        &self.body
    }
}

impl core::fmt::Debug for UnknownVariant {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "UnknownVariant({}, {} bytes)", self.id, self.body.len())
    }
}

impl core::fmt::Display for UnknownVariant {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "variant {}, which this schema does not have", self.id)
    }
}

/// The shapes of the payloads that were kept so far, by their kind and the variants that occur in them: payloads of two
/// bytes may have shapes of many.
///
/// There is no map before the first of them: hardly any message has one.
#[derive(Debug, Default)]
pub(super) struct Heads(Option<HashMap<Described, Arc<[u8]>>>);

type Described = (KindId, Used<UnionId>);

impl Heads {
    /// The shape of a kind in whose value these variants occur, and whether `write` made it just now.
    pub(super) fn get(
        &mut self,
        kind: KindId,
        used: Used<UnionId>,
        write: impl FnOnce(&Used<UnionId>) -> Vec<u8>,
    ) -> (Arc<[u8]>, bool) {
        let known = self.0.get_or_insert_default();
        let key = (kind, used);
        if let Some(head) = known.get(&key) {
            return (head.clone(), false);
        }
        let head: Arc<[u8]> = write(&key.1).into();
        known.insert(key, head.clone());
        (head, true)
    }
}
