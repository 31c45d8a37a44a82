//! Reads values from bytes that nobody vouches for: every step is checked, and no claim is believed before the
//! bytes that it speaks of are there. It knows bytes and bits, not types; plans are followed in `planned`.

use super::apart::moving;
use super::bits::{Bits, mask};
use super::error::{DecodeError, DecodeErrorKind, Result};
use super::plan::Table;
use super::relayed::Relayed;
use super::used::Used;
use super::value::Wire;
use super::{DEPTH_LIMIT, DecodeLimits};
use crate::types::Source;
use core::any::TypeId;

/// How many bytes all lists and maps that are open at one time may have reserved for elements that were not read yet.
const AHEAD: usize = 64 * 1024;

/// Hands out the parts of a message from front to back.
#[derive(Debug)]
pub struct Decoder<'a> {
    pub(super) rest: &'a [u8],
    /// What texts and bytes may be parts of.
    pub(super) source: Source<'a>,
    /// Where `rest` ends in the whole message.
    end: usize,
    depth: u32,
    /// How many bytes of memory values may still take.
    budget: usize,
    /// How many bytes may still be reserved for what was claimed and not read yet.
    ahead: usize,
    /// How to read a writer whose shape is not ours.
    pub(super) table: Option<&'a Table>,
    pub(super) seen: Seen,
    /// What is known of variants that came by way of those who do not know them.
    pub(super) relayed: Relayed,
    /// Why a field of the struct that is being read could not be.
    pub(super) failure: Option<DecodeError>,
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
            source: Source::Nothing,
            end,
            depth: 0,
            budget: limits.memory,
            ahead: AHEAD,
            table: None,
            seen: Seen::Unasked,
            relayed: Relayed::default(),
            failure: None,
        }
    }

    /// The same decoder; texts and bytes may be parts of `source`.
    pub(super) fn sharing(mut self, source: Source<'a>) -> Self {
        self.source = source;
        self
    }

    /// A decoder of a part of this message by another table. Depth and budget go on counting.
    pub(super) fn inner<'b>(
        &self,
        body: &'b [u8],
        end: usize,
        table: Option<&'b Table>,
    ) -> Decoder<'b>
    where
        'a: 'b,
    {
        Decoder {
            rest: body,
            source: self.source,
            end,
            depth: self.depth,
            budget: self.budget,
            ahead: self.ahead,
            table,
            seen: Seen::Unasked,
            relayed: Relayed::default(),
            failure: None,
        }
    }

    /// Takes over what an inner decoder used of the budget.
    pub(super) fn settle(&mut self, inner: Decoder<'_>) {
        self.budget = inner.budget;
        self.relayed.settle(inner.relayed);
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

    /// Reads a value that nothing holds into the place of a blank one: its header bits in whole bytes, then its bytes.
    #[inline]
    pub(super) fn fill_alone<T: Wire>(&mut self, value: &mut T) -> Result<()> {
        let bits = match T::BITS {
            0 => 0,
            count => self.header(count)?,
        };
        value.fill(self, bits)
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
        let word = match self.rest.first_chunk() {
            Some(chunk) => u64::from_le_bytes(*chunk),
            None => self.short_word(),
        };
        match self.rest.get(len..) {
            Some(rest) => self.rest = rest,
            None => return Err(self.error(DecodeErrorKind::Truncated)),
        }
        let bits = word & mask(8 * len as u32);
        match bits & !mask(count) {
            0 => Ok(bits),
            _ => Err(self.error(DecodeErrorKind::SpareBits)),
        }
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
        match self.next_bytes() {
            Some(bytes) => Ok(bytes),
            None => Err(self.error(DecodeErrorKind::Truncated)),
        }
    }

    /// The next `N` bytes; nothing is read if there are fewer.
    #[inline]
    pub(super) fn next_bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(*bytes)
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

    /// Reads `count` values one behind the other. What is reserved for values that are still to come is taken from one
    /// allowance of the whole decode, and given back when they are there; beyond it a list grows with its elements.
    #[inline]
    pub fn items<T>(
        &mut self,
        count: usize,
        mut item: impl FnMut(&mut Self, usize) -> Result<T>,
    ) -> Result<Vec<T>> {
        let first = count.min(self.ahead / size_of::<T>().max(1));
        let reserved = first * size_of::<T>();
        self.ahead -= reserved;
        let mut items = Vec::with_capacity(first);
        for index in 0..first {
            items.push(item(self, index)?);
        }
        for index in first..count {
            if index == items.capacity() {
                items.reserve_exact(index.max(1).min(count - index));
            }
            items.push(item(self, index)?);
        }
        self.ahead += reserved;
        Ok(items)
    }

    /// As `items`, into an empty list, with values that are blank first and then filled where they are.
    #[inline]
    pub(super) fn filled<T>(
        &mut self,
        items: &mut Vec<T>,
        count: usize,
        blank: impl Fn() -> T,
        mut fill: impl FnMut(&mut T, &mut Self, usize) -> Result<()>,
    ) -> Result<()> {
        let first = count.min(self.ahead / size_of::<T>().max(1));
        let reserved = first * size_of::<T>();
        self.ahead -= reserved;
        *items = Vec::with_capacity(first);
        for index in 0..count {
            if index == items.capacity() {
                items.reserve_exact(index.max(1).min(count - index));
            }
            moving::<T, _>(|| items.push(blank()));
            fill(&mut items[index], self, index)?;
        }
        self.ahead += reserved;
        Ok(())
    }

    /// Checks that nothing is left.
    #[inline]
    pub(crate) fn end(&self) -> Result<()> {
        match self.rest.is_empty() {
            true => Ok(()),
            false => Err(self.error(DecodeErrorKind::TrailingBytes)),
        }
    }

    /// Whether there is nothing to drop, as behind nearly every message.
    #[inline]
    pub(super) fn has_nothing(&self) -> bool {
        matches!((&self.seen, &self.failure), (Seen::Unasked, None)) && self.relayed.is_empty()
    }
}
