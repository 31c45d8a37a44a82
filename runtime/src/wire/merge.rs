//! Reads fields of which not all are ours, or whose header has more bits than a word. This is a merge, as both sides have their
//! fields in the order of the ids: no field is stored before its turn. How structs are read is in `fields`.

use super::bits::Bits;
use super::decoder::Decoder;
use super::error::{DecodeError, Result};
use super::plan::{Action, FieldPlan, Plan, Skip, Step};
use super::value::Wire;
use super::views::Look;
use core::marker::PhantomData;

/// What is read field by field by one function for each type.
#[derive(Debug)]
pub(super) enum Slow<'p, 'a> {
    /// Fields that are ours, with more header bits than a word has; the first bit of the next field.
    Wide(Bits<'a>, usize),
    /// Fields of which not all are ours.
    Other(core::slice::Iter<'p, FieldPlan>, Bits<'a>),
    /// None any more: why one could not be read.
    Failed(DecodeError),
}

impl<'a> Decoder<'a> {
    #[cold]
    #[inline(never)]
    pub(super) fn slow_fields<'p>(&mut self, plan: &'p Plan, count: u32) -> Result<Slow<'p, 'a>> {
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

    /// Passes over fields that have no header bits.
    #[inline]
    pub(super) fn pass(&mut self, fields: &[FieldPlan]) -> Result<()> {
        let header = Bits { bytes: &[] };
        fields
            .iter()
            .try_for_each(|field| skip(self, field, &header))
    }
}

impl<'a> Slow<'_, 'a> {
    #[inline(never)]
    pub(super) fn read<R: Read<'a>>(
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
    pub(super) fn finish(self, input: &mut Decoder<'a>) -> Result<()> {
        match self {
            Self::Wide(..) => Ok(()),
            Self::Other(mut rest, header) => rest.try_for_each(|field| skip(input, field, &header)),
            Self::Failed(error) => Err(error),
        }
    }
}

/// A way to read a value: as its own, or as a view.
pub(super) trait Read<'a> {
    /// How many header bits a value of ours has.
    const BITS: u32;
    type Value;
    fn same(input: &mut Decoder<'a>, bits: u64) -> Result<Self::Value>;
    fn planned(input: &mut Decoder<'a>, plan: &Plan, bits: u64) -> Result<Self::Value>;
}

pub(super) struct Owned<T>(PhantomData<T>);

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

pub(super) struct Seen<T>(PhantomData<T>);

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
