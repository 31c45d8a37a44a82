//! A string that shares the memory that it was decoded from, so neither decoding nor cloning copies it. A short one is
//! stored inline.
//!
//! Contains the `unsafe` for reading it as a `str`.

use core::borrow::Borrow;
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::ops::Deref;
use core::str::Utf8Error;

use bytes::Bytes;

use super::Source;

/// A string of up to 23 bytes inline, or a longer one in [`Bytes`], usually a part of the message that it was read
/// from, which stays in memory as long as any such string does.
///
/// It compares, hashes and prints as a `str`.
#[derive(Clone)]
pub struct SharedStr(Text);

#[derive(Clone)]
enum Text {
    /// The first byte is twice the length; that many bytes of text follow, the rest is arbitrary.
    Short([u8; ROOM]),
    Long(Bytes),
}

/// The room in a `SharedStr`, apart from the tag that distinguishes it from a `Bytes`.
const ROOM: usize = 24;

/// A mask of the bits that are 0 in ASCII, then as many zero bytes. A window into it covers a text of any length that
/// fits.
const HIGH: [u8; 2 * ROOM] = {
    let mut all = [0; 2 * ROOM];
    let mut at = 0;
    while at < ROOM {
        all[at] = 0x80;
        at += 1;
    }
    all
};

// On 32-bit targets `Bytes` is smaller.
#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<SharedStr>() == size_of::<Bytes>());

impl SharedStr {
    /// A string that lives for ever.
    pub const fn from_static(text: &'static str) -> Self {
        Self(Text::Long(Bytes::from_static(text.as_bytes())))
    }

    /// The text.
    #[inline]
    #[expect(
        unsafe_code,
        reason = "checking a text whenever it is looked at would cost more than copying it once"
    )]
    pub fn as_str(&self) -> &str {
        let bytes = match &self.0 {
            Text::Short(room) => in_place(room),
            Text::Long(bytes) => bytes,
        };
        // SAFETY: every constructor in this file takes the bytes from a `str` or checks them, and nothing can change
        // them afterwards. `Source::part` returns bytes equal to those that it is given.
        unsafe { core::str::from_utf8_unchecked(bytes) }
    }

    /// The bytes of the text to share, unless it is inline.
    pub(crate) fn as_shared(&self) -> Option<&Bytes> {
        match &self.0 {
            Text::Short(_) => None,
            Text::Long(bytes) => Some(bytes),
        }
    }

    /// The bytes of the text.
    pub fn into_bytes(self) -> Bytes {
        match self.0 {
            Text::Short(room) => Bytes::copy_from_slice(in_place(&room)),
            Text::Long(bytes) => bytes,
        }
    }

    /// An inline string, if the text is short enough.
    #[inline]
    pub(crate) fn short(text: &str) -> Option<Self> {
        let mut room = [0; ROOM];
        let [twice, behind @ ..] = &mut room;
        behind
            .get_mut(..text.len())?
            .copy_from_slice(text.as_bytes());
        *twice = 2 * text.len() as u8;
        Some(Self(Text::Short(room)))
    }

    /// An inline string from its form in a message (twice its length, then the text), if it is short enough and ASCII.
    #[inline]
    pub(crate) fn short_ascii(room: &[u8; ROOM]) -> Option<Self> {
        let twice = room[0];
        let spare = (ROOM - 1).checked_sub(usize::from(twice / 2));
        let high = HIGH[spare.filter(|_| twice.is_multiple_of(2))?..].first_chunk::<ROOM>()?;
        let words = room.as_chunks().0.iter().zip(high.as_chunks().0);
        let found = words.fold(0, |all, (word, high)| {
            all | u64::from_le_bytes(*word) & u64::from_le_bytes(*high)
        });
        (found == 0).then_some(Self(Text::Short(*room)))
    }

    /// A string that shares the memory of `source` if the text is in there.
    pub(crate) fn part_of(text: &str, source: Source<'_>) -> Self {
        Self(Text::Long(source.part(text.as_bytes())))
    }
}

/// The bytes of an inline string.
#[inline]
fn in_place([twice, bytes @ ..]: &[u8; ROOM]) -> &[u8] {
    &bytes[..usize::from(twice / 2)]
}

impl Default for SharedStr {
    fn default() -> Self {
        Self(Text::Short([0; ROOM]))
    }
}

impl TryFrom<Bytes> for SharedStr {
    type Error = Utf8Error;

    fn try_from(bytes: Bytes) -> Result<Self, Utf8Error> {
        let short = Self::short(core::str::from_utf8(&bytes)?);
        Ok(short.unwrap_or(Self(Text::Long(bytes))))
    }
}

impl From<String> for SharedStr {
    fn from(text: String) -> Self {
        Self::short(&text).unwrap_or_else(|| Self(Text::Long(text.into())))
    }
}

impl From<&str> for SharedStr {
    fn from(text: &str) -> Self {
        Self::short(text)
            .unwrap_or_else(|| Self(Text::Long(Bytes::copy_from_slice(text.as_bytes()))))
    }
}

impl From<SharedStr> for String {
    fn from(text: SharedStr) -> Self {
        text.as_str().to_owned()
    }
}

impl Deref for SharedStr {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for SharedStr {
    fn as_ref(&self) -> &str {
        self
    }
}

impl Borrow<str> for SharedStr {
    fn borrow(&self) -> &str {
        self
    }
}

impl PartialEq for SharedStr {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for SharedStr {}

impl PartialEq<str> for SharedStr {
    fn eq(&self, other: &str) -> bool {
        **self == *other
    }
}

impl PartialEq<&str> for SharedStr {
    fn eq(&self, other: &&str) -> bool {
        **self == **other
    }
}

impl PartialOrd for SharedStr {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for SharedStr {
    fn cmp(&self, other: &Self) -> Ordering {
        str::cmp(self, other)
    }
}

impl Hash for SharedStr {
    fn hash<H: Hasher>(&self, state: &mut H) {
        str::hash(self, state);
    }
}

impl fmt::Debug for SharedStr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl fmt::Display for SharedStr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_utf8_is_a_text() {
        assert!(SharedStr::try_from(Bytes::from_static(b"\xff")).is_err());
        let text = SharedStr::try_from(Bytes::from_static(b"ok"));
        assert_eq!(text.as_deref(), Ok("ok"));
    }

    #[test]
    fn a_text_of_any_length_is_what_it_was_made_of() {
        for len in (0..ROOM + 2).chain([100]) {
            let text = "ä".repeat(len / 2) + &"x".repeat(len % 2);
            let all = [
                SharedStr::from(&*text),
                SharedStr::from(text.clone()),
                SharedStr::try_from(Bytes::from(text.clone())).expect("it is a text"),
                SharedStr::part_of(&text, Source::Nothing),
            ];
            for same in all {
                assert_eq!(same, text.as_str());
                assert_eq!(same.clone().into_bytes(), text);
            }
        }
    }

    #[test]
    fn only_a_short_text_is_in_the_value() {
        let text = "x".repeat(ROOM - 1);
        assert!(SharedStr::from(&*text).as_shared().is_none());
        let text = text + "x";
        assert!(SharedStr::from(text).as_shared().is_some());
    }
}
