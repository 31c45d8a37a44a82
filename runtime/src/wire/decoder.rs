//! Reads values from bytes that nobody vouches for: every step is checked, and no claim is believed before the
//! bytes that it speaks of are there. It knows bytes and bits, not types; plans are followed in `planned`.

use super::bits::{Bits, mask};
use super::error::{DecodeError, DecodeErrorKind, Result};
use super::plan::Table;
use super::used::Used;
use super::value::Wire;
use super::{DEPTH_LIMIT, DecodeLimits};
use core::any::TypeId;

/// How many bytes a list may reserve before any of its elements was read, whatever is left of the message.
const FIRST_RESERVATION: usize = 64 * 1024;

/// How many bytes a list may reserve for each byte that is left of the message.
const RESERVED_PER_BYTE: usize = 2;

/// Hands out the parts of a message from front to back.
#[derive(Debug)]
pub struct Decoder<'a> {
    pub(super) rest: &'a [u8],
    /// Where `rest` ends in the whole message.
    end: usize,
    depth: u32,
    /// How many bytes of memory values may still take.
    budget: usize,
    /// How to read a writer whose shape is not ours.
    pub(super) table: Option<&'a Table>,
    pub(super) seen: Seen,
}

/// The variants that occurred so far, if somebody asks for them.
#[derive(Debug)]
pub(super) enum Seen {
    Unasked,
    /// By our own unions.
    Own(Used<TypeId>),
    /// By the unions of the writer's shape.
    Peer(Used<super::graph::UnionId>),
}

impl<'a> Decoder<'a> {
    /// A decoder of `body`, which ends at byte `end` of the message.
    pub(crate) fn new(body: &'a [u8], end: usize, limits: &DecodeLimits) -> Self {
        Self {
            rest: body,
            end,
            depth: 0,
            budget: limits.memory,
            table: None,
            seen: Seen::Unasked,
        }
    }

