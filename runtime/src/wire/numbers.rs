//! Decodes numbers in prefix form, bytes with a length, and blocks of numbers.

use super::bits::{Words, mask};
use super::decoder::Decoder;
use super::error::{DecodeErrorKind, Result};
use super::prefix::unzigzag;

impl<'a> Decoder<'a> {
    /// A number in prefix form; only the shortest form is accepted.
    #[inline]
    pub(crate) fn uint(&mut self) -> Result<u64> {
        match self.short_uint() {
            Some(number) => Ok(number.into()),
            None => self.longer_uint(),
        }
    }

    /// A number of one byte. If it is longer, reads nothing.
    #[inline]
    pub(super) fn short_uint(&mut self) -> Option<u8> {
        match self.rest {
            [first, rest @ ..] if first & 1 == 0 => {
                self.rest = rest;
                Some(first >> 1)
            }
            _ => None,
        }
    }

    /// A signed number of one byte. If it is longer, reads nothing.
    #[inline]
    pub(super) fn short_int(&mut self) -> Option<i8> {
        self.short_uint()
            .map(|word| (word >> 1) as i8 ^ -((word & 1) as i8))
    }

    #[inline(never)]
    fn longer_uint(&mut self) -> Result<u64> {
        self.any_uint()
    }

    /// Like `uint`, for numbers that usually have more than one byte: without branches on the length.
    #[inline]
    pub(super) fn any_uint(&mut self) -> Result<u64> {
        let Some(chunk) = self.rest.first_chunk::<8>() else {
            return self.last_uint();
        };
        let word = u64::from_le_bytes(*chunk);
        let more = word.trailing_ones();
        if more >= 8 {
            return self.long_uint();
        }
        let len = more + 1;
        self.rest = &self.rest[len as usize..];
        self.shortest(word, len)
    }

    /// The number in the low `len` bytes of `word`.
    #[inline]
    fn shortest(&self, word: u64, len: u32) -> Result<u64> {
        let value = (word & mask(8 * len)) >> len;
        match len > 1 && value >> (7 * (len - 1)) == 0 {
            true => Err(self.error(DecodeErrorKind::NotMinimal)),
            false => Ok(value),
        }
    }

    /// A number near the end of the bytes.
    #[inline(never)]
    fn last_uint(&mut self) -> Result<u64> {
        let word = self.short_word();
        let len = word.trailing_ones() + 1;
        if len > 8 {
            return self.long_uint();
        }
        match self.rest.get(len as usize..) {
            Some(rest) => self.rest = rest,
            None => return Err(self.error(DecodeErrorKind::Truncated)),
        }
        self.shortest(word, len)
    }

    /// The remaining bytes, fewer than eight, as a number.
    pub(super) fn short_word(&self) -> u64 {
        let len = self.rest.len();
        if let (Some(first), Some(last)) =
            (self.rest.first_chunk::<4>(), self.rest.last_chunk::<4>())
        {
            let last = u64::from(u32::from_le_bytes(*last)) << (8 * (len - 4));
            return last | u64::from(u32::from_le_bytes(*first));
        }
        let bytes = self.rest.iter().rev();
        bytes.fold(0, |word, byte| word << 8 | u64::from(*byte))
    }

    /// A number of nine bytes.
    #[inline(never)]
    fn long_uint(&mut self) -> Result<u64> {
        let [_, word @ ..] = self.bytes::<9>()?;
        let value = u64::from_le_bytes(word);
        match value >> 56 {
            0 => Err(self.error(DecodeErrorKind::NotMinimal)),
            _ => Ok(value),
        }
    }

    /// A signed number in zigzag form.
    #[inline]
    pub(crate) fn int(&mut self) -> Result<i64> {
        self.uint().map(unzigzag)
    }

    /// A signed number in zigzag form, like `any_uint`.
    #[inline]
    pub(super) fn any_int(&mut self) -> Result<i64> {
        self.any_uint().map(unzigzag)
    }

    /// The bytes after a length.
    #[inline]
    pub(crate) fn sized(&mut self) -> Result<&'a [u8]> {
        if let [first, behind @ ..] = self.rest
            && first & 1 == 0
            && let Some((bytes, rest)) = behind.split_at_checked(usize::from(first >> 1))
        {
            self.rest = rest;
            return Ok(bytes);
        }
        self.long_sized()
    }

    /// The bytes after a length of more than one byte.
    #[inline(never)]
    fn long_sized(&mut self) -> Result<&'a [u8]> {
        let len = self.uint()?;
        match usize::try_from(len)
            .ok()
            .and_then(|len| self.rest.split_at_checked(len))
        {
            Some((bytes, rest)) => {
                self.rest = rest;
                Ok(bytes)
            }
            None => Err(self.error(DecodeErrorKind::Count)),
        }
    }

    /// The words of a list of numbers: count and width, then one block.
    pub(super) fn words(&mut self) -> Result<Words<'a>> {
        let head = self.uint()?;
        let (count, code) = (head >> 2, head as u32 & 3);
        let width = 1_usize << code;
        let count = self.believe(count, 8 * width as u64)?;
        let block = self.take(count * width)?;
        let words = Words { block, width };
        match words.minimal() {
            true => Ok(words),
            false => Err(self.error(DecodeErrorKind::NotMinimal)),
        }
    }
}
