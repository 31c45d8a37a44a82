//! Scalars and what is made of them: numbers as types, texts, decimals, members of frozen structs.

use crate::Refused;
use crate::head::Kind;
use crate::read::Input;
use crate::schema::Type;
use crate::value::Value;

impl Input<'_> {
    /// A member of a frozen struct, or a frozen struct.
    pub(crate) fn member(&mut self, ty: &Type) -> Result<Value, Refused> {
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

pub(crate) fn id_of(number: u64) -> Result<u16, Refused> {
    match number {
        1..=32_767 => Ok(number as u16),
        _ => Err("id"),
    }
}

/// A number in prefix or zigzag form as a type.
pub(crate) fn as_number(kind: &Kind, word: u64, ty: &Type) -> Result<Value, Refused> {
    match (kind, ty) {
        (_, Type::Optional(ty)) => Ok(as_number(kind, word, ty)?.present(ty)),
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
pub(crate) fn allowed(value: Value, ty: &Type) -> Result<Value, Refused> {
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

pub(crate) fn text(bytes: &[u8]) -> Result<Value, Refused> {
    let text = std::str::from_utf8(bytes).map_err(|_| "not UTF-8")?;
    Ok(Value::Text(text.to_owned()))
}

pub(crate) fn decimal(bytes: &[u8]) -> Result<Value, Refused> {
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
pub(crate) fn signed(bytes: &[u8]) -> i128 {
    let spare = 128 - 8 * bytes.len();
    ((little(bytes) << spare) as i128) >> spare
}
