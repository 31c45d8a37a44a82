//! What goes onto connections, and how it gets there: what is large in a value is given away, what is small is copied.

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

/// A value of any type on its way out. What is large in it is not copied.
pub(crate) struct Held<T> {
    form: Form<T>,
    shape: &'static Shape,
}

enum Form<T> {
    Value(T),
    /// What the value was, which has given away what was large in it.
    Written(Box<Output>),
    Gone,
}

impl<T: Message> Held<T> {
    pub(crate) fn new(value: T, shape: &'static Shape) -> Self {
        let form = Form::Value(value);
        Self { form, shape }
    }

    pub(crate) fn give(&mut self) -> Given<'_> {
        Given {
            head: self.shape.head(),
            value: self,
        }
    }
}

impl<T: Message> Outgoing for Held<T> {
    #[inline]
    fn encode(&mut self, out: &mut Output) -> Result<(), EncodeError> {
        match &mut self.form {
            Form::Value(value) => {
                let start = out.mark();
                if wire::give_onto(value, out)? {
                    self.form = Form::Written(Box::new(out.shared_since(start)));
                }
            }
            Form::Written(written) => out.append(written),
            Form::Gone => {}
        }
        Ok(())
    }

    fn body(&mut self) -> Option<Body> {
        match std::mem::replace(&mut self.form, Form::Gone) {
            Form::Value(value) => Some(Body::value(value, self.shape)),
            Form::Written(written) => Some(Body::written(self.shape, written.concat())),
            Form::Gone => None,
        }
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
