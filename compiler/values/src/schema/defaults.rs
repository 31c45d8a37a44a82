//! Converts the defaults of fields to values of the wire format.

use sinew_compiler::schema::{self as checked, DeclId, DeclKind, Payload, VariantValue as Carried};

use super::build::Builder;
use super::{Field, Type};
use crate::value::Value;

impl Builder<'_> {
    /// Sets all defaults, once all types are converted.
    pub(super) fn defaults(&mut self) {
        for (number, at, value) in std::mem::take(&mut self.defaults) {
            let default = self.value(&self.to.records[number].fields[at].ty, &value);
            self.to.records[number].fields[at].default = Some(default);
        }
    }

    /// A default as a value of the wire format.
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
            (checked::Value::Enum(id, position), Type::Enum(it)) => {
                it.value(self.number_of(*id, *position))
            }
            (checked::Value::Flags(_, bits), _) => Value::Unsigned(*bits),
            (checked::Value::Struct(id, values), ty) => self.struct_value(*id, ty, values),
            (checked::Value::Union(id, position, carried), Type::Union(number)) => {
                self.union_value(*id, *position, *number, carried)
            }
            (other, ty) => unreachable!("{other:?} is no default of a {ty:?}"),
        }
    }

    fn number_of(&self, id: DeclId, position: u32) -> checked::Number {
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
                self.fields_value(&it.fields, *number, values)
            }
            (other, _) => unreachable!("a {} has no fields", other.word()),
        }
    }

    fn union_value(&self, id: DeclId, position: u32, number: usize, carried: &Carried) -> Value {
        let DeclKind::Union(it) = &self.from.decl(id).kind else {
            unreachable!("a {} has no variants", self.from.decl(id).kind.word());
        };
        let written = &it.variants[position as usize];
        let mut known = self.to.unions[number].variants.iter();
        let known = known.find(|variant| variant.id == written.id);
        let ty = &known.expect("the variant is there").ty;
        let carried = match (carried, &written.payload, ty.unconstrained()) {
            (Carried::Typed(value), _, ty) => self.value(ty, value),
            (Carried::Struct(values), Payload::Struct(fields), Type::Record(number)) => {
                self.fields_value(fields, *number, values)
            }
            (Carried::Unit | Carried::Struct(_), _, _) => Value::Record(Vec::new()),
        };
        Value::Variant(written.id, Box::new(carried))
    }

    /// A struct from `values`, which are in the order of `fields`; the struct orders them by id.
    fn fields_value(
        &self,
        fields: &[checked::Field],
        number: usize,
        values: &[checked::Value],
    ) -> Value {
        let one = |field: &Field| {
            let written = fields.iter().position(|other| other.id == field.id);
            let value = &values[written.expect("the field is there")];
            (field.id, self.value(&field.ty, value))
        };
        let known = self.to.records[number].fields.iter();
        Value::Record(known.map(one).collect())
    }
}
