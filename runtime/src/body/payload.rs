//! What goes onto connections, and how it gets there: what is large in a value is given away, what is small is copied.

use std::mem;

use super::Body;
use crate::wire::{self, EncodeError, Message, Output, Shape};

/// Something to be sent or passed on.
pub(crate) struct Given<'a> {
    /// The head of its shape.
    pub(crate) head: &'a [u8],
    pub(crate) value: &'a mut dyn Outgoing,
}

/// Something that can be sent, and sent again.
pub(crate) trait Outgoing: Send {
    /// Appends its bytes.
    fn encode(&mut self, out: &mut Output) -> Result<(), EncodeError>;

    /// The same as a body, which leaves nothing here. `None` if nothing is left.
    fn body(&mut self) -> Option<Body>;
}

/// A value of any type on its way out, where it lies. What is large in it is not copied.
pub(crate) struct Held<'a, T> {
    value: &'a mut T,
    handed: &'a mut Handed,
    shape: &'static Shape,
}

/// How much of a value was handed over.
#[derive(Default)]
pub(crate) enum Handed {
    #[default]
    Nothing,
    /// What was large in it. This is what the value was.
    Parts(Box<Output>),
    All,
}

impl<'a, T: Message> Held<'a, T> {
    /// The value, of which so much was handed over.
    #[inline]
    pub(crate) fn new(value: &'a mut T, handed: &'a mut Handed, shape: &'static Shape) -> Self {
        Self {
            value,
            handed,
            shape,
        }
    }

    pub(crate) fn give(&mut self) -> Given<'_> {
        Given {
            head: self.shape.head(),
            value: self,
        }
    }
}

impl<T: Message> Outgoing for Held<'_, T> {
    #[inline]
    fn encode(&mut self, out: &mut Output) -> Result<(), EncodeError> {
        match self.handed {
            Handed::Nothing => {
                let start = out.mark();
                if wire::give_onto(self.value, out)? {
                    *self.handed = Handed::Parts(Box::new(out.shared_since(start)));
                }
            }
            Handed::Parts(written) => out.append(written),
            Handed::All => {}
        }
        Ok(())
    }

    fn body(&mut self) -> Option<Body> {
        let body = match mem::replace(self.handed, Handed::All) {
            Handed::Nothing => Body::value(mem::replace(self.value, T::blank()), self.shape),
            Handed::Parts(written) => Body::written(self.shape, written.concat()),
            Handed::All => return None,
        };
        Some(body)
    }
}

/// A body that stays where it is.
impl Outgoing for &Body {
    fn encode(&mut self, out: &mut Output) -> Result<(), EncodeError> {
        self.put(out)
    }

    fn body(&mut self) -> Option<Body> {
        self.share()
    }
}
