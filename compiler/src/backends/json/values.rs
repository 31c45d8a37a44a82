//! Values: as JSON numbers and strings if possible, else as strings in the syntax of the language.

use crate::json::{Json, Object};
use crate::schema::{DeclId, DeclKind, Field, Payload, Schema, Value, VariantValue};

/// The largest integer that every JSON reader can represent.
const MAX_SAFE: u128 = (1 << 53) - 1;

/// A value of a constant, default or argument.
pub(super) fn json(schema: &Schema, value: &Value) -> Json {
    match value {
        Value::Bool(value) => Json::Bool(*value),
        Value::Int(value) => integer(value.unsigned_abs(), value.to_string()),
        Value::Uint(value) => integer(*value, value.to_string()),
        Value::F32(value) => float(value.is_finite(), format!("{value:?}")),
        Value::F64(value) => float(value.is_finite(), format!("{value:?}")),
        Value::String(text) => Json::Text(text.clone()),
        Value::Bytes(bytes) => Json::Text(hex(bytes)),
        Value::Uuid(bytes) => Json::Text(hex(bytes)),
        Value::Timestamp(nanos) | Value::Duration(nanos) => Json::Text(format!("{nanos}ns")),
        Value::Date(days) => Json::Text(format!("{days}d")),
        Value::Decimal(coefficient, scale) => Json::Text(decimal(*coefficient, *scale)),
        Value::List(values) => Json::List(values.iter().map(|v| json(schema, v)).collect()),
        Value::Map(entries) => {
            let pair = |(k, v): &(Value, Value)| Json::List(vec![json(schema, k), json(schema, v)]);
            Json::List(entries.iter().map(pair).collect())
        }
        Value::Absent => Json::Null,
        Value::Present(inner) => json(schema, inner),
        Value::Newtype(_, inner) => json(schema, inner),
        Value::Enum(id, at) => match &schema.decl(*id).kind {
            DeclKind::Enum(kind) => kind
                .values
                .get(*at as usize)
                .map(|value| value.name.as_str())
                .into(),
            _ => Json::Null,
        },
        Value::Flags(_, bits) => integer(*bits, bits.to_string()),
        Value::Struct(id, values) => members(schema, &names(schema, *id), values),
        Value::Union(id, at, inner) => union(schema, *id, *at, inner),
    }
}

fn union(schema: &Schema, id: DeclId, at: u32, value: &VariantValue) -> Json {
    let DeclKind::Union(kind) = &schema.decl(id).kind else {
        return Json::Null;
    };
    let Some(variant) = kind.variants.get(at as usize) else {
        return Json::Null;
    };
    let object = Object::new("variant", variant.name.as_str());
    let object = match (&variant.payload, value) {
        (Payload::Typed { .. }, VariantValue::Typed(value)) => {
            object.with("value", json(schema, value))
        }
        (Payload::Struct(fields), VariantValue::Struct(values)) => {
            object.with("value", members(schema, &field_names(fields), values))
        }
        _ => object,
    };
    object.into()
}

fn names(schema: &Schema, id: DeclId) -> Vec<&str> {
    match &schema.decl(id).kind {
        DeclKind::Struct(kind) => field_names(&kind.fields),
        DeclKind::Exception(kind) => field_names(&kind.fields),
        DeclKind::Frozen(kind) => kind.fields.iter().map(|f| f.name.as_str()).collect(),
        _ => Vec::new(),
    }
}

fn field_names(fields: &[Field]) -> Vec<&str> {
    fields.iter().map(|field| field.name.as_str()).collect()
}

/// A struct as a list of named values, so that names of a schema are never member names of the format.
fn members(schema: &Schema, names: &[&str], values: &[Value]) -> Json {
    let member = |(name, value): (&&str, &Value)| {
        Json::from(Object::new("field", *name).with("value", json(schema, value)))
    };
    Json::List(names.iter().zip(values).map(member).collect())
}

fn integer(size: u128, text: String) -> Json {
    match size <= MAX_SAFE {
        true => Json::Spelled(text),
        false => Json::Text(text),
    }
}

fn float(is_finite: bool, text: String) -> Json {
    match is_finite {
        true => Json::Spelled(text),
        false => Json::Text(text),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn decimal(coefficient: i128, scale: u8) -> String {
    let scale = usize::from(scale);
    let digits = format!("{:0>width$}", coefficient.unsigned_abs(), width = scale + 1);
    let (whole, part) = digits.split_at(digits.len() - scale);
    let sign = if coefficient < 0 { "-" } else { "" };
    match part {
        "" => format!("{sign}{whole}"),
        part => format!("{sign}{whole}.{part}"),
    }
}
