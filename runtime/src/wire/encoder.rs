//! Encodes values in one pass. Knows bytes and bits, not types.

use super::DEPTH_LIMIT;
use super::buffer::{Buffer, Room, SHORT};
use super::error::EncodeError;
use super::output::Part;
use super::prefix::{MOST_UINT, zigzag};
use super::unknown::UnknownVariant;
use super::used::Used;
use super::value::{Union, Wire};
use bytes::Bytes;
use core::any::TypeId;

/// Receives the bytes of a value.
///
/// If a value cannot be encoded, that is noted and the rest of it is skipped. Whoever has started the encoder gets an
/// [`EncodeError`] and no bytes.
#[derive(Debug)]
pub struct Encoder {
    buf: Buffer,
    depth: u32,
    refused: Option<EncodeError>,
    /// The variants that have occurred, if the caller must describe them.
    used: Option<Used<TypeId>>,
    /// Large bytes that are shared or taken instead of copied, if the caller supports that.
    kept: Option<Kept>,
}

/// What an encoder has kept instead of copying it.
#[derive(Debug, Default)]
pub(super) struct Kept {
    pub(super) parts: Vec<Part>,
    /// Whether some of it was taken out of the value.
    pub(super) taken: bool,
}

impl Encoder {
    /// An encoder that appends to `buf`.
    #[inline]
    pub(crate) fn new(buf: Vec<u8>) -> Self {
        Self {
            buf: Buffer::new(buf),
            depth: 0,
            refused: None,
            used: None,
            kept: None,
        }
    }

    /// The same, but large bytes are kept instead of copied.
    #[inline]
    pub(super) fn keeping(buf: Vec<u8>) -> Self {
        Self {
            kept: Some(Kept::default()),
            ..Self::new(buf)
        }
    }

    /// Returns what was kept instead of copied.
    #[inline]
    pub(super) fn kept(&mut self) -> Option<Kept> {
        self.kept.take()
    }

    /// Why the value was not encoded, if it was not.
    #[inline]
    pub(super) fn refused(&self) -> Option<EncodeError> {
        self.refused.clone()
    }

    /// Replaces the buffer by this one, and returns the previous one.
    #[inline]
    pub(super) fn swap(&mut self, buffer: &mut Vec<u8>) {
        self.buf.swap(buffer);
    }

    /// The same encoder, which also records the variants of unions that occur.
    pub(crate) fn recording(mut self) -> Self {
        self.used = Some(Used::default());
        self
    }

    /// The bytes, the variants that have occurred, and whether the whole value was encoded.
    pub(crate) fn finish(self) -> (Vec<u8>, Used<TypeId>, Result<(), EncodeError>) {
        let result = match self.refused {
            Some(error) => Err(error),
            None => Ok(()),
        };
        (self.buf.into_bytes(), self.used.unwrap_or_default(), result)
    }

    /// Writes the bytes of a field, whose bits are in the header already.
    #[inline]
    pub fn put<T: Wire>(&mut self, value: &T) {
        value.put(self);
    }

    /// Writes a top-level value: its header bits in whole bytes, then its bytes.
    #[inline]
    pub(crate) fn alone<T: Wire>(&mut self, value: &T) {
        if T::BITS > 0 {
            self.header(T::BITS, value.bits());
        }
        value.put(self);
    }

    /// The same for a value that is no longer needed, whose bytes may be taken.
    #[inline]
    pub fn give<T: Wire>(&mut self, value: &mut T) {
        value.give(self);
    }

    /// Like `alone`, for a value that is no longer needed.
    #[inline]
    pub(crate) fn give_alone<T: Wire>(&mut self, value: &mut T) {
        if T::BITS > 0 {
            self.header(T::BITS, value.bits());
        }
        value.give(self);
    }

    /// Writes the low `count` bits of a header, in whole bytes. `count` is at most 64.
    #[inline]
    pub fn header(&mut self, count: u32, bits: u64) {
        self.store(bits.to_le_bytes(), count.div_ceil(8) as usize);
    }

