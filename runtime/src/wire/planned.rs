//! Reads values as a plan says: the slow half of the decoder, for writers whose shape is not ours, and unions.

use super::decoder::{Decoder, Seen};
use super::error::{DecodeError, DecodeErrorKind, Result};
use super::fields::Fields;
use super::head;
use super::plan::{Narrow, Plan, PlanId, Step, Table, UnionPlan, VariantPlan};
use super::unknown::UnknownVariant;
use super::used::Used;
use super::value::{MAX_ID, Union, Variant, Wire};
use core::any::TypeId;

impl<'a> Decoder<'a> {
    fn table(&self) -> Result<&'a Table> {
        self.table.ok_or_else(|| self.incompatible())
    }

    pub(super) fn plan(&self, id: PlanId) -> Result<&'a Plan> {
        self.table().map(|table| table.plan(id))
    }

    /// Reads a value that nothing holds as its plan says; `bits` is how many header bits the writer's value has.
    pub(super) fn alone_by_plan<T: Wire>(&mut self, plan: &Plan, bits: u32) -> Result<T> {
        let bits = match bits {
            0 => 0,
            _ => self.header(bits)?,
        };
        T::get_planned(self, plan, bits)
    }

    /// Reads the number of a narrower kind of the writer.
    pub(super) fn widened(&mut self, plan: &Plan) -> Result<i128> {
        let Step::Widen(narrow) = &plan.step else {
            return Err(self.incompatible());
        };
        Ok(match narrow {
            Narrow::U8 => u8::from_le_bytes(self.bytes()?).into(),
            Narrow::I8 => i8::from_le_bytes(self.bytes()?).into(),
            Narrow::U16 => u16::from_le_bytes(self.bytes()?).into(),
            Narrow::I16 => i16::from_le_bytes(self.bytes()?).into(),
            Narrow::Uint => self.uint()?.into(),
            Narrow::Int => self.int()?.into(),
        })
    }

    /// Checks that an optional value that is not there has no bits set.
    pub(super) fn absent(&self, bits: u64) -> Result<()> {
        match bits {
            0 => Ok(()),
            _ => Err(self.error(DecodeErrorKind::SpareBits)),
        }
    }

    /// Passes over a value of the writer that we do not know.
    pub(super) fn skip(&mut self, kind: super::graph::KindId, bits: u64) -> Result<()> {
        let table = self.table()?;
        table.skipper.skip(&table.peer, self, kind, bits)
    }

    /// Reads which variant a union has.
    #[inline]
    pub fn variant<U: Union>(&mut self, plan: &Plan) -> Result<ReadVariant<'a>> {
        let id = match self.uint()? {
            0 => return self.escaped(plan, U::VARIANTS),
            id => self.variant_id(id)?,
        };
        let source = match &plan.step {
            Step::Same => {
                if let Seen::Own(used) = &mut self.seen {
                    used.add(TypeId::of::<U>(), id);
                }
                Source::Same
            }
            Step::Union(union) => Source::Described(self.described(union, id)?),
            _ => return Err(self.incompatible()),
        };
        Ok(ReadVariant { id, source })
    }

    #[inline]
    pub(super) fn variant_id(&self, id: u64) -> Result<u16> {
        match u16::try_from(id) {
            Ok(id @ 1..=MAX_ID) => Ok(id),
            _ => Err(self.error(DecodeErrorKind::OutOfRange)),
        }
    }

    fn described(&mut self, union: &UnionPlan, id: u16) -> Result<VariantPlan> {
        let Some(variant) = union.variant(id) else {
            return Err(self.error(DecodeErrorKind::Undescribed(id)));
        };
        if let Seen::Peer(used) = &mut self.seen {
            used.add(union.union, id);
        }
        Ok(variant)
    }

    /// A variant that its last writer did not know: id, shape and payload.
    #[cold]
    fn escaped(&mut self, plan: &Plan, ours: &[Variant]) -> Result<ReadVariant<'a>> {
        let id = self.uint()?;
        let id = self.variant_id(id)?;
        let known = ours.binary_search_by_key(&id, |variant| variant.id);
        let writer_knows = match &plan.step {
            Step::Same => known.is_ok(),
            Step::Union(union) => union.variant(id).is_some(),
            _ => return Err(self.incompatible()),
        };
        // On a connection the shape lists all that the writer knows. Alone, it lists what occurs.
        if writer_knows && matches!(self.seen, Seen::Unasked) {
            return Err(self.error(DecodeErrorKind::Escaped(id)));
        }
        let head = self.sized()?;
        let head_start = self.offset() - head.len();
        let body = self.sized()?;
        let source = match known {
            Ok(index) => {
                let table = Table::of_payload(&ours[index], head);
                let table = table.map_err(|error| error.shifted(head_start))?;
                Source::Escaped(Box::new(table), body)
            }
            Err(_) => Source::Kept(head, body),
        };
        Ok(ReadVariant { id, source })
    }

    /// Reads the payload of an escaped variant that we have. Its table counts as memory of the value meanwhile: payloads
    /// are nested, and each may bring a table.
    fn unescape<T>(
        &mut self,
        table: &Table,
        body: &[u8],
        read: impl FnOnce(&mut Decoder<'_>, &Plan) -> Result<T>,
    ) -> Result<T> {
        let memory = table.memory();
        self.charge_bytes(memory)?;
        let mut inner = self.inner(body, self.offset(), Some(table));
        inner.seen = Seen::Peer(Used::default());
        let value = read(&mut inner, table.root())?;
        inner.finish()?;
        self.settle(&inner);
        self.refund(memory);
        Ok(value)
    }

    /// Checks that nothing is left, and that all that a shape describes has occurred.
    pub(super) fn finish(&self) -> Result<()> {
        self.end()?;
        match (&self.seen, self.table) {
            (Seen::Peer(used), Some(table)) if used.len() != table.described => {
                Err(self.error(DecodeErrorKind::Unused))
            }
            _ => Ok(()),
        }
    }

    /// The bytes of a described variant that we do not have, and the shape of its payload.
    fn keep(&mut self, variant: VariantPlan) -> Result<UnknownVariant> {
        let table = self.table()?;
        let outer = core::mem::replace(&mut self.seen, Seen::Peer(Used::default()));
        let before = self.rest();
        let bits = match variant.bits {
            0 => 0,
            width => self.header(width)?,
        };
        self.skip(variant.kind, bits)?;
        let body = &before[..before.len() - self.rest().len()];
        let inner = match core::mem::replace(&mut self.seen, outer) {
            Seen::Peer(inner) => inner,
            Seen::Own(_) | Seen::Unasked => Used::default(),
        };
        if let Seen::Peer(used) = &mut self.seen {
            used.extend(&inner);
        }
        let (head, new) = self.heads.get(variant.kind, inner, |inner| {
            head::write(&table.peer, variant.kind, &mut |_, union, id| {
                inner.contains(union, id)
            })
        });
        let own = if new { head.len() } else { 0 };
        self.charge_bytes(own + body.len())?;
        Ok(UnknownVariant::new(variant.id, head, body))
    }
}

