//! A text that shares the bytes that it was read from, so that neither reading nor cloning it copies them.
//!
//! The `unsafe` of looking at it stands here.

use core::borrow::Borrow;
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::ops::Deref;
use core::str::Utf8Error;

use bytes::Bytes;

use super::Source;

/// A text in [`Bytes`]: most often a part of the message that it was read from, which stays in memory as long as any of
/// its texts does.
///
/// It compares, hashes and prints as a `str`.
#[derive(Clone, Default)]
pub struct SharedStr(Bytes);

impl SharedStr {
    /// A text that is there for ever.
    pub const fn from_static(text: &'static str) -> Self {
        Self(Bytes::from_static(text.as_bytes()))
    }

    /// The text.
    #[inline]
    #[expect(
        unsafe_code,
        reason = "checking a text whenever it is looked at would cost more than copying it once"
    )]
    pub fn as_str(&self) -> &str {
        // SAFETY: every constructor of this file takes the bytes out of a `str` or checks them, and nothing can change
        // them afterwards. `Source::part` hands out bytes equal to those that it is given.
        unsafe { core::str::from_utf8_unchecked(&self.0) }
    }

    /// The bytes of the text, to be shared.
    pub(crate) fn as_shared(&self) -> &Bytes {
        &self.0
    }

    /// The bytes of the text.
    pub fn into_bytes(self) -> Bytes {
        self.0
    }

    /// A text that is a part of `source` if it stands there.
    pub(crate) fn part_of(text: &str, source: Source<'_>) -> Self {
        Self(source.part(text.as_bytes()))
    }
}

impl TryFrom<Bytes> for SharedStr {
    type Error = Utf8Error;

    fn try_from(bytes: Bytes) -> Result<Self, Utf8Error> {
        core::str::from_utf8(&bytes)?;
        Ok(Self(bytes))
    }
}

impl From<String> for SharedStr {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<&str> for SharedStr {
    fn from(text: &str) -> Self {
        Self(Bytes::copy_from_slice(text.as_bytes()))
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
}
