//! Unions: the variant and its payload. The value first becomes a blank one of that variant, and its payload is decoded
//! in place, so nothing is moved afterwards, however deep unions are nested.

use super::decoder::{Decoder, Seen};
use super::error::{DecodeErrorKind, Result};
use super::fields::Fields;
use super::head;
use super::plan::{Plan, Step, Table, UnionPlan, VariantPlan};
use super::shape::{Shape, shape_of};
use super::ty::{MAX_ID, Variant};
use super::unknown::UnknownVariant;
use super::used::Used;
use super::value::{Union, Wire};
use core::any::TypeId;
use std::sync::Arc;

impl<'a> Decoder<'a> {
    /// Reads a union into a blank one.
    #[inline]
    pub fn union<U: Union>(&mut self, value: &mut U, plan: &Plan) -> Result<()> {
        match U::NESTED {
            true => self.nested(|input| input.chosen(value, plan))?,
            false => self.chosen(value, plan)?,
        }
        value.check().map_err(|invalid| self.refused(&invalid))
    }

    /// The writer's union is usually ours, so that is checked first. Then the reader of the payload stays in registers.
    #[inline]
    fn chosen<U: Union>(&mut self, value: &mut U, plan: &Plan) -> Result<()> {
        match (self.uint()?, &plan.step) {
            (id @ 1.., Step::Same) => {
                let id = self.variant_id(id)?;
                if let Seen::Own(used) = &mut self.seen {
                    used.add(TypeId::of::<U>(), id);
                }
                self.payload(value, id, Source::Same)
            }
            (id, _) => self.other(value, id, plan),
        }
    }

    /// A variant by the plan for another writer, or one that some relaying program did not know.
    #[inline(never)]
    fn other<U: Union>(&mut self, value: &mut U, id: u64, plan: &Plan) -> Result<()> {
        let (id, source) = match (id, &plan.step) {
            (0, _) => self.escaped(plan, U::VARIANTS, shape_of::<U>)?,
            (id, Step::Union(union)) => {
                let id = self.variant_id(id)?;
                (id, Source::Described(self.described(union, id)?))
            }
            _ => return Err(self.incompatible()),
        };
        self.payload(value, id, source)
    }

    /// The value has room for its payload before that is read, so nothing is moved afterwards.
    #[inline]
    fn payload<U: Union>(&mut self, value: &mut U, id: u16, source: Source<'a>) -> Result<()> {
        match value.choose(id) {
            true => value.read(ReadPayload {
                input: self,
                id,
                source,
            }),
            false => Err(self.error(DecodeErrorKind::UnknownVariant(id)).at(U::NAME)),
        }
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
    fn escaped(
        &mut self,
        plan: &Plan,
        ours: &[Variant],
        union: fn() -> &'static Shape,
    ) -> Result<(u16, Source<'a>)> {
        let id = self.uint()?;
        let id = self.variant_id(id)?;
        let known = ours.binary_search_by_key(&id, |variant| variant.id).is_ok();
        let writer_knows = match &plan.step {
            Step::Same => known,
            Step::Union(union) => union.variant(id).is_some(),
            _ => return Err(self.incompatible()),
        };
        // On a connection, the shape lists everything that the writer knows. In a self-contained message, it lists what
        // occurs.
        if writer_knows && matches!(self.seen, Seen::Unasked) {
            return Err(self.error(DecodeErrorKind::Escaped(id)));
        }
        let head = self.sized()?;
        let head_start = self.offset() - head.len();
        let body = self.sized()?;
        let source = match known {
            true => Source::Escaped(self.table_of(union(), id, head, head_start)?, body),
            false => Source::Kept(head, body),
        };
        Ok((id, source))
    }

    /// How to read the payload of a variant of ours after this head, which is at position `start`. Computing that takes
    /// far longer than using it, so it is kept for the next one; and it is charged to the budget, which bounds the time
    /// if all heads differ.
    fn table_of(
        &mut self,
        union: &Shape,
        id: u16,
        head: &[u8],
        start: usize,
    ) -> Result<Arc<Table>> {
        let variant = (union.key, id);
        if let Some(known) = self.relayed.table(variant, head) {
            return Ok(known);
        }
        let table = union.of_payload(id, head);
        let table = Arc::new(table.map_err(|error| error.shifted(start))?);
        self.charge_bytes(head.len() + table.memory())?;
        self.relayed.keep(variant, head, table.clone());
        Ok(table)
    }

    /// Reads the payload of an escaped variant that we know.
    fn unescape(
        &mut self,
        table: &Table,
        body: &[u8],
        read: impl FnOnce(&mut Decoder<'_>, &Plan) -> Result<()>,
    ) -> Result<()> {
        let mut inner = self.inner(body, self.offset(), Some(table));
        inner.seen = Seen::Peer(Used::default());
        inner.relayed = self.relayed.within();
        read(&mut inner, table.root())?;
        inner.finish()?;
        self.settle(inner);
        Ok(())
    }

    /// The bytes of a described variant that we do not know, and the shape of its payload.
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
        let (head, new) = self.relayed.head(variant.kind, inner, |inner| {
            head::write(&table.peer, variant.kind, &mut |_, union, id| {
                inner.contains(union, id)
            })
        });
        let own = if new { head.len() } else { 0 };
        self.charge_bytes(own + body.len())?;
        Ok(UnknownVariant::new(variant.id, head, body))
    }

    fn payload_plan(&self, variant: VariantPlan) -> Result<&'a Plan> {
        match variant.plan {
            Some(plan) => self.plan(plan),
            None => Err(self.incompatible()),
        }
    }
}

