//! Reads a body as a type of the reader, by the head of its writer.

use crate::Refused;
use crate::head::{Fixed, Head, Kind};
use crate::schema::{Schema, Type};
use crate::shape;
use crate::value::Value;

/// How many values of types that can contain themselves may be nested in each other.
pub(crate) const LEVELS: usize = 64;

/// Reads a message: a head with its length, then a body.
///
/// # Errors
/// The rule that the bytes break.
pub fn read_message(schema: &Schema, ty: &Type, message: &[u8]) -> Result<Value, Refused> {
    let nothing = schema.head(ty);
    let mut input = Input::new(schema, &nothing, message);
    let head = input.sized()?;
    let body = input.bytes;
    read(schema, ty, head, body, true)
}

/// Reads a body whose head came another way: on a connection.
///
/// # Errors
/// The rule that the bytes break.
pub fn read_body(schema: &Schema, ty: &Type, head: &[u8], body: &[u8]) -> Result<Value, Refused> {
    read(schema, ty, head, body, false)
}

fn read(
    schema: &Schema,
    ty: &Type,
    bytes: &[u8],
    body: &[u8],
    alone: bool,
) -> Result<Value, Refused> {
    let head = Head::parse(bytes)?;
    let own = schema.head(ty);
    let own = own.write(&own.root, |number, _, id| {
        let union = head.unions.get(number);
        union.is_some_and(|variants| variants.iter().any(|(known, _)| *known == id))
    });
    let mut input = Input::new(schema, &head, body);
    input.alone = alone;
    input.same = own == bytes;
    input.whole(ty)
}

/// What is left to read.
pub(crate) struct Input<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) head: &'a Head,
    pub(crate) bytes: &'a [u8],
    /// Whether the head stands in front of the body.
    alone: bool,
    /// Whether the writer's shape is the reader's.
    same: bool,
    /// Open values of types that can contain themselves.
    levels: usize,
    /// (union, id) of the variants that occurred.
    pub(crate) occurred: Vec<(usize, u16)>,
    /// Structs and unions that are being skipped.
    pub(crate) skipped: Vec<Kind>,
    /// All values that are open while something is skipped.
    pub(crate) open: usize,
}

impl<'a> Input<'a> {
    fn new(schema: &'a Schema, head: &'a Head, bytes: &'a [u8]) -> Self {
        Self {
            schema,
            head,
            bytes,
            alone: false,
            same: false,
            levels: 0,
            occurred: Vec::new(),
            skipped: Vec::new(),
            open: 0,
        }
    }

