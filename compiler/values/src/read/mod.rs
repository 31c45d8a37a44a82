//! Decodes a body as a type of the reader, by the head of its writer.

mod place;
mod records;
mod scalar;
mod sequences;
mod skip;
mod unions;

use std::collections::{BTreeMap, BTreeSet};
use std::mem::size_of;

pub(crate) use place::{Step, path};
use scalar::{allowed, decimal, text};

use crate::bytes::{Bytes, absent, little, signed};
use crate::head::{Fixed, Head, Kind, Owner};
use crate::inspect::Names;
use crate::refused::{Refused, Rule};
use crate::schema::{Constraint, Schema, Type};
use crate::shape;
use crate::value::Value;

/// Maximum nesting of values whose types can contain themselves.
pub(crate) const LEVELS: usize = 64;
/// Maximum memory for the parts of a value, in bytes.
const MEMORY: usize = 1 << 30;

/// The result of decoding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The value.
    pub value: Value,
    /// Fields that the writer has and the reader does not, as `shop.Order.7`, each once.
    pub skipped: Vec<String>,
    /// Whether it contains a variant that the reader knows, but that was forwarded by a peer who did not. Only such
    /// values have two encodings.
    pub passed_on: bool,
}

/// Decodes a message: the head with its length, then the body.
///
/// # Errors
/// The rule that the bytes break.
pub fn read_message(schema: &Schema, ty: &Type, message: &[u8]) -> Result<Reading, Refused> {
    let (head, body) = split(message)?;
    let behind = message.len() - body.len();
    let parsed = Head::parse(head).map_err(|refused| refused.shifted(behind - head.len()))?;
    let read = Input::new(schema, &parsed, body, true).read(ty);
    read.map_err(|refused| refused.shifted(behind))
}

/// Decodes a body whose head was sent before, as on a connection.
///
/// # Errors
/// The rule that the bytes break. The offset is in the head if the rule is about heads, else in the body.
pub fn read_body(schema: &Schema, ty: &Type, head: &[u8], body: &[u8]) -> Result<Reading, Refused> {
    let head = Head::parse(head)?;
    Input::new(schema, &head, body, false).read(ty)
}

/// Splits a message into head and body.
pub(crate) fn split(message: &[u8]) -> Result<(&[u8], &[u8]), Refused> {
    let mut bytes = Bytes::new(message);
    let head = bytes.sized().map_err(|rule| Refused {
        rule,
        offset: bytes.start,
        path: String::new(),
    })?;
    Ok((head, bytes.rest()))
}

/// The state of decoding.
pub(crate) struct Input<'s, 'h> {
    schema: &'s Schema,
    head: &'h Head,
    bytes: Bytes<'s>,
    /// Whether the head precedes the body, as in a message.
    alone: bool,
    /// Whether writer and reader have the same shape.
    same: bool,
    /// Whether a known variant was in escape form.
    passed_on: bool,
    /// How many values of types that can contain themselves enclose the current one.
    levels: usize,
    /// Bytes of memory that may still be used.
    memory: usize,
    /// The path from the root to the current value.
    place: Vec<Step<'s>>,
    /// (union, id) of the variants that occurred.
    occurred: BTreeSet<(usize, u16)>,
    /// Fields that were skipped.
    unknown: BTreeSet<(usize, u16)>,
    /// While skipping: how many values of each struct and union enclose the current one.
    skipped: BTreeMap<Owner, usize>,
    /// While skipping: how many values enclose the current one.
    open: usize,
}

impl<'s, 'h> Input<'s, 'h> {
    fn new(schema: &'s Schema, head: &'h Head, body: &'s [u8], alone: bool) -> Self {
        Self {
            schema,
            head,
            bytes: Bytes::new(body),
            alone,
            same: false,
            passed_on: false,
            levels: 0,
            memory: MEMORY,
            place: Vec::new(),
            occurred: BTreeSet::new(),
            unknown: BTreeSet::new(),
            skipped: BTreeMap::new(),
            open: 0,
        }
    }

