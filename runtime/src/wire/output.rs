//! Output: small pieces in one buffer, large ones in their own memory. Knows nothing of who writes them.

use std::collections::VecDeque;
use std::io::IoSlice;

use bytes::{Buf, Bytes};

/// Bytes to be written, in order. Large pieces are shared or taken instead of copied.
#[derive(Debug, Default)]
pub struct Output {
    buffer: Vec<u8>,
    /// How much of the buffer has been written out.
    written: usize,
    parts: Parts,
}

/// The large pieces, which come between bytes of the buffer.
#[derive(Debug, Default)]
struct Parts {
    list: VecDeque<Part>,
    /// Their total size.
    size: usize,
}

/// A large piece that comes before position `at` of the buffer.
#[derive(Debug)]
pub(super) struct Part {
    at: usize,
    bytes: Bytes,
}

/// A position in an output, to return to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    buffer: usize,
    parts: usize,
    size: usize,
}

impl Output {
    /// How many bytes there are.
    pub fn len(&self) -> usize {
        self.buffer.len() - self.written + self.parts.size
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reserves room for this many bytes and a small frame at once, instead of growing piece by piece.
    #[inline]
    pub(crate) fn make_room(&mut self, before: usize) {
        const FRAME: usize = 128;
        self.buffer.reserve(before + FRAME);
    }

    /// Copies bytes to the end.
    #[inline]
    pub fn extend_from_slice(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// Swaps buffers with `bytes`, whose contents from `start` on are to be written. This output must be empty.
    pub(crate) fn take_over(&mut self, bytes: &mut Vec<u8>, start: usize) {
        debug_assert!(self.is_empty());
        std::mem::swap(&mut self.buffer, bytes);
        self.written = start;
    }

    /// Copies everything into one buffer, for transports that take one slice at a time.
    pub(crate) fn join(&mut self) {
        *self = Self {
            buffer: self.concat(),
            ..Self::default()
        };
    }

    /// A copy of all bytes.
    pub fn concat(&self) -> Vec<u8> {
        self.since(Mark {
            buffer: self.written,
            parts: 0,
            size: 0,
        })
    }

    /// Where small pieces are appended.
    #[inline]
    pub(crate) fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.buffer
    }

    /// Appends bytes, without a copy if they are large.
    pub fn share(&mut self, bytes: &Bytes) {
        match Part::is_worth(bytes) {
            true => self.add(Part::new(self.buffer.len(), bytes.clone())),
            false => self.buffer.extend_from_slice(bytes),
        }
    }

    /// Appends large pieces.
    #[cold]
    pub(super) fn add_all(&mut self, parts: Vec<Part>) {
        parts.into_iter().for_each(|part| self.add(part));
    }

    fn add(&mut self, part: Part) {
        self.parts.size += part.bytes.len();
        self.parts.list.push_back(part);
    }

    /// The end.
    #[inline]
    pub(crate) fn mark(&self) -> Mark {
        Mark {
            buffer: self.buffer.len(),
            parts: self.parts.list.len(),
            size: self.parts.size,
        }
    }

    /// How many bytes there are after `mark`.
    #[inline]
    pub(crate) fn len_since(&self, mark: Mark) -> usize {
        self.buffer.len() - mark.buffer + self.parts.size - mark.size
    }

    /// Removes everything after `mark`.
    pub(crate) fn truncate(&mut self, mark: Mark) {
        self.buffer.truncate(mark.buffer);
        self.parts.list.truncate(mark.parts);
        self.parts.size = mark.size;
    }

    /// The buffer from `mark` on, which begins with the first small piece appended there.
    pub(crate) fn buffer_since(&mut self, mark: Mark) -> &mut [u8] {
        &mut self.buffer[mark.buffer..]
    }

    /// A copy of everything after `mark`; large pieces are shared.
    #[cold]
    pub(crate) fn shared_since(&self, mark: Mark) -> Self {
        let parts = self.parts.list.range(mark.parts..);
        let list = parts.map(|part| Part::new(part.at - mark.buffer, part.bytes.clone()));
        Self {
            buffer: self.buffer[mark.buffer..].to_vec(),
            written: 0,
            parts: Parts {
                list: list.collect(),
                size: self.parts.size - mark.size,
            },
        }
    }

    /// Appends the bytes of another output, sharing its large pieces.
    pub(crate) fn append(&mut self, other: &Self) {
        let mut from = other.written;
        for part in &other.parts.list {
            self.extend_from_slice(&other.buffer[from..part.at]);
            self.share(&part.bytes);
            from = part.at;
        }
        self.extend_from_slice(&other.buffer[from..]);
    }

    /// A copy of all bytes after `mark`.
    pub(crate) fn since(&self, mark: Mark) -> Vec<u8> {
        let mut all = Vec::with_capacity(self.len_since(mark));
        let mut from = mark.buffer;
        for part in self.parts.list.range(mark.parts..) {
            all.extend_from_slice(&self.buffer[from..part.at]);
            all.extend_from_slice(&part.bytes);
            from = part.at;
        }
        all.extend_from_slice(&self.buffer[from..]);
        all
    }

    /// All bytes, if they are contiguous.
    #[inline]
    pub(crate) fn one_piece(&self) -> Option<&[u8]> {
        match self.parts.list.is_empty() {
            true => Some(&self.buffer[self.written..]),
            false => None,
        }
    }

    /// Fills `slices` with bytes from the front, and returns how many slices it has filled.
    pub(crate) fn fill<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        let filled = slices.iter_mut().zip(self.slices());
        filled
            .map(|(slice, bytes)| *slice = IoSlice::new(bytes))
            .count()
    }

