//! Walks through the fields of a writer whose struct is not ours. Both sides have their fields in the order of the
//! ids, so this is a merge: no field is stored before its turn.

use super::bits::Bits;
use super::decoder::Decoder;
use super::error::Result;
use super::plan::{Action, FieldPlan, Plan, Skip, Step};
use super::value::Wire;
use super::views::Look;
use core::marker::PhantomData;

/// The fields of the writer's struct that were not read yet.
#[derive(Debug)]
pub struct PlannedFields<'i, 'p, 'a> {
    input: &'i mut Decoder<'a>,
    rest: core::slice::Iter<'p, FieldPlan>,
    header: Bits<'a>,
}

impl<'a> Decoder<'a> {
    /// Reads the header of the writer's struct; its fields come next.
    pub fn fields<'i, 'p>(&'i mut self, plan: &'p Plan) -> Result<PlannedFields<'i, 'p, 'a>> {
        let Step::Record(record) = &plan.step else {
            return Err(self.incompatible());
        };
        if record.fields.is_empty() {
            self.empty()?;
        }
        let header = self.element_bits(1, record.bits)?;
        Ok(PlannedFields {
            input: self,
            rest: record.fields.iter(),
            header,
        })
    }

    /// Passes over fields that have no header bits.
    #[inline]
    pub(super) fn pass(&mut self, fields: &[FieldPlan]) -> Result<()> {
        let header = Bits { bytes: &[] };
        fields
            .iter()
            .try_for_each(|field| skip(self, field, &header))
    }
}

impl<'a> PlannedFields<'_, '_, 'a> {
    /// Reads a field that must be there; `place` names it in errors. Fields are asked for by ascending ids.
    #[inline]
    pub fn required<T: Wire>(&mut self, id: u16, place: &'static str) -> Result<T> {
        let value = self.next::<Owned<T>>(id).map_err(|error| error.at(place))?;
        value.ok_or_else(|| self.input.missing(place))
    }

    /// Reads a field that is absent if the writer does not have it.
    #[inline]
    pub fn optional<T: Wire + Default>(&mut self, id: u16, place: &'static str) -> Result<T> {
        self.or(id, place, T::default)
    }

    /// Reads a field that has a default.
    #[inline]
    pub fn or<T: Wire>(
        &mut self,
        id: u16,
        place: &'static str,
        default: impl FnOnce() -> T,
    ) -> Result<T> {
        let value = self.next::<Owned<T>>(id).map_err(|error| error.at(place))?;
        Ok(value.unwrap_or_else(default))
    }

    /// Looks at a field that must be there.
    #[inline]
    pub fn look_required<T: Look>(&mut self, id: u16, place: &'static str) -> Result<T::View<'a>> {
        let value = self.next::<Seen<T>>(id).map_err(|error| error.at(place))?;
        value.ok_or_else(|| self.input.missing(place))
    }

    /// Looks at a field that is absent if the writer does not have it.
    #[inline]
    pub fn look_optional<T: Look>(&mut self, id: u16, place: &'static str) -> Result<T::View<'a>>
    where
        T::View<'a>: Default,
    {
        let value = self.next::<Seen<T>>(id).map_err(|error| error.at(place))?;
        Ok(value.unwrap_or_default())
    }

    /// Looks at a field that has a default.
    #[inline]
    pub fn look_or<T: Look>(
        &mut self,
        id: u16,
        place: &'static str,
        default: impl FnOnce() -> T::View<'a>,
    ) -> Result<T::View<'a>> {
        let value = self.next::<Seen<T>>(id).map_err(|error| error.at(place))?;
        Ok(value.unwrap_or_else(default))
    }

    /// Passes over what is left.
    pub fn finish(self) -> Result<()> {
        for field in self.rest {
            skip(self.input, field, &self.header)?;
        }
        Ok(())
    }

    #[inline]
    fn next<R: Read<'a>>(&mut self, id: u16) -> Result<Option<R::Value>> {
        while let Some(field) = self.rest.as_slice().first() {
            if field.id > id {
                break;
            }
            self.rest.next();
            if field.id < id {
                skip(self.input, field, &self.header)?;
                continue;
            }
            return read::<R>(self.input, field, &self.header);
        }
        Ok(None)
    }
}

/// A way to read a value: as its own, or as a view.
trait Read<'a> {
    /// How many header bits a value of ours has.
    const BITS: u32;
    type Value;
    fn same(input: &mut Decoder<'a>, bits: u64) -> Result<Self::Value>;
    fn planned(input: &mut Decoder<'a>, plan: &Plan, bits: u64) -> Result<Self::Value>;
}

struct Owned<T>(PhantomData<T>);

impl<'a, T: Wire> Read<'a> for Owned<T> {
    const BITS: u32 = T::BITS;
    type Value = T;

    #[inline]
    fn same(input: &mut Decoder<'a>, bits: u64) -> Result<T> {
        T::get(input, bits)
    }

    #[inline]
    fn planned(input: &mut Decoder<'a>, plan: &Plan, bits: u64) -> Result<T> {
        input.by_plan(plan, bits)
    }
}

struct Seen<T>(PhantomData<T>);

impl<'a, T: Look> Read<'a> for Seen<T> {
    const BITS: u32 = T::BITS;
    type Value = T::View<'a>;

    #[inline]
    fn same(input: &mut Decoder<'a>, bits: u64) -> Result<T::View<'a>> {
        T::look(input, bits)
    }

    #[inline]
    fn planned(input: &mut Decoder<'a>, plan: &Plan, bits: u64) -> Result<T::View<'a>> {
        input.look_by_plan::<T>(plan, bits)
    }
}

/// Reads a field that we have too; `None` if its writer left it out.
#[inline]
fn read<'a, R: Read<'a>>(
    input: &mut Decoder<'a>,
    field: &FieldPlan,
    header: &Bits<'_>,
) -> Result<Option<R::Value>> {
    if let Action::Same = field.action {
        let bits = match R::BITS {
            0 => 0,
            width => header.at(field.bit as usize, width),
        };
        return R::same(input, bits).map(Some);
    }
    let bits = bits_of(field, header);
    let (plan, bits) = match field.action {
        Action::Read(plan) => (plan, bits),
        Action::ReadIfPresent(_) if bits & 1 == 0 => return Ok(None),
        Action::ReadIfPresent(plan) => (plan, bits >> 1),
        Action::Same | Action::Skip(_) => return Err(input.incompatible()),
    };
    let plan = input.plan(plan)?;
    R::planned(input, plan, bits).map(Some)
}

/// Passes over a field that we do not have.
#[inline]
fn skip(input: &mut Decoder<'_>, field: &FieldPlan, header: &Bits<'_>) -> Result<()> {
    match field.action {
        Action::Skip(Skip::Width(width)) => input.take(width).map(drop),
        Action::Skip(Skip::Number) => input.uint().map(drop),
        Action::Skip(Skip::Sized) => input.sized().map(drop),
        Action::Skip(Skip::Kind(kind)) => input.skip(kind, bits_of(field, header)),
        Action::Same | Action::Read(_) | Action::ReadIfPresent(_) => Err(input.incompatible()),
    }
}

#[inline]
fn bits_of(field: &FieldPlan, header: &Bits<'_>) -> u64 {
    match field.bits {
        0 => 0,
        width => header.at(field.bit as usize, width),
    }
}
