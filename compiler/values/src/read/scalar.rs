//! Decodes scalars: numbers as types, strings, decimals, members of frozen structs.

use super::Input;
use crate::bytes::{little, signed};
use crate::head::Kind;
use crate::read::place::Step;
use crate::refused::Rule;
use crate::schema::{Enum, Type};
use crate::value::Value;

impl<'s> Input<'s, '_> {
    /// A frozen struct, or a member of one.
    pub(super) fn member(&mut self, ty: &'s Type) -> Result<Value, Rule> {
        Ok(match ty {
            Type::Bool => match self.bytes.take(1)? {
                [0] => Value::Bool(false),
                [1] => Value::Bool(true),
                other => return Err(Rule::Bool(other[0])),
            },
            Type::Unsigned(size) => Value::Unsigned(little(self.bytes.take(*size)?)),
            Type::Signed(size) => Value::Signed(signed(self.bytes.take(*size)?)),
            Type::Date => Value::Signed(signed(self.bytes.take(4)?)),
            Type::Timestamp | Type::Duration => Value::Signed(signed(self.bytes.take(8)?)),
            Type::Float(size) => Value::Float(little(self.bytes.take(*size)?) as u64),
            Type::Enum(it) => allowed(self.member(&it.base)?, it)?,
            Type::Uuid => Value::Bytes(self.bytes.take(16)?.to_vec()),
            Type::Decimal => {
                let (scale, rest) = (self.bytes.take(1)?[0], self.bytes.take(16)?);
                scaled(signed(rest), scale)?
            }
            Type::Array(count, item) => {
                self.charge((*count).into())?;
                let items = 0..*count as usize;
                let items =
                    items.map(|index| self.within(Step::Item(index), |input| input.member(item)));
                Value::List(items.collect::<Result<_, _>>()?)
            }
            Type::Frozen(it) => {
                self.charge(it.members.len() as u64)?;
                let members = it.members.iter();
                let members = members
                    .map(|(name, ty)| self.within(Step::Field(name), |input| input.member(ty)));
                Value::List(members.collect::<Result<_, _>>()?)
            }
            Type::Constrained(inner, constraints) => {
                let start = self.bytes.at();
                let value = self.member(inner)?;
                self.satisfies(value, inner, constraints, start)?
            }
            Type::Text | Type::Bytes | Type::Optional(_) | Type::List(_) | Type::Set(_) => {
                unreachable!("it has no constant size")
            }
            Type::Map(..) | Type::Record(_) | Type::Union(_) => {
                unreachable!("it has no constant size")
            }
        })
    }

    /// A number in prefix or zigzag form, as a type.
    pub(super) fn as_number(
        &mut self,
        kind: &Kind,
        word: u64,
        ty: &'s Type,
    ) -> Result<Value, Rule> {
        Ok(match (kind, ty) {
            (_, Type::Optional(ty)) => self.as_number(kind, word, ty)?.present(ty),
            (_, Type::Enum(it)) => allowed(self.as_number(kind, word, &it.base)?, it)?,
            (_, Type::Constrained(ty, constraints)) => {
                let start = self.bytes.start;
                let value = self.as_number(kind, word, ty)?;
                self.satisfies(value, ty, constraints, start)?
            }
            (Kind::Uint, Type::Unsigned(4)) if word > u32::MAX.into() => {
                return Err(Rule::OutOfRange("u32"));
            }
            (Kind::Uint, Type::Unsigned(4 | 8 | 16)) => Value::Unsigned(word.into()),
            (Kind::Int, Type::Date) if i32::try_from(zigzag(word)).is_err() => {
                return Err(Rule::OutOfRange("date"));
            }
            (Kind::Int, Type::Signed(4)) if i32::try_from(zigzag(word)).is_err() => {
                return Err(Rule::OutOfRange("i32"));
            }
            (
                Kind::Int,
                Type::Signed(4 | 8 | 16) | Type::Timestamp | Type::Duration | Type::Date,
            ) => Value::Signed(zigzag(word)),
            (kind, ty) => return Err(self.incompatible(kind, ty)),
        })
    }
}

pub(super) fn id_of(number: u64) -> Result<u16, Rule> {
    match number {
        1..=32_767 => Ok(number as u16),
        _ => Err(Rule::BadId(number)),
    }
}

/// Decodes zigzag form.
pub(crate) fn zigzag(word: u64) -> i128 {
    let half = i128::from(word >> 1);
    match word & 1 {
        1 => -half - 1,
        _ => half,
    }
}

/// Checks that an enum or flags allow the number.
pub(super) fn allowed(value: Value, it: &Enum) -> Result<Value, Rule> {
    match value.number() {
        Some(number) if !it.allows(number) => Err(Rule::UnknownValue(it.name.clone(), number)),
        Some(_) | None => Ok(value),
    }
}

pub(super) fn text(bytes: &[u8]) -> Result<Value, Rule> {
    let text = std::str::from_utf8(bytes).map_err(|_| Rule::Utf8)?;
    Ok(Value::Text(text.to_owned()))
}

/// Scale and coefficient of a decimal.
pub(crate) fn decimal(bytes: &[u8]) -> Result<Value, Rule> {
    let (scale, coefficient) = bytes.split_first().ok_or(Rule::Decimal)?;
    let used = 8 * coefficient.len();
    if used > 128 {
        return Err(Rule::Decimal);
    }
    let number = if used == 0 { 0 } else { signed(coefficient) };
    let fits_in = |bits: usize| bits > 0 && number << (128 - bits) >> (128 - bits) == number;
    if used > 0 && (number == 0 || fits_in(used - 8)) {
        return Err(Rule::NotMinimal);
    }
    scaled(number, *scale)
}

fn scaled(coefficient: i128, scale: u8) -> Result<Value, Rule> {
    match scale {
        0..=28 => Ok(Value::Decimal(coefficient, scale)),
        _ => Err(Rule::Decimal),
    }
}