    /// A decoder of a part of this message by another table. Depth and budget go on counting.
    pub(super) fn inner<'b>(
        &self,
        body: &'b [u8],
        end: usize,
        table: Option<&'b Table>,
    ) -> Decoder<'b> {
        Decoder {
            rest: body,
            end,
            depth: self.depth,
            budget: self.budget,
            table,
            seen: Seen::Unasked,
        }
    }

    /// Takes over what an inner decoder used of the budget.
    pub(super) fn settle(&mut self, inner: &Decoder<'_>) {
        self.budget = inner.budget;
    }

    /// How many bytes stand in front of the next one.
    pub(crate) fn offset(&self) -> usize {
        self.end - self.rest.len()
    }

    /// The bytes that are left.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// An error at the next byte.
    #[cold]
    #[inline(never)]
    pub(crate) fn error(&self, kind: DecodeErrorKind) -> DecodeError {
        DecodeError::new(kind, self.offset())
    }

    /// Says that a required field has no value.
    #[cold]
    pub fn missing(&self, place: &'static str) -> DecodeError {
        self.error(DecodeErrorKind::Missing).at(place)
    }

    /// Says that a closed enum or closed flags do not have a number.
    #[cold]
    pub fn unknown_value(&self, name: &'static str, value: impl Into<i128>) -> DecodeError {
        self.error(DecodeErrorKind::UnknownValue(value.into()))
            .at(name)
    }

    /// Says that a value breaks a rule of its type.
    #[cold]
    pub fn invalid(&self, place: &'static str, reason: &'static str) -> DecodeError {
        self.error(DecodeErrorKind::Invalid(reason)).at(place)
    }

    /// Says that the writer's type of a value cannot be read as ours.
    #[cold]
    pub fn incompatible(&self) -> DecodeError {
        self.error(DecodeErrorKind::Incompatible)
    }

    /// Reads a field whose bits are the low ones of `bits`; `place` names it in errors.
    #[inline]
    pub fn get<T: Wire>(&mut self, place: &'static str, bits: u64) -> Result<T> {
        let bits = if T::BITS == 0 {
            0
        } else {
            bits & mask(T::BITS)
        };
        T::get(self, bits).map_err(|error| error.at(place))
    }

    /// Reads a value that nothing holds: its header bits in whole bytes, then its bytes.
    #[inline]
    pub(crate) fn alone<T: Wire>(&mut self) -> Result<T> {
        let bits = if T::BITS == 0 {
            0
        } else {
            self.header(T::BITS)?
        };
        T::get(self, bits)
    }

    /// Reads one level of a recursive type; a level too deep is refused.
    #[inline]
    pub fn nested<T>(&mut self, get: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth == DEPTH_LIMIT {
            return Err(self.error(DecodeErrorKind::Depth));
        }
        self.depth += 1;
        let value = get(self);
        self.depth -= 1;
        value
    }

    /// Reads a header of `count` bits, at most 64, and checks that the rest of its last byte is zero.
    #[inline]
    pub fn header(&mut self, count: u32) -> Result<u64> {
        let len = count.div_ceil(8) as usize;
        let bits = match self.rest.first_chunk::<8>() {
            Some(chunk) => {
                self.rest = &self.rest[len..];
                u64::from_le_bytes(*chunk) & mask(8 * len as u32)
            }
            None => self.short_word(len)?,
        };
        match bits & !mask(count) {
            0 => Ok(bits),
            _ => Err(self.error(DecodeErrorKind::SpareBits)),
        }
    }

    /// Reads a header of `count` bits into words of 64.
    pub fn header_words<const N: usize>(&mut self, count: u32) -> Result<[u64; N]> {
        let mut words = [0; N];
        for (index, word) in words.iter_mut().enumerate() {
            *word = self.header((count - 64 * index as u32).min(64))?;
        }
        Ok(words)
    }

    /// Reads a struct without fields.
    #[inline]
    pub fn empty(&mut self) -> Result<()> {
        self.header(0x1).and_then(|bit| match bit {
            0 => Ok(()),
            _ => Err(self.error(DecodeErrorKind::SpareBits)),
        })
    }

    /// The next `len` bytes.
    #[inline]
    pub(crate) fn take(&mut self, len: usize) -> Result<&'a [u8]> {
        match self.rest.split_at_checked(len) {
            Some((bytes, rest)) => {
                self.rest = rest;
                Ok(bytes)
            }
            None => Err(self.error(DecodeErrorKind::Truncated)),
        }
    }

    /// The next `N` bytes.
    #[inline]
    pub(crate) fn bytes<const N: usize>(&mut self) -> Result<[u8; N]> {
        match self.rest.split_first_chunk::<N>() {
            Some((bytes, rest)) => {
                self.rest = rest;
                Ok(*bytes)
            }
            None => Err(self.error(DecodeErrorKind::Truncated)),
        }
    }

    /// Up to eight bytes as a number.
    pub(super) fn short_word(&mut self, len: usize) -> Result<u64> {
        let bytes = self.take(len)?;
        let mut word = [0; 8];
        word[..len].copy_from_slice(bytes);
        Ok(u64::from_le_bytes(word))
    }

    /// A count of elements that take at least `least` bits each; it is checked against what is left.
    #[inline]
    pub(crate) fn count(&mut self, least: u64) -> Result<usize> {
        let count = self.uint()?;
        self.believe(count, least)
    }

    #[inline]
    pub(super) fn believe(&self, count: u64, least: u64) -> Result<usize> {
        let needed = count.checked_mul(least);
        let bits = self.rest.len() as u64 * 8;
        match needed
            .filter(|needed| *needed <= bits)
            .map(|_| usize::try_from(count))
        {
            Some(Ok(count)) => Ok(count),
            Some(Err(_)) | None => Err(self.error(DecodeErrorKind::Count)),
        }
    }

    /// The header bits of `count` elements with `width` bits each, in whole bytes.
    pub(super) fn element_bits(&mut self, count: usize, width: u32) -> Result<Bits<'a>> {
        let total = count as u64 * u64::from(width);
        let len = usize::try_from(total.div_ceil(8));
        let bytes = match len.ok().and_then(|len| self.rest.split_at_checked(len)) {
            Some((bytes, rest)) => {
                self.rest = rest;
                bytes
            }
            None => return Err(self.error(DecodeErrorKind::Truncated)),
        };
        match (bytes.last(), total % 8) {
            (Some(last), used @ 1..) if last >> used != 0 => {
                Err(self.error(DecodeErrorKind::SpareBits))
            }
            _ => Ok(Bits { bytes }),
        }
    }

    /// Takes the memory of `count` values of type `T` from the budget.
    #[inline]
    pub(crate) fn charge<T>(&mut self, count: usize) -> Result<()> {
        self.charge_bytes(count.saturating_mul(size_of::<T>()))
    }

    #[inline]
    pub(crate) fn charge_bytes(&mut self, bytes: usize) -> Result<()> {
        match self.budget.checked_sub(bytes) {
            Some(budget) => {
                self.budget = budget;
                Ok(())
            }
            None => Err(self.error(DecodeErrorKind::Budget)),
        }
    }

    /// Reads `count` values one behind the other. What is reserved beforehand is small, or in proportion to what is
    /// left: values take more memory than bytes, and a list that grows is copied again and again.
    #[inline]
    pub fn items<T>(
        &mut self,
        count: usize,
        mut item: impl FnMut(&mut Self, usize) -> Result<T>,
    ) -> Result<Vec<T>> {
        let left = self.rest.len().saturating_mul(RESERVED_PER_BYTE);
        let first = left.max(FIRST_RESERVATION) / size_of::<T>().max(1);
        let mut items = Vec::with_capacity(count.min(first.max(1)));
        for index in 0..count {
            items.push(item(self, index)?);
        }
        Ok(items)
    }

    /// Checks that nothing is left.
    pub(crate) fn end(&self) -> Result<()> {
        match self.rest.is_empty() {
            true => Ok(()),
            false => Err(self.error(DecodeErrorKind::TrailingBytes)),
        }
    }
}
