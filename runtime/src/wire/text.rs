//! Text out of bytes: short ASCII, which most text is, is found out and copied without a look at its length.
//!
//! The only `unsafe` of reading stands here, in [`copied`] and [`borrowed`].

use super::decoder::Decoder;
use super::error::{DecodeErrorKind, Result};

/// What a malloc gives at the least: a string of up to so many bytes takes no more memory for having this capacity.
const SHORT: usize = 24;

/// The next step of a malloc.
const MIDDLE: usize = 40;

/// How many bytes a copy of a text has at most beyond those of the text.
pub(super) const SPARE: usize = if SHORT > MIDDLE - SHORT {
    SHORT
} else {
    MIDDLE - SHORT
};

impl<'a> Decoder<'a> {
    /// Reads a text that stays where it is.
    #[inline]
    pub(crate) fn text(&mut self) -> Result<&'a str> {
        let from = self.rest;
        let bytes = self.sized()?;
        // A short text stands behind one byte of length.
        match from
            .get(1..)
            .and_then(|from| borrowed::<MIDDLE>(from, bytes.len()))
        {
            Some(text) => Ok(text),
            None => core::str::from_utf8(bytes).map_err(|_| self.error(DecodeErrorKind::Utf8)),
        }
    }

    /// Reads a text and copies it.
    #[inline]
    pub(super) fn owned_text(&mut self) -> Result<String> {
        let from = self.rest;
        let bytes = self.sized()?;
        self.charge_bytes(bytes.len())?;
        // A short text stands behind one byte of length.
        let short = match bytes.len() {
            0 => return Ok(String::new()),
            len @ 1..=SHORT => from.get(1..).and_then(|from| copied::<SHORT>(from, len)),
            len @ ..=MIDDLE => from.get(1..).and_then(|from| copied::<MIDDLE>(from, len)),
            _ => None,
        };
        match short {
            Some(text) => Ok(text),
            None => self.any_text(bytes),
        }
    }

    /// A copy of a text that is long, not ASCII, or at the end of the message.
    #[inline(never)]
    fn any_text(&self, bytes: &[u8]) -> Result<String> {
        // The copy is aligned, so that its words are checked from its start on.
        String::from_utf8(bytes.to_vec()).map_err(|_| self.error(DecodeErrorKind::Utf8))
    }
}

/// A copy of the first `len` of `N` bytes, if there are `N` and those are ASCII. All `N` are looked at and copied, as that
/// needs no branches.
#[inline(always)]
#[expect(
    unsafe_code,
    reason = "the check of the standard library costs more than the rest of reading a short text"
)]
fn copied<const N: usize>(from: &[u8], len: usize) -> Option<String> {
    let window = from.first_chunk::<N>()?;
    if !is_ascii(window, len) {
        return None;
    }
    let mut bytes = Vec::with_capacity(N);
    bytes.extend_from_slice(window);
    bytes.truncate(len);
    // SAFETY: `bytes` are the first `len` bytes of `window`, and `is_ascii` says that `len <= N` and that each of these is
    // below 0x80. Such bytes are UTF-8.
    Some(unsafe { String::from_utf8_unchecked(bytes) })
}

/// The first `len` of `N` bytes, under the same conditions.
#[inline(always)]
#[expect(unsafe_code, reason = "as for copies")]
fn borrowed<const N: usize>(from: &[u8], len: usize) -> Option<&str> {
    let window = from.first_chunk::<N>()?;
    if !is_ascii(window, len) {
        return None;
    }
    let bytes = window.get(..len)?;
    // SAFETY: `is_ascii` says that each of the first `len` bytes of `window` is below 0x80. Such bytes are UTF-8.
    Some(unsafe { core::str::from_utf8_unchecked(bytes) })
}

/// Whether the first `len` of `N` bytes are ASCII; no if there are less than `len`.
#[inline(always)]
fn is_ascii<const N: usize>(window: &[u8; N], len: usize) -> bool {
    const { assert!(N < 0x100, "positions are compared as bytes") };
    if len > N {
        return false;
    }
    let mut all = 0;
    for (at, byte) in window.iter().enumerate() {
        let counts = (at as u8) < len as u8;
        all |= if counts { *byte } else { 0 };
    }
    all < 0x80
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::DecodeLimits;

    /// A message of one text with `behind` more bytes behind it.
    fn message(text: &[u8], behind: usize) -> Vec<u8> {
        let mut bytes = vec![(text.len() << 1) as u8];
        bytes.extend_from_slice(text);
        bytes.resize(bytes.len() + behind, 0xff);
        bytes
    }

    #[test]
    fn every_length_is_read_at_the_end_and_in_the_midst() {
        for len in 0..80 {
            for behind in [0, 1, 23, 24, 39, 40, 100] {
                let text: String = ('!'..).take(len).collect();
                let bytes = message(text.as_bytes(), behind);
                let decoder = || Decoder::new(&bytes, bytes.len(), &DecodeLimits::default());
                assert_eq!(decoder().owned_text().expect("it is ASCII"), text);
                assert_eq!(decoder().text().expect("it is ASCII"), text);
            }
        }
    }

    #[test]
    fn a_bad_byte_is_found_wherever_it_stands() {
        for len in 1..80 {
            for at in 0..len {
                let mut text = vec![b'x'; len];
                text[at] = 0xff;
                let bytes = message(&text, 50);
                let decoder = || Decoder::new(&bytes, bytes.len(), &DecodeLimits::default());
                let kind = DecodeErrorKind::Utf8;
                assert_eq!(decoder().owned_text().map_err(|e| e.kind()), Err(kind));
                assert_eq!(decoder().text().map_err(|e| e.kind()), Err(kind));
            }
        }
    }

    #[test]
    fn what_is_not_ascii_is_read() {
        for len in 1..30 {
            let text = "é".repeat(len);
            let bytes = message(text.as_bytes(), 50);
            let decoder = || Decoder::new(&bytes, bytes.len(), &DecodeLimits::default());
            assert_eq!(decoder().owned_text().expect("it is UTF-8"), text);
            assert_eq!(decoder().text().expect("it is UTF-8"), text);
        }
    }
}
