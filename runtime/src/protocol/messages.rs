//! Messages of one direction of a stream as they are on a connection: one behind the other, each with its length in
//! front. Knows bytes and lengths only, not how they are cut into frames.

use bytes::Bytes;

use super::fields::number;
use super::frame::Header;
use super::pieces::Pieces;
use crate::body::Arrived;
use crate::wire::Output;

/// Memory that an empty queue keeps.
const KEPT: usize = 128 << 10;

/// Messages on their way: written whole by whoever sends, or piece by piece by a connection that receives.
#[derive(Debug, Default)]
pub struct Messages {
    /// What has come in large pieces: it is ahead of `bytes`.
    pieces: Pieces,
    bytes: Vec<u8>,
    /// Where what is left of `bytes` begins; there is always room for the header of a frame in front of that.
    start: usize,
    /// Bytes of the last length that was written: that of the next message likely has as many.
    width: usize,
    /// Something has come in pieces, so that a part of a message may have gone before the rest of it came.
    parts: bool,
}

/// Why a message was not queued; nothing of it is.
#[derive(Debug, PartialEq, Eq)]
pub enum PushError<E> {
    /// It has so many bytes, more than may be sent.
    TooLarge(usize),
    /// It could not be encoded.
    Encode(E),
}

impl Messages {
    /// Queues a message that `encode` appends.
    ///
    /// # Errors
    /// See [`PushError`].
    pub fn push<E>(
        &mut self,
        largest: usize,
        encode: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
    ) -> Result<(), PushError<E>> {
        self.close_up();
        let draft = Draft::new(&mut self.bytes, self.width);
        encode(draft.bytes).map_err(PushError::Encode)?;
        let length = draft.length();
        if length > largest {
            return Err(PushError::TooLarge(length));
        }
        self.width = draft.finish(length);
        Ok(())
    }

    /// Adds the next piece of a stream, which may end anywhere.
    pub fn append(&mut self, piece: &[u8]) {
        self.parts = true;
        self.close_up();
        self.bytes.extend_from_slice(piece);
    }

    /// The same with a piece that stays where it is, if that is worth it.
    pub(crate) fn keep(&mut self, piece: Arrived<'_>) {
        match piece.source {
            Some(source) if Pieces::is_worth(piece.bytes) => {
                self.parts = true;
                self.settle();
                self.pieces.push(source.slice_ref(piece.bytes));
            }
            Some(_) | None => self.append(piece.bytes),
        }
    }

    /// The same where the first message, of which a part is here, is whole once there are so many bytes. What the piece has of it is
    /// copied behind that part, so that nothing holds on to the memory in which it came.
    pub(crate) fn complete(&mut self, piece: Arrived<'_>, whole: usize) {
        let rest = whole.saturating_sub(self.len()).min(piece.bytes.len());
        let (rest, behind) = piece.bytes.split_at(rest);
        self.own();
        self.append(rest);
        if whole > KEPT && self.len() >= whole {
            self.settle();
        }
        if !behind.is_empty() {
            self.keep(piece.other(behind));
        }
    }

    /// Moves what is in `more` behind what is left in here.
    pub fn refill(&mut self, more: &mut Self) {
        if self.is_empty() {
            std::mem::swap(self, more);
        } else {
            if !more.pieces.is_empty() {
                self.settle();
                self.pieces.append(&mut more.pieces);
            }
            self.append(&more.bytes[more.start..]);
        }
        more.clear();
    }

    /// Bytes of everything in here, lengths and parts of messages too.
    #[inline]
    pub fn len(&self) -> usize {
        self.pieces.len() + self.bytes.len() - self.start
    }

    /// Whether nothing is in here, not even a part of a message.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What is left, as far as it stands in one piece.
    #[inline]
    pub(super) fn left(&self) -> &[u8] {
        match self.pieces.front() {
            Some(piece) => piece,
            None => &self.bytes[self.start..],
        }
    }

    /// Whether what comes next may be the rest of a message.
    #[inline]
    pub(super) fn has_parts(&self) -> bool {
        self.parts
    }

    /// Bytes of everything in here if it is all in memory of its own, and none if some of it came in large pieces.
    #[inline]
    pub(super) fn copied(&self) -> usize {
        match self.pieces.is_empty() {
            true => self.len(),
            false => 0,
        }
    }

    /// What is left, if it may stay where it is.
    #[inline]
    pub(super) fn piece(&self) -> Option<&Bytes> {
        self.pieces.front()
    }

    /// Copies the first so many bytes, which are all here, into one piece.
    pub(super) fn join(&mut self, count: usize) {
        let mut whole = Vec::with_capacity(count);
        while whole.len() < count {
            let left = self.left();
            let part = left.len().min(count - whole.len());
            whole.extend_from_slice(&left[..part]);
            self.advance(part);
        }
        self.pieces.push_front(whole.into());
    }

