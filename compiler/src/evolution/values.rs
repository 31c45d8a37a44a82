//! Whether values of two versions are the same, regardless of names.

use std::collections::BTreeMap;

use crate::schema::{DeclKind, Field, Number, Payload, Schema, Value, Variant, VariantValue};

/// A value of one version of a schema.
#[derive(Clone, Copy)]
pub(super) struct Of<'a>(pub(super) &'a Schema, pub(super) &'a Value);

/// Whether two values have the same encoding, up to the width of numbers.
pub(super) fn same(old: Of<'_>, new: Of<'_>) -> bool {
    plain(old) == plain(new)
}

/// A value without names: members by id, enum values by number.
enum Plain<'a> {
    /// A value without parts.
    Leaf(&'a Value),
    Number(Number),
    /// The bits of a float, so that `nan` equals itself and zeros differ by their sign.
    Bits(u64),
    List(Vec<Plain<'a>>),
    Map(Vec<(Plain<'a>, Plain<'a>)>),
    Record(BTreeMap<u16, Member<'a>>),
    Variant(u16, Box<Plain<'a>>),
}

/// A member of a record, and whether a reader assumes this value if the member is missing.
struct Member<'a> {
    value: Plain<'a>,
    is_implied: bool,
}

impl PartialEq for Plain<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Plain::Leaf(a), Plain::Leaf(b)) => a == b,
            (Plain::Number(a), Plain::Number(b)) => a == b,
            (Plain::Bits(a), Plain::Bits(b)) => a == b,
            (Plain::List(a), Plain::List(b)) => a == b,
            (Plain::Map(a), Plain::Map(b)) => a == b,
            (Plain::Record(a), Plain::Record(b)) => {
                let covers = |a: &BTreeMap<u16, Member<'_>>, b: &BTreeMap<u16, Member<'_>>| {
                    a.iter().all(|(id, member)| match b.get(id) {
                        Some(other) => member.value == other.value,
                        None => member.is_implied,
                    })
                };
                covers(a, b) && covers(b, a)
            }
            (Plain::Variant(a, carried), Plain::Variant(b, other)) => a == b && carried == other,
            (Plain::Leaf(_) | Plain::Number(_) | Plain::Bits(_), _)
            | (Plain::List(_) | Plain::Map(_) | Plain::Record(_) | Plain::Variant(..), _) => false,
        }
    }
}

fn plain(Of(schema, value): Of<'_>) -> Plain<'_> {
    match value {
        Value::Int(number) => Plain::Number(Number::Int(*number)),
        Value::Uint(number) | Value::Flags(_, number) => Plain::Number((*number).into()),
        Value::Enum(id, at) => match &schema.decl(*id).kind {
            DeclKind::Enum(it) => Plain::Number(it.values[*at as usize].number),
            _ => Plain::Leaf(value),
        },
        Value::Newtype(_, inner) | Value::Present(inner) => plain(Of(schema, inner)),
        Value::List(items) => list(schema, items),
        Value::Map(entries) => {
            let entries = entries.iter();
            let entries =
                entries.map(|(key, value)| (plain(Of(schema, key)), plain(Of(schema, value))));
            Plain::Map(entries.collect())
        }
        Value::Struct(id, values) => match &schema.decl(*id).kind {
            DeclKind::Struct(it) => record(schema, &it.fields, values),
            DeclKind::Exception(it) => record(schema, &it.fields, values),
            _ => list(schema, values),
        },
        Value::Union(id, at, carried) => match &schema.decl(*id).kind {
            DeclKind::Union(it) => variant(schema, &it.variants[*at as usize], carried),
            _ => Plain::Leaf(value),
        },
        Value::F32(number) => Plain::Bits(number.to_bits().into()),
        Value::F64(number) => Plain::Bits(number.to_bits()),
        Value::Bool(_) | Value::String(_) | Value::Bytes(_) => Plain::Leaf(value),
        Value::Uuid(_) | Value::Timestamp(_) | Value::Duration(_) | Value::Date(_) => {
            Plain::Leaf(value)
        }
        Value::Decimal(..) | Value::Absent => Plain::Leaf(value),
    }
}

fn list<'a>(schema: &'a Schema, items: &'a [Value]) -> Plain<'a> {
    Plain::List(items.iter().map(|item| plain(Of(schema, item))).collect())
}

fn record<'a>(schema: &'a Schema, fields: &[Field], values: &'a [Value]) -> Plain<'a> {
    let members = fields.iter().zip(values).map(|(field, value)| {
        let is_default = field.default.as_ref() == Some(value);
        let member = Member {
            value: plain(Of(schema, value)),
            is_implied: is_default || *value == Value::Absent,
        };
        (field.id, member)
    });
    Plain::Record(members.collect())
}

fn variant<'a>(schema: &'a Schema, variant: &Variant, carried: &'a VariantValue) -> Plain<'a> {
    let carried = match (carried, &variant.payload) {
        (VariantValue::Unit, _) => Plain::Record(BTreeMap::new()),
        (VariantValue::Typed(value), _) => plain(Of(schema, value)),
        (VariantValue::Struct(values), Payload::Struct(fields)) => record(schema, fields, values),
        (VariantValue::Struct(values), _) => list(schema, values),
    };
    Plain::Variant(variant.id, Box::new(carried))
}
