//! Decodes values from untrusted bytes. Every step is checked, and nothing is allocated for a claimed size before the
//! bytes are there. Knows bytes and bits, not types; plans are followed in `planned`.

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

/// How many bytes all lists and maps that are being decoded may reserve, together, for elements that were not decoded
/// yet.
const AHEAD: usize = 64 * 1024;

/// Returns the parts of a message from front to back.
#[derive(Debug)]
pub struct Decoder<'a> {
    pub(super) rest: &'a [u8],
    /// What strings and bytes may share memory with.
    pub(super) source: Source<'a>,
    /// The position in the message at which `rest` ends.
    end: usize,
    depth: u32,
    /// How much memory values may still take.
    budget: usize,
    /// How much memory may still be reserved for elements that are not decoded yet.
    ahead: usize,
    /// How to read a writer with another shape.
    pub(super) table: Option<&'a Table>,
    pub(super) seen: Seen,
    /// What is known about variants that were relayed by a program that does not know them.
    pub(super) relayed: Relayed,
    /// Why a field of the current struct could not be read.
    pub(super) failure: Option<DecodeError>,
}

/// The variants that have occurred, if somebody needs to know.
#[derive(Debug)]
pub(super) enum Seen {
    Unasked,
    /// By our own unions.
    Own(Used<TypeId>),
    /// By the unions in the writer's shape.
    Peer(Used<super::graph::UnionId>),
}

impl<'a> Decoder<'a> {
    /// A decoder for `body`, which ends at position `end` of the message.
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

    /// The same decoder; strings and bytes may share memory with `source`.
    pub(super) fn sharing(mut self, source: Source<'a>) -> Self {
        self.source = source;
        self
    }

    /// A decoder for a part of this message with another table. It inherits depth and budget.
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

    /// Takes back from an inner decoder what it has left of the budget, and what it has learned.
    pub(super) fn settle(&mut self, inner: Decoder<'_>) {
        self.budget = inner.budget;
        self.relayed.settle(inner.relayed);
    }

    /// The position of the next byte in the message.
    pub(crate) fn offset(&self) -> usize {
        self.end - self.rest.len()
    }

    /// The remaining bytes.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// An error at the next byte.
    #[cold]
    #[inline(never)]
    pub(crate) fn error(&self, kind: DecodeErrorKind) -> DecodeError {
        DecodeError::new(kind, self.offset())
    }

    /// Reports that a required field has no value.
    #[cold]
    pub fn missing(&self, place: &'static str) -> DecodeError {
        self.error(DecodeErrorKind::Missing).at(place)
    }

    /// Reports a number that a closed enum or closed flags do not have.
    #[cold]
    pub fn unknown_value(&self, name: &'static str, value: impl Into<i128>) -> DecodeError {
        self.error(DecodeErrorKind::UnknownValue(value.into()))
            .at(name)
    }

    /// Reports that a value breaks a rule of its type.
    #[cold]
    pub fn invalid(&self, place: &'static str, reason: &'static str) -> DecodeError {
        self.error(DecodeErrorKind::Invalid(reason)).at(place)
    }

    /// Reports that the writer's type of a value cannot be read as ours.
    #[cold]
    pub fn incompatible(&self) -> DecodeError {
        self.error(DecodeErrorKind::Incompatible)
    }

    /// Reads a top-level value into a blank one: its header bits in whole bytes, then its bytes.
    #[inline]
    pub(super) fn fill_alone<T: Wire>(&mut self, value: &mut T) -> Result<()> {
        let bits = match T::BITS {
            0 => 0,
            count => self.header(count)?,
        };
        value.fill(self, bits)
    }

    /// Enters a level of a recursive type, up to the limit.
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

    /// Reads a header of `count` bits, at most 64. The rest of its last byte must be zero.
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

    /// The next `N` bytes. If there are fewer, reads nothing.
    #[inline]
    pub(super) fn next_bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(*bytes)
    }

    /// Reads a count of elements that take at least `least` bits each, and checks it against what is left.
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

    /// The header bits of `count` elements of `width` bits each, in whole bytes.
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

    /// Charges the memory of `count` values of type `T` to the budget.
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

    /// Reads `count` values, one after the other. Memory for values that are still to come is reserved from one
    /// allowance for the whole message, and returned when they have been read. Beyond that a list grows as elements
    /// arrive.
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

    /// Like `items`, into an empty list: each value is blank first and then filled in place.
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

    /// Checks that no bytes are left.
    #[inline]
    pub(crate) fn end(&self) -> Result<()> {
        match self.rest.is_empty() {
            true => Ok(()),
            false => Err(self.error(DecodeErrorKind::TrailingBytes)),
        }
    }

    /// Whether there is nothing to drop, as after nearly every message.
    #[inline]
    pub(super) fn has_nothing(&self) -> bool {
        matches!((&self.seen, &self.failure), (Seen::Unasked, None)) && self.relayed.is_empty()
    }
}
