//! Random values of a type.

use sinew_values::{Schema, Type, Value};

use crate::dice::Dice;

/// A value of a type; `size` is roughly its number of parts.
pub fn value(schema: &Schema, ty: &Type, dice: &mut Dice, size: usize) -> Value {
    let mut maker = Maker {
        schema,
        dice,
        left: size,
        levels: 0,
    };
    maker.value(ty)
}

struct Maker<'a> {
    schema: &'a Schema,
    dice: &'a mut Dice,
    /// How many more parts it should have.
    left: usize,
    levels: usize,
}

impl Maker<'_> {
    fn value(&mut self, ty: &Type) -> Value {
        self.left = self.left.saturating_sub(1);
        match ty {
            Type::Bool => Value::Bool(self.dice.once_in(2)),
            Type::Unsigned(size) => Value::Unsigned(self.dice.edge(8 * *size as u32)),
            Type::Signed(size) => {
                let half = self.dice.edge(8 * *size as u32 - 1) as i128;
                Value::Signed(if self.dice.once_in(2) {
                    half
                } else {
                    -half - 1
                })
            }
            Type::Timestamp | Type::Duration => self.value(&Type::Signed(8)),
            Type::Date => self.value(&Type::Signed(4)),
            Type::Constrained(ty, _) => self.value(ty),
            Type::Enum(it) => match (it.closed, it.flags) {
                (false, _) if self.dice.once_in(2) => self.value(&it.base),
                (false, _) => it.value(0_u128.into()),
                (true, false) => {
                    let (_, number) = self.dice.pick(&it.values);
                    it.value(*number)
                }
                (true, true) => Value::Unsigned(self.dice.edge(128) & it.bits()),
            },
            Type::Float(4) => Value::Float((self.dice.edge(32)) as u64),
            Type::Float(_) => Value::Float(self.dice.edge(64) as u64),
            Type::Text => Value::Text(self.text()),
            Type::Bytes => {
                let count = self.count(40);
                Value::Bytes((0..count).map(|_| self.dice.number() as u8).collect())
            }
            Type::Uuid => Value::Bytes(self.dice.edge(128).to_be_bytes().to_vec()),
            Type::Decimal => {
                let number = self.dice.edge(127) as i128;
                let scale = self.dice.roll(29) as u8;
                Value::Decimal(
                    if self.dice.once_in(2) {
                        number
                    } else {
                        -number - 1
                    },
                    scale,
                )
            }
            Type::Optional(inner) => match self.left > 0 && self.dice.once_in(2) {
                true => self.value(inner).present(inner),
                false => Value::Absent,
            },
            Type::List(item) => Value::List(self.items(item)),
            Type::Set(item) => {
                let mut items = self.items(item);
                items.sort();
                items.dedup();
                Value::List(items)
            }
            Type::Map(key, value) => {
                let mut keys = self.items(key);
                keys.sort();
                keys.dedup();
                Value::Map(
                    keys.into_iter()
                        .map(|key| (key, self.value(value)))
                        .collect(),
                )
            }
            Type::Array(count, item) => {
                Value::List((0..*count).map(|_| self.value(item)).collect())
            }
            Type::Frozen(it) => {
                Value::List(it.members.iter().map(|(_, ty)| self.value(ty)).collect())
            }
            Type::Record(number) => {
                let fields = self.schema.records[*number].fields.iter();
                self.levels += 1;
                let fields = fields
                    .map(|field| (field.id, self.value(&field.ty)))
                    .collect();
                self.levels -= 1;
                Value::Record(fields)
            }
            Type::Union(number) => self.union(*number),
        }
    }

    /// A variant. Once the value is large, the first one, which ends every recursion. An unknown one if there is none.
    fn union(&mut self, number: usize) -> Value {
        let union = &self.schema.unions[number];
        self.levels += 1;
        let last = self.left == 0 || self.levels > 20;
        let is_unknown = !union.closed && self.dice.once_in(12) && !last;
        let value = match union.variants.first() {
            Some(first) if !is_unknown => {
                let variant = if last {
                    first
                } else {
                    &union.variants[self.dice.roll(union.variants.len())]
                };
                Value::Variant(variant.id, Box::new(self.value(&variant.ty)))
            }
            Some(_) | None => Value::Unknown(30_000, vec![0x80], vec![0]),
        };
        self.levels -= 1;
        value
    }

    fn count(&mut self, most: usize) -> usize {
        let most = if self.levels > 20 {
            0
        } else {
            most.min(self.left)
        };
        let most = if self.dice.once_in(8) {
            most
        } else {
            most.min(4)
        };
        self.dice.roll(most + 1)
    }

    fn items(&mut self, item: &Type) -> Vec<Value> {
        let count = self.count(300);
        (0..count).map(|_| self.value(item)).collect()
    }

    fn text(&mut self) -> String {
        const SIGNS: [char; 8] = ['a', 'Z', '0', ' ', 'ü', '€', '\u{10ffff}', '\0'];
        let count = self.count(150);
        let plain = self.dice.once_in(2);
        let sign = |maker: &mut Self| match plain {
            true => char::from(b'a' + maker.dice.roll(26) as u8),
            false => *maker.dice.pick(&SIGNS),
        };
        (0..count).map(|_| sign(self)).collect()
    }
}
