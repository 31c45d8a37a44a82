//! Reads the fields of a struct, whoever wrote it. Where the writer's struct is not ours, this is a merge, as both sides have
//! their fields in the order of the ids: no field is stored before its turn.
//!
//! The first error is kept, so that no field needs a way out of its own: values are blank from there on, and
//! `finish` says that there is no value. Ways out were most of what generated code is compiled to.

use super::DecodeLimits;
use super::bits::{Bits, mask};
use super::decoder::Decoder;
use super::error::{DecodeError, Result};
use super::plan::{Action, FieldPlan, Plan, Skip, Step};
use super::value::{Record, Wire};
use super::views::Look;
use core::marker::PhantomData;

/// The fields of a struct that were not read yet.
#[derive(Debug)]
pub struct Fields<'i, 'p, 'a> {
    input: &'i mut Decoder<'a>,
    /// The header bits of the fields to come, where the writer's fields are ours and their bits fit.
    bits: u64,
    /// The other cases.
    slow: Option<Slow<'p, 'a>>,
}

/// What is read field by field by one function for each type.
#[derive(Debug)]
enum Slow<'p, 'a> {
    /// Fields that are ours, with more header bits than a word has; the first bit of the next field.
    Wide(Bits<'a>, usize),
    /// Fields of which not all are ours.
    Other(core::slice::Iter<'p, FieldPlan>, Bits<'a>),
    /// None any more: why one could not be read.
    Failed(DecodeError),
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

    #[cold]
    #[inline(never)]
    fn slow_fields<'p>(&mut self, plan: &'p Plan, count: u32) -> Result<Slow<'p, 'a>> {
        let record = match &plan.step {
            Step::Same => return Ok(Slow::Wide(self.element_bits(1, count)?, 0)),
            Step::Record(record) => record,
            _ => return Err(self.incompatible()),
        };
        if record.fields.is_empty() {
            self.empty()?;
        }
        let header = self.element_bits(1, record.bits)?;
        Ok(Slow::Other(record.fields.iter(), header))
    }

    /// Reads a struct, which has `bits` header bits if its writer's fields are ours.
    #[inline]
    pub fn record<R: Record>(&mut self, plan: &Plan, bits: u32) -> Result<R> {
        if R::FIELDS.is_empty() && plan.is_same() {
            self.empty()?;
        }
        let mut fields = self.fields(plan, bits)?;
        let value = R::read(&mut fields);
        fields.finish()?;
        Ok(value)
    }

    /// Reads a struct without fields.
    pub fn no_fields(&mut self, plan: &Plan) -> Result<()> {
        match plan.is_same() {
            true => self.empty(),
            false => self.fields(plan, 0)?.finish(),
        }
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

/// A struct whose fields are blank.
#[cold]
pub fn blank_record<R: Record>() -> R {
    let input = &mut Decoder::new(&[], 0, &DecodeLimits::default());
    let failed = Slow::Failed(input.incompatible());
    R::read(&mut Fields {
        input,
        bits: 0,
        slow: Some(failed),
    })
}

impl<'a> Fields<'_, '_, 'a> {
    /// Reads a field that must be there; `place` names it in errors. Fields are asked for by ascending ids.
    #[inline]
    pub fn required<T: Wire>(&mut self, id: u16, place: &'static str) -> T {
        self.kept(id, place, None)
    }

    /// Reads a field that is absent if the writer does not have it.
    #[inline]
    pub fn optional<T: Wire + Default>(&mut self, id: u16, place: &'static str) -> T {
        self.kept(id, place, Some(T::default))
    }

    /// Reads a field that has a default.
    #[inline]
    pub fn or<T: Wire>(&mut self, id: u16, place: &'static str, default: fn() -> T) -> T {
        self.kept(id, place, Some(default))
    }

    /// Looks at a field that must be there.
    #[inline]
    pub fn look_required<T: Look>(&mut self, id: u16, place: &'static str) -> Result<T::View<'a>> {
        self.read::<Seen<T>>(id, place, None)
    }

    /// Looks at a field that is absent if the writer does not have it.
    #[inline]
    pub fn look_optional<T: Look>(&mut self, id: u16, place: &'static str) -> Result<T::View<'a>>
    where
        T::View<'a>: Default,
    {
        self.read::<Seen<T>>(id, place, Some(Default::default))
    }

    /// Looks at a field that has a default.
    #[inline]
    pub fn look_or<T: Look>(
        &mut self,
        id: u16,
        place: &'static str,
        default: fn() -> T::View<'a>,
    ) -> Result<T::View<'a>> {
        self.read::<Seen<T>>(id, place, Some(default))
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

    /// Reads a field. An error is kept, and the value is blank then.
    #[inline(always)]
    fn kept<T: Wire>(&mut self, id: u16, place: &'static str, default: Option<fn() -> T>) -> T {
        if self.slow.is_none() {
            let bits = self.next_bits(T::BITS);
            match T::get(self.input, bits) {
                Ok(value) => return value,
                Err(error) => self.fail(error.at(place)),
            }
        }
        self.slowly(id, place, default)
    }

    #[inline(never)]
    fn slowly<T: Wire>(&mut self, id: u16, place: &'static str, default: Option<fn() -> T>) -> T {
        let Some(slow) = &mut self.slow else {
            return T::blank();
        };
        match slow.read::<Owned<T>>(self.input, id, place, default) {
            Ok(value) => value,
            Err(error) => {
                self.fail(error);
                T::blank()
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn fail(&mut self, error: DecodeError) {
        self.slow = Some(Slow::Failed(error));
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
    fn read<R: Read<'a>>(
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

impl<'a> Slow<'_, 'a> {
    #[inline(never)]
    fn read<R: Read<'a>>(
        &mut self,
        input: &mut Decoder<'a>,
        id: u16,
        place: &'static str,
        default: Option<fn() -> R::Value>,
    ) -> Result<R::Value> {
        match self.next::<R>(input, id) {
            Ok(Some(value)) => Ok(value),
            Ok(None) => match default {
                Some(default) => Ok(default()),
                None => Err(input.missing(place)),
            },
            Err(error) => Err(error.at(place)),
        }
    }

    /// The field with this id; `None` if its writer does not have it or left it out.
    #[inline]
    fn next<R: Read<'a>>(&mut self, input: &mut Decoder<'a>, id: u16) -> Result<Option<R::Value>> {
        let (rest, header) = match self {
            Self::Wide(header, at) => {
                let own = header.at(*at, R::BITS);
                *at += R::BITS as usize;
                return R::same(input, own).map(Some);
            }
            Self::Other(rest, header) => (rest, header),
            Self::Failed(error) => return Err(error.clone()),
        };
        while let Some(field) = rest.as_slice().first() {
            if field.id > id {
                break;
            }
            rest.next();
            if field.id < id {
                skip(input, field, header)?;
                continue;
            }
            return read::<R>(input, field, header);
        }
        Ok(None)
    }

    #[cold]
    #[inline(never)]
    fn finish(self, input: &mut Decoder<'a>) -> Result<()> {
        match self {
            Self::Wide(..) => Ok(()),
            Self::Other(mut rest, header) => rest.try_for_each(|field| skip(input, field, &header)),
            Self::Failed(error) => Err(error),
        }
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