    /// Begins in the middle of a body, to decode one value.
    pub(crate) fn at(schema: &'s Schema, head: &'h Head, bytes: &'s [u8]) -> Self {
        Self::new(schema, head, bytes, true)
    }

    /// Decodes one value.
    pub(crate) fn one(&mut self, kind: &Kind, ty: &'s Type, bits: &[bool]) -> Result<Value, Rule> {
        self.value(kind, ty, bits)
    }

    /// The number of bytes read, the offset of the last thing read, and the path to it.
    pub(crate) fn reached(&self) -> (usize, usize, String) {
        (self.bytes.at(), self.bytes.start, path(&self.place))
    }

    fn read(mut self, ty: &'s Type) -> Result<Reading, Refused> {
        let own = self.schema.head(ty);
        let described = |number: usize, _: usize, id: u16| {
            let union = self.head.unions.get(number);
            union.is_some_and(|variants| variants.iter().any(|(known, _)| *known == id))
        };
        self.same =
            own.write(&own.root, described) == self.head.write(&self.head.root, |_, _, _| true);
        let value = self.whole(ty).map_err(|rule| Refused {
            rule,
            offset: self.bytes.start,
            path: path(&self.place),
        })?;
        let name =
            |(record, id): &(usize, u16)| format!("{}.{id}", self.schema.records[*record].name);
        Ok(Reading {
            value,
            skipped: self.unknown.iter().map(name).collect(),
            passed_on: self.passed_on,
        })
    }

    /// A value that is followed by nothing.
    fn whole(&mut self, ty: &'s Type) -> Result<Value, Rule> {
        let value = self.by_itself(&self.head.root, ty)?;
        self.bytes.start = self.bytes.at();
        match self.bytes.rest().len() {
            0 if self.alone && self.occurred.len() != self.head.described() => Err(Rule::Unused),
            0 => Ok(value),
            left => Err(Rule::TrailingBytes(left)),
        }
    }

    /// A value that is not in a struct, list or map.
    fn by_itself(&mut self, kind: &Kind, ty: &'s Type) -> Result<Value, Rule> {
        let bits = self.bytes.bits(kind.bits())?;
        self.value(kind, ty, &bits)
    }

