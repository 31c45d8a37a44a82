//! Values as JSON, with the names of a schema: numbers as numbers whatever their size, bytes and what has no type as
//! hexadecimal digits, decimals and floats that are no numbers as strings, maps as lists of pairs, a union as an
//! object with one variant, a variant that is not known as `{"?": {"id": …, "head": …, "body": …}}`,
//! an optional that holds an optional as `{"present": …}`.

use crate::schema::{Schema, Type};
use crate::value::Value;

mod text;

use text::Json;

/// Around what an optional holds, if that is an optional too.
const PRESENT: &str = "present";

/// The value of a type that a text says.
///
/// # Errors
/// What is wrong with the text.
pub fn parse(schema: &Schema, ty: &Type, text: &str) -> Result<Value, String> {
    from_json(schema, ty, &Json::parse(text)?)
}

/// A value of a type as text.
pub fn print(schema: &Schema, ty: &Type, value: &Value) -> String {
    to_json(schema, ty, value).to_string()
}

fn from_json(schema: &Schema, ty: &Type, json: &Json) -> Result<Value, String> {
    let one = |ty: &Type, json: &Json| from_json(schema, ty, json);
    let wrong = || format!("{json} is no {ty:?}");
    Ok(match (ty, json) {
        (Type::Optional(_), Json::Null) => Value::Absent,
        (Type::Optional(ty), json) if matches!(**ty, Type::Optional(_)) => {
            one(ty, json.get(PRESENT).ok_or_else(wrong)?)?.present(ty)
        }
        (Type::Optional(ty), json) => one(ty, json)?,
        (Type::Bool, Json::Bool(bit)) => Value::Bool(*bit),
        (Type::Unsigned(_), Json::Number(n)) => Value::Unsigned(n.parse().map_err(|_| wrong())?),
        (Type::Signed(_), Json::Number(n)) => Value::Signed(n.parse().map_err(|_| wrong())?),
        (Type::Enum(base, _) | Type::ClosedFlags(base, _), json) => one(base, json)?,
        (Type::Float(size), Json::Number(n) | Json::Text(n)) => {
            Value::Float(float(*size, n).ok_or_else(wrong)?)
        }
        (Type::Text, Json::Text(text)) => Value::Text(text.clone()),
        (Type::Bytes | Type::Uuid, Json::Text(hex)) => {
            Value::Bytes(text::unhex(hex).ok_or_else(wrong)?)
        }
        (Type::Decimal, Json::Text(text)) => decimal(text).ok_or_else(wrong)?,
        (Type::List(ty) | Type::Set(ty) | Type::Array(_, ty), Json::List(items)) => Value::List(
            items
                .iter()
                .map(|item| one(ty, item))
                .collect::<Result<_, _>>()?,
        ),
        (Type::Map(key, value), Json::List(entries)) => {
            let entry = |entry: &Json| match entry {
                Json::List(pair) if pair.len() == 2 => {
                    Ok((one(key, &pair[0])?, one(value, &pair[1])?))
                }
                other => Err(format!("{other} is no entry")),
            };
            Value::Map(entries.iter().map(entry).collect::<Result<_, _>>()?)
        }
        (Type::Frozen(members), json) => {
            let member = |(name, ty): &(String, Type)| one(ty, json.get(name).ok_or_else(wrong)?);
            Value::List(members.iter().map(member).collect::<Result<_, _>>()?)
        }
        (Type::Record(number), json) => {
            let field = |field: &crate::Field| {
                let value = json.get(&field.name).ok_or_else(wrong)?;
                Ok::<_, String>((field.id, one(&field.ty, value)?))
            };
            let fields = schema.records[*number].fields.iter().map(field);
            Value::Record(fields.collect::<Result<_, _>>()?)
        }
        (Type::Union(number), Json::Object(members)) => {
            let [(name, payload)] = &members[..] else {
                return Err(wrong());
            };
            if name == "?" {
                return unknown(payload).ok_or_else(wrong);
            }
            let mut variants = schema.unions[*number].variants.iter();
            let variant = variants
                .find(|variant| variant.name == *name)
                .ok_or_else(wrong)?;
            Value::Variant(variant.id, Box::new(one(&variant.ty, payload)?))
        }
        _ => return Err(wrong()),
    })
}

fn unknown(json: &Json) -> Option<Value> {
    let text = |name| match json.get(name)? {
        Json::Text(hex) => text::unhex(hex),
        _ => None,
    };
    let id = match json.get("id")? {
        Json::Number(id) => id.parse().ok()?,
        _ => return None,
    };
    Some(Value::Unknown(id, text("head")?, text("body")?))
}

