//! Encodes values in the canonical form.

use crate::head::Kind;
use crate::read::LEVELS;
use crate::schema::{Schema, Type};
use crate::shape;
use crate::value::Value;

/// A value in both encodings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The full head, as sent on connections.
    pub head: Vec<u8>,
    /// The body that follows that head.
    pub body: Vec<u8>,
    /// A message that includes its head.
    pub message: Vec<u8>,
}

/// Encodes a value of a type; `None` if it is nested too deep.
///
/// # Panics
/// If the value is not of that type.
pub fn write(schema: &Schema, ty: &Type, value: &Value) -> Option<Message> {
    let mut output = Output {
        schema,
        used: Vec::new(),
        levels: 0,
        deepest: 0,
    };
    let mut body = Vec::new();
    output.by_itself(ty, value, &mut body);
    let head = schema.head(ty);
    let described = head.write(&head.root, |_, union, id| {
        output.used.contains(&(union, id))
    });
    let mut message = Vec::new();
    sized(&described, &mut message);
    message.extend(&body);
    (output.deepest <= LEVELS).then(|| Message {
        head: schema.full_head(ty),
        body,
        message,
    })
}

struct Output<'s> {
    schema: &'s Schema,
    /// (union, id) of the variants that occurred.
    used: Vec<(usize, u16)>,
    levels: usize,
    deepest: usize,
}

impl Output<'_> {
    fn by_itself(&mut self, ty: &Type, value: &Value, out: &mut Vec<u8>) {
        self.together([(ty, value)].into_iter(), out);
    }

    /// Writes values that share a header: first all bits, then all bytes.
    fn together<'v>(
        &mut self,
        values: impl Iterator<Item = (&'v Type, &'v Value)>,
        out: &mut Vec<u8>,
    ) {
        let (mut bits, mut bytes) = (Vec::new(), Vec::new());
        for (ty, value) in values {
            self.put(ty, value, &mut bits, &mut bytes);
        }
        let byte = |bits: &[bool]| {
            let bits = bits.iter().rev();
            bits.fold(0, |byte, bit| byte << 1 | u8::from(*bit))
        };
        out.extend(bits.chunks(8).map(byte));
        out.extend(bytes);
    }

    fn put(&mut self, ty: &Type, value: &Value, bits: &mut Vec<bool>, out: &mut Vec<u8>) {
        match (ty, value) {
            (Type::Bool, Value::Bool(bit)) => bits.push(*bit),
            (Type::Optional(inner), Value::Absent) => {
                bits.extend(vec![false; 1 + shape::kind(inner).bits()]);
            }
            (Type::Optional(inner), Value::Present(value)) => {
                bits.push(true);
                self.put(inner, value, bits, out);
            }
            (Type::Optional(inner), value) => {
                bits.push(true);
                self.put(inner, value, bits, out);
            }
            (Type::Enum(it), value) => self.put(&it.base, value, bits, out),
            (Type::Constrained(ty, _), value) => self.put(ty, value, bits, out),
            (Type::Timestamp | Type::Duration | Type::Date, value) => number(word(value), out),
            (Type::Unsigned(4 | 8) | Type::Signed(4 | 8), value) => number(word(value), out),
            (Type::Unsigned(_) | Type::Signed(_) | Type::Float(_) | Type::Uuid, value) => {
                member(ty, value, out);
            }
            (Type::Frozen(_), value) => member(ty, value, out),
            (Type::Text, Value::Text(text)) => sized(text.as_bytes(), out),
            (Type::Bytes, Value::Bytes(bytes)) => sized(bytes, out),
            (Type::Decimal, Value::Decimal(coefficient, scale)) => {
                let mut bytes = vec![*scale];
                bytes.extend(shortest(*coefficient));
                sized(&bytes, out);
            }
            (Type::List(item) | Type::Set(item), Value::List(items)) => {
                self.list(item, items, out);
            }
            (Type::Array(_, item), Value::List(items)) => {
                self.together(items.iter().map(|value| (&**item, value)), out);
            }
            (Type::Map(key, value), Value::Map(entries)) => {
                number(entries.len() as u64, out);
                let entries = entries.iter();
                let entries = entries.flat_map(|(k, v)| [(&**key, k), (&**value, v)]);
                self.together(entries, out);
            }
            (Type::Record(number), Value::Record(values)) => self.record(*number, values, out),
            (Type::Union(number), value) => self.union(*number, value, out),
            (ty, value) => panic!("{value:?} is no {ty:?}"),
        }
    }

    fn list(&mut self, item: &Type, items: &[Value], out: &mut Vec<u8>) {
        if !matches!(shape::kind(item), Kind::Uint | Kind::Int) {
            number(items.len() as u64, out);
            return self.together(items.iter().map(|value| (item, value)), out);
        }
        let all = items.iter().fold(0, |all, item| all | word(item));
        let widths = [1, 2, 4, 8];
        let code = widths
            .iter()
            .position(|width| *width == 8 || all >> (8 * width) == 0);
        let code = code.expect("8 bytes hold any number");
        number((items.len() * 4 + code) as u64, out);
        for item in items {
            out.extend(&word(item).to_le_bytes()[..widths[code]]);
        }
    }

    fn record(&mut self, number: usize, values: &[(u16, Value)], out: &mut Vec<u8>) {
        let record = &self.schema.records[number];
        self.enter(record.recursive);
        let fields = record.fields.iter().zip(values);
        self.together(fields.map(|(field, (_, value))| (&field.ty, value)), out);
        if record.fields.is_empty() {
            out.push(0);
        }
        self.levels -= usize::from(record.recursive);
    }

    fn union(&mut self, union: usize, value: &Value, out: &mut Vec<u8>) {
        let declared = &self.schema.unions[union];
        self.enter(declared.recursive);
        match value {
            Value::Variant(id, payload) => {
                let variant = declared.variants.iter().find(|variant| variant.id == *id);
                let variant = variant.expect("the union has the variant");
                self.used.push((union, *id));
                number((*id).into(), out);
                self.by_itself(&variant.ty, payload, out);
            }
            Value::Unknown(id, head, body) => {
                number(0, out);
                number((*id).into(), out);
                sized(head, out);
                sized(body, out);
            }
            value => panic!("{value:?} is no union"),
        }
        self.levels -= usize::from(declared.recursive);
    }

    fn enter(&mut self, recursive: bool) {
        self.levels += usize::from(recursive);
        self.deepest = self.deepest.max(self.levels);
    }
}

