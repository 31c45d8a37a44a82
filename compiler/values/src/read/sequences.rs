//! Decodes lists, sets, arrays, maps, and `bytes`, which are lists too.

use super::{Input, Step};
use crate::head::Kind;
use crate::refused::Rule;
use crate::schema::Type;
use crate::value::Value;

impl<'s> Input<'s, '_> {
    /// A list or set.
    pub(super) fn list(&mut self, kind: &Kind, item: &'s Type, ty: &Type) -> Result<Value, Rule> {
        let items = match kind {
            Kind::Uint | Kind::Int => self.numbers(kind, item)?,
            _ => {
                let count = self.bytes.number()?;
                self.items(count, kind, item)?
            }
        };
        if !matches!(ty, Type::Set(_)) {
            return Ok(Value::List(items));
        }
        let items = items.into_iter().map(|item| (item, ()));
        let items = self.ordered(items.collect())?;
        Ok(Value::List(
            items.into_iter().map(|(item, ())| item).collect(),
        ))
    }

    fn numbers(&mut self, kind: &Kind, item: &'s Type) -> Result<Vec<Value>, Rule> {
        let words = self.bytes.words()?;
        self.charge(words.len() as u64)?;
        let words = words.into_iter().enumerate();
        let number = |(index, word)| {
            self.within(Step::Item(index), |input| input.as_number(kind, word, item))
        };
        words.map(number).collect()
    }

    pub(super) fn items(
        &mut self,
        count: u64,
        kind: &Kind,
        ty: &'s Type,
    ) -> Result<Vec<Value>, Rule> {
        let mut bits = self.bytes.bits_of_elements(count, kind.bits())?;
        self.believe(count, kind.bits())?;
        let item = |index| {
            let own = bits.next(kind.bits());
            self.within(Step::Item(index as usize), |input| {
                input.value(kind, ty, &own)
            })
        };
        (0..count).map(item).collect()
    }

    /// Accounts for the memory of this many elements, unless the rest of the bytes cannot hold so many: an element
    /// without bits takes at least a byte.
    fn believe(&mut self, count: u64, bits: usize) -> Result<(), Rule> {
        let left = self.bytes.rest().len();
        match bits == 0 && count > left as u64 {
            true => Err(Rule::Truncated(count, left)),
            false => self.charge(count),
        }
    }

    pub(super) fn map(
        &mut self,
        key: (&Kind, &'s Type),
        value: (&Kind, &'s Type),
    ) -> Result<Value, Rule> {
        let count = self.bytes.number()?;
        let widths = (key.0.bits(), value.0.bits());
        let mut bits = self.bytes.bits_of_elements(count, widths.0 + widths.1)?;
        self.believe(count, widths.0 + widths.1)?;
        let mut entries = Vec::new();
        for index in 0..count {
            let own = bits.next(widths.0);
            let first = self.within(Step::Item(index as usize), |input| {
                input.value(key.0, key.1, &own)
            })?;
            let (own, at) = (bits.next(widths.1), self.place.len());
            let second = self.within(Step::Item(index as usize), |input| {
                input.value(value.0, value.1, &own)
            });
            if second.is_err() {
                self.place[at] = Step::Entry(crate::json::print(self.schema, key.1, &first));
            }
            entries.push((first, second?));
        }
        self.charge(count)?;
        Ok(Value::Map(self.ordered(entries)?))
    }

    /// Checks that keys ascend. If the writer has another shape, it may have another order, so they are sorted.
    fn ordered<T>(&self, mut entries: Vec<(Value, T)>) -> Result<Vec<(Value, T)>, Rule> {
        if !self.same {
            entries.sort_by(|a, b| a.0.cmp(&b.0));
        }
        let pairs = || entries.windows(2);
        if pairs().any(|pair| pair[0].0 == pair[1].0) {
            return Err(Rule::Duplicate);
        }
        match pairs().all(|pair| pair[0].0 < pair[1].0) {
            true => Ok(entries),
            false => Err(Rule::Order),
        }
    }

    /// `bytes` from a list of `u8`, or from an empty list.
    pub(super) fn bytes_of(&mut self, kind: &Kind, item: &Kind) -> Result<Value, Rule> {
        if item.is_byte() {
            return Ok(Value::Bytes(self.part()?.to_vec()));
        }
        let before = self.bytes.at();
        match self.list(item, &Type::Unsigned(1), &Type::Bytes) {
            Ok(Value::List(items)) if items.is_empty() => Ok(Value::Bytes(Vec::new())),
            _ => {
                self.bytes.start = before;
                Err(self.incompatible(kind, &Type::Bytes))
            }
        }
    }
}