/// The payload of a union's variant, which comes next.
#[derive(Debug)]
pub struct ReadPayload<'i, 'a> {
    input: &'i mut Decoder<'a>,
    id: u16,
    source: Source<'a>,
}

#[derive(Debug)]
enum Source<'a> {
    /// The writer's union is ours.
    Same,
    /// The writer's shape describes the variant.
    Described(VariantPlan),
    /// The payload brings its own shape, and we know the variant.
    Escaped(Arc<Table>, &'a [u8]),
    /// The payload brings its own shape: shape and bytes.
    Kept(&'a [u8], &'a [u8]),
}

impl ReadPayload<'_, '_> {
    /// Reads a payload of one type into a blank value; `place` names the variant in errors.
    #[inline]
    pub fn fill<T: Wire>(self, value: &mut T, place: &'static str) -> Result<()> {
        let input = self.input;
        let read = match self.source {
            Source::Same => input.fill_alone(value),
            Source::Described(variant) => input
                .payload_plan(variant)
                .and_then(|plan| input.fill_alone_by_plan(value, plan, variant.bits)),
            Source::Escaped(table, body) => input.unescape(&table, body, |input, plan| {
                input.fill_alone_by_plan(value, plan, table.root_bits)
            }),
            Source::Kept(..) => Err(input.incompatible()),
        };
        read.map_err(|error| error.at(place))
    }

    /// Reads an empty payload.
    #[inline]
    pub fn unit(self) -> Result<()> {
        self.planned(|input, plan| input.no_fields(plan))
    }

    /// Reads a payload with fields of its own, with `bits` header bits if the writer's fields are ours.
    #[inline]
    pub fn fields(
        self,
        place: &'static str,
        bits: u32,
        read: impl FnOnce(&mut Fields<'_, '_, '_>),
    ) -> Result<()> {
        let read = self.planned(|input, plan| {
            let mut fields = input.fields();
            fields.begin(plan, bits)?;
            read(&mut fields);
            fields.finish()
        });
        read.map_err(|error| error.at(place))
    }

    #[inline]
    fn planned(self, read: impl FnOnce(&mut Decoder<'_>, &Plan) -> Result<()>) -> Result<()> {
        let input = self.input;
        let plan = match self.source {
            Source::Same => Plan::same(),
            Source::Described(variant) => input.payload_plan(variant)?,
            Source::Escaped(table, body) => return input.unescape(&table, body, read),
            Source::Kept(..) => return Err(input.incompatible()),
        };
        read(input, plan)
    }

    /// Keeps the payload of a variant that this schema does not know.
    pub fn keep(self, unknown: &mut UnknownVariant) -> Result<()> {
        *unknown = match self.source {
            Source::Same | Source::Escaped(..) => {
                return Err(self.input.error(DecodeErrorKind::Undescribed(self.id)));
            }
            Source::Described(variant) => self.input.keep(variant)?,
            Source::Kept(head, body) => {
                self.input.charge_bytes(head.len() + body.len())?;
                UnknownVariant::new(self.id, head.into(), body)
            }
        };
        Ok(())
    }
}
