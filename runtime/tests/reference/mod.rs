//! A second reader of the format, written from its specification (`docs/src/wire-format.md`): it needs no schema,
//! takes a message apart by its head, shares no code with the runtime, and makes no attempt at speed.

#![allow(dead_code, reason = "each suite uses a part")]

pub(crate) mod head;
pub(crate) mod value;

use head::{Fixed, Head, Kind};
use value::Value;

/// Why a message was refused, in the words of the specification.
pub(crate) type Refused = &'static str;

/// Reads a message: a head with its length, then a body.
pub(crate) fn read_message(message: &[u8]) -> Result<Value, Refused> {
    let mut input = Input::new(message);
    let head = Head::parse(input.sized()?)?;
    input.described_by(&head, true)
}

/// Reads a body whose head came another way.
pub(crate) fn read_body(head: &[u8], body: &[u8]) -> Result<Value, Refused> {
    let head = Head::parse(head)?;
    Input::new(body).described_by(&head, false)
}

struct Input<'a> {
    bytes: &'a [u8],
    /// The structs and unions that are open.
    open: Vec<Kind>,
    /// (union, id) of the variants that occurred.
    occurred: Vec<(usize, u16)>,
}

impl<'a> Input<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            open: Vec::new(),
            occurred: Vec::new(),
        }
    }

    fn described_by(mut self, head: &Head, alone: bool) -> Result<Value, Refused> {
        let value = self.alone(head, &head.root)?;
        if !self.bytes.is_empty() {
            return Err("trailing bytes");
        }
        self.occurred.sort_unstable();
        self.occurred.dedup();
        match alone && self.occurred.len() != head.described() {
            true => Err("unused variant"),
            false => Ok(value),
        }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], Refused> {
        let (taken, rest) = self.bytes.split_at_checked(count).ok_or("truncated")?;
        self.bytes = rest;
        Ok(taken)
    }

    fn number(&mut self) -> Result<u64, Refused> {
        let first = *self.bytes.first().ok_or("truncated")?;
        let more = first.trailing_ones() as usize;
        let (value, shift) = match more {
            8 => (little(&self.take(9)?[1..]), 0),
            _ => (little(self.take(more + 1)?), more + 1),
        };
        let value = (value >> shift) as u64;
        let smallest = if more == 0 { 0 } else { 1 << (7 * more) };
        match value < smallest {
            true => Err("not the shortest form"),
            false => Ok(value),
        }
    }

    fn sized(&mut self) -> Result<&'a [u8], Refused> {
        let len = self.number()?;
        self.take(usize::try_from(len).map_err(|_| "truncated")?)
    }

    /// So many bits, low bits of a byte first; the rest of the last byte is zero.
    fn bits(&mut self, count: usize) -> Result<Vec<bool>, Refused> {
        let bytes = self.take(count.div_ceil(8))?;
        let bits = bytes
            .iter()
            .flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1 == 1));
        let mut bits: Vec<bool> = bits.collect();
        match bits.split_off(count).contains(&true) {
            true => Err("spare bits"),
            false => Ok(bits),
        }
    }

    fn alone(&mut self, head: &Head, kind: &Kind) -> Result<Value, Refused> {
        let mut bits = self.bits(kind.bits())?.into_iter();
        self.value(head, kind, &mut bits)
    }

    fn value(
        &mut self,
        head: &Head,
        kind: &Kind,
        bits: &mut impl Iterator<Item = bool>,
    ) -> Result<Value, Refused> {
        Ok(match kind {
            Kind::Bool => Value::Bool(bits.next().ok_or("truncated")?),
            Kind::Uint => Value::Unsigned(self.number()?.into()),
            Kind::Int => Value::Signed(unzigzag(self.number()?)),
            Kind::Text => {
                let text = std::str::from_utf8(self.sized()?);
                Value::Text(text.map_err(|_| "not UTF-8")?.to_owned())
            }
            Kind::Fixed(fixed) => self.fixed(fixed)?,
            Kind::Decimal => self.decimal()?,
            Kind::Optional(inner) => {
                let present = bits.next().ok_or("truncated")?;
                let inner_bits: Vec<bool> = bits.take(inner.bits()).collect();
                match present {
                    true => self.value(head, inner, &mut inner_bits.into_iter())?,
                    false if inner_bits.contains(&true) => return Err("spare bits"),
                    false => Value::Absent,
                }
            }
            Kind::List(item) if matches!(**item, Kind::Uint | Kind::Int) => self.numbers(item)?,
            Kind::List(item) => {
                let count = self.number()?;
                self.items(head, count, item)?
            }
            Kind::Array(count, item) => self.items(head, u64::from(*count), item)?,
            Kind::Map(key, value) => self.entries(head, key, value)?,
            Kind::Record(number) => self.record(head, *number)?,
            Kind::Union(number) => self.union(head, *number)?,
            Kind::Future => Value::Bytes(self.sized()?.to_vec()),
        })
    }

    fn fixed(&mut self, fixed: &Fixed) -> Result<Value, Refused> {
        Ok(match fixed {
            Fixed::Unsigned(size) => Value::Unsigned(little(self.take(*size)?)),
            Fixed::Signed(size) => {
                let spare = 128 - 8 * size;
                Value::Signed(((little(self.take(*size)?) << spare) as i128) >> spare)
            }
            Fixed::Float(size) => Value::Float(*size, little(self.take(*size)?) as u64),
            Fixed::Bool => match self.take(1)? {
                [0] => Value::Bool(false),
                [1] => Value::Bool(true),
                _ => return Err("bool"),
            },
            Fixed::Bytes(size) => Value::Bytes(self.take(*size)?.to_vec()),
            Fixed::Array(count, item) => {
                let items = (0..*count).map(|_| self.fixed(item));
                Value::List(items.collect::<Result<_, _>>()?)
            }
            Fixed::Struct(members) => {
                let members = members.iter().map(|member| self.fixed(member));
                Value::List(members.collect::<Result<_, _>>()?)
            }
        })
    }

    fn decimal(&mut self) -> Result<Value, Refused> {
        let (scale, coefficient) = self.sized()?.split_first().ok_or("decimal")?;
        let used = 8 * coefficient.len();
        if *scale > 28 || used > 128 {
            return Err("decimal");
        }
        let number = match used {
            0 => 0,
            _ => ((little(coefficient) << (128 - used)) as i128) >> (128 - used),
        };
        let fits_in = |bits: usize| bits > 0 && number << (128 - bits) >> (128 - bits) == number;
        if used > 0 && (number == 0 || fits_in(used - 8)) {
            return Err("not the shortest form");
        }
        Ok(Value::Decimal(number, *scale))
    }

    /// A list of numbers has one width for all.
    fn numbers(&mut self, item: &Kind) -> Result<Value, Refused> {
        let head = self.number()?;
        let width = 1 << (head & 3);
        let count = usize::try_from(head >> 2).map_err(|_| "truncated")?;
        let block = self.take(count.checked_mul(width).ok_or("truncated")?)?;
        let words: Vec<u64> = block
            .chunks(width)
            .map(|word| little(word) as u64)
            .collect();
        let narrower = width / 2 * 8;
        if width > 1 && words.iter().all(|word| word >> narrower == 0) {
            return Err("not the shortest form");
        }
        let number = |word: u64| match item {
            Kind::Int => Value::Signed(unzigzag(word)),
            _ => Value::Unsigned(word.into()),
        };
        Ok(Value::List(words.into_iter().map(number).collect()))
    }

    fn items(&mut self, head: &Head, count: u64, item: &Kind) -> Result<Value, Refused> {
        let mut bits = self.element_bits(count, item.bits())?;
        let items = (0..count).map(|_| self.value(head, item, &mut bits));
        Ok(Value::List(items.collect::<Result<_, _>>()?))
    }

    fn entries(&mut self, head: &Head, key: &Kind, value: &Kind) -> Result<Value, Refused> {
        let count = self.number()?;
        let mut bits = self.element_bits(count, key.bits() + value.bits())?;
        let mut entries: Vec<(Value, Value)> = Vec::new();
        for _ in 0..count {
            let key = self.value(head, key, &mut bits)?;
            if entries.last().is_some_and(|(last, _)| *last >= key) {
                return Err("order");
            }
            let value = self.value(head, value, &mut bits)?;
            entries.push((key, value));
        }
        Ok(Value::Map(entries))
    }

    fn element_bits(
        &mut self,
        count: u64,
        width: usize,
    ) -> Result<std::vec::IntoIter<bool>, Refused> {
        let count = usize::try_from(count)
            .ok()
            .and_then(|count| count.checked_mul(width));
        Ok(self.bits(count.ok_or("truncated")?)?.into_iter())
    }

    fn record(&mut self, head: &Head, number: usize) -> Result<Value, Refused> {
        let fields = &head.records[number];
        if fields.is_empty() {
            return match self.take(1)? {
                [0] => Ok(Value::Record(Vec::new())),
                _ => Err("spare bits"),
            };
        }
        self.enter(Kind::Record(number))?;
        let count = fields.iter().map(|(_, kind)| kind.bits()).sum();
        let mut bits = self.bits(count)?.into_iter();
        let values = fields
            .iter()
            .map(|(id, kind)| Ok((*id, self.value(head, kind, &mut bits)?)));
        let values = values.collect::<Result<_, Refused>>()?;
        self.open.pop();
        Ok(Value::Record(values))
    }

    fn union(&mut self, head: &Head, number: usize) -> Result<Value, Refused> {
        let id = self.number()?;
        if id == 0 {
            let id = self.variant_id()?;
            return Ok(Value::Unknown(
                id,
                self.sized()?.to_vec(),
                self.sized()?.to_vec(),
            ));
        }
        let id = id_of(id)?;
        let variant = head.unions[number].iter().find(|(known, _)| *known == id);
        let (_, kind) = variant.ok_or("undescribed variant")?;
        self.occurred.push((number, id));
        self.enter(Kind::Union(number))?;
        let payload = self.alone(head, kind)?;
        self.open.pop();
        Ok(Value::Variant(id, Box::new(payload)))
    }

    fn variant_id(&mut self) -> Result<u16, Refused> {
        id_of(self.number()?)
    }

    /// What a head can tell of levels: no struct or union is open more than 65 times.
    fn enter(&mut self, kind: Kind) -> Result<(), Refused> {
        let same = self.open.iter().filter(|open| **open == kind);
        if same.count() == 65 {
            return Err("depth");
        }
        self.open.push(kind);
        Ok(())
    }
}

fn id_of(number: u64) -> Result<u16, Refused> {
    match number {
        1..=32_767 => Ok(number as u16),
        _ => Err("id"),
    }
}

/// Up to 16 bytes, the low one first.
fn little(bytes: &[u8]) -> u128 {
    bytes
        .iter()
        .rev()
        .fold(0, |number, byte| number << 8 | u128::from(*byte))
}

fn unzigzag(word: u64) -> i128 {
    let half = i128::from(word >> 1);
    if word & 1 == 1 { -half - 1 } else { half }
}