    /// Removes bytes from the front, because they have been written.
    pub(crate) fn advance(&mut self, mut count: usize) {
        loop {
            let next = self.parts.list.front().map(|part| part.at);
            let step = count.min(next.unwrap_or(self.buffer.len()) - self.written);
            self.written += step;
            count -= step;
            let Some(part) = self.parts.list.front_mut().filter(|_| count > 0) else {
                break;
            };
            let step = count.min(part.bytes.len());
            part.bytes.advance(step);
            self.parts.size -= step;
            count -= step;
            if part.bytes.is_empty() {
                self.parts.list.pop_front();
            }
        }
        if self.is_empty() {
            self.clear();
        }
    }

    /// Removes all bytes.
    pub(crate) fn clear(&mut self) {
        self.buffer.clear();
        self.written = 0;
        self.parts.size = 0;
        self.parts.list.clear();
    }

    /// How much memory the buffer holds.
    pub(crate) fn capacity(&self) -> usize {
        self.buffer.capacity()
    }

    fn slices(&self) -> impl Iterator<Item = &[u8]> {
        let mut from = self.written;
        let rest = self.parts.list.back().map_or(from, |last| last.at);
        let parts = self.parts.list.iter().flat_map(move |part| {
            let before = &self.buffer[from..part.at];
            from = part.at;
            [before, &part.bytes[..]]
        });
        let all = parts.chain([&self.buffer[rest..]]);
        all.filter(|slice| !slice.is_empty())
    }
}

impl Part {
    /// Copying fewer bytes costs less than sharing them.
    const LEAST: usize = 16 << 10;

    /// Whether to share bytes rather than copy them.
    pub(super) fn is_worth(bytes: &[u8]) -> bool {
        bytes.len() >= Self::LEAST
    }

    /// A large piece at the end of a buffer of length `at`.
    pub(super) fn new(at: usize, bytes: Bytes) -> Self {
        Self { at, bytes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(byte: u8) -> Bytes {
        vec![byte; Part::LEAST].into()
    }

    fn mixed() -> Output {
        let mut output = Output::default();
        output.extend_from_slice(b"one");
        output.share(&part(2));
        output.share(&part(3));
        output.share(&Bytes::from_static(b"four"));
        output.share(&part(5));
        output
    }

    #[test]
    fn bytes_keep_their_order() {
        let expected = [b"one", &part(2)[..], &part(3), b"four", &part(5)].concat();
        let mut output = mixed();
        assert_eq!(output.len(), expected.len());
        assert_eq!(output.concat(), expected);
        let mut slices = [IoSlice::new(&[]); 8];
        assert_eq!(output.fill(&mut slices), 5);
        output.join();
        assert_eq!(output.one_piece(), Some(&expected[..]));
    }

    #[test]
    fn what_is_written_in_steps_of_any_size_is_written_once() {
        for step in [1, 3, 5_000, Part::LEAST, Part::LEAST + 3, 1 << 20] {
            let (mut output, mut written) = (mixed(), Vec::new());
            let expected = output.concat();
            while !output.is_empty() {
                let slice = output.slices().next().unwrap_or_default();
                let count = step.min(slice.len());
                written.extend_from_slice(&slice[..count]);
                output.advance(count);
                assert_eq!(output.len(), expected.len() - written.len());
            }
            assert_eq!(written, expected);
        }
    }

    #[test]
    fn what_came_behind_a_mark_is_taken_back() {
        let mut output = mixed();
        let (before, mark) = (output.concat(), output.mark());
        output.extend_from_slice(b"six");
        output.share(&part(7));
        assert_eq!(output.since(mark), [b"six", &part(7)[..]].concat());
        assert_eq!(output.len_since(mark), 3 + Part::LEAST);
        output.truncate(mark);
        assert_eq!(output.concat(), before);
    }

    #[test]
    fn what_came_behind_a_mark_is_had_once_more() {
        let mut output = mixed();
        let mark = output.mark();
        output.extend_from_slice(b"six");
        output.share(&part(7));
        output.extend_from_slice(b"eight");
        let again = output.shared_since(mark);
        assert_eq!(again.concat(), output.since(mark));
        let mut other = mixed();
        other.append(&again);
        assert_eq!(other.concat(), output.concat());
    }
}