/// The bits of a float: a number, `inf`, `-inf`, or `nan:` and all its bits.
fn float(size: usize, text: &str) -> Option<u64> {
    if let Some(bits) = text.strip_prefix("nan:") {
        return u64::from_str_radix(bits, 16).ok();
    }
    match size {
        4 => text.parse::<f32>().ok().map(|float| float.to_bits().into()),
        _ => text.parse::<f64>().ok().map(f64::to_bits),
    }
}

fn decimal(text: &str) -> Option<Value> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let coefficient = format!("{whole}{fraction}").parse().ok()?;
    Some(Value::Decimal(coefficient, fraction.len().try_into().ok()?))
}

fn to_json(schema: &Schema, ty: &Type, value: &Value) -> Json {
    let one = |ty: &Type, value: &Value| to_json(schema, ty, value);
    match (ty, value) {
        (_, Value::Absent) => Json::Null,
        (Type::Optional(ty), Value::Present(value)) => {
            Json::Object(vec![(PRESENT.to_owned(), one(ty, value))])
        }
        (Type::Optional(ty), value) => one(ty, value),
        (_, Value::Bool(bit)) => Json::Bool(*bit),
        (_, Value::Unsigned(number)) => Json::Number(number.to_string()),
        (_, Value::Signed(number)) => Json::Number(number.to_string()),
        (ty, Value::Float(bits)) => print_float(*ty == Type::Float(4), *bits),
        (_, Value::Text(text)) => Json::Text(text.clone()),
        (_, Value::Bytes(bytes)) => Json::Text(text::hex(bytes)),
        (_, Value::Decimal(coefficient, scale)) => Json::Text(point(*coefficient, *scale)),
        (Type::Frozen(members), Value::List(values)) => {
            let members = members.iter().zip(values);
            let members = members.map(|((name, ty), value)| (name.clone(), one(ty, value)));
            Json::Object(members.collect())
        }
        (Type::List(ty) | Type::Set(ty) | Type::Array(_, ty), Value::List(items)) => {
            Json::List(items.iter().map(|item| one(ty, item)).collect())
        }
        (Type::Map(key, value), Value::Map(entries)) => {
            let pair = |(k, v): &(Value, Value)| Json::List(vec![one(key, k), one(value, v)]);
            Json::List(entries.iter().map(pair).collect())
        }
        (Type::Record(number), Value::Record(values)) => {
            let fields = schema.records[*number].fields.iter().zip(values);
            let field = |(field, (_, value)): (&crate::Field, &(u16, Value))| {
                (field.name.clone(), one(&field.ty, value))
            };
            Json::Object(fields.map(field).collect())
        }
        (Type::Union(number), Value::Variant(id, payload)) => {
            let mut variants = schema.unions[*number].variants.iter();
            let variant = variants.find(|variant| variant.id == *id);
            let variant = variant.expect("the union has the variant");
            Json::Object(vec![(variant.name.clone(), one(&variant.ty, payload))])
        }
        (_, Value::Unknown(id, head, body)) => {
            let unknown = Json::Object(vec![
                ("id".into(), Json::Number(id.to_string())),
                ("head".into(), Json::Text(text::hex(head))),
                ("body".into(), Json::Text(text::hex(body))),
            ]);
            Json::Object(vec![("?".into(), unknown)])
        }
        (ty, value) => panic!("{value:?} is no {ty:?}"),
    }
}

fn print_float(small: bool, bits: u64) -> Json {
    let (text, finite, nan) = match small {
        true => {
            let float = f32::from_bits(bits as u32);
            (format!("{float:?}"), float.is_finite(), float.is_nan())
        }
        false => {
            let float = f64::from_bits(bits);
            (format!("{float:?}"), float.is_finite(), float.is_nan())
        }
    };
    match (nan, finite) {
        (true, _) => Json::Text(format!("nan:{bits:x}")),
        (false, true) => Json::Number(text),
        (false, false) => Json::Text(text),
    }
}

fn point(coefficient: i128, scale: u8) -> String {
    let scale = usize::from(scale);
    let digits = format!("{:0width$}", coefficient.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let sign = if coefficient < 0 { "-" } else { "" };
    let point = if scale > 0 { "." } else { "" };
    format!("{sign}{whole}{point}{fraction}")
}
