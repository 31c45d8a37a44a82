//! Reads values from JSON.

use std::collections::BTreeSet;

use super::entries::ordered;
use super::leaf::{self, Wrong, expected, meant};
use super::text::{Json, What};
use super::{Mistake, PRESENT, UNKNOWN};
use crate::read::{Step, path};
use crate::schema::{Constraint, Field, Record, Schema, Type};
use crate::value::Value;

/// Reads a value of a type.
pub(super) fn value(schema: &Schema, ty: &Type, text: &str, json: &Json) -> Result<Value, Mistake> {
    let mut reader = Reader {
        schema,
        place: Vec::new(),
    };
    reader
        .value(ty, json)
        .map_err(|Wrong(at, message)| Mistake {
            path: path(&reader.place),
            ..Mistake::at(text, at, message)
        })
}

pub(super) struct Reader<'s> {
    schema: &'s Schema,
    place: Vec<Step<'s>>,
}

impl<'s> Reader<'s> {
    pub(super) fn value(&mut self, ty: &'s Type, json: &Json) -> Result<Value, Wrong> {
        match ty {
            Type::Optional(ty) => self.optional(ty, json),
            Type::Constrained(ty, constraints) => self.constrained(ty, constraints, json),
            Type::List(_)
            | Type::Set(_)
            | Type::Array(..)
            | Type::Map(..)
            | Type::Frozen(_)
            | Type::Record(_)
            | Type::Union(_) => self.parts(ty, json),
            Type::Bool
            | Type::Unsigned(_)
            | Type::Signed(_)
            | Type::Timestamp
            | Type::Duration
            | Type::Date
            | Type::Enum(_)
            | Type::Float(_)
            | Type::Text
            | Type::Bytes
            | Type::Uuid
            | Type::Decimal => leaf::value(ty, json),
        }
    }

    fn optional(&mut self, ty: &'s Type, json: &Json) -> Result<Value, Wrong> {
        match (ty, &json.what) {
            (_, What::Null) => Ok(Value::Absent),
            (Type::Optional(_), What::Object(members))
                if members.len() == 1 && members[0].1 == PRESENT =>
            {
                Ok(self.value(ty, &members[0].2)?.present(ty))
            }
            (Type::Optional(_), _) => Err(expected("`{\"present\": …}` or null", json)),
            (_, _) => self.value(ty, json),
        }
    }

    fn constrained(
        &mut self,
        ty: &'s Type,
        constraints: &[Constraint],
        json: &Json,
    ) -> Result<Value, Wrong> {
        let value = self.value(ty, json)?;
        let broken = constraints.iter();
        let mut broken = broken.filter_map(|it| it.broken(self.schema, ty, &value));
        match broken.next() {
            Some(broken) => Err(Wrong(json.at, format!("the value {broken}"))),
            None => Ok(value),
        }
    }

    /// Reads a value that consists of others.
    fn parts(&mut self, ty: &'s Type, json: &Json) -> Result<Value, Wrong> {
        match (ty, &json.what) {
            (Type::List(item), What::List(items)) => Ok(Value::List(self.items(item, items)?)),
            (Type::Set(item), What::List(items)) => {
                let values = self.items(item, items)?;
                let places = items.iter().map(|item| item.at);
                let items = ordered(values.into_iter().zip(places), "element")?;
                Ok(Value::List(items))
            }
            (Type::Array(count, item), What::List(items)) if items.len() == *count as usize => {
                Ok(Value::List(self.items(item, items)?))
            }
            (Type::Array(count, _), _) => {
                Err(expected(&format!("a list of {count} elements"), json))
            }
            (Type::Map(key, value), _) => self.map(key, value, json),
            (Type::Frozen(it), What::Object(members)) => {
                let names = it.members.iter().map(|(name, _)| &name[..]);
                self.known(&it.name, names, members)?;
                let values = it
                    .members
                    .iter()
                    .map(|(name, ty)| self.member(name, ty, None, json));
                Ok(Value::List(values.collect::<Result<_, _>>()?))
            }
            (Type::Record(number), What::Object(members)) => {
                self.record(&self.schema.records[*number], members, json)
            }
            (Type::Union(number), _) => self.union(*number, json),
            (Type::Frozen(_) | Type::Record(_), _) => Err(expected("an object", json)),
            (_, _) => Err(expected("a list", json)),
        }
    }

