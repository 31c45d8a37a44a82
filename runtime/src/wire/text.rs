//! Decodes text. Short ASCII, which most text is, is recognised and copied without branching on its length.
//!
//! Contains the only `unsafe` of the decoder, in [`copied`] and [`borrowed`].

use super::decoder::Decoder;
use super::error::{DecodeErrorKind, Result};

/// A text of up to this many bytes is copied together with what follows it, without branching on its length.
const SHORT: usize = 16;

/// The same for longer texts.
const MIDDLE: usize = 32;

/// Texts of up to this many bytes are checked here, longer ones by the standard library.
const LONG: usize = 64;

/// How many bytes, at most, a copy of a text reads beyond the text.
pub(super) const SPARE: usize = SHORT;

/// The bits that are 0 in ASCII text.
const HIGH: u128 = u128::from_le_bytes([0x80; SHORT]);

/// The bits that are 0 in an ASCII text of this many bytes, in a word of 16.
const HIGH_OF: [u128; SHORT + 1] = {
    let mut high = [0; SHORT + 1];
    let mut len = 1;
    while len <= SHORT {
        high[len] = HIGH >> (8 * (SHORT - len));
        len += 1;
    }
    high
};

impl<'a> Decoder<'a> {
    /// Reads a text without copying it.
    #[inline]
    pub(crate) fn text(&mut self) -> Result<&'a str> {
        match self.short_text() {
            Some(text) => Ok(text),
            None => self.longer_text(),
        }
    }

    /// A text of a few ASCII bytes that is not at the end of the message. Otherwise reads nothing.
    #[inline(always)]
    fn short_text(&mut self) -> Option<&'a str> {
        let [first, behind @ ..] = self.rest else {
            return None;
        };
        if first & 1 == 1 {
            return None;
        }
        let len = usize::from(first >> 1);
        let text = borrowed(behind, len)?;
        self.rest = behind.get(len..)?;
        Some(text)
    }

    /// A text that is long, not ASCII, or at the end of the message. A separate function, so that readers of short ones
    /// need no stack for it.
    #[cold]
    #[inline(never)]
    fn longer_text(&mut self) -> Result<&'a str> {
        let bytes = self.sized()?;
        core::str::from_utf8(bytes).map_err(|_| self.error(DecodeErrorKind::Utf8))
    }

    /// Reads a text and copies it into an empty one.
    #[inline(always)]
    pub(super) fn owned_text(&mut self, into: &mut String) -> Result<()> {
        let from = self.rest;
        // A short text is checked together with its length and with what follows it.
        if let Some([first, ..]) = from.first_chunk::<{ 1 + SHORT }>()
            && first & 1 == 0
            && let len @ 1..=SHORT = usize::from(first >> 1)
            && let Some(text) = copied::<SHORT>(&from[1..], len)
        {
            self.rest = &from[1 + len..];
            *into = text;
            return self.charge_bytes(len);
        }
        let bytes = self.sized()?;
        self.charge_bytes(bytes.len())?;
        // The length of a longer text may be a single byte too.
        let short = match bytes.len() {
            0 => return Ok(()),
            len @ 17..=MIDDLE => from.get(1..).and_then(|from| copied::<MIDDLE>(from, len)),
            _ => None,
        };
        *into = match short {
            Some(text) => text,
            None => self.any_text(bytes)?,
        };
        Ok(())
    }

    /// A copy of a text that is long, not ASCII, or at the end of the message.
    #[inline(never)]
    fn any_text(&self, bytes: &[u8]) -> Result<String> {
        if let Some(text) = borrowed(bytes, bytes.len()) {
            return Ok(text.to_owned());
        }
        // The copy is aligned, so checking it can begin with whole words.
        String::from_utf8(bytes.to_vec()).map_err(|_| self.error(DecodeErrorKind::Utf8))
    }
}

/// A copy of the first `len` of `N` bytes, if there are `N` and the text is ASCII. Copies all `N`, which needs no
/// branches.
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
    // SAFETY: `bytes` are the first `len` bytes of `window`, and `is_ascii` has checked that there are that many and
    // that each of them is below 0x80. Such bytes are valid UTF-8.
    Some(unsafe { String::from_utf8_unchecked(bytes) })
}

/// The first `len` bytes, if they are few and ASCII.
#[inline(always)]
#[expect(unsafe_code, reason = "as for copies")]
fn borrowed(from: &[u8], len: usize) -> Option<&str> {
    if !is_ascii(from, len) {
        return None;
    }
    let bytes = from.get(..len)?;
    // SAFETY: `is_ascii` has checked that each of the first `len` bytes of `from` is below 0x80. Such bytes are valid
    // UTF-8.
    Some(unsafe { core::str::from_utf8_unchecked(bytes) })
}

/// Whether there are `len` bytes and they are ASCII. `false` if they are more than [`LONG`], or near the end of `from`.
#[inline(always)]
fn is_ascii(from: &[u8], len: usize) -> bool {
    match len {
        0..=SHORT => from
            .first_chunk()
            .is_some_and(|chunk| u128::from_le_bytes(*chunk) & HIGH_OF[len] == 0),
        17..=MIDDLE => from.get(..len).is_some_and(is_ascii_at_both_ends::<SHORT>),
        33..=LONG => from.get(..len).is_some_and(is_ascii_at_both_ends::<MIDDLE>),
        _ => false,
    }
}

/// Whether `N` to `2 * N` bytes are ASCII: checks the first and the last `N`, which meet or overlap.
#[inline(always)]
fn is_ascii_at_both_ends<const N: usize>(bytes: &[u8]) -> bool {
    match (bytes.first_chunk::<N>(), bytes.last_chunk::<N>()) {
        (Some(first), Some(last)) => (high(first) | high(last)) & HIGH == 0,
        _ => false,
    }
}

/// The bits that are set in any of the parts.
#[inline(always)]
fn high<const N: usize>(bytes: &[u8; N]) -> u128 {
    let (parts, _) = bytes.as_chunks::<SHORT>();
    let words = parts.iter().map(|part| u128::from_le_bytes(*part));
    words.fold(0, |all, word| all | word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::DecodeLimits;

    /// A message of one text followed by `behind` more bytes.
    fn message(text: &[u8], behind: usize) -> Vec<u8> {
        let mut bytes = vec![(text.len() << 1) as u8];
        bytes.extend_from_slice(text);
        bytes.resize(bytes.len() + behind, 0xff);
        bytes
    }

    fn owned(mut decoder: Decoder<'_>) -> Result<String> {
        let mut text = String::new();
        decoder.owned_text(&mut text)?;
        Ok(text)
    }

    #[test]
    fn every_length_is_read_at_the_end_and_in_the_midst() {
        for len in 0..80 {
            for behind in [0, 1, 15, 16, 31, 32, 100] {
                let text: String = ('!'..).take(len).collect();
                let bytes = message(text.as_bytes(), behind);
                let decoder = || Decoder::new(&bytes, bytes.len(), &DecodeLimits::default());

                assert_eq!(owned(decoder()).expect("it is ASCII"), text);
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
                assert_eq!(owned(decoder()).map_err(|e| e.kind()), Err(kind));
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
            assert_eq!(owned(decoder()).expect("it is UTF-8"), text);
            assert_eq!(decoder().text().expect("it is UTF-8"), text);
        }
    }
}
