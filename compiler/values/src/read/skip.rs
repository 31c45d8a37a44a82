//! Skips values that the reader does not know. They are only decoded as far as needed to find their end.

use super::Input;
use super::scalar::id_of;
use crate::bytes::absent;
use crate::head::{Kind, Owner};
use crate::refused::Rule;

/// How many values of one struct or union may be nested in each other.
const SAME: usize = 65;
/// How many values of any kind may be open at once.
const OPEN: usize = 4096;

impl Input<'_, '_> {
    /// Skips a value.
    pub(crate) fn skip(&mut self, kind: &Kind, bits: &[bool]) -> Result<(), Rule> {
        match kind {
            Kind::Bool => Ok(()),
            Kind::Uint | Kind::Int => self.bytes.number().map(drop),
            Kind::Text | Kind::Decimal | Kind::Future(_) => self.bytes.sized().map(drop),
            Kind::Fixed(fixed) => self.bytes.take(fixed.size()).map(drop),
            Kind::Optional(kind) if bits[0] => self.skip(kind, &bits[1..]),
            Kind::Optional(_) => absent(bits),
            Kind::List(item) => match **item {
                Kind::Uint | Kind::Int => self.bytes.words().map(drop),
                _ => {
                    let count = self.bytes.number()?;
                    self.skip_items(count, item)
                }
            },
            Kind::Array(count, item) => self.skip_items((*count).into(), item),
            Kind::Map(key, value) => self.inside(|input| {
                let count = input.bytes.number()?;
                let mut bits = input
                    .bytes
                    .bits_of_elements(count, key.bits() + value.bits())?;
                for _ in 0..count {
                    input.skip(key, &bits.next(key.bits()))?;
                    input.skip(value, &bits.next(value.bits()))?;
                }
                Ok(())
            }),
            Kind::Record(number) => self.skip_record(*number),
            Kind::Union(number) => self.skip_union(*number),
        }
    }

    fn skip_items(&mut self, count: u64, item: &Kind) -> Result<(), Rule> {
        match item {
            Kind::Bool => self.bytes.bits_of_elements(count, 1).map(drop),
            Kind::Fixed(fixed) => self.bytes.block(count, fixed.size()).map(drop),
            _ => self.inside(|input| {
                let mut bits = input.bytes.bits_of_elements(count, item.bits())?;
                (0..count).try_for_each(|_| input.skip(item, &bits.next(item.bits())))
            }),
        }
    }

    fn skip_record(&mut self, number: usize) -> Result<(), Rule> {
        let fields = &self.head.records[number];
        if fields.is_empty() {
            return match self.bytes.take(1)? {
                [0] => Ok(()),
                _ => Err(Rule::SpareBits),
            };
        }
        self.inside_of(Owner::Record(number), |input| {
            let count = fields.iter().map(|(_, kind)| kind.bits()).sum();
            let bits = input.bytes.bits(count)?;
            let mut bits = &bits[..];
            for (_, kind) in fields {
                let (own, rest) = bits.split_at(kind.bits());
                input.skip(kind, own)?;
                bits = rest;
            }
            Ok(())
        })
    }

    fn skip_union(&mut self, number: usize) -> Result<(), Rule> {
        let id = self.bytes.number()?;
        if id == 0 {
            id_of(self.bytes.number()?)?;
            self.bytes.sized()?;
            return self.bytes.sized().map(drop);
        }
        let id = id_of(id)?;
        let kind = self.described(number, id).ok_or(Rule::Undescribed(id))?;
        self.occurred.insert((number, id));
        self.inside_of(Owner::Union(number), |input| {
            let bits = input.bytes.bits(kind.bits())?;
            input.skip(kind, &bits)
        })
    }

    fn inside_of(
        &mut self,
        owner: Owner,
        skip: impl FnOnce(&mut Self) -> Result<(), Rule>,
    ) -> Result<(), Rule> {
        let nested = self.skipped.entry(owner).or_default();
        if *nested == SAME {
            return Err(Rule::Depth);
        }
        *nested += 1;
        self.inside(skip)?;
        self.skipped.entry(owner).and_modify(|nested| *nested -= 1);
        Ok(())
    }

    fn inside(&mut self, skip: impl FnOnce(&mut Self) -> Result<(), Rule>) -> Result<(), Rule> {
        if self.open == OPEN {
            return Err(Rule::Depth);
        }
        self.open += 1;
        skip(self)?;
        self.open -= 1;
        Ok(())
    }
}
