//! Passes over values that the reader does not know. They are looked at only as far as it takes to find their end.

use crate::Refused;
use crate::bytes::absent;
use crate::head::Kind;
use crate::read::Input;
use crate::scalar::id_of;

/// How many values of one struct or union may be nested in each other.
const SAME: usize = 65;
/// How many values of any kind may be open at once.
const OPEN: usize = 4096;

impl Input<'_> {
    /// Passes over a value.
    pub(crate) fn skip(&mut self, kind: &Kind, bits: &[bool]) -> Result<(), Refused> {
        match kind {
            Kind::Bool => Ok(()),
            Kind::Uint | Kind::Int => self.number().map(drop),
            Kind::Text | Kind::Decimal | Kind::Future(_) => self.sized().map(drop),
            Kind::Fixed(fixed) => self.take(fixed.size()).map(drop),
            Kind::Optional(kind) if bits[0] => self.skip(kind, &bits[1..]),
            Kind::Optional(_) => absent(bits),
            Kind::List(item) => match **item {
                Kind::Uint | Kind::Int => self.words().map(drop),
                _ => {
                    let count = self.number()?;
                    self.skip_items(count, item)
                }
            },
            Kind::Array(count, item) => self.skip_items((*count).into(), item),
            Kind::Map(key, value) => self.inside(|input| {
                let count = input.number()?;
                let mut bits = input.bits_of_elements(count, key.bits() + value.bits())?;
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

    fn skip_items(&mut self, count: u64, item: &Kind) -> Result<(), Refused> {
        match item {
            Kind::Bool => self.bits_of_elements(count, 1).map(drop),
            Kind::Fixed(fixed) => {
                let size = usize::try_from(count).ok();
                let size = size.and_then(|count| count.checked_mul(fixed.size()));
                self.take(size.ok_or("truncated")?).map(drop)
            }
            _ => self.inside(|input| {
                let mut bits = input.bits_of_elements(count, item.bits())?;
                (0..count).try_for_each(|_| input.skip(item, &bits.next(item.bits())))
            }),
        }
    }

    fn skip_record(&mut self, number: usize) -> Result<(), Refused> {
        let fields = &self.head.records[number];
        if fields.is_empty() {
            return match self.take(1)? {
                [0] => Ok(()),
                _ => Err("spare bits"),
            };
        }
        self.inside_of(Kind::Record(number), |input| {
            let count = fields.iter().map(|(_, kind)| kind.bits()).sum();
            let bits = input.bits(count)?;
            let mut bits = &bits[..];
            for (_, kind) in fields {
                let (own, rest) = bits.split_at(kind.bits());
                input.skip(kind, own)?;
                bits = rest;
            }
            Ok(())
        })
    }

    fn skip_union(&mut self, number: usize) -> Result<(), Refused> {
        let id = self.number()?;
        if id == 0 {
            id_of(self.number()?)?;
            self.sized()?;
            return self.sized().map(drop);
        }
        let described = self.described(number, id_of(id)?);
        let (id, kind) = described.ok_or("undescribed variant")?;
        self.occurred.push((number, *id));
        self.inside_of(Kind::Union(number), |input| {
            let bits = input.bits(kind.bits())?;
            input.skip(kind, &bits)
        })
    }

    fn inside_of(
        &mut self,
        kind: Kind,
        skip: impl FnOnce(&mut Self) -> Result<(), Refused>,
    ) -> Result<(), Refused> {
        let same = self.skipped.iter().filter(|open| **open == kind).count();
        if same == SAME {
            return Err("depth");
        }
        self.skipped.push(kind);
        self.inside(skip)?;
        self.skipped.pop();
        Ok(())
    }

    fn inside(
        &mut self,
        skip: impl FnOnce(&mut Self) -> Result<(), Refused>,
    ) -> Result<(), Refused> {
        if self.open == OPEN {
            return Err("depth");
        }
        self.open += 1;
        skip(self)?;
        self.open -= 1;
        Ok(())
    }
}
