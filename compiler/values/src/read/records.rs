//! Decodes structs: shared fields, fields of one side only, and defaults.

use std::collections::BTreeMap;

use super::{Input, Step};
use crate::bytes::absent;
use crate::head::Kind;
use crate::refused::Rule;
use crate::schema::{Field, Type};
use crate::value::Value;

impl<'s> Input<'s, '_> {
    pub(super) fn record(&mut self, number: usize, own: usize) -> Result<Value, Rule> {
        let (theirs, known) = (&self.head.records[number], &self.schema.records[own]);
        self.enter(known.recursive)?;
        self.charge(known.fields.len() as u64)?;
        if theirs.is_empty() && self.bytes.take(1)? != [0] {
            return Err(Rule::SpareBits);
        }
        let count = theirs.iter().map(|(_, kind)| kind.bits()).sum();
        let mut bits = self.bytes.bits_of_elements(1, count)?;
        let mut read = BTreeMap::new();
        for (id, kind) in theirs {
            let bits = bits.next(kind.bits());
            let Ok(at) = known.fields.binary_search_by_key(id, |field| field.id) else {
                self.unknown.insert((own, *id));
                self.skip(kind, &bits)?;
                continue;
            };
            let field = &known.fields[at];
            let value = self.within(Step::Field(&field.name), |input| {
                input.field(kind, field, &bits)
            });
            read.extend(value?.map(|value| (*id, value)));
        }
        let mut fields = Vec::new();
        for field in &known.fields {
            let value = match (read.remove(&field.id), &field.ty, &field.default) {
                (Some(value), _, _) => value,
                (None, Type::Optional(_), _) => Value::Absent,
                (None, _, Some(default)) => {
                    self.charge(default.parts())?;
                    default.clone()
                }
                (None, _, None) => return Err(Rule::Missing(field.name.clone())),
            };
            fields.push((field.id, value));
        }
        self.levels -= usize::from(known.recursive);
        Ok(Value::Record(fields))
    }

    /// A field of the reader; `None` if the writer does not have it.
    fn field(
        &mut self,
        kind: &Kind,
        field: &'s Field,
        bits: &[bool],
    ) -> Result<Option<Value>, Rule> {
        match (kind, &field.ty) {
            (_, ty @ Type::Optional(_)) => self.value(kind, ty, bits).map(Some),
            (Kind::Optional(_), _) if !bits[0] => absent(bits).map(|()| None),
            (Kind::Optional(kind), ty) => self.value(kind, ty, &bits[1..]).map(Some),
            (kind, ty) => self.value(kind, ty, bits).map(Some),
        }
    }
}
