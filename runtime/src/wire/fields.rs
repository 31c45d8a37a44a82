//! Reads the fields of a struct, whoever wrote it: here where the writer's fields are ours, else in `merge`.
//!
//! The first error is kept, so that no field needs a way out of its own: values stay blank from there on, and
//! `finish` says that there is no value. Ways out were most of what generated code is compiled to.

use super::bits::mask;
use super::decoder::Decoder;
use super::error::{DecodeError, Result};
use super::merge::{Owned, Read, Seen, Slow};
use super::plan::Plan;
use super::value::{Record, Wire};
use super::views::Look;

/// The fields of a struct that were not read yet.
#[derive(Debug)]
pub struct Fields<'i, 'p, 'a> {
    input: &'i mut Decoder<'a>,
    /// The header bits of the fields to come, where the writer's fields are ours and their bits fit.
    bits: u64,
    /// The other cases.
    slow: Option<Slow<'p, 'a>>,
}

impl<'a> Decoder<'a> {
    /// Reads the header of a struct, which has `count` bits if its writer's fields are ours; its fields come next.
    #[inline]
    pub fn fields<'i, 'p>(&'i mut self, plan: &'p Plan, count: u32) -> Result<Fields<'i, 'p, 'a>> {
        let (bits, slow) = match plan.is_same() {
            true if count == 0 => (0, None),
            true if count <= u64::BITS => (self.header(count)?, None),
            _ => (0, Some(self.slow_fields(plan, count)?)),
        };
        Ok(Fields {
            input: self,
            bits,
            slow,
        })
    }

    /// Reads a struct into the place of a blank one.
    #[inline]
    pub fn record<R: Record>(&mut self, value: &mut R, plan: &Plan) -> Result<()> {
        let mut read = |input: &mut Self| {
            if R::FIELDS.is_empty() {
                return input.no_fields(plan);
            }
            let mut fields = input.fields(plan, R::HEADER)?;
            value.read(&mut fields);
            fields.finish()
        };
        match R::NESTED {
            true => self.nested(read)?,
            false => read(self)?,
        }
        value.check().map_err(|invalid| self.refused(&invalid))
    }

    /// Reads a struct without fields.
    pub fn no_fields(&mut self, plan: &Plan) -> Result<()> {
        match plan.is_same() {
            true => self.empty(),
            false => self.fields(plan, 0)?.finish(),
        }
    }
}

impl<'a> Fields<'_, '_, 'a> {
    /// Reads a field that must be there into the place of a blank value; `place` names it in errors. Fields are asked for by
    /// ascending ids.
    #[inline]
    pub fn fill<T: Wire>(&mut self, value: &mut T, id: u16, place: &'static str) {
        self.read(value, id, place, None);
    }

    /// The same for a field that is absent if the writer does not have it.
    #[inline]
    pub fn fill_optional<T: Wire + Default>(
        &mut self,
        value: &mut T,
        id: u16,
        place: &'static str,
    ) {
        self.read(value, id, place, Some(T::default));
    }

    /// The same for a field that has a default.
    #[inline]
    pub fn fill_or<T: Wire>(
        &mut self,
        value: &mut T,
        id: u16,
        place: &'static str,
        default: fn() -> T,
    ) {
        self.read(value, id, place, Some(default));
    }

    /// Reads a field that must be there and has no place yet.
    #[inline]
    pub fn required<T: Wire>(&mut self, id: u16, place: &'static str) -> T {
        self.placed(|fields, value| fields.fill(value, id, place))
    }

    /// The same for a field that is absent if the writer does not have it.
    #[inline]
    pub fn optional<T: Wire + Default>(&mut self, id: u16, place: &'static str) -> T {
        self.placed(|fields, value| fields.fill_optional(value, id, place))
    }

    /// The same for a field that has a default.
    #[inline]
    pub fn or<T: Wire>(&mut self, id: u16, place: &'static str, default: fn() -> T) -> T {
        self.placed(|fields, value| fields.fill_or(value, id, place, default))
    }

    #[inline]
    fn placed<T: Wire>(&mut self, fill: impl FnOnce(&mut Self, &mut T)) -> T {
        let mut value = T::blank();
        fill(self, &mut value);
        value
    }

    /// Looks at a field that must be there.
    #[inline]
    pub fn look_required<T: Look>(&mut self, id: u16, place: &'static str) -> Result<T::View<'a>> {
        self.look::<Seen<T>>(id, place, None)
    }

    /// Looks at a field that is absent if the writer does not have it.
    #[inline]
    pub fn look_optional<T: Look>(&mut self, id: u16, place: &'static str) -> Result<T::View<'a>>
    where
        T::View<'a>: Default,
    {
        self.look::<Seen<T>>(id, place, Some(Default::default))
    }

    /// Looks at a field that has a default.
    #[inline]
    pub fn look_or<T: Look>(
        &mut self,
        id: u16,
        place: &'static str,
        default: fn() -> T::View<'a>,
    ) -> Result<T::View<'a>> {
        self.look::<Seen<T>>(id, place, Some(default))
    }

    /// Passes over what is left.
    ///
    /// # Errors
    /// The first of all that occurred.
    #[inline]
    pub fn finish(self) -> Result<()> {
        match self.slow {
            None => Ok(()),
            Some(slow) => slow.finish(self.input),
        }
    }

    /// Reads a field into the place of a blank value. An error is kept.
    #[inline(always)]
    fn read<T: Wire>(
        &mut self,
        value: &mut T,
        id: u16,
        place: &'static str,
        default: Option<fn() -> T>,
    ) {
        if self.slow.is_some() {
            return self.slowly(value, id, place, default);
        }
        let bits = self.next_bits(T::BITS);
        if let Err(error) = value.fill(self.input, bits) {
            self.fail(error, place);
        }
    }

    #[inline(never)]
    fn slowly<T: Wire>(
        &mut self,
        value: &mut T,
        id: u16,
        place: &'static str,
        default: Option<fn() -> T>,
    ) {
        let Some(slow) = &mut self.slow else {
            return;
        };
        match slow.read::<Owned<T>>(self.input, id, place, default) {
            Ok(read) => *value = read,
            Err(error) => self.fail(error, place),
        }
    }

    #[cold]
    #[inline(never)]
    fn fail(&mut self, error: DecodeError, place: &'static str) {
        self.slow = Some(Slow::Failed(error.at(place)));
    }

    /// The header bits of the next field, where they are in `bits`.
    #[inline(always)]
    fn next_bits(&mut self, count: u32) -> u64 {
        let own = self.bits & mask(count);
        if count > 0 {
            self.bits = self.bits.checked_shr(count).unwrap_or(0);
        }
        own
    }

    #[inline(always)]
    fn look<R: Read<'a>>(
        &mut self,
        id: u16,
        place: &'static str,
        default: Option<fn() -> R::Value>,
    ) -> Result<R::Value> {
        if let Some(slow) = &mut self.slow {
            return slow.read::<R>(self.input, id, place, default);
        }
        let bits = self.next_bits(R::BITS);
        match R::same(self.input, bits) {
            Ok(value) => Ok(value),
            Err(error) => Err(error.at(place)),
        }
    }
}
