//! The defaults of a schema as values of the wire.

use sinew_compiler::schema::{self as checked, DeclId, DeclKind};

use super::build::Builder;
use super::{Field, Type};
use crate::value::Value;

impl Builder<'_> {
    /// A default as a value of the wire.
    pub(super) fn value(&self, ty: &Type, value: &checked::Value) -> Value {
        match (value, ty.unconstrained()) {
            (checked::Value::Bool(bit), _) => Value::Bool(*bit),
            (checked::Value::Int(number), Type::Unsigned(_)) => Value::Unsigned(*number as u128),
            (checked::Value::Int(number), _) => Value::Signed(*number),
            (checked::Value::Uint(number), _) => Value::Unsigned(*number),
            (checked::Value::F32(float), _) => Value::Float(float.to_bits().into()),
            (checked::Value::F64(float), _) => Value::Float(float.to_bits()),
            (checked::Value::String(text), _) => Value::Text(text.clone()),
            (checked::Value::Bytes(bytes), _) => Value::Bytes(bytes.clone()),
            (checked::Value::Uuid(bytes), _) => Value::Bytes(bytes.to_vec()),
            (checked::Value::Timestamp(n) | checked::Value::Duration(n), _) => {
                Value::Signed((*n).into())
            }
            (checked::Value::Date(days), _) => Value::Signed((*days).into()),
            (checked::Value::Decimal(number, scale), _) => Value::Decimal(*number, *scale),
            (
                checked::Value::List(items),
                Type::List(item) | Type::Set(item) | Type::Array(_, item),
            ) => Value::List(items.iter().map(|value| self.value(item, value)).collect()),
            (checked::Value::Map(entries), Type::Map(key, value)) => {
                let entries = entries.iter();
                let entries = entries.map(|(k, v)| (self.value(key, k), self.value(value, v)));
                Value::Map(entries.collect())
            }
            (checked::Value::Absent, _) => Value::Absent,
            (checked::Value::Present(value), Type::Optional(ty)) => {
                self.value(ty, value).present(ty)
            }
            (checked::Value::Newtype(_, value), ty) => self.value(ty, value),
            (checked::Value::Enum(id, position), Type::Enum(it)) => self.value(
                &it.base,
                &checked::Value::Int(self.number_of(*id, *position)),
            ),
            (checked::Value::Flags(_, bits), _) => Value::Unsigned(*bits),
            (checked::Value::Struct(id, values), ty) => self.struct_value(*id, ty, values),
            (other, ty) => unreachable!("{other:?} is no default of a {ty:?}"),
        }
    }

    fn number_of(&self, id: DeclId, position: u32) -> i128 {
        match &self.from.decl(id).kind {
            DeclKind::Enum(it) => it.values[position as usize].number,
            other => unreachable!("a {} is no enum", other.word()),
        }
    }

    fn struct_value(&self, id: DeclId, ty: &Type, values: &[checked::Value]) -> Value {
        match (&self.from.decl(id).kind, ty) {
            (DeclKind::Frozen(_), Type::Frozen(it)) => {
                let members = it.members.iter().zip(values);
                Value::List(
                    members
                        .map(|((_, ty), value)| self.value(ty, value))
                        .collect(),
                )
            }
            (DeclKind::Struct(it), Type::Record(number)) => {
                let known = &self.to.records[*number].fields;
                let one = |field: &Field| {
                    let written = it.fields.iter().position(|other| other.id == field.id);
                    let value = &values[written.expect("the field is there")];
                    (field.id, self.value(&field.ty, value))
                };
                Value::Record(known.iter().map(one).collect())
            }
            (other, _) => unreachable!("a {} has no fields", other.word()),
        }
    }
}