    fn record(
        &mut self,
        record: &'s Record,
        members: &[Member],
        json: &Json,
    ) -> Result<Value, Wrong> {
        self.known(
            &record.name,
            record.fields.iter().map(|field| &field.name[..]),
            members,
        )?;
        let field = |field: &'s Field| {
            let value = self.member(&field.name, &field.ty, field.default.as_ref(), json)?;
            Ok((field.id, value))
        };
        let fields = record.fields.iter().map(field);
        Ok(Value::Record(fields.collect::<Result<_, _>>()?))
    }

    /// Reads a member of an object, or takes its default, or absent.
    fn member(
        &mut self,
        name: &'s str,
        ty: &'s Type,
        default: Option<&Value>,
        json: &Json,
    ) -> Result<Value, Wrong> {
        let What::Object(members) = &json.what else {
            return Err(expected("an object", json));
        };
        let mut members = members.iter();
        match (members.find(|(_, known, _)| known == name), ty, default) {
            (Some((_, _, json)), _, _) => {
                self.within(Step::Field(name), |reader| reader.value(ty, json))
            }
            (None, Type::Optional(_), _) => Ok(Value::Absent),
            (None, _, Some(default)) => Ok(default.clone()),
            (None, _, None) => Err(Wrong(
                json.at,
                format!("the required field `{name}` is missing"),
            )),
        }
    }

    /// Checks that an object has only these members, each once.
    fn known<'n>(
        &self,
        of: &str,
        names: impl Iterator<Item = &'n str> + Clone,
        members: &[Member],
    ) -> Result<(), Wrong> {
        let all: BTreeSet<&str> = names.clone().collect();
        let mut seen = BTreeSet::new();
        for (at, name, _) in members {
            if !all.contains(&name[..]) {
                let message = format!("`{of}` has no field `{name}`{}", meant(name, names));
                return Err(Wrong(*at, message));
            }
            if !seen.insert(name) {
                return Err(Wrong(*at, format!("the field `{name}` comes twice")));
            }
        }
        Ok(())
    }

    fn union(&mut self, number: usize, json: &Json) -> Result<Value, Wrong> {
        let union = &self.schema.unions[number];
        let What::Object(members) = &json.what else {
            return Err(expected("an object with one variant", json));
        };
        let [(at, name, payload)] = &members[..] else {
            return Err(expected("an object with one variant", json));
        };
        if name == UNKNOWN && !union.closed {
            return unknown(payload).ok_or_else(|| {
                expected(
                    "`{\"id\": …, \"head\": …, \"body\": …}` with base64",
                    payload,
                )
            });
        }
        let mut variants = union.variants.iter();
        let Some(variant) = variants.find(|variant| variant.name == *name) else {
            let names = union.variants.iter().map(|variant| &variant.name[..]);
            let of = &union.name;
            return Err(Wrong(
                *at,
                format!("`{of}` has no variant `{name}`{}", meant(name, names)),
            ));
        };
        let step = Step::Field(&variant.name);
        let payload = self.within(step, |reader| reader.value(&variant.ty, payload))?;
        Ok(Value::Variant(variant.id, Box::new(payload)))
    }

    fn items(&mut self, item: &'s Type, items: &[Json]) -> Result<Vec<Value>, Wrong> {
        let items = items.iter().enumerate();
        let value = |(index, json): (usize, &Json)| {
            self.within(Step::Item(index), |reader| reader.value(item, json))
        };
        items.map(value).collect()
    }

    /// Reads one step further. On failure the step stays, to tell the place.
    pub(super) fn within<T>(
        &mut self,
        step: Step<'s>,
        read: impl FnOnce(&mut Self) -> Result<T, Wrong>,
    ) -> Result<T, Wrong> {
        self.place.push(step);
        let read = read(self)?;
        self.place.pop();
        Ok(read)
    }
}

type Member = (usize, String, Json);

fn unknown(json: &Json) -> Option<Value> {
    let What::Object(members) = &json.what else {
        return None;
    };
    let [(_, id, number), (_, head, first), (_, body, second)] = &members[..] else {
        return None;
    };
    if [id, head, body] != ["id", "head", "body"] {
        return None;
    }
    let id = match &number.what {
        What::Number(id) => id.parse().ok().filter(|id| (1..=32_767).contains(id))?,
        _ => return None,
    };
    Some(Value::Unknown(
        id,
        leaf::bytes(first).ok()?,
        leaf::bytes(second).ok()?,
    ))
}
