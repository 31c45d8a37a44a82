//! The memory that decoded values may share: the message itself, or one copy of it for all of them.

use core::cell::OnceCell;

use bytes::Bytes;

/// Where strings and bytes of a message may share memory.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Source<'a> {
    /// Nowhere: each is copied.
    Nothing,
    /// With the message.
    Message(&'a Bytes),
    /// With a copy of the message, which is made for the first of them.
    Copy(&'a Copied<'a>),
}

/// A message, and its copy once it has been made.
#[derive(Debug)]
pub(crate) struct Copied<'a> {
    message: &'a [u8],
    copy: OnceCell<Bytes>,
}

impl<'a> Copied<'a> {
    #[inline]
    pub(crate) fn new(message: &'a [u8]) -> Self {
        let copy = OnceCell::new();
        Self { message, copy }
    }

    /// Whether a copy would be shared with nobody: none was made for earlier bytes, and these end the message.
    fn is_only(&self, bytes: &[u8]) -> bool {
        self.copy.get().is_none() && bytes.as_ptr_range().end == self.message.as_ptr_range().end
    }
}

impl Source<'_> {
    /// The same bytes to keep: shared if they are part of the message, otherwise copied.
    pub(crate) fn part(self, bytes: &[u8]) -> Bytes {
        let part = match self {
            // An empty part would keep the whole message alive.
            _ if bytes.is_empty() => Some(Bytes::new()),
            Self::Nothing => None,
            Self::Message(message) => part(bytes, message, || message),
            Self::Copy(copied) if copied.is_only(bytes) => None,
            Self::Copy(Copied { message, copy }) => part(bytes, message, || {
                copy.get_or_init(|| Bytes::copy_from_slice(message))
            }),
        };
        part.unwrap_or_else(|| Bytes::copy_from_slice(bytes))
    }

    /// How many bytes are copied, beyond these, when these are kept next.
    pub(crate) fn ahead(self, bytes: &[u8]) -> usize {
        match self {
            Self::Copy(copied) if bytes.is_empty() || copied.is_only(bytes) => 0,
            Self::Copy(Copied { message, copy }) if copy.get().is_none() => message.len(),
            Self::Copy(_) | Self::Message(_) | Self::Nothing => 0,
        }
    }
}

/// The part of `same`, a copy of `message`, that corresponds to `bytes`.
fn part<'a>(bytes: &[u8], message: &[u8], same: impl FnOnce() -> &'a Bytes) -> Option<Bytes> {
    let start = bytes.as_ptr().addr().checked_sub(message.as_ptr().addr())?;
    let end = start.checked_add(bytes.len())?;
    (end <= message.len()).then(|| same().slice(start..end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_shares_what_it_stands_in() {
        let message = Bytes::from(b"one two".to_vec());
        let part = Source::Message(&message).part(&message[4..]);
        assert_eq!(part, "two");
        assert_eq!(part.as_ptr(), message[4..].as_ptr());
    }

    #[test]
    fn parts_of_a_copy_share_it() {
        let copied = Copied::new(b"one two");
        let source = Source::Copy(&copied);
        assert_eq!(source.ahead(&copied.message[..3]), 7);
        let (one, two) = (
            source.part(&copied.message[..3]),
            source.part(&copied.message[4..]),
        );
        assert_eq!((&one[..], &two[..]), (&b"one"[..], &b"two"[..]));
        assert_eq!(two.as_ptr().addr() - one.as_ptr().addr(), 4);
        assert_ne!(one.as_ptr(), copied.message.as_ptr());
        assert_eq!(source.ahead(&copied.message[..3]), 0);
    }

    #[test]
    fn what_nobody_would_share_a_copy_with_is_copied_alone() {
        let copied = Copied::new(b"one two");
        let source = Source::Copy(&copied);
        let two = &copied.message[4..];
        assert_eq!((source.ahead(two), &source.part(two)[..]), (0, &b"two"[..]));
        assert!(copied.copy.get().is_none());
    }

    #[test]
    fn what_stands_elsewhere_is_copied() {
        let message = Bytes::from_static(b"one two");
        let copied = Copied::new(&message);
        let other = b"three".to_vec();
        for source in [
            Source::Nothing,
            Source::Message(&message),
            Source::Copy(&copied),
        ] {
            let copy = source.part(&other);
            assert_eq!(copy, "three");
            assert_ne!(copy.as_ptr(), other.as_ptr());
        }
    }
}
