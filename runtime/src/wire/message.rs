//! Whole messages: a value with its shape before it, or only a body.

use super::decoder::Seen;
use super::error::{DecodeErrorKind, EncodeError, Result};
use super::output::Output;
use super::peer;
use super::shape::{Reading, Shape};
use super::used::Used;
use super::value::{Message, Wire};
use super::writing::Writing;
use super::{Decoder, Encoder};
use crate::types::Source;
use bytes::Bytes;

/// What decoding may take from this machine, whatever the bytes say.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub struct DecodeLimits {
    /// How many bytes of memory a value may take: 64 MiB unless set. Elements count by their size in memory.
    pub memory: usize,
}

impl Default for DecodeLimits {
    fn default() -> Self {
        Self {
            memory: 64 * 1024 * 1024,
        }
    }
}

impl DecodeLimits {
    /// The same limits with another bound for memory, in bytes.
    pub fn with_memory(self, memory: usize) -> Self {
        Self { memory }
    }
}

/// A message that carries its shape, so that anybody can read it at any time: for files, queues and storage.
///
/// # Errors
///
/// A value that is nested too deep or that has no encoding is refused.
pub fn encode<T: Message>(value: &T) -> core::result::Result<Vec<u8>, EncodeError> {
    let shape = T::shape();
    if !shape.readable() {
        return Err(EncodeError::Refused(
            "the types are nested too deep for a head",
        ));
    }
    if shape.has_unions() {
        return encode_described(shape, value);
    }
    let mut out = Encoder::new(Vec::with_capacity(first_capacity::<T>(shape)));
    out.bytes(shape.plain());
    out.alone(value);
    let (bytes, _, result) = out.finish();
    result.map(|()| bytes)
}

/// Room for the head, and for a value that is encoded in about as many bytes as it takes in memory.
fn first_capacity<T>(shape: &Shape) -> usize {
    shape.plain().len() + size_of::<T>() + 16
}

/// Encodes the body first, because it decides which variants the head describes.
fn encode_described<T: Wire>(
    shape: &Shape,
    value: &T,
) -> core::result::Result<Vec<u8>, EncodeError> {
    let mut out = Encoder::new(Vec::with_capacity(first_capacity::<T>(shape)));
    out.bytes(shape.plain());
    let (guess, ..) = out.finish();
    let guessed = guess.len();
    let mut out = Encoder::new(guess).recording();
    out.alone(value);
    let (mut bytes, used, result) = out.finish();
    result?;
    if used.len() > 0 {
        let mut out = Encoder::new(Vec::new());
        out.bytes(&shape.head_for(&used));
        bytes.splice(..guessed, out.finish().0);
    }
    Ok(bytes)
}

/// Reads a message that carries its shape.
///
/// # Errors
///
/// Any bytes end in a value or an error; see [`DecodeErrorKind`]. Default limits apply.
pub fn decode<T: Message>(bytes: &[u8]) -> Result<T> {
    decode_with(bytes, &DecodeLimits::default())
}

/// Reads a message that carries its shape, within other limits.
///
/// # Errors
///
/// As [`decode`].
pub fn decode_with<T: Message>(bytes: &[u8], limits: &DecodeLimits) -> Result<T> {
    decode_from(bytes, Source::Nothing, limits)
}

/// Reads a message that carries its shape. Fields of the types [`Bytes`] and [`SharedStr`](crate::SharedStr) share the
/// memory of `bytes` instead of copying out of it.
///
/// # Errors
///
/// As [`decode`].
pub fn decode_shared<T: Message>(bytes: &Bytes) -> Result<T> {
    decode_shared_with(bytes, &DecodeLimits::default())
}

/// As [`decode_shared`], within other limits.
///
/// # Errors
///
/// As [`decode`].
pub fn decode_shared_with<T: Message>(bytes: &Bytes, limits: &DecodeLimits) -> Result<T> {
    decode_from(bytes, Source::Message(bytes), limits)
}

fn decode_from<T: Message>(bytes: &[u8], source: Source<'_>, limits: &DecodeLimits) -> Result<T> {
    let shape = T::shape();
    let mut input = Decoder::new(bytes, bytes.len(), limits).sharing(source);
    let head = input.sized()?;
    if *head == *shape.plain() {
        return decode_own(input, &Used::default());
    }
    let head_start = input.offset() - head.len();
    let reading = shape
        .reading(head)
        .map_err(|error| error.shifted(head_start))?;
    match &*reading {
        Reading::Own(described) => decode_own(input, described),
        Reading::Planned(table) => {
            // The decoder must not outlive the table.
            let input = input.inner(input.rest, bytes.len(), Some(table));
            peer::decode_planned(table, input)
        }
    }
}

/// Decodes a body that has our shape. Exactly the variants that the head describes must occur.
fn decode_own<T: Wire>(mut input: Decoder<'_>, described: &Used<core::any::TypeId>) -> Result<T> {
    input.seen = Seen::Own(Used::default());
    let mut value = T::blank();
    input.fill_alone(&mut value)?;
    input.end()?;
    match input.only(described)? == described.len() {
        true => Ok(value),
        false => Err(input.error(DecodeErrorKind::Unused)),
    }
}

impl Decoder<'_> {
    /// Checks that only described variants have occurred, and returns how many did.
    pub(super) fn only(&self, described: &Used<core::any::TypeId>) -> Result<usize> {
        let Seen::Own(used) = &self.seen else {
            return Ok(0);
        };
        match used.beyond(described) {
            Some(id) => Err(self.error(DecodeErrorKind::Undescribed(id))),
            None => Ok(used.len()),
        }
    }
}

/// Writes the body of a value behind what `out` holds, for a reader who was told the shape.
///
/// # Errors
///
/// As [`encode`]; `out` is left as it was then.
#[inline]
pub fn encode_body<T: Wire>(value: &T, out: &mut Vec<u8>) -> core::result::Result<(), EncodeError> {
    Writing::begin(out, Encoder::new).write(|encoder| encoder.alone(value))
}

/// The same for an output, which may share large bytes of the value.
pub(crate) fn encode_onto<T: Wire>(
    value: &T,
    out: &mut Output,
) -> core::result::Result<(), EncodeError> {
    onto(out, |encoder| encoder.alone(value)).map(|_| ())
}

/// The same for a value that is no longer needed. Returns whether something was taken out of it.
pub(crate) fn give_onto<T: Wire>(
    value: &mut T,
    out: &mut Output,
) -> core::result::Result<bool, EncodeError> {
    onto(out, |encoder| encoder.give_alone(value))
}

#[inline]
fn onto(
    out: &mut Output,
    write: impl FnOnce(&mut Encoder),
) -> core::result::Result<bool, EncodeError> {
    let kept = Writing::begin(out.buffer(), Encoder::keeping).write_keeping(write)?;
    let Some(kept) = kept.filter(|kept| !kept.parts.is_empty()) else {
        return Ok(false);
    };
    out.add_all(kept.parts);
    Ok(kept.taken)
}
