//! Reads the fields of a struct, whoever wrote it. Runs of fields that are as ours are read here; what is between them is in `merge`.
//!
//! What a field mostly holds is read where its struct is: bits, numbers of constant width, and of one byte. All else is
//! one call of a function that the fields of a type share, in all structs; it knows other writers and errors too.
//!
//! The first error is kept, so that no field needs a way out of its own: values stay blank from there on, and
//! `finish` says that there is no value. Ways out were most of what generated code is compiled to.

use super::bits::mask;
use super::decoder::Decoder;
use super::error::{DecodeErrorKind, Result};
use super::merge::{Merge, Next};
use super::plan::Plan;
use super::value::{Record, Wire};
use super::views::Look;

/// The fields of a struct that are still to be read.
#[derive(Debug)]
pub struct Fields<'i, 'p, 'a> {
    pub(super) input: &'i mut Decoder<'a>,
    /// Fields with smaller ids are the same as ours, and so are their header bits; [`ALL`] if all are.
    pub(super) until: u16,
    /// The header bits of these fields.
    pub(super) bits: u64,
    /// What comes after them.
    pub(super) merge: Option<Merge<'p, 'a>>,
}

/// Larger than the id of any field.
const ALL: u16 = u16::MAX;

impl<'a> Decoder<'a> {
    /// Reads the fields of a struct: first `begin`, then each field in ascending order of ids, then `finish`.
    #[inline]
    pub fn fields<'i, 'p>(&'i mut self) -> Fields<'i, 'p, 'a> {
        Fields {
            input: self,
            until: ALL,
            bits: 0,
            merge: None,
        }
    }

    /// Reads a struct into a blank one.
    #[inline]
    pub fn record<R: Record>(&mut self, value: &mut R, plan: &Plan) -> Result<()> {
        match R::NESTED {
            true => self.nested(|input| input.level(value, plan))?,
            false => self.level(value, plan)?,
        }
        value.check().map_err(|invalid| self.refused(&invalid))
    }

    #[inline]
    fn level<R: Record>(&mut self, value: &mut R, plan: &Plan) -> Result<()> {
        if R::FIELDS.is_empty() {
            return self.no_fields(plan);
        }
        let mut fields = self.fields();
        fields.begin(plan, R::HEADER)?;
        value.read(&mut fields);
        fields.finish()
    }

    /// Reads a struct without fields.
    pub fn no_fields(&mut self, plan: &Plan) -> Result<()> {
        match plan.is_same() {
            true => self.empty(),
            false => {
                let mut fields = self.fields();
                fields.begin(plan, 0)?;
                fields.finish()
            }
        }
    }
}

impl<'i, 'p, 'a> Fields<'i, 'p, 'a> {
    /// Reads the header, which has `count` bits if the writer's fields are ours.
    ///
    /// # Errors
    /// The header is invalid, or the writer's type is not a struct.
    #[inline]
    pub fn begin(&mut self, plan: &'p Plan, count: u32) -> Result<()> {
        match plan.is_same() {
            true if count == 0 => {}
            true if count <= u64::BITS => self.bits = self.input.header(count)?,
            _ => self.begin_merging(plan, count)?,
        }
        Ok(())
    }

    /// Reads a required field into a blank value; `place` names it in errors. Fields must be requested in ascending
    /// order of ids.
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

    /// The same for a field with a default.
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

    /// Reads a required field and returns it.
    #[inline]
    pub fn required<T: Wire>(&mut self, id: u16, place: &'static str) -> T {
        self.placed(|fields, value| fields.fill(value, id, place))
    }

    /// The same for a field that is absent if the writer does not have it.
    #[inline]
    pub fn optional<T: Wire + Default>(&mut self, id: u16, place: &'static str) -> T {
        self.placed(|fields, value| fields.fill_optional(value, id, place))
    }

    /// The same for a field with a default.
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

