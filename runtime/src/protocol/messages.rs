//! The messages of one direction of a stream, as they are on a connection: one after the other, each preceded by its
//! length. Knows only bytes and lengths, not how they are cut into frames.

use bytes::Bytes;

use super::frame::Header;
use super::message_draft::MessageDraft;
use super::pieces::Pieces;
use crate::body::Arrived;
use crate::wire::Output;

/// How much memory an empty queue may keep.
const KEPT: usize = 128 << 10;

/// A queue of messages: a sender writes them whole, a connection that receives appends pieces.
#[derive(Debug, Default)]
pub struct Messages {
    /// What has arrived in large pieces; it comes before `bytes`.
    pieces: Pieces,
    bytes: Vec<u8>,
    /// Where the unread part of `bytes` begins. There is always room for a frame's header before it.
    start: usize,
    /// The size of the last length written. The next message likely has a length of the same size.
    width: usize,
    /// Whether anything has arrived in pieces, so that part of a message may leave before the rest has arrived.
    parts: bool,
}

/// Why a message was not queued; no part of it was.
#[derive(Debug, PartialEq, Eq)]
pub enum PushError<E> {
    /// It has this many bytes, more than may be sent.
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
        let draft = MessageDraft::new(&mut self.bytes, self.width);
        encode(draft.bytes).map_err(PushError::Encode)?;
        let length = draft.length();
        if length > largest {
            return Err(PushError::TooLarge(length));
        }
        self.width = draft.finish(length);
        Ok(())
    }

    /// Appends the next piece of a stream, which may end anywhere.
    pub fn append(&mut self, piece: &[u8]) {
        self.parts = true;
        self.close_up();
        self.bytes.extend_from_slice(piece);
    }

    /// The same without a copy, if the piece is large enough for that.
    pub(crate) fn keep(&mut self, piece: Arrived<'_>) {
        match piece.source {
            Some(source) if Pieces::is_worth(piece.bytes) => {
                self.parts = true;
                self.seal();
                self.pieces.push(source.slice_ref(piece.bytes));
            }
            Some(_) | None => self.append(piece.bytes),
        }
    }

    /// The same for a piece with the rest of the first message, which is complete at `whole` bytes. That rest is copied
    /// after the part that is here, so that the message does not keep the memory of the pieces alive.
    pub(crate) fn complete(&mut self, piece: Arrived<'_>, whole: usize) {
        let rest = whole.saturating_sub(self.len()).min(piece.bytes.len());
        let (rest, behind) = piece.bytes.split_at(rest);
        self.copy_pieces();
        self.append(rest);
        if whole > KEPT && self.len() >= whole {
            self.seal();
        }
        if !behind.is_empty() {
            self.keep(piece.other(behind));
        }
    }

    /// Moves the contents of `more` to the end of this queue.
    pub fn refill(&mut self, more: &mut Self) {
        if self.is_empty() {
            std::mem::swap(self, more);
        } else {
            if !more.pieces.is_empty() {
                self.seal();
                self.pieces.append(&mut more.pieces);
            }
            self.append(&more.bytes[more.start..]);
        }
        more.clear();
    }

    /// Bytes in this queue, including lengths and parts of messages.
    #[inline]
    pub fn len(&self) -> usize {
        self.pieces.len() + self.bytes.len() - self.start
    }

    /// Whether the queue is empty, even of parts of messages.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The unread bytes that are contiguous with the first.
    #[inline]
    pub(super) fn left(&self) -> &[u8] {
        match self.pieces.front() {
            Some(piece) => piece,
            None => &self.bytes[self.start..],
        }
    }

    /// Whether the next bytes may be the rest of a message.
    #[inline]
    pub(super) fn has_parts(&self) -> bool {
        self.parts
    }

    /// Bytes in this queue if all are in its own memory; 0 if some came in large pieces.
    #[inline]
    pub(super) fn copied(&self) -> usize {
        match self.pieces.is_empty() {
            true => self.len(),
            false => 0,
        }
    }

    /// The piece that [`Self::left`] is, if it can be shared without a copy.
    #[inline]
    pub(super) fn piece(&self) -> Option<&Bytes> {
        self.pieces.front()
    }

    /// Copies the first `count` bytes, which must all be here, into one piece.
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

    /// The first `bytes` of [`Self::left`] have been read or sent.
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

    /// Moves everything to `out`, which must be empty, as one frame. They swap buffers, so nothing is copied.
    pub(super) fn hand_over(&mut self, header: Header, out: &mut Output) {
        debug_assert!(self.pieces.is_empty() && header.length == self.len());
        let frame = self.start - Header::SIZE;
        self.bytes[frame..self.start].copy_from_slice(&header.bytes());
        out.take_over(&mut self.bytes, frame);
        self.clear();
    }

    /// Copies the pieces into `bytes`.
    fn copy_pieces(&mut self) {
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

    /// Makes `bytes` a piece, so that another piece can follow it.
    fn seal(&mut self) {
        if self.start < self.bytes.len() {
            let copied = Bytes::from(std::mem::take(&mut self.bytes));
            self.pieces.push(copied.slice(self.start..));
        }
        self.start = self.bytes.len();
    }

    /// Reuses the room of removed messages, so that a queue that never becomes empty does not grow.
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
