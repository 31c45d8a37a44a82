//! A message of a stream that is being written, with its length before it.

use super::fields::number;

/// A message being written. Unless it is finished, it is removed, even if an encoder panics.
pub(super) struct MessageDraft<'a> {
    pub(super) bytes: &'a mut Vec<u8>,
    start: usize,
    /// How many bytes are reserved for the length.
    width: usize,
    finished: bool,
}

impl<'a> MessageDraft<'a> {
    #[inline]
    pub(super) fn new(bytes: &'a mut Vec<u8>, width: usize) -> Self {
        let start = bytes.len();
        match width {
            1 => bytes.push(0),
            _ => bytes.resize(start + width, 0),
        }
        Self {
            bytes,
            start,
            width,
            finished: false,
        }
    }

    #[inline]
    pub(super) fn length(&self) -> usize {
        self.bytes.len() - self.start - self.width
    }

    /// Writes the length before the message, and returns how many bytes it takes.
    #[inline]
    pub(super) fn finish(mut self, length: usize) -> usize {
        self.finished = true;
        if self.width == 1 && length < 0x80 {
            self.bytes[self.start] = (length as u8) << 1;
            return 1;
        }
        let (bytes, width) = number(length as u64);
        let room = self.start..self.start + self.width;
        match width == self.width {
            true => self.bytes[room].copy_from_slice(&bytes[..width]),
            false => drop(self.bytes.splice(room, bytes[..width].iter().copied())),
        }
        width
    }
}

impl Drop for MessageDraft<'_> {
    fn drop(&mut self) {
        if !self.finished {
            self.bytes.truncate(self.start);
        }
    }
}
