//! Messages that are viewed instead of decoded. The plan for another writer's shape must live as long as the views that
//! use it, so it is kept by an [`Envelope`] or by the peer's shape.

use super::decoder::Seen;
use super::error::Result;
use super::message::DecodeLimits;
use super::peer::PeerShape;
use super::plan::Table;
use super::shape::{Reading, Shape};
use super::used::Used;
use super::value::Message;
use super::views::{Look, View};
use super::{DecodeErrorKind, Decoder};
use std::sync::{Arc, OnceLock};

/// A message that carries its shape, to look at without copying texts and bytes out of it.
///
/// ```
/// # fn look<Order: sinew::Message + sinew::Look>(bytes: &[u8]) -> Result<(), sinew::DecodeError> {
/// let envelope = sinew::Envelope::new(bytes);
/// let order = envelope.view::<Order>()?; // an `OrderView`, whose texts lie in `bytes`
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Envelope<'a> {
    bytes: &'a [u8],
    limits: DecodeLimits,
    reading: OnceLock<(core::any::TypeId, Arc<Reading>)>,
}

impl<'a> Envelope<'a> {
    /// Around the bytes of a message, with the default limits.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self::with_limits(bytes, DecodeLimits::default())
    }

    /// Around the bytes of a message, with other limits.
    pub fn with_limits(bytes: &'a [u8], limits: DecodeLimits) -> Self {
        Self {
            bytes,
            limits,
            reading: OnceLock::new(),
        }
    }

    /// Looks at the message as a `T`. Who looks again must look as the same type if the writer's shape is not ours.
    ///
    /// # Errors
    ///
    /// As [`decode`](crate::decode): the whole message is checked before anything of it is seen.
    pub fn view<T: Message + Look>(&self) -> Result<View<'_, T>> {
        let shape = T::shape();
        let mut input = Decoder::new(self.bytes, self.bytes.len(), &self.limits);
        let head = input.sized()?;
        if *head == *shape.plain() {
            return look_own::<T>(input, &Used::default());
        }
        let start = input.offset() - head.len();
        match self.reading(shape, head).map_err(|e| e.shifted(start))? {
            Reading::Own(described) => look_own::<T>(input, described),
            Reading::Planned(table) => look_planned::<T>(table, input, Seen::Peer(Used::default())),
        }
    }

    fn reading(&self, shape: &Shape, head: &[u8]) -> Result<&Reading> {
        let key = shape.key;
        if self.reading.get().is_none() {
            let reading = shape.reading(head)?;
            let _ = self.reading.set((key, reading));
        }
        match self.reading.get() {
            Some((known, reading)) if *known == key => Ok(reading),
            _ => Err(super::DecodeError::new(DecodeErrorKind::Incompatible, 0)),
        }
    }
}

impl PeerShape {
    /// Looks at a body as a `T`. All bodies must be looked at as the same type if the peer's shape is not ours.
    ///
    /// # Errors
    ///
    /// As [`PeerShape::decode`].
    pub fn view<'a, T: Message + Look>(
        &'a self,
        body: &'a [u8],
        limits: &DecodeLimits,
    ) -> Result<View<'a, T>> {
        if self.is_same(T::shape()) {
            return look_same::<T>(body, limits);
        }
        let mut input = Decoder::new(body, body.len(), limits);
        match self.viewed_as(T::shape())? {
            Some(Reading::Own(described)) => {
                input.seen = Seen::Own(Used::default());
                let view = input.look_alone::<T>()?;
                input.only(described)?;
                input.end()?;
                Ok(view)
            }
            Some(Reading::Planned(table)) => look_planned::<T>(table, input, Seen::Unasked),
            None => Err(input.incompatible()),
        }
    }

    /// Whether bodies can be viewed as a type of this shape, rather than having been viewed as another.
    pub(crate) fn is_seen_as(&self, shape: &Shape) -> bool {
        !matches!(self.viewed_as(shape), Ok(None))
    }
}

/// Views a body that has our shape.
#[inline]
pub(crate) fn look_same<'a, T: Look>(body: &'a [u8], limits: &DecodeLimits) -> Result<View<'a, T>> {
    let mut input = Decoder::new(body, body.len(), limits);
    let view = input.look_alone::<T>()?;
    input.end()?;
    Ok(view)
}

/// Views a body that has our shape. Exactly the variants that the head describes must occur.
fn look_own<'a, T: Look>(
    mut input: Decoder<'a>,
    described: &Used<core::any::TypeId>,
) -> Result<View<'a, T>> {
    input.seen = Seen::Own(Used::default());
    let view = input.look_alone::<T>()?;
    input.end()?;
    match input.only(described)? == described.len() {
        true => Ok(view),
        false => Err(input.error(DecodeErrorKind::Unused)),
    }
}

/// Views a body with a table.
fn look_planned<'a, T: Look>(
    table: &'a Table,
    mut input: Decoder<'a>,
    seen: Seen,
) -> Result<View<'a, T>> {
    input.table = Some(table);
    input.seen = seen;
    let bits = match table.root_bits {
        0 => 0,
        bits => input.header(bits)?,
    };
    let view = T::look_planned(&mut input, table.root(), bits)?;
    input.finish()?;
    Ok(view)
}

impl<'a> Decoder<'a> {
    /// Views a top-level value.
    fn look_alone<T: Look>(&mut self) -> Result<View<'a, T>> {
        let bits = match T::BITS {
            0 => 0,
            bits => self.header(bits)?,
        };
        T::look(self, bits)
    }
}
