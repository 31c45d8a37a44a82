//! The shapes of a method's replies and of its streams' messages. A shape is sent with the first of them, and again
//! when it changes.

use super::close::Close;
use super::methods::too_many_bytes;
use crate::Limits;
use crate::wire::HEAD_LIMIT;

/// What has a shape, apart from a method's requests.
#[derive(Clone, Copy, Debug)]
pub(super) enum Of {
    Replies,
    Messages,
}

/// The shapes in which the two sides currently send.
#[derive(Debug, Default)]
pub(super) struct Shapes {
    /// The shape that the peer was told.
    told: Option<Box<[u8]>>,
    /// The length of the shape that the peer has sent.
    heard: Option<usize>,
}

impl Shapes {
    #[inline]
    pub(super) fn were_told(&self, shape: &[u8]) -> bool {
        self.told.as_deref() == Some(shape)
    }

    #[inline]
    pub(super) fn are_heard(&self) -> bool {
        self.heard.is_some()
    }

    /// Remembers which shape the peer was told; `bytes` counts all such shapes of the connection. One that exceeds the
    /// limit is not remembered but sent again each time, so a client that keeps redefining a method cannot make this
    /// grow.
    pub(super) fn tell(&mut self, shape: &[u8], bytes: &mut usize, limits: &Limits) {
        *bytes -= self.told.take().map_or(0, |told| told.len());
        if *bytes + shape.len() <= limits.method_bytes {
            *bytes += shape.len();
            self.told = Some(shape.into());
        }
    }

    /// The peer has sent a shape that replaces the previous one; `bytes` counts all such shapes of the connection.
    ///
    /// # Errors
    /// Their total exceeds the limit.
    pub(super) fn hear(
        &mut self,
        shape: &[u8],
        bytes: &mut usize,
        limits: &Limits,
    ) -> Result<(), Close> {
        // Only lengths are kept here: streams that have begun hold the shape they began with.
        if shape.len() > HEAD_LIMIT {
            return Err(Close::excess(format!(
                "a shape of {} bytes, the limit is {HEAD_LIMIT}",
                shape.len()
            )));
        }
        *bytes -= self.heard.replace(shape.len()).unwrap_or(0);
        *bytes += shape.len();
        match *bytes > limits.method_bytes {
            true => Err(too_many_bytes(limits)),
            false => Ok(()),
        }
    }
}
