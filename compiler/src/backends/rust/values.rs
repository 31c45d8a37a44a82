//! Rust expressions for values of a schema.

use super::code::{Code, code};
use super::literals::{float, int, own_scalar};
use super::names;
use super::scope::Scope;
use crate::schema::{DeclId, DeclKind, EnumValue, Field, Payload, Type, Value, VariantValue};

impl Scope<'_> {
    /// `value` as an expression of `ty`'s Rust type.
    pub(super) fn value(&self, ty: &Type, value: &Value) -> Code {
        match value {
            Value::Bool(value) => code!("$value", value),
            Value::Int(value) => int(ty, *value),
            Value::Uint(value) => code!("$value", value),
            Value::F32(value) => float(
                code!("f32"),
                f64::from(*value),
                code!("$value", value = value.abs()),
            ),
            Value::F64(value) => float(code!("f64"), *value, code!("$value", value = value.abs())),
            Value::String(text) if self.shared.strings => {
                code!("::sinew::SharedStr::from_static($text)", text)
            }
            Value::String(text) if text.is_empty() => code!("::std::string::String::new()"),
            Value::String(text) => code!("::std::string::String::from($text)", text),
            Value::Bytes(bytes) if self.shared.bytes => {
                code!("::sinew::Bytes::from_static($bytes)", bytes)
            }
            Value::Bytes(bytes) if bytes.is_empty() => code!("::std::vec::Vec::new()"),
            Value::Bytes(bytes) => code!("::std::vec::Vec::from($bytes)", bytes),
            Value::Uuid(_)
            | Value::Timestamp(_)
            | Value::Duration(_)
            | Value::Date(_)
            | Value::Decimal(..) => own_scalar(value),
            Value::List(elements) => self.elements(ty, elements),
            Value::Map(entries) => self.entries(ty, entries, code!("BTreeMap")),
            Value::Absent => code!("::core::option::Option::None"),
            Value::Present(inner) => {
                let inner = self.value(ty.unwrap_optional(), inner);
                code!("::core::option::Option::Some($inner)", inner)
            }
            Value::Newtype(id, inner) => self.newtype(*id, inner),
            Value::Enum(id, position) => self.enum_value(*id, *position),
            Value::Flags(id, bits) => self.flags(*id, *bits),
            Value::Struct(id, values) => self.record(*id, type_args(ty), values),
            Value::Union(id, position, inner) => self.union(*id, type_args(ty), *position, inner),
        }
    }

    /// `value` as an expression of the Rust type of `field`.
    pub(super) fn field_value(&self, field: &Field, value: &Value) -> Code {
        self.argument(field, &field.ty, value)
    }

    /// Like [`Scope::field_value`]. `ty` is the type of the field with its type parameters replaced.
    fn argument(&self, field: &Field, ty: &Type, value: &Value) -> Code {
        let hints = &field.annotations.rust;
        let inside = match value {
            Value::Present(inner) => inner,
            _ => value,
        };
        let plain = ty.unwrap_optional();
        let inner = match inside {
            Value::Absent => return code!("::core::option::Option::None"),
            Value::Map(entries) if hints.hash_map => self.entries(plain, entries, code!("HashMap")),
            Value::List(items) if hints.hash_map && matches!(plain, Type::Set(_)) => {
                let items = self.list(plain, items);
                code!("::std::collections::HashSet::from([$items])", items)
            }
            _ if hints.ty.is_some() => self.unshared().value(plain, inside),
            _ => self.value(plain, inside),
        };
        let inner = match (&hints.ty, field.boxed) {
            (Some(_), _) => {
                let ty = self.unshared().ty(plain);
                code!("<_ as ::core::convert::From<$ty>>::from($inner)", ty, inner)
            }
            (None, true) => code!("::std::boxed::Box::new($inner)", inner),
            (None, false) => inner,
        };
        match value {
            Value::Present(_) => code!("::core::option::Option::Some($inner)", inner),
            _ => inner,
        }
    }

    fn elements(&self, ty: &Type, elements: &[Value]) -> Code {
        let list = self.list(ty, elements);
        match ty {
            Type::Set(_) if elements.is_empty() => code!("::std::collections::BTreeSet::new()"),
            Type::Set(_) => code!("::std::collections::BTreeSet::from([$list])", list),
            Type::Array(..) if is_repeated(elements) => {
                let first = self.list(ty, &elements[..1]);
                code!("[$first; $count]", first, count = elements.len())
            }
            Type::Array(..) => code!("[$list]", list),
            _ if elements.is_empty() => code!("::std::vec::Vec::new()"),
            _ => code!("::std::vec![$list]", list),
        }
    }

    fn list(&self, ty: &Type, elements: &[Value]) -> Code {
        let element = element_of(ty);
        Code::list(elements.iter().map(|value| self.value(element, value)))
    }

    fn entries(&self, ty: &Type, entries: &[(Value, Value)], map: Code) -> Code {
        if entries.is_empty() {
            return code!("::std::collections::$map::new()", map);
        }
        let (key, value) = match ty {
            Type::Map(key, value) => (&**key, &**value),
            other => (other, other),
        };
        let pairs = entries.iter().map(|(k, v)| {
            let (k, v) = (self.value(key, k), self.value(value, v));
            code!("($k, $v)", k, v)
        });
        code!(
            "::std::collections::$map::from([$pairs])",
            map,
            pairs = Code::list(pairs)
        )
    }

    fn newtype(&self, id: DeclId, inner: &Value) -> Code {
        let decl = self.schema.decl(id);
        let path = self.path(id);
        let DeclKind::Newtype(newtype) = &decl.kind else {
            return Code::new();
        };
        let inner = self.value(&newtype.ty, inner);
        if newtype.constraints.is_empty() || decl.namespace == self.namespace() {
            return code!("$path($inner)", path, inner);
        }
        code!(
            "$path::new($inner).expect(\"the schema compiler checked it\")",
            path,
            inner
        )
    }

    fn enum_value(&self, id: DeclId, position: u32) -> Code {
        let path = self.path(id);
        let DeclKind::Enum(kind) = &self.schema.decl(id).kind else {
            return Code::new();
        };
        let value = kind.values.get(position as usize);
        let name = value.map(|value| match value.alias_of {
            Some(_) => names::associated(value),
            None => names::enum_value(value),
        });
        code!("$path::$name", path, name)
    }

    fn flags(&self, id: DeclId, bits: u128) -> Code {
        let path = self.path(id);
        let DeclKind::Flags(kind) = &self.schema.decl(id).kind else {
            return Code::new();
        };
        let name = |flag: &EnumValue| {
            let name = names::associated(flag);
            code!("$path::$name", path, name)
        };
        if let Some(flag) = kind.values.iter().find(|flag| flag.number.bits() == bits) {
            return name(flag);
        }
        let mut rest = bits;
        let mut parts = Vec::new();
        for flag in &kind.values {
            let bit = flag.number.bits();
            if bit.is_power_of_two() && rest & bit != 0 {
                rest &= !bit;
                parts.push(name(flag));
            }
        }
        if rest != 0 || parts.is_empty() {
            parts.insert(0, code!("$path::from_bits($rest)", path, rest));
        }
        let mut parts = parts.into_iter();
        let first = parts.next().unwrap_or_default();
        let others = parts.map(|part| code!(".union($part)", part));
        Code::joined("", std::iter::once(first).chain(others))
    }

    fn record(&self, id: DeclId, args: &[Type], values: &[Value]) -> Code {
        let path = self.path(id);
        let decl = self.schema.decl(id);
        let fields = match &decl.kind {
            DeclKind::Struct(kind) => self.members(&kind.fields, args, values),
            DeclKind::Exception(kind) => self.members(&kind.fields, args, values),
            DeclKind::Frozen(kind) => {
                let members = kind.fields.iter().zip(values).map(|(field, value)| {
                    let name = names::frozen_field(field);
                    let value = self.value(&field.ty, value);
                    code!("$name: $value,", name, value)
                });
                Code::lines(members)
            }
            _ => Code::new(),
        };
        literal(path, fields)
    }

    fn members(&self, fields: &[Field], args: &[Type], values: &[Value]) -> Code {
        let members = fields.iter().zip(values).map(|(field, value)| {
            let name = names::field(field);
            let value = self.argument(field, &field.ty.instantiate(args), value);
            code!("$name: $value,", name, value)
        });
        Code::lines(members)
    }

    fn union(&self, id: DeclId, args: &[Type], at: u32, value: &VariantValue) -> Code {
        let path = self.path(id);
        let DeclKind::Union(kind) = &self.schema.decl(id).kind else {
            return Code::new();
        };
        let Some(variant) = kind.variants.get(at as usize) else {
            return Code::new();
        };
        let name = names::variant(variant);
        match (&variant.payload, value) {
            (Payload::Typed { ty, boxed, .. }, VariantValue::Typed(value)) => {
                let inner = self.value(&ty.instantiate(args), value);
                let inner = match boxed {
                    true => code!("::std::boxed::Box::new($inner)", inner),
                    false => inner,
                };
                code!("$path::$name($inner)", path, name, inner)
            }
            (Payload::Struct(fields), VariantValue::Struct(values)) => {
                let members = self.members(fields, args, values);
                literal(code!("$path::$name", path, name), members)
            }
            _ => code!("$path::$name", path, name),
        }
    }
}

/// A value with named fields.
fn literal(path: Code, fields: Code) -> Code {
    code!(
        "
        $path {
            $fields
        }
        ",
        path,
        fields,
    )
}

fn element_of(ty: &Type) -> &Type {
    match ty {
        Type::List(element) | Type::Set(element) | Type::Array(element, _) => element,
        other => other,
    }
}

fn type_args(ty: &Type) -> &[Type] {
    match ty {
        Type::Named(_, args) => args,
        _ => &[],
    }
}

/// Whether all elements of an array are the same number.
fn is_repeated(elements: &[Value]) -> bool {
    elements.len() > 8
        && matches!(elements[0], Value::Int(_) | Value::Bool(_))
        && elements.iter().all(|e| *e == elements[0])
}
