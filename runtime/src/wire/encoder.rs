//! Writes values: one pass over checked slices. It knows bytes and bits, not types.

use super::DEPTH_LIMIT;
use super::error::EncodeError;
use super::unknown::UnknownVariant;
use super::used::Used;
use super::value::{Union, Wire};
use core::any::TypeId;

/// Takes the bytes of a value.
///
/// A value that cannot be written is noted and the rest of it is left out; whoever started the encoder then gets
/// an [`EncodeError`] and no bytes.
#[derive(Debug)]
pub struct Encoder {
    buf: Vec<u8>,
    depth: u32,
    refused: Option<EncodeError>,
    /// The variants that occurred, if the caller must describe them.
    used: Option<Used<TypeId>>,
}

impl Encoder {
    /// An encoder that writes behind what `buf` holds.
    pub(crate) fn new(buf: Vec<u8>) -> Self {
        Self {
            buf,
            depth: 0,
            refused: None,
            used: None,
        }
    }

    /// The same encoder; it takes down which variants of unions occur.
    pub(crate) fn recording(mut self) -> Self {
        self.used = Some(Used::default());
        self
    }

    /// The bytes, the variants that occurred, and whether all of the value was written.
    pub(crate) fn finish(self) -> (Vec<u8>, Used<TypeId>, Result<(), EncodeError>) {
        let result = match self.refused {
            Some(error) => Err(error),
            None => Ok(()),
        };
        (self.buf, self.used.unwrap_or_default(), result)
    }

    /// Writes the bytes of a field; its bits stand in the header already.
    #[inline]
    pub fn put<T: Wire>(&mut self, value: &T) {
        value.put(self);
    }

    /// Writes a value that nothing holds: its header bits in whole bytes, then its bytes.
    #[inline]
    pub(crate) fn alone<T: Wire>(&mut self, value: &T) {
        if T::BITS > 0 {
            self.header(T::BITS, value.bits());
        }
        value.put(self);
    }

    /// Writes the low `count` bits of a header, in whole bytes. `count` is at most 64.
    #[inline]
    pub fn header(&mut self, count: u32, bits: u64) {
        self.store(bits.to_le_bytes(), count.div_ceil(8) as usize);
    }

    /// Writes a header of more than 64 bits: words of (count, bits), every count but the last a multiple of 8.
    pub fn header_words(&mut self, words: &[(u32, u64)]) {
        for &(count, bits) in words {
            self.header(count, bits);
        }
    }

    /// Writes a struct without fields.
    #[inline]
    pub fn empty(&mut self) {
        self.store([0], 1);
    }

    /// Writes one level of a recursive type; a level too deep is refused.
    #[inline]
    pub fn nested(&mut self, put: impl FnOnce(&mut Self)) {
        if self.depth == DEPTH_LIMIT {
            return self.fail(EncodeError::Depth);
        }
        self.depth += 1;
        put(self);
        self.depth -= 1;
    }

    /// Notes that the value has no encoding.
    #[cold]
    pub fn refuse(&mut self, reason: &'static str) {
        self.fail(EncodeError::Refused(reason));
    }

    #[cold]
    fn fail(&mut self, error: EncodeError) {
        self.refused.get_or_insert(error);
    }

    /// Writes a variant that carries nothing.
    #[inline]
    pub fn unit<U: Union>(&mut self, id: u16) {
        self.variant_id::<U>(id);
        self.empty();
    }

    /// Writes a variant that carries a value.
    #[inline]
    pub fn variant<U: Union, T: Wire>(&mut self, id: u16, value: &T) {
        self.variant_id::<U>(id);
        self.alone(value);
    }

    /// Writes a variant that carries fields of its own, which `put` writes as for a struct.
    #[inline]
    pub fn variant_with<U: Union>(&mut self, id: u16, put: impl FnOnce(&mut Self)) {
        self.variant_id::<U>(id);
        put(self);
    }

    /// Writes a variant that this schema does not know, as it was read.
    pub fn unrecognized(&mut self, unknown: &UnknownVariant) {
        self.uint(0);
        self.uint(u64::from(unknown.id()));
        self.bytes(unknown.head());
        self.bytes(unknown.body());
    }

    #[inline]
    fn variant_id<U: Union>(&mut self, id: u16) {
        if let Some(used) = &mut self.used {
            used.add(TypeId::of::<U>(), id);
        }
        self.uint(u64::from(id));
    }

