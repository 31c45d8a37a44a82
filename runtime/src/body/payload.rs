//! What goes into bodies and onto connections, and how it gets there: lent, given away, or as bytes that have arrived.

use super::Body;
use crate::streams::Streams;
use crate::wire::{self, EncodeError, Message, Output, Shape};

/// Something that can be sent: bytes, and the shape that they are in.
pub(crate) trait Payload: Send + Sync {
    /// The head of the shape.
    fn head(&self) -> &[u8];
    /// Appends the bytes.
    fn encode(&self, out: &mut Output) -> Result<(), EncodeError>;
    /// The streams that go with them.
    fn streams(&self) -> Option<&Streams> {
        None
    }
}

/// What is sent or passed on once and then gone: what is large in it need not be copied.
pub(crate) struct Given<'a> {
    /// The head of its shape.
    pub(crate) head: &'a [u8],
    pub(crate) value: &'a mut dyn Once,
}

/// Something that is gone once it was used.
pub(crate) trait Once {
    /// Appends its bytes.
    fn encode(&mut self, out: &mut Output) -> Result<(), EncodeError>;

    /// The same as a body, unless it is gone.
    fn body(&mut self) -> Option<Body>;
}

/// A value of any type that is gone once it was used.
pub(crate) struct Held<T> {
    value: Option<T>,
    shape: &'static Shape,
}

impl<T: Message> Held<T> {
    pub(crate) fn new(value: T, shape: &'static Shape) -> Self {
        let value = Some(value);
        Self { value, shape }
    }

    pub(crate) fn give(&mut self) -> Given<'_> {
        Given {
            head: self.shape.head(),
            value: self,
        }
    }
}

impl<T: Message> Once for Held<T> {
    fn encode(&mut self, out: &mut Output) -> Result<(), EncodeError> {
        let value = self.value.take();
        value.map_or(Ok(()), |value| wire::give_onto(value, out))
    }

    fn body(&mut self) -> Option<Body> {
        let value = self.value.take()?;
        Some(Body::value(value, self.shape))
    }
}

/// A value that stays where it is while it is sent.
pub(crate) struct Lent<'a, T> {
    pub(crate) value: &'a T,
    pub(crate) shape: &'static Shape,
}

impl<T: Message> Payload for Lent<'_, T> {
    fn head(&self) -> &[u8] {
        self.shape.head()
    }

    fn encode(&self, out: &mut Output) -> Result<(), EncodeError> {
        wire::encode_onto(self.value, out)
    }
}