    /// A value and nothing behind it.
    fn whole(mut self, ty: &Type) -> Result<Value, Refused> {
        let value = self.by_itself(&self.head.root, ty)?;
        if !self.bytes.is_empty() {
            return Err("trailing bytes");
        }
        self.occurred.sort_unstable();
        self.occurred.dedup();
        match self.alone && self.occurred.len() != self.head.described() {
            true => Err("unused variant"),
            false => Ok(value),
        }
    }

    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], Refused> {
        let (taken, rest) = self.bytes.split_at_checked(count).ok_or("truncated")?;
        self.bytes = rest;
        Ok(taken)
    }

    pub(crate) fn number(&mut self) -> Result<u64, Refused> {
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

    pub(crate) fn sized(&mut self) -> Result<&'a [u8], Refused> {
        let len = self.number()?;
        self.take(usize::try_from(len).map_err(|_| "truncated")?)
    }

    /// So many bits, low bits of a byte first; the rest of the last byte is zero.
    pub(crate) fn bits(&mut self, count: usize) -> Result<Vec<bool>, Refused> {
        let bytes = self.take(count.div_ceil(8))?;
        let bits = bytes.iter();
        let mut bits: Vec<bool> = bits
            .flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1 == 1))
            .collect();
        match bits.split_off(count).contains(&true) {
            true => Err("spare bits"),
            false => Ok(bits),
        }
    }

    /// The bits of so many elements, an element's bits each.
    pub(crate) fn bits_of_elements(&mut self, count: u64, width: usize) -> Result<Bits, Refused> {
        let count = usize::try_from(count).map_err(|_| "truncated")?;
        let bits = self.bits(count.checked_mul(width).ok_or("truncated")?)?;
        Ok(Bits { bits, at: 0 })
    }

    /// The words of a list of numbers, which have one width.
    pub(crate) fn words(&mut self) -> Result<Vec<u64>, Refused> {
        let head = self.number()?;
        let width = 1 << (head & 3);
        let count = usize::try_from(head >> 2).map_err(|_| "truncated")?;
        let block = self.take(count.checked_mul(width).ok_or("truncated")?)?;
        let words = block.chunks(width).map(|word| little(word) as u64);
        let words: Vec<u64> = words.collect();
        let narrower = width / 2 * 8;
        match width > 1 && words.iter().all(|word| word >> narrower == 0) {
            true => Err("not the shortest form"),
            false => Ok(words),
        }
    }

    /// A value that nothing holds.
    fn by_itself(&mut self, kind: &Kind, ty: &Type) -> Result<Value, Refused> {
        let bits = self.bits(kind.bits())?;
        self.value(kind, ty, &bits)
    }

    /// A value of the writer's kind as the reader's type; `bits` are its bits in the header.
    fn value(&mut self, kind: &Kind, ty: &Type, bits: &[bool]) -> Result<Value, Refused> {
        let u8s = |kind: &Kind| *kind == Kind::Fixed(Fixed::Unsigned(1));
        Ok(match (kind, ty) {
            (Kind::Optional(kind), Type::Optional(ty)) => self.optional(kind, ty, bits)?,
            (_, Type::Optional(ty)) => self.value(kind, ty, bits)?,
            (Kind::Bool, Type::Bool) => Value::Bool(bits[0]),
            (Kind::Uint | Kind::Int, _) => as_number(kind, self.number()?, ty)?,
            (_, Type::Enum(base, _) | Type::ClosedFlags(base, _)) => {
                allowed(self.value(kind, base, bits)?, ty)?
            }
            (Kind::Fixed(Fixed::Unsigned(size)), Type::Unsigned(wide)) if size <= wide => {
                Value::Unsigned(little(self.take(*size)?))
            }
            (Kind::Fixed(Fixed::Signed(size)), Type::Signed(wide)) if size <= wide => {
                Value::Signed(signed(self.take(*size)?))
            }
            (Kind::Fixed(Fixed::Float(size)), Type::Float(same)) if size == same => {
                Value::Float(little(self.take(*size)?) as u64)
            }
            (Kind::Fixed(Fixed::Uuid), Type::Uuid) => Value::Bytes(self.take(16)?.to_vec()),
            (Kind::Fixed(fixed), Type::Frozen(_)) if *fixed == shape::layout(ty) => {
                self.member(ty)?
            }
            (Kind::Text, Type::Text) => text(self.sized()?)?,
            (Kind::List(item), Type::Text) if u8s(item) => text(self.sized()?)?,
            (Kind::Text, Type::Bytes) => Value::Bytes(self.sized()?.to_vec()),
            (Kind::List(item), Type::Bytes) if u8s(item) => Value::Bytes(self.sized()?.to_vec()),
            (Kind::List(item), Type::Bytes) => match self.list(item, &Type::Unsigned(1))?[..] {
                [] => Value::Bytes(Vec::new()),
                _ => return Err("incompatible"),
            },
            (Kind::Text, Type::List(_) | Type::Set(_)) => {
                let bytes = Kind::List(Box::new(Kind::Fixed(Fixed::Unsigned(1))));
                match shape::kind(ty) == bytes {
                    true => self.value(&bytes, ty, bits)?,
                    false => return Err("incompatible"),
                }
            }
            (Kind::List(item), Type::List(ty)) => Value::List(self.list(item, ty)?),
            (Kind::List(item), Type::Set(ty)) => {
                let items = self.list(item, ty)?.into_iter().map(|item| (item, ()));
                Value::List(
                    self.ordered(items.collect())?
                        .into_iter()
                        .map(|it| it.0)
                        .collect(),
                )
            }
            (Kind::Array(count, item), Type::Array(same, ty)) if count == same => {
                Value::List(self.items((*count).into(), item, ty)?)
            }
            (Kind::Map(key, value), Type::Map(key_ty, ty)) => {
                self.map((key, key_ty), (value, ty))?
            }
            (Kind::Decimal, Type::Decimal) => decimal(self.sized()?)?,
            (Kind::Record(number), Type::Record(own)) => self.record(*number, *own)?,
            (Kind::Union(number), Type::Union(own)) => self.union(*number, *own)?,
            _ => return Err("incompatible"),
        })
    }

    fn optional(&mut self, kind: &Kind, ty: &Type, bits: &[bool]) -> Result<Value, Refused> {
        match bits[0] {
            true => self.value(kind, ty, &bits[1..]),
            false => absent(bits).map(|()| Value::Absent),
        }
    }

    fn list(&mut self, item: &Kind, ty: &Type) -> Result<Vec<Value>, Refused> {
        if matches!(item, Kind::Uint | Kind::Int) {
            let words = self.words()?.into_iter();
            return words.map(|word| as_number(item, word, ty)).collect();
        }
        let count = self.number()?;
        self.items(count, item, ty)
    }

    fn items(&mut self, count: u64, item: &Kind, ty: &Type) -> Result<Vec<Value>, Refused> {
        let mut bits = self.bits_of_elements(count, item.bits())?;
        (0..count)
            .map(|_| self.value(item, ty, &bits.next(item.bits())))
            .collect()
    }

    fn map(&mut self, key: (&Kind, &Type), value: (&Kind, &Type)) -> Result<Value, Refused> {
        let count = self.number()?;
        let mut bits = self.bits_of_elements(count, key.0.bits() + value.0.bits())?;
        let mut entries = Vec::new();
        for _ in 0..count {
            let one = self.value(key.0, key.1, &bits.next(key.0.bits()))?;
            entries.push((
                one,
                self.value(value.0, value.1, &bits.next(value.0.bits()))?,
            ));
        }
        Ok(Value::Map(self.ordered(entries)?))
    }

    /// Entries in order, each key once. A writer of another shape may have another order.
    fn ordered<T>(&self, mut entries: Vec<(Value, T)>) -> Result<Vec<(Value, T)>, Refused> {
        if !self.same {
            entries.sort_by(|a, b| a.0.cmp(&b.0));
        }
        match entries.windows(2).all(|pair| pair[0].0 < pair[1].0) {
            true => Ok(entries),
            false => Err("order"),
        }
    }

    fn record(&mut self, number: usize, own: usize) -> Result<Value, Refused> {
        let (theirs, own) = (&self.head.records[number], &self.schema.records[own]);
        self.enter(own.recursive)?;
        if theirs.is_empty() && self.take(1)? != [0] {
            return Err("spare bits");
        }
        let mut bits = Bits {
            bits: self.bits(theirs.iter().map(|(_, kind)| kind.bits()).sum())?,
            at: 0,
        };
        let mut read = Vec::new();
        for (id, kind) in theirs {
            let bits = bits.next(kind.bits());
            let field = own.fields.iter().find(|field| field.id == *id);
            match (kind, field.map(|field| &field.ty)) {
                (_, None) => self.skip(kind, &bits)?,
                (_, Some(ty @ Type::Optional(_))) => read.push((*id, self.value(kind, ty, &bits)?)),
                (Kind::Optional(_), Some(_)) if !bits[0] => absent(&bits)?,
                (Kind::Optional(kind), Some(ty)) => {
                    read.push((*id, self.value(kind, ty, &bits[1..])?));
                }
                (_, Some(ty)) => read.push((*id, self.value(kind, ty, &bits)?)),
            }
        }
        let mut fields = Vec::new();
        for field in &own.fields {
            let found = read.iter().find(|(id, _)| *id == field.id);
            let value = match (found, &field.ty, &field.default) {
                (Some((_, value)), _, _) => value.clone(),
                (None, Type::Optional(_), _) => Value::Absent,
                (None, _, Some(default)) => default.clone(),
                (None, _, None) => return Err("missing"),
            };
            fields.push((field.id, value));
        }
        self.levels -= usize::from(own.recursive);
        Ok(Value::Record(fields))
    }

    fn union(&mut self, number: usize, own: usize) -> Result<Value, Refused> {
        let own = &self.schema.unions[own];
        self.enter(own.recursive)?;
        let id = self.number()?;
        let value = match id {
            0 => self.escaped(number, own)?,
            id => self.variant(number, id_of(id)?, own)?,
        };
        self.levels -= usize::from(own.recursive);
        Ok(value)
    }

    fn variant(&mut self, number: usize, id: u16, own: &crate::Union) -> Result<Value, Refused> {
        let (id, kind) = self.described(number, id).ok_or("undescribed variant")?;
        self.occurred.push((number, *id));
        let known = own.variants.iter().find(|variant| variant.id == *id);
        match known {
            Some(variant) => {
                let payload = self.by_itself(kind, &variant.ty)?;
                Ok(Value::Variant(*id, Box::new(payload)))
            }
            None if own.closed => Err("unknown variant"),
            None => self.keep(*id, kind),
        }
    }

    pub(crate) fn described(&self, union: usize, id: u16) -> Option<&'a (u16, Kind)> {
        let head: &'a Head = self.head;
        head.unions[union].iter().find(|(known, _)| *known == id)
    }

    /// A variant that the reader does not know: its bytes, and a head for them alone.
    fn keep(&mut self, id: u16, kind: &Kind) -> Result<Value, Refused> {
        let outer = std::mem::take(&mut self.occurred);
        let before = self.bytes;
        let bits = self.bits(kind.bits())?;
        self.skip(kind, &bits)?;
        let body = &before[..before.len() - self.bytes.len()];
        let inner = std::mem::replace(&mut self.occurred, outer);
        let head = self
            .head
            .write(kind, |_, union, id| inner.contains(&(union, id)));
        self.occurred.extend(inner);
        Ok(Value::Unknown(id, head, body.to_vec()))
    }

    /// A variant that its writer did not know.
    fn escaped(&mut self, number: usize, own: &crate::Union) -> Result<Value, Refused> {
        let id = id_of(self.number()?)?;
        let (head, body) = (self.sized()?, self.sized()?);
        if !self.alone && self.described(number, id).is_some() {
            return Err("escaped variant");
        }
        let known = own.variants.iter().find(|variant| variant.id == id);
        let Some(variant) = known else {
            return match own.closed {
                true => Err("unknown variant"),
                false => Ok(Value::Unknown(id, head.to_vec(), body.to_vec())),
            };
        };
        let head = Head::parse(head)?;
        let mut inner = Input::new(self.schema, &head, body);
        inner.alone = true;
        inner.levels = self.levels;
        let payload = inner.whole(&variant.ty)?;
        Ok(Value::Variant(id, Box::new(payload)))
    }

    fn enter(&mut self, recursive: bool) -> Result<(), Refused> {
        self.levels += usize::from(recursive);
        match self.levels > LEVELS {
            true => Err("depth"),
            false => Ok(()),
        }
    }

    /// A member of a frozen struct, or a frozen struct.
    fn member(&mut self, ty: &Type) -> Result<Value, Refused> {
        Ok(match ty {
            Type::Bool => match self.take(1)? {
                [0] => Value::Bool(false),
                [1] => Value::Bool(true),
                _ => return Err("bool"),
            },
            Type::Unsigned(size) => Value::Unsigned(little(self.take(*size)?)),
            Type::Signed(size) => Value::Signed(signed(self.take(*size)?)),
            Type::Float(size) => Value::Float(little(self.take(*size)?) as u64),
            Type::Enum(base, _) | Type::ClosedFlags(base, _) => allowed(self.member(base)?, ty)?,
            Type::Uuid => Value::Bytes(self.take(16)?.to_vec()),
            Type::Decimal => {
                let (scale, coefficient) = (self.take(1)?[0], signed(self.take(16)?));
                scaled(coefficient, scale)?
            }
            Type::Array(count, item) => {
                let items = (0..*count).map(|_| self.member(item));
                Value::List(items.collect::<Result<_, _>>()?)
            }
            Type::Frozen(members) => {
                let members = members.iter().map(|(_, ty)| self.member(ty));
                Value::List(members.collect::<Result<_, _>>()?)
            }
            _ => return Err("incompatible"),
        })
    }
}