impl<'a> Decoder<'a> {
    fn payload_plan(&self, variant: VariantPlan) -> Result<&'a Plan> {
        match variant.plan {
            Some(plan) => self.plan(plan),
            None => Err(self.incompatible()),
        }
    }

    fn described_payload<T: Wire>(&mut self, variant: VariantPlan) -> Result<T> {
        let plan = self.payload_plan(variant)?;
        self.alone_by_plan(plan, variant.bits)
    }
}

/// Which variant a union has; its payload comes next.
#[derive(Debug)]
pub struct ReadVariant<'a> {
    id: u16,
    source: Source<'a>,
}

#[derive(Debug)]
enum Source<'a> {
    /// The writer's union is ours.
    Same,
    /// The writer's shape describes the variant.
    Described(VariantPlan),
    /// The payload brings its shape along, and we have the variant.
    Escaped(Box<Table>, &'a [u8]),
    /// The payload brings its shape along: shape and bytes.
    Kept(&'a [u8], &'a [u8]),
}

impl<'a> ReadVariant<'a> {
    /// The id of the variant.
    #[inline]
    pub fn id(&self) -> u16 {
        self.id
    }

    /// Reads a payload of one type; `place` names the variant in errors.
    #[inline]
    pub fn get<T: Wire>(self, input: &mut Decoder<'a>, place: &'static str) -> Result<T> {
        let value = match self.source {
            Source::Same => input.alone(),
            Source::Described(variant) => input.described_payload(variant),
            Source::Escaped(table, body) => input.unescape(&table, body, |input, plan| {
                input.alone_by_plan(plan, table.root_bits)
            }),
            Source::Kept(..) => Err(input.incompatible()),
        };
        value.map_err(|error| error.at(place))
    }

    /// Reads a payload that is nothing.
    #[inline]
    pub fn unit(self, input: &mut Decoder<'a>) -> Result<()> {
        self.fields(input, |input, plan| input.no_fields(plan))
    }

    /// Reads a payload that has fields of its own, with `bits` header bits if its writer's fields are ours.
    #[inline]
    pub fn record<T>(
        self,
        input: &mut Decoder<'a>,
        place: &'static str,
        bits: u32,
        read: impl FnOnce(&mut Fields<'_, '_, '_>) -> T,
    ) -> Result<T> {
        let value = self.fields(input, |input, plan| {
            let mut fields = input.fields(plan, bits)?;
            let value = read(&mut fields);
            fields.finish()?;
            Ok(value)
        });
        value.map_err(|error| error.at(place))
    }

    #[inline]
    fn fields<T>(
        self,
        input: &mut Decoder<'a>,
        read: impl FnOnce(&mut Decoder<'_>, &Plan) -> Result<T>,
    ) -> Result<T> {
        let plan = match self.source {
            Source::Same => Plan::same(),
            Source::Described(variant) => input.payload_plan(variant)?,
            Source::Escaped(table, body) => return input.unescape(&table, body, read),
            Source::Kept(..) => return Err(input.incompatible()),
        };
        read(input, plan)
    }

    /// Keeps the payload of a variant that this schema does not have.
    pub fn unrecognized(self, input: &mut Decoder<'a>) -> Result<UnknownVariant> {
        match self.source {
            Source::Same | Source::Escaped(..) => {
                Err(input.error(DecodeErrorKind::Undescribed(self.id)))
            }
            Source::Described(variant) => input.keep(variant),
            Source::Kept(head, body) => {
                input.charge_bytes(head.len() + body.len())?;
                Ok(UnknownVariant::new(self.id, head.into(), body))
            }
        }
    }

    /// Says that a closed union does not have the variant.
    #[cold]
    pub fn unknown(self, input: &mut Decoder<'_>, name: &'static str) -> DecodeError {
        input
            .error(DecodeErrorKind::UnknownVariant(self.id))
            .at(name)
    }
}