/// A number in prefix form.
fn number(value: u64, out: &mut Vec<u8>) {
    let more = (0..8).find(|more| value < 1 << (7 * (more + 1)));
    match more {
        Some(more) => {
            let word = value << (more + 1) | ((1 << more) - 1);
            out.extend(&word.to_le_bytes()[..=more]);
        }
        None => {
            out.push(0xff);
            out.extend(value.to_le_bytes());
        }
    }
}

fn sized(bytes: &[u8], out: &mut Vec<u8>) {
    number(bytes.len() as u64, out);
    out.extend(bytes);
}

/// The number to be written in prefix form; zigzag for signed numbers.
fn word(value: &Value) -> u64 {
    match value {
        Value::Unsigned(number) => *number as u64,
        Value::Signed(number) if *number < 0 => (-1 - number) as u64 * 2 + 1,
        Value::Signed(number) => *number as u64 * 2,
        value => panic!("{value:?} is no number"),
    }
}

/// A value of constant size.
fn member(ty: &Type, value: &Value, out: &mut Vec<u8>) {
    match (ty, value) {
        (Type::Bool, Value::Bool(bit)) => out.push((*bit).into()),
        (Type::Unsigned(size), Value::Unsigned(number)) => {
            out.extend(&number.to_le_bytes()[..*size]);
        }
        (Type::Signed(size), Value::Signed(number)) => out.extend(&number.to_le_bytes()[..*size]),
        (Type::Float(size), Value::Float(bits)) => out.extend(&bits.to_le_bytes()[..*size]),
        (Type::Uuid, Value::Bytes(bytes)) => out.extend(bytes),
        (Type::Enum(it), value) => member(&it.base, value, out),
        (Type::Constrained(ty, _), value) => member(ty, value, out),
        (Type::Timestamp | Type::Duration, value) => member(&Type::Signed(8), value, out),
        (Type::Date, value) => member(&Type::Signed(4), value, out),
        (Type::Decimal, Value::Decimal(coefficient, scale)) => {
            out.push(*scale);
            out.extend(coefficient.to_le_bytes());
        }
        (Type::Array(_, item), Value::List(items)) => {
            items.iter().for_each(|value| member(item, value, out));
        }
        (Type::Frozen(it), Value::List(values)) => {
            let members = it.members.iter().zip(values);
            members.for_each(|((_, ty), value)| member(ty, value, out));
        }
        (ty, value) => panic!("{value:?} is no {ty:?} of constant size"),
    }
}

/// The shortest two's complement form; nothing for zero.
fn shortest(number: i128) -> Vec<u8> {
    let bytes = number.to_le_bytes();
    let fits = |len: &usize| match len {
        0 => number == 0,
        len => number << (128 - 8 * len) >> (128 - 8 * len) == number,
    };
    let len = (0..=16).find(fits).expect("16 bytes hold it");
    bytes[..len].to_vec()
}