/// Bits that are handed out from the first on.
pub(crate) struct Bits {
    bits: Vec<bool>,
    at: usize,
}

impl Bits {
    pub(crate) fn next(&mut self, count: usize) -> Vec<bool> {
        let own = self.bits[self.at..self.at + count].to_vec();
        self.at += count;
        own
    }
}

/// What is absent has no bit set.
pub(crate) fn absent(bits: &[bool]) -> Result<(), Refused> {
    match bits.contains(&true) {
        true => Err("spare bits"),
        false => Ok(()),
    }
}

pub(crate) fn id_of(number: u64) -> Result<u16, Refused> {
    match number {
        1..=32_767 => Ok(number as u16),
        _ => Err("id"),
    }
}

/// A number in prefix or zigzag form as a type.
fn as_number(kind: &Kind, word: u64, ty: &Type) -> Result<Value, Refused> {
    match (kind, ty) {
        (_, Type::Optional(ty)) => as_number(kind, word, ty),
        (_, Type::Enum(base, _) | Type::ClosedFlags(base, _)) => {
            allowed(as_number(kind, word, base)?, ty)
        }
        (Kind::Uint, Type::Unsigned(4)) if word > u32::MAX.into() => Err("range"),
        (Kind::Uint, Type::Unsigned(4 | 8 | 16)) => Ok(Value::Unsigned(word.into())),
        (Kind::Int, Type::Signed(size @ (4 | 8 | 16))) => {
            let half = i128::from(word >> 1);
            let number = if word & 1 == 1 { -half - 1 } else { half };
            match *size == 4 && i32::try_from(number).is_err() {
                true => Err("range"),
                false => Ok(Value::Signed(number)),
            }
        }
        _ => Err("incompatible"),
    }
}

