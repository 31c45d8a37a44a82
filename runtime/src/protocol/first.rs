//! Finds the first message of a stream, or says why there is none. Knows nothing of how messages are sent.

use std::ops::Range;

use super::fields::Fields;
use super::messages::Messages;
use crate::body::Arrived;

/// A message of at least this size shares the memory of the piece in which it arrived. A smaller one is copied, so that
/// it does not keep all the others alive.
const LARGE: usize = 16 << 10;

/// Why there is no first message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoMessage {
    /// At least this many bytes are missing; maybe more, while its length is incomplete.
    Missing(usize),
    /// Its announced length is this, more than allowed.
    TooLarge(u64),
    /// Its length is invalid.
    Malformed,
}

impl Messages {
    /// The first message, if it has at most `largest` bytes.
    ///
    /// # Errors
    /// See [`NoMessage`].
    #[inline]
    pub fn first(&mut self, largest: usize) -> Result<&[u8], NoMessage> {
        self.find(largest).map(|place| &self.left()[place])
    }

    /// The same, and how many bytes the message takes together with its length. A large message may be kept without a
    /// copy.
    #[inline]
    pub(crate) fn first_arrived(
        &mut self,
        largest: usize,
    ) -> Result<(Arrived<'_>, usize), NoMessage> {
        let place = self.find(largest)?;
        let taken = place.end;
        let source = match place.len() >= LARGE {
            true => self.piece(),
            false => None,
        };
        let bytes = &self.left()[place];
        Ok((Arrived { bytes, source }, taken))
    }

    /// Removes the first message and returns how many bytes it took together with its length: 0 if there is none.
    #[inline]
    pub fn pop(&mut self) -> usize {
        let taken = place(self.left(), usize::MAX).map_or(0, |place| place.end);
        self.advance(taken);
        taken
    }

    /// How many bytes the message will take that this piece begins with, as far as is known. 0 if all of it is here, or
    /// if it can never be valid.
    pub(crate) fn begun(piece: &[u8], largest: usize) -> usize {
        match place(piece, largest) {
            Err(NoMessage::Missing(missing)) => piece.len().saturating_add(missing),
            Ok(_) | Err(NoMessage::TooLarge(_) | NoMessage::Malformed) => 0,
        }
    }

    /// Where the first message is in [`Self::left`].
    #[inline]
    fn find(&mut self, largest: usize) -> Result<Range<usize>, NoMessage> {
        match place(self.left(), largest) {
            Err(NoMessage::Missing(missing)) => self.gather(missing, largest),
            found => found,
        }
    }

    /// The slow path of `find`: the first piece lacks `missing` bytes of the message. Joins pieces if they have the
    /// rest.
    #[cold]
    fn gather(&mut self, mut missing: usize, largest: usize) -> Result<Range<usize>, NoMessage> {
        loop {
            let begun = self.left().len();
            let rest = self.len() - begun;
            if missing > rest {
                return Err(NoMessage::Missing(missing - rest));
            }
            self.join(begun + missing);
            match place(self.left(), largest) {
                Err(NoMessage::Missing(more)) => missing = more,
                found => return found,
            }
        }
    }
}

/// Where the first message is.
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

