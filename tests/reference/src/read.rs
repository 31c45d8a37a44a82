//! Reads a body as a type of the reader, by the head of its writer.

use crate::Refused;
use crate::bytes::absent;
use crate::head::{Fixed, Head, Kind};
use crate::scalar::{allowed, as_number, decimal, id_of, little, signed, text};
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
    read(schema, ty, head, body, true).map(|(value, _)| value)
}

/// Whether a message holds a variant that the reader knows and that somebody passed on who did not: the only values
/// that have two encodings.
pub fn was_passed_on(schema: &Schema, ty: &Type, message: &[u8]) -> bool {
    let nothing = schema.head(ty);
    let mut input = Input::new(schema, &nothing, message);
    let head = input.sized();
    let body = input.bytes;
    let read = head.and_then(|head| read(schema, ty, head, body, true));
    read.is_ok_and(|(_, passed_on)| passed_on)
}

/// Reads a body whose head came another way: on a connection.
///
/// # Errors
/// The rule that the bytes break.
pub fn read_body(schema: &Schema, ty: &Type, head: &[u8], body: &[u8]) -> Result<Value, Refused> {
    read(schema, ty, head, body, false).map(|(value, _)| value)
}

fn read(
    schema: &Schema,
    ty: &Type,
    bytes: &[u8],
    body: &[u8],
    alone: bool,
) -> Result<(Value, bool), Refused> {
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
    /// Whether a known variant came in escape form.
    passed_on: bool,
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
            passed_on: false,
            levels: 0,
            occurred: Vec::new(),
            skipped: Vec::new(),
            open: 0,
        }
    }

    /// A value and nothing behind it.
    fn whole(mut self, ty: &Type) -> Result<(Value, bool), Refused> {
        let value = self.by_itself(&self.head.root, ty)?;
        if !self.bytes.is_empty() {
            return Err("trailing bytes");
        }
        self.occurred.sort_unstable();
        self.occurred.dedup();
        match self.alone && self.occurred.len() != self.head.described() {
            true => Err("unused variant"),
            false => Ok((value, self.passed_on)),
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
            (_, Type::Optional(ty)) => self.value(kind, ty, bits)?.present(ty),
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
            true => Ok(self.value(kind, ty, &bits[1..])?.present(ty)),
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
        let count = theirs.iter().map(|(_, kind)| kind.bits()).sum();
        let mut bits = self.bits_of_elements(1, count)?;
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
        let (payload, _) = inner.whole(&variant.ty)?;
        self.passed_on = true;
        Ok(Value::Variant(id, Box::new(payload)))
    }

    fn enter(&mut self, recursive: bool) -> Result<(), Refused> {
        self.levels += usize::from(recursive);
        match self.levels > LEVELS {
            true => Err("depth"),
            false => Ok(()),
        }
    }
}
