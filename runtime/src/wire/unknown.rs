//! What a newer writer has sent and this schema does not know: kept unchanged, so that it can be passed on.

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
    /// Shared by variants of one message with the same head; `None` if it is empty.
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

    /// A blank value to decode into; for generated code.
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
