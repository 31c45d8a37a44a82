//! Messages of one direction of a stream, one behind the other in one buffer. Knows bytes, lengths and charges only.

/// What a frame of a stream costs at least, so that tiny messages cannot fill a peer's memory beside their bytes.
const LEAST_CHARGE: usize = 32;
/// In front of each message: its length and its charge.
const HEADER: usize = 8;
/// Memory that an empty queue keeps.
const KEPT: usize = 64 << 10;

/// The credit that a frame with so much payload takes.
pub const fn charge(payload: usize) -> usize {
    if payload < LEAST_CHARGE {
        LEAST_CHARGE
    } else {
        payload
    }
}

/// Messages on their way: written whole by whoever sends, or fragment by fragment by a connection that receives.
#[derive(Debug, Default)]
pub struct Messages {
    bytes: Vec<u8>,
    /// Where the first message begins.
    start: usize,
    /// So much of the first message has been sent.
    sent: usize,
    /// Where the last message begins if only a part of it is there.
    partial: Option<usize>,
    charge: usize,
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
        let draft = Draft::new(&mut self.bytes);
        encode(draft.bytes).map_err(PushError::Encode)?;
        let length = draft.length();
        if length > largest {
            return Err(PushError::TooLarge(length));
        }
        self.charge += charge(length);
        draft.finish(length, charge(length));
        Ok(())
    }

    /// Adds a fragment of the last message, which is whole once one comes without `more`. It costs `charge`.
    pub fn append(&mut self, fragment: &[u8], charge: usize, more: bool) {
        let start = self.partial.unwrap_or_else(|| {
            self.bytes.extend_from_slice(&[0; HEADER]);
            self.bytes.len() - HEADER
        });
        self.bytes.extend_from_slice(fragment);
        self.charge += charge;
        let length = self.bytes.len() - start - HEADER;
        let total = self.charge_at(start) + charge;
        self.put_header(start, length, total);
        self.partial = more.then_some(start);
    }

    /// The first message, if it is whole.
    pub fn first(&self) -> Option<&[u8]> {
        let end = self.partial.unwrap_or(self.bytes.len());
        if self.start == end {
            return None;
        }
        let body = self.start + HEADER;
        Some(&self.bytes[body..body + self.length_at(self.start)])
    }

    /// Takes the first message away; gives its charge. Nothing happens if there is none.
    pub fn pop(&mut self) -> usize {
        let Some(length) = self.first().map(<[u8]>::len) else {
            return 0;
        };
        let charge = self.charge_at(self.start);
        self.start += HEADER + length;
        self.sent = 0;
        self.charge -= charge;
        if self.start == self.bytes.len() {
            self.bytes.clear();
            self.bytes.shrink_to(KEPT);
            self.start = 0;
        }
        charge
    }

    /// Moves all whole messages to `to`, which must be empty.
    pub fn take_whole(&mut self, to: &mut Self) {
        debug_assert!(to.is_empty());
        std::mem::swap(self, to);
        if let Some(partial) = to.partial.take() {
            self.bytes.extend_from_slice(&to.bytes[partial..]);
            self.partial = Some(0);
            self.charge = self.charge_at(0);
            to.bytes.truncate(partial);
            to.charge -= self.charge;
        }
    }

    /// What of the first message is still to be sent.
    pub(super) fn unsent(&self) -> Option<&[u8]> {
        self.first().map(|message| &message[self.sent..])
    }

    /// So much more of the first message is sent.
    pub(super) fn sent(&mut self, bytes: usize) {
        self.sent += bytes;
    }

    /// The charge of the message of which only a part is there.
    pub fn partial_charge(&self) -> usize {
        self.partial.map_or(0, |start| self.charge_at(start))
    }

    /// The charge of everything in here.
    pub fn charge(&self) -> usize {
        self.charge
    }

    /// Whether nothing is in here, not even a part of a message.
    pub fn is_empty(&self) -> bool {
        self.start == self.bytes.len()
    }

    fn length_at(&self, start: usize) -> usize {
        self.number_at(start)
    }

    fn charge_at(&self, start: usize) -> usize {
        self.number_at(start + 4)
    }

    fn number_at(&self, place: usize) -> usize {
        let bytes = self.bytes[place..]
            .first_chunk()
            .expect("every message has its header");
        u32::from_le_bytes(*bytes) as usize
    }

    fn put_header(&mut self, start: usize, length: usize, charge: usize) {
        put_header(&mut self.bytes, start, length, charge);
    }
}

fn put_header(bytes: &mut [u8], start: usize, length: usize, charge: usize) {
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes();
    bytes[start..start + 4].copy_from_slice(&number(length));
    bytes[start + 4..start + HEADER].copy_from_slice(&number(charge));
}

/// A message being written; taken back unless it is finished, also when an encoder panics.
struct Draft<'a> {
    bytes: &'a mut Vec<u8>,
    start: usize,
    finished: bool,
}

impl<'a> Draft<'a> {
    fn new(bytes: &'a mut Vec<u8>) -> Self {
        let start = bytes.len();
        bytes.extend_from_slice(&[0; HEADER]);
        Self {
            bytes,
            start,
            finished: false,
        }
    }

    fn length(&self) -> usize {
        self.bytes.len() - self.start - HEADER
    }

    fn finish(mut self, length: usize, charge: usize) {
        put_header(self.bytes, self.start, length, charge);
        self.finished = true;
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
        messages.push(1000, put).unwrap();
    }

    #[test]
    fn messages_come_out_as_they_went_in() {
        let mut messages = Messages::default();
        push(&mut messages, b"");
        push(&mut messages, &[7; 100]);
        assert_eq!(messages.charge(), 132);
        assert_eq!(messages.first(), Some(&b""[..]));
        assert_eq!(messages.pop(), 32);
        assert_eq!(messages.first(), Some(&[7; 100][..]));
        assert_eq!(messages.pop(), 100);
        assert_eq!(messages.first(), None);
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
        assert_eq!(messages.charge(), 0);
    }

    #[test]
    fn fragments_become_a_message_and_stay_when_whole_ones_are_taken() {
        let (mut messages, mut taken) = (Messages::default(), Messages::default());
        messages.append(b"one", 32, false);
        messages.append(b"tw", 40, true);
        assert_eq!((messages.charge(), messages.partial_charge()), (72, 40));
        messages.take_whole(&mut taken);
        assert_eq!((taken.first(), taken.charge()), (Some(&b"one"[..]), 32));
        assert_eq!((messages.first(), messages.charge()), (None, 40));
        messages.append(b"o", 32, false);
        assert_eq!(taken.pop(), 32);
        messages.take_whole(&mut taken);
        assert_eq!(taken.first(), Some(&b"two"[..]));
        assert_eq!(taken.pop(), 72);
        assert!(messages.is_empty() && taken.is_empty());
    }
}
