//! Messages of one direction of a stream as they are on a connection: one behind the other, each with its length in
//! front. Knows bytes and lengths only, not how they are cut into frames.

use std::ops::Range;

use super::fields::{Fields, number};

/// Memory that an empty queue keeps.
const KEPT: usize = 64 << 10;

/// Messages on their way: written whole by whoever sends, or piece by piece by a connection that receives.
#[derive(Debug, Default)]
pub struct Messages {
    bytes: Vec<u8>,
    /// Where what is left of them begins.
    start: usize,
    /// Bytes of the last length that was written: that of the next message likely has as many.
    width: usize,
}

/// Why a message was not queued; nothing of it is.
#[derive(Debug, PartialEq, Eq)]
pub enum PushError<E> {
    /// It has so many bytes, more than may be sent.
    TooLarge(usize),
    /// It could not be encoded.
    Encode(E),
}

/// Why there is no first message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoMessage {
    /// So many bytes are missing for sure. Maybe more, as long as its length is not all there.
    Missing(usize),
    /// It is announced with so many bytes, more than it may have.
    TooLarge(u64),
    /// What stands in its place is no length.
    Malformed,
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
        self.close_up();
        self.bytes.extend_from_slice(piece);
    }

    /// The first message, which may have so many bytes.
    ///
    /// # Errors
    /// See [`NoMessage`].
    #[inline]
    pub fn first(&self, largest: usize) -> Result<&[u8], NoMessage> {
        let left = self.left();
        place(left, largest).map(|place| &left[place])
    }

    /// Takes the first message away; gives how many bytes it took with its length. Nothing happens if there is none.
    #[inline]
    pub fn pop(&mut self) -> usize {
        let taken = place(self.left(), usize::MAX).map_or(0, |place| place.end);
        self.advance(taken);
        taken
    }

    /// Moves what is in `more` behind what is left in here.
    pub fn refill(&mut self, more: &mut Self) {
        match self.is_empty() {
            true => std::mem::swap(self, more),
            false => self.append(more.left()),
        }
        more.clear();
    }

    /// Bytes of everything in here, lengths and parts of messages too.
    #[inline]
    pub fn len(&self) -> usize {
        self.bytes.len() - self.start
    }

    /// Whether nothing is in here, not even a part of a message.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What is left, to be sent.
    #[inline]
    pub(super) fn left(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    /// So many bytes are read or sent.
    #[inline]
    pub(super) fn advance(&mut self, bytes: usize) {
        self.start += bytes;
        if self.start == self.bytes.len() {
            self.clear();
        }
    }

    /// Makes room where messages have gone, so that a queue that is never empty does not grow.
    #[inline]
    fn close_up(&mut self) {
        if self.start >= KEPT && self.start >= self.len() {
            self.bytes.drain(..self.start);
            self.start = 0;
        }
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.bytes.shrink_to(KEPT);
        self.start = 0;
    }
}

/// Where the first message stands.
#[inline]
fn place(left: &[u8], largest: usize) -> Result<Range<usize>, NoMessage> {
    let (width, length) = match left.first() {
        Some(length) if length & 1 == 0 => (1, u64::from(length >> 1)),
        Some(_) | None => length(left)?,
    };
    if length > largest as u64 {
        return Err(NoMessage::TooLarge(length));
    }
    let end = width.saturating_add(length as usize);
    match end <= left.len() {
        true => Ok(width..end),
        false => Err(NoMessage::Missing(end - left.len())),
    }
}

/// How many bytes the first length has, and the length.
fn length(left: &[u8]) -> Result<(usize, u64), NoMessage> {
    let first = *left.first().ok_or(NoMessage::Missing(1))?;
    let width = first.trailing_ones() as usize + 1;
    if left.len() < width {
        return Err(NoMessage::Missing(width - left.len()));
    }
    let length = Fields::new(left).number();
    Ok((width, length.map_err(|_| NoMessage::Malformed)?))
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
        bytes.resize(start + width, 0);
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
        let (bytes, width) = number(length as u64);
        let room = self.start..self.start + self.width;
        match width == self.width {
            true => room.zip(bytes).for_each(|(at, byte)| self.bytes[at] = byte),
            false => drop(self.bytes.splice(room, bytes[..width].iter().copied())),
        }
        self.finished = true;
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
    use super::*;

    fn push(messages: &mut Messages, bytes: &[u8]) {
        let put = |out: &mut Vec<u8>| {
            out.extend_from_slice(bytes);
            Ok::<(), ()>(())
        };
        messages.push(1 << 20, put).unwrap();
    }

    #[test]
    fn messages_come_out_as_they_went_in_whatever_their_lengths() {
        let mut messages = Messages::default();
        let all = [0, 100, 127, 128, 5, 70_000, 16_384, 1].map(|size| vec![7; size]);
        all.iter().for_each(|message| push(&mut messages, message));
        for message in &all {
            assert_eq!(messages.first(70_000), Ok(&message[..]));
            assert!(messages.pop() > message.len());
        }
        assert_eq!(messages.first(9), Err(NoMessage::Missing(1)));
        assert_eq!(messages.pop(), 0);
        assert!(messages.is_empty());
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
    fn pieces_become_messages_and_say_what_is_missing() {
        let (mut whole, mut messages) = (Messages::default(), Messages::default());
        push(&mut whole, b"one");
        push(&mut whole, &[2; 200]);
        let bytes = whole.left().to_vec();
        messages.append(&bytes[..3]);
        assert_eq!(messages.first(200), Err(NoMessage::Missing(1)));
        let mut more = Messages::default();
        more.append(&bytes[3..5]);
        messages.refill(&mut more);
        assert!(more.is_empty());
        assert_eq!(messages.first(200), Ok(&b"one"[..]));
        assert_eq!(messages.pop(), 4);
        assert_eq!(messages.first(200), Err(NoMessage::Missing(1)));
        messages.append(&bytes[5..50]);
        assert_eq!(messages.first(200), Err(NoMessage::Missing(156)));
        assert_eq!(messages.first(199), Err(NoMessage::TooLarge(200)));
        messages.append(&bytes[50..]);
        assert_eq!(messages.first(200), Ok(&[2; 200][..]));
        messages.append(&[1, 0]);
        messages.pop();
        assert_eq!(messages.first(200), Err(NoMessage::Malformed));
    }

    #[test]
    fn a_queue_that_is_never_empty_does_not_grow() {
        let mut messages = Messages::default();
        push(&mut messages, b"");
        for _ in 0..1000 {
            push(&mut messages, &[1; 1000]);
            messages.pop();
        }
        assert!(messages.bytes.capacity() <= 4 * KEPT);
    }
}