/// How many bytes the first length takes, and its value.
pub(super) fn length(left: &[u8]) -> Result<(usize, u64), NoMessage> {
    let first = *left.first().ok_or(NoMessage::Missing(1))?;
    let width = first.trailing_ones() as usize + 1;
    if left.len() < width {
        return Err(NoMessage::Missing(width - left.len()));
    }
    let length = Fields::new(left).number();
    Ok((width, length.map_err(|_| NoMessage::Malformed)?))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    #[test]
    fn messages_come_out_as_they_went_in_whatever_their_lengths() {
        let mut messages = Messages::default();
        let all = [0, 100, 127, 128, 5, 70_000, 16_384, 1].map(|size| vec![7; size]);
        all.iter().for_each(|message| messages.push_bytes(message));
        for message in &all {
            assert_eq!(messages.first(70_000), Ok(&message[..]));
            assert!(messages.pop() > message.len());
        }
        assert_eq!(messages.first(9), Err(NoMessage::Missing(1)));
        assert_eq!(messages.pop(), 0);
        assert!(messages.is_empty());
    }

    #[test]
    fn pieces_become_messages_and_say_what_is_missing() {
        let (mut whole, mut messages) = (Messages::default(), Messages::default());
        whole.push_bytes(b"one");
        whole.push_bytes(&[2; 200]);
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

    /// The bytes of a stream in pieces of these lengths and a last one with the rest, each in its own allocation.
    fn pieces(bytes: &[u8], lengths: &[usize]) -> Messages {
        let (mut messages, mut rest) = (Messages::default(), bytes);
        for length in lengths.iter().copied().chain([usize::MAX]) {
            let (piece, behind) = rest.split_at(length.min(rest.len()));
            let piece = Bytes::copy_from_slice(piece);
            messages.keep(Arrived::whole(&piece));
            rest = behind;
        }
        messages
    }

    #[test]
    fn messages_that_stand_in_several_pieces_are_put_together() {
        let all = [0, 20_000, 3, 70_000, 130, 9_000].map(|size| vec![size as u8; size]);
        let mut written = Messages::default();
        all.iter().for_each(|message| written.push_bytes(message));
        let bytes = written.left().to_vec();
        let cuts = [
            &[10_000][..],
            &[20_003, 20_000, 1, 2, 30_000],
            &[20_005, 9_000, 9_000],
            &[20_007, 80_000],
            &[2, 9_000, 2, 50_000],
        ];
        for cut in cuts {
            let mut messages = pieces(&bytes, cut);
            assert_eq!(messages.len(), bytes.len());
            for message in &all {
                assert_eq!(messages.first(70_000), Ok(&message[..]), "{cut:?}");
                messages.pop();
            }
            assert!(messages.is_empty());
            assert_eq!(messages.first(9), Err(NoMessage::Missing(1)));
        }
        // An incomplete message is not joined, and the error says how much is missing.
        let mut messages = pieces(&bytes[..60_000], &[10_000, 20_000]);
        messages.pop();
        assert_eq!(messages.first(70_000).map(<[u8]>::len), Ok(20_000));
        messages.pop();
        messages.pop();
        let rest = 1 + 3 + 20_000 + 1 + 3 + 3 + 70_000 - 60_000;
        assert_eq!(messages.first(70_000), Err(NoMessage::Missing(rest)));
        messages.refill(&mut pieces(&bytes[60_000..], &[9_000, 30_000]));
        assert_eq!(messages.first(70_000).map(<[u8]>::len), Ok(70_000));
    }

    #[test]
    fn the_rest_of_a_message_comes_to_stand_behind_its_beginning() {
        let all = [300_000, 0, 20_000, 70_000].map(|size| vec![size as u8; size]);
        let mut written = Messages::default();
        all.iter().for_each(|message| written.push_bytes(message));
        let bytes = written.left().to_vec();
        for step in [81_920, 16_384, 9_000, 1_000] {
            let (mut messages, mut read, mut whole) = (Messages::default(), 0, 0);
            for piece in bytes.chunks(step) {
                let piece = Bytes::copy_from_slice(piece);
                if messages.is_empty() {
                    whole = Messages::begun(&piece, 300_000);
                }
                match whole > messages.len() {
                    true => messages.complete(Arrived::whole(&piece), whole),
                    false => messages.keep(Arrived::whole(&piece)),
                }
                while let Ok(message) = messages.first(300_000) {
                    assert_eq!(message, &all[read][..], "in pieces of {step}");
                    (read, whole) = (read + 1, 0);
                    messages.pop();
                }
                if let Err(NoMessage::Missing(missing)) = messages.first(300_000)
                    && !messages.is_empty()
                {
                    whole = messages.len() + missing;
                }
            }
            assert_eq!(read, all.len(), "in pieces of {step}");
            assert!(messages.is_empty());
        }
    }

    #[test]
    fn a_large_message_in_one_piece_stays_where_it_is() {
        let mut written = Messages::default();
        written.push_bytes(&[1; 100]);
        written.push_bytes(&[2; LARGE]);
        let piece = Bytes::copy_from_slice(written.left());
        let mut messages = Messages::default();
        messages.keep(Arrived::whole(&piece));
        let (small, _) = messages.first_arrived(LARGE).expect("it is here");
        assert!(small.source.is_none(), "it would hold on to the large one");
        messages.pop();
        let (large, _) = messages.first_arrived(LARGE).expect("it is here");
        assert!(large.source.is_some());
        assert!(piece.as_ptr_range().contains(&large.bytes.as_ptr()));
    }
}
