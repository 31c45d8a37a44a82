//! Decodes unions: variants that are described, unknown, or in escape form.

use super::scalar::id_of;
use super::{Input, Step};
use crate::head::{Head, Kind};
use crate::refused::Rule;
use crate::schema::{Union, Variant};
use crate::value::Value;

impl<'s, 'h> Input<'s, 'h> {
    pub(super) fn union(&mut self, number: usize, own: usize) -> Result<Value, Rule> {
        let own = &self.schema.unions[own];
        self.enter(own.recursive)?;
        self.charge(1)?;
        let id = self.bytes.number()?;
        let value = match id {
            0 => self.escaped(number, own)?,
            id => self.variant(number, id_of(id)?, own)?,
        };
        self.levels -= usize::from(own.recursive);
        Ok(value)
    }

    fn variant(&mut self, number: usize, id: u16, own: &'s Union) -> Result<Value, Rule> {
        let kind = self.described(number, id).ok_or(Rule::Undescribed(id))?;
        self.occurred.insert((number, id));
        let known = own.variants.iter().find(|variant| variant.id == id);
        match known {
            Some(variant) => {
                let payload = self.within(Step::Field(&variant.name), |input| {
                    input.by_itself(kind, &variant.ty)
                })?;
                Ok(Value::Variant(id, Box::new(payload)))
            }
            None if own.closed => Err(Rule::UnknownVariant(own.name.clone(), id)),
            None => self.keep(id, kind),
        }
    }

    pub(super) fn described(&self, union: usize, id: u16) -> Option<&'h Kind> {
        let variants = &self.head.unions[union];
        let at = variants.binary_search_by_key(&id, |(known, _)| *known);
        at.ok().map(|at| &variants[at].1)
    }

    /// Keeps a variant that the reader does not know: its bytes, and a head for it alone.
    fn keep(&mut self, id: u16, kind: &Kind) -> Result<Value, Rule> {
        let outer = std::mem::take(&mut self.occurred);
        let before = self.bytes.at();
        let bits = self.bytes.bits(kind.bits())?;
        self.skip(kind, &bits)?;
        let body = self.bytes.since(before);
        let inner = std::mem::replace(&mut self.occurred, outer);
        let head = self
            .head
            .write(kind, |_, union, id| inner.contains(&(union, id)));
        self.occurred.extend(inner);
        let size = head.len().saturating_add(body.len());
        self.memory = self.memory.checked_sub(size).ok_or(Rule::Budget)?;
        Ok(Value::Unknown(id, head, body.to_vec()))
    }

    /// A variant that its writer did not know.
    fn escaped(&mut self, number: usize, own: &'s Union) -> Result<Value, Rule> {
        let id = id_of(self.bytes.number()?)?;
        let start = self.bytes.start;
        let head = self.part()?;
        let head_at = self.bytes.at() - head.len();
        let body = self.part()?;
        let known = own.variants.iter().find(|variant| variant.id == id);
        let rule = match known {
            _ if !self.alone && self.described(number, id).is_some() => Rule::Escaped(id),
            None if own.closed => Rule::UnknownVariant(own.name.clone(), id),
            None => return Ok(Value::Unknown(id, head.to_vec(), body.to_vec())),
            Some(variant) => {
                let payload = self.payload(variant, (head_at, head), body)?;
                return Ok(Value::Variant(id, Box::new(payload)));
            }
        };
        self.bytes.start = start;
        Err(rule)
    }

    /// The payload of a variant in escape form, decoded by its own head.
    fn payload(
        &mut self,
        variant: &'s Variant,
        (head_at, head): (usize, &[u8]),
        body: &'s [u8],
    ) -> Result<Value, Rule> {
        let body_at = self.bytes.at() - body.len();
        let head = Head::parse(head).map_err(|refused| {
            self.bytes.start = head_at + refused.offset;
            refused.rule
        })?;
        let mut inner = Input::new(self.schema, &head, body, true);
        inner.levels = self.levels;
        inner.memory = self.memory;
        inner.place = std::mem::take(&mut self.place);
        inner.place.push(Step::Field(&variant.name));
        let read = inner.whole(&variant.ty);
        let (place, reached) = (inner.place, inner.bytes.start);
        (self.place, self.memory, self.passed_on) = (place, inner.memory, true);
        self.unknown.append(&mut inner.unknown);
        let value = read.inspect_err(|_| self.bytes.start = body_at + reached)?;
        self.place.pop();
        Ok(value)
    }
}