    /// Writes a header of more than 64 bits: words of (count, bits). Every count but the last must be a multiple of 8.
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

    /// Enters a level of a recursive type, up to the limit.
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

    /// Writes a variant without a payload.
    #[inline]
    pub fn unit<U: Union>(&mut self, id: u16) {
        self.variant_id::<U>(id);
        self.empty();
    }

    /// Writes a variant with a value.
    #[inline]
    pub fn variant<U: Union, T: Wire>(&mut self, id: u16, value: &T) {
        self.variant_id::<U>(id);
        self.alone(value);
    }

    /// Writes a variant with fields of its own, which `put` writes as for a struct.
    #[inline]
    pub fn variant_with<U: Union>(&mut self, id: u16, put: impl FnOnce(&mut Self)) {
        self.variant_id::<U>(id);
        put(self);
    }

    /// Writes a variant that this schema does not know, exactly as it was read.
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
        match value < 1 << 56 && self.buf.has(8) {
            true => self.buf.fill_spare(|room| room.short_uint(value)),
            false => self.any_uint(value),
        }
    }

    #[cold]
    #[inline(never)]
    fn any_uint(&mut self, value: u64) {
        self.fill(MOST_UINT, |room| room.uint(value));
    }

    /// Writes a signed number in zigzag form.
    #[inline]
    pub(crate) fn int(&mut self, value: i64) {
        self.uint(zigzag(value));
    }

    /// Writes a length and that many bytes.
    #[inline]
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        match bytes.len() <= SHORT && self.buf.has(1 + SHORT) {
            true => self.buf.fill_spare(|room| room.short(bytes)),
            false => self.any_bytes(bytes),
        }
    }

    #[inline(never)]
    fn any_bytes(&mut self, bytes: &[u8]) {
        match bytes.len() {
            0..=SHORT => self.fill(1 + SHORT, |room| room.short(bytes)),
            len => {
                self.uint(len as u64);
                self.raw(bytes);
            }
        }
    }

    /// Writes bytes unchanged.
    #[inline]
    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.buf.extend(bytes);
    }

    /// Writes bytes unchanged, or shares them if they are large and the caller supports it.
    #[inline]
    pub(super) fn share(&mut self, bytes: &Bytes) {
        match self.keeps(bytes) {
            Some((kept, at)) => kept.parts.push(Part::new(at, bytes.clone())),
            None => self.raw(bytes),
        }
    }

    /// Writes bytes unchanged, or takes them if they are large and the caller supports it.
    #[inline]
    pub(super) fn take(&mut self, bytes: &mut Vec<u8>) {
        match self.keeps(bytes) {
            Some((kept, at)) => {
                kept.parts
                    .push(Part::new(at, core::mem::take(bytes).into()));
                kept.taken = true;
            }
            None => self.raw(bytes),
        }
    }

    /// Where to keep these bytes instead of copying them, and their position.
    #[inline]
    fn keeps(&mut self, bytes: &[u8]) -> Option<(&mut Kept, usize)> {
        let kept = self.kept.as_mut().filter(|_| Part::is_worth(bytes))?;
        Some((kept, self.buf.len()))
    }

    /// Writes the first `len` of `N` bytes.
    #[inline]
    pub(crate) fn store<const N: usize>(&mut self, bytes: [u8; N], len: usize) {
        match self.buf.has(N) {
            true => self.buf.fill_spare(|room| room.store(bytes, len)),
            false => self.store_growing(bytes, len),
        }
    }

    #[cold]
    #[inline(never)]
    fn store_growing<const N: usize>(&mut self, bytes: [u8; N], len: usize) {
        self.fill(N, |room| room.store(bytes, len));
    }

    /// Writes some values with one capacity check; `most` is the most that they can take.
    #[inline(always)]
    pub(super) fn fill(&mut self, most: usize, write: impl FnOnce(&mut Room<'_>)) {
        self.buf.fill(most, write);
    }
}