    /// Views a required field.
    #[inline]
    pub fn look_required<T: Look>(&mut self, id: u16, place: &'static str) -> Result<T::View<'a>> {
        self.look::<T>(id, place, None)
    }

    /// Views a field that is absent if the writer does not have it.
    #[inline]
    pub fn look_optional<T: Look>(&mut self, id: u16, place: &'static str) -> Result<T::View<'a>>
    where
        T::View<'a>: Default,
    {
        self.look::<T>(id, place, Some(Default::default))
    }

    /// Views a field with a default.
    #[inline]
    pub fn look_or<T: Look>(
        &mut self,
        id: u16,
        place: &'static str,
        default: fn() -> T::View<'a>,
    ) -> Result<T::View<'a>> {
        self.look::<T>(id, place, Some(default))
    }

    /// Skips the remaining fields.
    ///
    /// # Errors
    /// The first error of any field.
    #[inline]
    pub fn finish(&mut self) -> Result<()> {
        match self.merge {
            None => Ok(()),
            Some(_) => self.finish_merging(),
        }
    }

    /// Reads a field into a blank value. Keeps an error for `finish`.
    #[inline(always)]
    fn read<T: Wire>(
        &mut self,
        value: &mut T,
        id: u16,
        place: &'static str,
        default: Option<fn() -> T>,
    ) {
        if id < self.until {
            match value.fill_common(self.input, self.bits & mask(T::BITS)) {
                Ok(true) => {
                    self.next_bits(T::BITS);
                    return;
                }
                Ok(false) => {}
                Err(error) => return self.fail(error, place),
            }
        }
        self.read_any(value, id, place, default);
    }

    /// Reads a field of any type.
    #[inline(never)]
    fn read_any<T: Wire>(
        &mut self,
        value: &mut T,
        id: u16,
        place: &'static str,
        default: Option<fn() -> T>,
    ) {
        if id >= self.until {
            return self.read_merging(value, id, place, default);
        }
        let bits = self.next_bits(T::BITS);
        if let Err(error) = value.fill(self.input, bits) {
            self.fail(error, place);
        }
    }

    /// Reads a field that is not in the current run.
    #[inline(never)]
    fn read_merging<T: Wire>(
        &mut self,
        value: &mut T,
        id: u16,
        place: &'static str,
        default: Option<fn() -> T>,
    ) {
        let read = match self.find(id, T::BITS) {
            Ok(Next::Ours) => return self.read_any(value, id, place, default),
            Ok(Next::Planned(plan, bits)) => value.fill_planned(self.input, plan, bits),
            Ok(Next::Absent) => self.absent(default).map(|default| *value = default),
            Err(error) => Err(error),
        };
        if let Err(error) = read {
            self.fail(error, place);
        }
    }

    #[inline(always)]
    fn look<T: Look>(
        &mut self,
        id: u16,
        place: &'static str,
        default: Option<fn() -> T::View<'a>>,
    ) -> Result<T::View<'a>> {
        let seen = match id < self.until {
            true => {
                let bits = self.next_bits(T::BITS);
                T::look(self.input, bits)
            }
            false => self.look_any::<T>(id, default),
        };
        seen.map_err(|error| error.at(place))
    }

    /// Views a field for any writer.
    #[inline(never)]
    fn look_any<T: Look>(
        &mut self,
        id: u16,
        default: Option<fn() -> T::View<'a>>,
    ) -> Result<T::View<'a>> {
        match self.find(id, T::BITS)? {
            Next::Ours => {
                let bits = self.next_bits(T::BITS);
                T::look(self.input, bits)
            }
            Next::Planned(plan, bits) => T::look_planned(self.input, plan, bits),
            Next::Absent => self.absent(default),
        }
    }

    /// The header bits of the next field of the run.
    #[inline(always)]
    pub(super) fn next_bits(&mut self, count: u32) -> u64 {
        let own = self.bits & mask(count);
        if count > 0 {
            self.bits = self.bits.checked_shr(count).unwrap_or(0);
        }
        own
    }

    /// The value of a field that the writer does not have.
    fn absent<V>(&self, default: Option<fn() -> V>) -> Result<V> {
        match default {
            Some(default) => Ok(default()),
            None => Err(self.input.error(DecodeErrorKind::Missing)),
        }
    }
}