    /// So many bytes of [`Self::left`] are read or sent.
    #[inline]
    pub(crate) fn advance(&mut self, bytes: usize) {
        if !self.pieces.is_empty() {
            return self.pieces.advance(bytes);
        }
        self.start += bytes;
        if self.start == self.bytes.len() {
            self.clear();
        }
    }

    /// Puts everything into `out`, which is empty, as one frame: without a copy, since they change their memory.
    pub(super) fn hand_over(&mut self, header: Header, out: &mut Output) {
        debug_assert!(self.pieces.is_empty() && header.length == self.len());
        let frame = self.start - Header::SIZE;
        self.bytes[frame..self.start].copy_from_slice(&header.bytes());
        out.take_over(&mut self.bytes, frame);
        self.clear();
    }

    /// Copies what has come in pieces.
    fn own(&mut self) {
        if self.pieces.is_empty() {
            return;
        }
        let behind = self.bytes[self.start..].to_vec();
        self.bytes.clear();
        self.close_up();
        while let Some(piece) = self.pieces.front() {
            self.bytes.extend_from_slice(piece);
            self.pieces.advance(piece.len());
        }
        self.bytes.extend_from_slice(&behind);
    }

    /// Makes a piece of what was copied, so that another one can come behind it.
    fn settle(&mut self) {
        if self.start < self.bytes.len() {
            let copied = Bytes::from(std::mem::take(&mut self.bytes));
            self.pieces.push(copied.slice(self.start..));
        }
        self.start = self.bytes.len();
    }

    /// Makes room where messages have gone, so that a queue that is never empty does not grow.
    #[inline]
    fn close_up(&mut self) {
        if self.bytes.is_empty() {
            self.bytes.resize(Header::SIZE, 0);
            self.start = Header::SIZE;
        } else if self.start >= KEPT && self.start >= self.bytes.len() - self.start {
            self.bytes.drain(Header::SIZE..self.start);
            self.start = Header::SIZE;
        }
    }

    fn clear(&mut self) {
        match self.bytes.capacity() > KEPT {
            true => self.bytes = Vec::new(),
            false => self.bytes.clear(),
        }
        self.start = 0;
    }
}

/// A message being written; taken back unless it is finished, also when an encoder panics.
struct Draft<'a> {
    bytes: &'a mut Vec<u8>,
    start: usize,
    /// Room for the length.
    width: usize,
    finished: bool,
}

impl<'a> Draft<'a> {
    #[inline]
    fn new(bytes: &'a mut Vec<u8>, width: usize) -> Self {
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
    fn length(&self) -> usize {
        self.bytes.len() - self.start - self.width
    }

    /// Puts the length in front; gives how many bytes that has.
    #[inline]
    fn finish(mut self, length: usize) -> usize {
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

impl Drop for Draft<'_> {
    fn drop(&mut self) {
        if !self.finished {
            self.bytes.truncate(self.start);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::calls::CallId;
    use super::super::frame::{Flags, Kind};
    use super::*;

    impl Messages {
        /// Queues a message of these bytes.
        pub(in super::super) fn push_bytes(&mut self, bytes: &[u8]) {
            let put = |out: &mut Vec<u8>| {
                out.extend_from_slice(bytes);
                Ok::<(), ()>(())
            };
            self.push(1 << 20, put).unwrap();
        }
    }

    #[test]
    fn what_is_refused_leaves_nothing_behind() {
        let mut messages = Messages::default();
        let put = |out: &mut Vec<u8>| {
            out.extend_from_slice(b"123456");
            Err("no")
        };
        assert_eq!(messages.push(9, put), Err(PushError::Encode("no")));
        let put = |out: &mut Vec<u8>| {
            out.extend_from_slice(b"123456");
            Ok::<(), ()>(())
        };
        assert_eq!(messages.push(5, put), Err(PushError::TooLarge(6)));
        assert!(messages.is_empty());
    }

    #[test]
    fn what_is_handed_over_is_a_frame_and_leaves_memory_behind() {
        let mut messages = Messages::default();
        let mut out = Output::default();
        for message in [&b"one"[..], &[2; 200], b"three"] {
            messages.push_bytes(message);
            let (bytes, memory) = (messages.left().to_vec(), messages.bytes.as_ptr());
            let header = Header::new(bytes.len(), Kind::Data, Flags::NONE, CallId::NONE);
            messages.hand_over(header, &mut out);
            assert!(messages.is_empty());
            assert_eq!(out.concat(), [&header.bytes()[..], &bytes].concat());
            assert_eq!(out.one_piece().map(<[u8]>::as_ptr), Some(memory));
            out.advance(out.len());
        }
    }

    #[test]
    fn a_queue_that_is_never_empty_does_not_grow() {
        let mut messages = Messages::default();
        messages.push_bytes(b"");
        for _ in 0..1000 {
            messages.push_bytes(&[1; 1000]);
            messages.pop();
        }
        assert!(messages.bytes.capacity() <= 4 * KEPT);
    }
}
