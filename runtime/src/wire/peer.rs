//! The shapes of peers, and how to read bodies that are written in them.

use super::decoder::Seen;
use super::error::{DecodeError, DecodeErrorKind, Result};
use super::measures::Measures;
use super::plan::Table;
use super::shape::{Reading, Shape};
use super::used::Used;
use super::value::{Message, Wire};
use super::{DecodeLimits, Decoder, head};
use crate::types::Source;
use bytes::Bytes;
use core::any::TypeId;
use std::sync::{Arc, OnceLock, Weak};

/// The shape that a peer told us for the bodies that it sends.
#[derive(Debug)]
pub struct PeerShape {
    head: Box<[u8]>,
    /// How to read bodies as the type that was requested first, which in practice is always the same. A weak reference:
    /// the type's own shape caches readings, and bounds that cache because a peer can send very many heads.
    first: OnceLock<(TypeId, Weak<Reading>)>,
    /// The same for views, which borrow it.
    viewed: OnceLock<(TypeId, Arc<Reading>)>,
}

impl PeerShape {
    /// Checks the head that a peer sent: what [`Shape::head`] gave there.
    ///
    /// # Errors
    /// [`DecodeErrorKind::Shape`] if it is none, or describes values that would be infinite or too deep.
    pub fn parse(head: &[u8]) -> Result<Self> {
        let graph = head::parse(head)?;
        Measures::of(&graph).map_err(|fault| DecodeError::new(DecodeErrorKind::Shape(fault), 0))?;
        Ok(Self {
            head: head.into(),
            first: OnceLock::new(),
            viewed: OnceLock::new(),
        })
    }

    /// Whether the peer has the same shape.
    pub(super) fn is_same(&self, shape: &Shape) -> bool {
        *self.head == *shape.head()
    }

    /// Reads a body as a `T`, whatever version of it the peer has.
    ///
    /// # Errors
    /// As [`decode`](crate::decode).
    pub fn decode<T: Message>(&self, body: &[u8], limits: &DecodeLimits) -> Result<T> {
        self.decode_as(T::shape(), body, limits)
    }

    /// Reads a body as a `T` that is no message of its own, whose shape `shape` has to be: for tests of the wire format.
    #[doc(hidden)]
    pub fn decode_as<T: Wire>(
        &self,
        shape: &Shape,
        body: &[u8],
        limits: &DecodeLimits,
    ) -> Result<T> {
        self.decode_from(shape, Decoder::new(body, body.len(), limits))
    }

    /// As [`PeerShape::decode`]; fields of the types [`Bytes`] and [`SharedStr`](crate::SharedStr) share the memory of
    /// `body` instead of copying out of it.
    ///
    /// # Errors
    /// As [`decode`](crate::decode).
    pub fn decode_shared<T: Message>(&self, body: &Bytes, limits: &DecodeLimits) -> Result<T> {
        self.decode_part(T::shape(), body, Source::Message(body), limits)
    }

    /// Decodes a body as a `T`, whose shape is `shape`. Strings and bytes share memory with `source`.
    pub(crate) fn decode_part<T: Wire>(
        &self,
        shape: &Shape,
        body: &[u8],
        source: Source<'_>,
        limits: &DecodeLimits,
    ) -> Result<T> {
        let input = Decoder::new(body, body.len(), limits).sharing(source);
        self.decode_from(shape, input)
    }

    fn decode_from<T: Wire>(&self, shape: &Shape, mut input: Decoder<'_>) -> Result<T> {
        if self.is_same(shape) {
            return decode_ours(input, None);
        }
        match &*self.reading(shape)? {
            Reading::Own(described) => {
                input.seen = Seen::Own(Used::default());
                decode_ours(input, Some(described))
            }
            Reading::Planned(table) => {
                // The decoder must not outlive the table, and its position is only needed until here.
                let end = input.offset() + input.rest.len();
                decode_theirs(table, input.inner(input.rest, end, Some(table)))
            }
        }
    }

    /// How to view bodies as the type that was requested first; `None` for another one.
    pub(super) fn viewed_as(&self, shape: &Shape) -> Result<Option<&Reading>> {
        let (key, reading) = match self.viewed.get() {
            Some(viewed) => viewed,
            None => {
                let reading = self.reading(shape)?;
                self.viewed.get_or_init(|| (shape.key, reading))
            }
        };
        Ok((*key == shape.key).then_some(&**reading))
    }

    fn reading(&self, shape: &Shape) -> Result<Arc<Reading>> {
        if let Some((key, reading)) = self.first.get()
            && *key == shape.key
            && let Some(reading) = reading.upgrade()
        {
            return Ok(reading);
        }
        let reading = shape.reading(&self.head)?;
        self.first
            .get_or_init(|| (shape.key, Arc::downgrade(&reading)));
        Ok(reading)
    }
}

/// Decodes a body with a table. All variants that the head describes must occur.
pub(super) fn decode_planned<'a, T: Wire>(table: &'a Table, mut input: Decoder<'a>) -> Result<T> {
    input.seen = Seen::Peer(Used::default());
    decode_theirs(table, input)
}

/// Decodes a body with a table.
fn decode_theirs<T: Wire>(table: &Table, mut input: Decoder<'_>) -> Result<T> {
    let mut value = T::blank();
    input.fill_alone_by_plan(&mut value, table.root(), table.root_bits)?;
    input.finish()?;
    Ok(value)
}

/// Decodes a body in the shape of `T`. Strings and bytes share memory with `source`.
#[inline]
pub(crate) fn decode_same<T: Wire>(
    body: &[u8],
    source: Source<'_>,
    limits: &DecodeLimits,
) -> Result<T> {
    let input = Decoder::new(body, body.len(), limits).sharing(source);
    decode_ours(input, None)
}

/// Decodes a body in our shape in which exactly these variants occur.
#[inline]
fn decode_ours<T: Wire>(mut input: Decoder<'_>, described: Option<&Used<TypeId>>) -> Result<T> {
    let mut value = T::blank();
    input.fill_alone(&mut value)?;
    if let Some(described) = described {
        input.only(described)?;
    }
    input.end()?;
    if input.has_nothing() {
        core::mem::forget(input);
    }
    Ok(value)
}