    /// Writes a number in its shortest prefix form.
    #[inline]
    pub(crate) fn uint(&mut self, value: u64) {
        if value < 1 << 56 {
            let len = prefix_len(value);
            let word = value << len | ((1 << (len - 1)) - 1);
            self.store(word.to_le_bytes(), len as usize);
        } else {
            self.store([0xff], 1);
            self.store(value.to_le_bytes(), 8);
        }
    }

    /// Writes a signed number in zigzag form.
    #[inline]
    pub(crate) fn int(&mut self, value: i64) {
        self.uint(zigzag(value));
    }

    /// Writes a length and so many bytes.
    #[inline]
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        let len = bytes.len();
        if let Some(word) = short(bytes) {
            let word = (word << 8) | (len as u128 * 2);
            return self.store(word.to_le_bytes(), len + 1);
        }
        match len {
            0..128 => self.store([(len << 1) as u8], 1),
            _ => self.uint(len as u64),
        }
        match (bytes.first_chunk::<16>(), bytes.last_chunk::<16>()) {
            (Some(first), Some(last)) if len > 16 && len <= 32 => {
                let rest = u128::from_le_bytes(*last) >> (8 * (32 - len));
                self.store(*first, 16);
                self.store(rest.to_le_bytes(), len - 16);
            }
            _ => self.raw(bytes),
        }
    }

    /// Writes bytes as they are.
    #[inline]
    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.buf.extend_from_slice(bytes);
    }

    /// Writes the first `len` of `N` bytes: a store of constant width, and then back to the length.
    #[inline]
    pub(crate) fn store<const N: usize>(&mut self, bytes: [u8; N], len: usize) {
        let end = self.buf.len() + len;
        self.buf.extend_from_slice(&bytes);
        self.buf.truncate(end);
    }

    /// Writes `count` values of `size` bytes each; `write` fills the bytes of one. They are put together in small
    /// groups, so that a large block is neither cleared first nor checked value by value.
    #[inline]
    pub(super) fn block<T>(
        &mut self,
        (count, size): (usize, usize),
        values: impl Iterator<Item = T>,
        write: impl FnMut(T, &mut [u8]),
    ) {
        match count.saturating_mul(size) {
            0..=32 => self.groups(&mut [0; 32], size, values, write),
            _ if size <= 512 => self.groups(&mut [0; 1024], size, values, write),
            _ => self.groups(&mut vec![0; size], size, values, write),
        }
    }

    #[inline]
    fn groups<T>(
        &mut self,
        group: &mut [u8],
        size: usize,
        mut values: impl Iterator<Item = T>,
        mut write: impl FnMut(T, &mut [u8]),
    ) {
        loop {
            let mut filled = 0;
            for area in group.chunks_exact_mut(size) {
                let Some(value) = values.next() else {
                    return self.raw(&group[..filled]);
                };
                write(value, area);
                filled += size;
            }
            self.raw(&group[..filled]);
        }
    }
}

/// Up to 15 bytes as a number.
#[inline]
fn short(bytes: &[u8]) -> Option<u128> {
    let len = bytes.len();
    let ends = |first: u64, last: u64, width: usize| {
        u128::from(first) | u128::from(last) << (8 * (len - width))
    };
    match len {
        0 => Some(0),
        1..4 => {
            let (first, middle, last) = (bytes[0], bytes[len / 2], bytes[len - 1]);
            let middle = u128::from(middle) << (8 * (len / 2));
            Some(ends(first.into(), last.into(), 1) | middle)
        }
        4..8 => {
            let (first, last) = (bytes.first_chunk()?, bytes.last_chunk()?);
            let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
            Some(ends(first.into(), last.into(), 4))
        }
        8..16 => {
            let (first, last) = (bytes.first_chunk()?, bytes.last_chunk()?);
            let (first, last) = (u64::from_le_bytes(*first), u64::from_le_bytes(*last));
            Some(ends(first, last, 8))
        }
        _ => None,
    }
}

/// How many bytes the prefix form of a number below 2^56 takes.
#[inline]
fn prefix_len(value: u64) -> u32 {
    (70 - (value | 1).leading_zeros()) / 7
}

/// Maps numbers of small magnitude to small unsigned numbers.
#[inline]
pub(crate) fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

/// The inverse of [`zigzag`].
#[inline]
pub(crate) fn unzigzag(word: u64) -> i64 {
    (word >> 1) as i64 ^ -((word & 1) as i64)
}
