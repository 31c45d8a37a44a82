//! What is put onto connections: large parts of a value are moved, small ones are copied.

use std::mem;

use super::Body;
use crate::wire::{self, EncodeError, Message, Output, Shape};

/// Something that can be sent, and sent again.
pub(crate) trait Outgoing: Send {
    /// Appends its bytes.
    fn encode(&mut self, out: &mut Output) -> Result<(), EncodeError>;

    /// The same as a body, taking what is here. `None` if nothing is left.
    fn body(&mut self) -> Option<Body>;
}

/// A value of any type on its way out, borrowed. Large parts of it are not copied.
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
    /// Its large parts. The value can now only be sent as this output.
    Parts(Box<Output>),
    All,
}

impl<'a, T: Message> Held<'a, T> {
    /// A value of which this much was handed over.
    #[inline]
    pub(crate) fn new(value: &'a mut T, handed: &'a mut Handed, shape: &'static Shape) -> Self {
        Self {
            value,
            handed,
            shape,
        }
    }

    /// The head of its shape.
    pub(crate) fn head(&self) -> &'static [u8] {
        self.shape.head()
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

/// A body, which stays where it is.
impl Outgoing for &Body {
    fn encode(&mut self, out: &mut Output) -> Result<(), EncodeError> {
        self.put(out)
    }

    fn body(&mut self) -> Option<Body> {
        self.share()
    }
}
