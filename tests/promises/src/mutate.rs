//! Mutations of bytes and schemas.

use std::sync::Arc;

use sinew_values::{Field, Frozen, Schema, Type, Value, Variant};

use crate::dice::Dice;

/// Values that lengths, counts and ids may claim, in prefix form.
const CLAIMS: [&[u8]; 8] = [
    &[0],
    &[2],
    &[0xfe],
    &[0xfd, 0xff],
    &[0xf7, 0xff, 0xff, 0xff],
    &[0xef, 0xff, 0xff, 0xff, 0x1f],
    &[0xff, 0, 0, 0, 0, 0, 0, 0, 0x80],
    &[0xff; 9],
];

/// `bytes` with one to three changes; `other` provides parts.
pub fn bytes(dice: &mut Dice, bytes: &[u8], other: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=dice.roll(3) {
        change(dice, &mut bytes, other);
    }
    bytes
}

fn change(dice: &mut Dice, bytes: &mut Vec<u8>, other: &[u8]) {
    let at = dice.roll(bytes.len() + 1);
    let end = (at + 1 + dice.roll(8)).min(bytes.len());
    match (dice.roll(9), bytes.get_mut(at)) {
        (0, Some(byte)) => *byte ^= 1 << dice.roll(8),
        (1, Some(byte)) => *byte = dice.number() as u8,
        (2, Some(byte)) => *byte = byte.wrapping_add(2),
        (3, Some(byte)) => *byte = *dice.pick(&[0, 0xff]),
        (4, _) => bytes.truncate(at),
        (5, Some(_)) => drop(bytes.drain(at..end)),
        (6, Some(_)) => {
            let claim = *dice.pick(&CLAIMS);
            bytes.splice(at..=at, claim.iter().copied());
        }
        (7, _) => {
            let from = dice.roll(other.len() + 1);
            let until = (from + dice.roll(12)).min(other.len());
            bytes.splice(at..at, other[from..until].iter().copied());
        }
        _ => bytes.insert(at, dice.number() as u8),
    }
}

/// A mutated schema, as if somebody else had written it.
pub fn schema(dice: &mut Dice, schema: &Schema) -> Schema {
    let mut schema = schema.clone();
    for number in 0..schema.records.len() {
        let record = &mut schema.records[number];
        if dice.once_in(3) {
            fields(dice, &mut record.fields);
        }
    }
    for union in &mut schema.unions {
        if dice.once_in(3) && union.variants.len() > 1 {
            let at = 1 + dice.roll(union.variants.len() - 1);
            union.variants.remove(at);
        }
        if dice.once_in(3) {
            let id = 1 + dice.roll(40) as u16;
            if let Err(at) = union.variants.binary_search_by_key(&id, |it| it.id) {
                let (name, ty) = (format!("new{id}"), any(dice));
                union.variants.insert(at, Variant { id, name, ty });
            }
        }
        for variant in &mut union.variants[1..] {
            variant.ty = changed(dice, &variant.ty);
        }
    }
    schema
}

fn fields(dice: &mut Dice, fields: &mut Vec<Field>) {
    if !fields.is_empty() && dice.once_in(2) {
        let at = dice.roll(fields.len());
        fields.remove(at);
    }
    for field in fields.iter_mut() {
        field.ty = changed(dice, &field.ty);
    }
    let id = 1 + dice.roll(24) as u16;
    if let Err(at) = fields.binary_search_by_key(&id, |field| field.id) {
        let field = Field {
            id,
            name: format!("new{id}"),
            ty: any(dice),
            default: None::<Value>,
        };
        fields.insert(at, field);
    }
}

/// The same type, a similar one or, rarely, any other.
fn changed(dice: &mut Dice, ty: &Type) -> Type {
    let boxed = |dice: &mut Dice, ty: &Type| Box::new(changed(dice, ty));
    match (dice.roll(24), ty) {
        (0, Type::Optional(inner)) => (**inner).clone(),
        (0, Type::Record(_) | Type::Union(_)) => ty.clone(),
        (0, _) => any(dice),
        (1 | 2, Type::Optional(_)) => ty.clone(),
        (1 | 2, _) => Type::Optional(Box::new(ty.clone())),
        (3..8, Type::Unsigned(_)) => Type::Unsigned(1 << dice.roll(5)),
        (3..8, Type::Signed(_) | Type::Timestamp | Type::Duration | Type::Date) => {
            Type::Signed(1 << dice.roll(5))
        }
        (3..5, Type::Text) => Type::Bytes,
        (3..5, Type::Bytes) => Type::Text,
        (3..8, Type::Set(item)) => Type::List(item.clone()),
        (_, Type::Enum(it)) if it.closed => it.base.clone(),
        (_, Type::Optional(inner)) => Type::Optional(boxed(dice, inner)),
        (_, Type::List(item)) => Type::List(boxed(dice, item)),
        (_, Type::Map(key, value)) => Type::Map(key.clone(), boxed(dice, value)),
        (_, Type::Array(count, item)) => Type::Array(*count, boxed(dice, item)),
        _ => ty.clone(),
    }
}

/// Any small type.
fn any(dice: &mut Dice) -> Type {
    let boxed = |dice: &mut Dice| Box::new(any(dice));
    match dice.roll(20) {
        0 => Type::Bool,
        1 | 2 => Type::Unsigned(1 << dice.roll(5)),
        3 | 4 => Type::Signed(1 << dice.roll(5)),
        5 => Type::Float(4),
        6 => Type::Float(8),
        7 => Type::Bytes,
        8 => Type::Uuid,
        9 => Type::Decimal,
        10 => Type::List(boxed(dice)),
        11 => match any(dice) {
            Type::Optional(inner) => Type::Optional(inner),
            other => Type::Optional(Box::new(other)),
        },
        12 => Type::Map(Box::new(Type::Text), boxed(dice)),
        13 => Type::Array(1 + dice.roll(3) as u32, boxed(dice)),
        14 => Type::Frozen(Arc::new(Frozen {
            name: "New".into(),
            members: vec![("a".into(), Type::Bool), ("b".into(), Type::Float(4))],
        })),
        15 => Type::Record(0),
        _ => Type::Text,
    }
}
