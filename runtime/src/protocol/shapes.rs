//! The shapes in which the replies of a method go, and the messages of its streams: told with the first of them, and again with the
//! first of another shape.

use super::close::Close;
use super::methods::too_many_bytes;
use crate::Limits;
use crate::wire::HEAD_LIMIT;

/// What has a shape beside the requests of a method.
#[derive(Clone, Copy, Debug)]
pub(super) enum Of {
    Replies,
    Messages,
}

/// The shape in which each side sends at present.
#[derive(Debug, Default)]
pub(super) struct Shapes {
    /// What the peer was told.
    told: Option<Box<[u8]>>,
    /// How many bytes that of the peer has.
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

    /// Takes note of what the peer was told, of which there are so many bytes on the connection. What finds no room is told again
    /// each time: a client that defines one method again and again shall not grow that.
    pub(super) fn tell(&mut self, shape: &[u8], bytes: &mut usize, limits: &Limits) {
        *bytes -= self.told.take().map_or(0, |told| told.len());
        if *bytes + shape.len() <= limits.method_bytes {
            *bytes += shape.len();
            self.told = Some(shape.into());
        }
    }

    /// Takes note of a shape of the peer's that replaces the one it had before: of how many bytes it is, of which there are so
    /// many on the connection.
    ///
    /// # Errors
    /// They are too many.
    pub(super) fn hear(
        &mut self,
        shape: &[u8],
        bytes: &mut usize,
        limits: &Limits,
    ) -> Result<(), Close> {
        // Streams that have begun keep the one before.
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