    /// Decodes a value of the writer's kind as the reader's type; `bits` are its header bits.
    fn value(&mut self, kind: &Kind, ty: &'s Type, bits: &[bool]) -> Result<Value, Rule> {
        let start = self.bytes.at();
        Ok(match (kind, ty) {
            (Kind::Optional(kind), Type::Optional(ty)) => match bits[0] {
                true => self.value(kind, ty, &bits[1..])?.present(ty),
                false => absent(bits).map(|()| Value::Absent)?,
            },
            (_, Type::Optional(ty)) => self.value(kind, ty, bits)?.present(ty),
            (_, Type::Constrained(ty, constraints)) => {
                let value = self.value(kind, ty, bits)?;
                self.satisfies(value, ty, constraints, start)?
            }
            (Kind::Bool, Type::Bool) => Value::Bool(bits[0]),
            (Kind::Uint | Kind::Int, _) => {
                let word = self.bytes.number()?;
                self.as_number(kind, word, ty)?
            }
            (_, Type::Enum(it)) => allowed(self.value(kind, &it.base, bits)?, it)?,
            (Kind::Fixed(Fixed::Unsigned(size)), Type::Unsigned(wide)) if size <= wide => {
                Value::Unsigned(little(self.bytes.take(*size)?))
            }
            (Kind::Fixed(Fixed::Signed(size)), Type::Signed(wide)) if size <= wide => {
                Value::Signed(signed(self.bytes.take(*size)?))
            }
            (Kind::Fixed(Fixed::Signed(_)), Type::Timestamp | Type::Duration) => {
                self.value(kind, &Type::Signed(8), bits)?
            }
            (Kind::Fixed(Fixed::Signed(_)), Type::Date) => {
                self.value(kind, &Type::Signed(4), bits)?
            }
            (Kind::Fixed(Fixed::Float(size)), Type::Float(same)) if size == same => {
                Value::Float(little(self.bytes.take(*size)?) as u64)
            }
            (Kind::Fixed(Fixed::Uuid), Type::Uuid) => Value::Bytes(self.bytes.take(16)?.to_vec()),
            (Kind::Fixed(fixed), Type::Frozen(_)) if *fixed == shape::layout(ty) => {
                self.member(ty)?
            }
            (Kind::Text, Type::Text) => text(self.part()?)?,
            (Kind::List(item), Type::Text) if item.is_byte() => text(self.part()?)?,
            (Kind::Text, Type::Bytes) => Value::Bytes(self.part()?.to_vec()),
            (Kind::List(item), Type::Bytes) => self.bytes_of(kind, item)?,
            (Kind::Text, Type::List(item) | Type::Set(item)) if shape::kind(item).is_byte() => {
                self.list(&BYTE, item, ty)?
            }
            (Kind::List(kind), Type::List(item) | Type::Set(item)) => self.list(kind, item, ty)?,
            (Kind::Array(count, item), Type::Array(same, ty)) if count == same => {
                Value::List(self.items((*count).into(), item, ty)?)
            }
            (Kind::Map(key, value), Type::Map(key_ty, ty)) => {
                self.map((key, key_ty), (value, ty))?
            }
            (Kind::Decimal, Type::Decimal) => decimal(self.part()?)?,
            (Kind::Record(number), Type::Record(own)) => self.record(*number, *own)?,
            (Kind::Union(number), Type::Union(own)) => self.union(*number, *own)?,
            (kind, ty) => return Err(self.incompatible(kind, ty)),
        })
    }

    /// Bytes with their length in front, which become a part of the value.
    fn part(&mut self) -> Result<&'s [u8], Rule> {
        let part = self.bytes.sized()?;
        self.memory = self.memory.checked_sub(part.len()).ok_or(Rule::Budget)?;
        Ok(part)
    }

    /// Accounts for the memory of this many values.
    fn charge(&mut self, values: u64) -> Result<(), Rule> {
        let size = usize::try_from(values).ok();
        let size = size.and_then(|values| values.checked_mul(size_of::<Value>()));
        let left = size.and_then(|size| self.memory.checked_sub(size));
        self.memory = left.ok_or(Rule::Budget)?;
        Ok(())
    }

    /// Reads one step further. On failure the step stays, to tell the place.
    fn within<T>(
        &mut self,
        step: Step<'s>,
        read: impl FnOnce(&mut Self) -> Result<T, Rule>,
    ) -> Result<T, Rule> {
        self.place.push(step);
        let read = read(self)?;
        self.place.pop();
        Ok(read)
    }

    fn satisfies(
        &mut self,
        value: Value,
        ty: &Type,
        constraints: &[Constraint],
        start: usize,
    ) -> Result<Value, Rule> {
        let broken = |constraint: &Constraint| constraint.broken(self.schema, ty, &value);
        match constraints.iter().find_map(broken) {
            None => Ok(value),
            Some(broken) => {
                self.bytes.start = start;
                Err(Rule::Constraint(broken))
            }
        }
    }

    fn incompatible(&mut self, kind: &Kind, ty: &Type) -> Rule {
        let ty = self.schema.spell(ty).to_string();
        Rule::Incompatible(Names::default().spell(kind), ty)
    }

    fn enter(&mut self, recursive: bool) -> Result<(), Rule> {
        self.levels += usize::from(recursive);
        match self.levels > LEVELS {
            true => Err(Rule::Depth),
            false => Ok(()),
        }
    }
}

/// The kind of the elements of `bytes`.
static BYTE: Kind = Kind::Fixed(Fixed::Unsigned(1));
