//! Strings and bytes that share memory with the message, or with one copy of it.

use bytes::Bytes;

use super::buffer::SHORT;
use super::error::{DecodeErrorKind, Result};
use super::plan::Plan;
use super::ty::{Part, Type};
use super::value::Wire;
use super::views::Look;
use super::{Decoder, Encoder};
use crate::types::SharedStr;

impl Decoder<'_> {
    /// Charges the budget for keeping these bytes of the message.
    fn charge_part(&mut self, bytes: &[u8]) -> Result<()> {
        self.charge_bytes(bytes.len() + self.source.ahead(bytes))
    }

    /// A text that is long, not ASCII, or at the end of the message.
    #[inline(never)]
    fn shared_text(&mut self) -> Result<SharedStr> {
        let text = self.text()?;
        if let Some(short) = SharedStr::short(text) {
            return Ok(short);
        }
        self.charge_part(text.as_bytes())?;
        Ok(SharedStr::part_of(text, self.source))
    }
}

impl Wire for Bytes {
    const MIN: u32 = 8;

    fn ty() -> Type {
        Type::List(Part::inline::<u8>())
    }

    #[inline]
    fn blank() -> Self {
        Self::default()
    }

    #[inline]
    fn put(&self, out: &mut Encoder) {
        out.shared(self);
    }

    #[inline]
    fn get(input: &mut Decoder<'_>, _: u64) -> Result<Self> {
        let bytes = input.sized()?;
        input.charge_part(bytes)?;
        Ok(input.source.part(bytes))
    }

    fn get_planned(input: &mut Decoder<'_>, plan: &Plan, bits: u64) -> Result<Self> {
        same(input, plan, bits)
    }
}

impl Wire for SharedStr {
    const MIN: u32 = 8;

    fn ty() -> Type {
        Type::String
    }

    #[inline]
    fn blank() -> Self {
        Self::default()
    }

    #[inline]
    fn put(&self, out: &mut Encoder) {
        match self.as_shared() {
            Some(bytes) => out.shared(bytes),
            None => out.bytes(self.as_bytes()),
        }
    }

    #[inline]
    fn get(input: &mut Decoder<'_>, _: u64) -> Result<Self> {
        if let Some(room) = input.rest.first_chunk()
            && let Some(short) = Self::short_ascii(room)
        {
            input.rest = &input.rest[1 + short.len()..];
            return Ok(short);
        }
        input.shared_text()
    }

    #[inline(never)]
    fn fill(&mut self, input: &mut Decoder<'_>, bits: u64) -> Result<()> {
        *self = Self::get(input, bits)?;
        Ok(())
    }

    fn get_planned(input: &mut Decoder<'_>, plan: &Plan, bits: u64) -> Result<Self> {
        same(input, plan, bits)
    }
}

impl Encoder {
    /// Writes a length and that many bytes, which are shared if they are large.
    #[inline]
    fn shared(&mut self, bytes: &Bytes) {
        match bytes.len() {
            0..=SHORT => self.bytes(bytes),
            len => {
                self.uint(len as u64);
                self.share(bytes);
            }
        }
    }
}

/// Decodes a value whose plan can only be [`Plan::same`].
fn same<T: Wire>(input: &mut Decoder<'_>, plan: &Plan, bits: u64) -> Result<T> {
    match plan.is_same() {
        true => T::get(input, bits),
        false => Err(input.error(DecodeErrorKind::Incompatible)),
    }
}

impl Look for SharedStr {
    type View<'a> = &'a str;

    #[inline]
    fn look<'a>(input: &mut Decoder<'a>, bits: u64) -> Result<&'a str> {
        String::look(input, bits)
    }

    fn look_planned<'a>(input: &mut Decoder<'a>, plan: &Plan, bits: u64) -> Result<&'a str> {
        String::look_planned(input, plan, bits)
    }
}