/// A number, if its enum or flags allow it.
fn allowed(value: Value, ty: &Type) -> Result<Value, Refused> {
    let fits = match (&value, ty) {
        (Value::Unsigned(number), Type::Enum(_, Some(all))) => all.contains(&(*number as i128)),
        (Value::Signed(number), Type::Enum(_, Some(all))) => all.contains(number),
        (Value::Unsigned(bits), Type::ClosedFlags(_, all)) => bits & !all == 0,
        _ => true,
    };
    match fits {
        true => Ok(value),
        false => Err("unknown value"),
    }
}

fn text(bytes: &[u8]) -> Result<Value, Refused> {
    let text = std::str::from_utf8(bytes).map_err(|_| "not UTF-8")?;
    Ok(Value::Text(text.to_owned()))
}

fn decimal(bytes: &[u8]) -> Result<Value, Refused> {
    let (scale, coefficient) = bytes.split_first().ok_or("decimal")?;
    let used = 8 * coefficient.len();
    if used > 128 {
        return Err("decimal");
    }
    let number = if used == 0 { 0 } else { signed(coefficient) };
    let fits_in = |bits: usize| bits > 0 && number << (128 - bits) >> (128 - bits) == number;
    if used > 0 && (number == 0 || fits_in(used - 8)) {
        return Err("not the shortest form");
    }
    scaled(number, *scale)
}

fn scaled(coefficient: i128, scale: u8) -> Result<Value, Refused> {
    match scale {
        0..=28 => Ok(Value::Decimal(coefficient, scale)),
        _ => Err("decimal"),
    }
}

/// Up to 16 bytes, the low one first.
pub(crate) fn little(bytes: &[u8]) -> u128 {
    let bytes = bytes.iter().rev();
    bytes.fold(0, |number, byte| number << 8 | u128::from(*byte))
}

/// The same in two's complement.
fn signed(bytes: &[u8]) -> i128 {
    let spare = 128 - 8 * bytes.len();
    ((little(bytes) << spare) as i128) >> spare
}
