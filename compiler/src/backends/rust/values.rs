//! Turns values of the schema into Rust expressions.

use std::str::FromStr;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::names;
use super::scope::Scope;
use crate::schema::{DeclId, DeclKind, Enum, EnumValue, Field, Payload, Type, Value, VariantValue};

impl Scope<'_> {
    /// `value` as an expression of the Rust type of `ty`.
    pub(super) fn value(&self, ty: &Type, value: &Value) -> TokenStream {
        match value {
            Value::Bool(value) => quote!(#value),
            Value::Int(value) => int(ty, *value),
            Value::Uint(value) => literal(&value.to_string()),
            Value::F32(value) => float(quote!(f32), f64::from(*value), &format!("{value:?}")),
            Value::F64(value) => float(quote!(f64), *value, &format!("{value:?}")),
            Value::String(text) if text.is_empty() => quote!(::std::string::String::new()),
            Value::String(text) => quote!(::std::string::String::from(#text)),
            Value::Bytes(bytes) if bytes.is_empty() => quote!(::std::vec::Vec::new()),
            Value::Bytes(bytes) => {
                let bytes = Literal::byte_string(bytes);
                quote!(::std::vec::Vec::from(#bytes))
            }
            Value::Uuid(_)
            | Value::Timestamp(_)
            | Value::Duration(_)
            | Value::Date(_)
            | Value::Decimal(..) => own_scalar(value),
            Value::List(elements) => self.elements(ty, elements),
            Value::Map(entries) => self.entries(ty, entries, quote!(BTreeMap)),
            Value::Absent => quote!(::core::option::Option::None),
            Value::Present(inner) => {
                let inner = self.value(ty.unwrap_optional(), inner);
                quote!(::core::option::Option::Some(#inner))
            }
            Value::Newtype(id, inner) => self.newtype(*id, inner),
            Value::Enum(id, position) => self.enum_value(*id, *position),
            Value::Flags(id, bits) => self.flags(*id, *bits),
            Value::Struct(id, values) => self.record(*id, type_args(ty), values),
            Value::Union(id, position, inner) => self.union(*id, type_args(ty), *position, inner),
        }
    }

    /// `value` as an expression of the Rust type of `field`.
    pub(super) fn field_value(&self, field: &Field, value: &Value) -> TokenStream {
        self.argument(field, &field.ty, value)
    }

    /// As [`Scope::field_value`]; `ty` is the type of the field, its parameters replaced.
    fn argument(&self, field: &Field, ty: &Type, value: &Value) -> TokenStream {
        let hints = &field.annotations.rust;
        let inside = match value {
            Value::Present(inner) => inner,
            _ => value,
        };
        let plain = ty.unwrap_optional();
        let inner = match inside {
            Value::Absent => return quote!(::core::option::Option::None),
            Value::Map(entries) if hints.hash_map => self.entries(plain, entries, quote!(HashMap)),
            Value::List(items) if hints.hash_map && matches!(plain, Type::Set(_)) => {
                let items = self.list(plain, items);
                quote!(::std::collections::HashSet::from([#items]))
            }
            _ => self.value(plain, inside),
        };
        let inner = match (&hints.ty, field.boxed) {
            (Some(_), _) => {
                let ty = self.ty(plain);
                quote!(<_ as ::core::convert::From<#ty>>::from(#inner))
            }
            (None, true) => quote!(::std::boxed::Box::new(#inner)),
            (None, false) => inner,
        };
        match value {
            Value::Present(_) => quote!(::core::option::Option::Some(#inner)),
            _ => inner,
        }
    }

    fn elements(&self, ty: &Type, elements: &[Value]) -> TokenStream {
        let list = self.list(ty, elements);
        match ty {
            Type::Set(_) if elements.is_empty() => quote!(::std::collections::BTreeSet::new()),
            Type::Set(_) => quote!(::std::collections::BTreeSet::from([#list])),
            Type::Array(..) if is_repeated(elements) => {
                let first = self.list(ty, &elements[..1]);
                let count = Literal::usize_unsuffixed(elements.len());
                quote!([#first; #count])
            }
            Type::Array(..) => quote!([#list]),
            _ if elements.is_empty() => quote!(::std::vec::Vec::new()),
            _ => quote!(::std::vec![#list]),
        }
    }

    fn list(&self, ty: &Type, elements: &[Value]) -> TokenStream {
        let element = element_of(ty);
        let values = elements.iter().map(|value| self.value(element, value));
        quote!(#(#values),*)
    }

    fn entries(&self, ty: &Type, entries: &[(Value, Value)], map: TokenStream) -> TokenStream {
        if entries.is_empty() {
            return quote!(::std::collections::#map::new());
        }
        let (key, value) = match ty {
            Type::Map(key, value) => (&**key, &**value),
            other => (other, other),
        };
        let pairs = entries.iter().map(|(k, v)| {
            let (k, v) = (self.value(key, k), self.value(value, v));
            quote!((#k, #v))
        });
        quote!(::std::collections::#map::from([#(#pairs),*]))
    }

    fn newtype(&self, id: DeclId, inner: &Value) -> TokenStream {
        let decl = self.schema.decl(id);
        let path = self.path(id);
        let DeclKind::Newtype(newtype) = &decl.kind else {
            return TokenStream::new();
        };
        let inner = self.value(&newtype.ty, inner);
        if newtype.constraints.is_empty() || decl.namespace == self.namespace() {
            return quote!(#path(#inner));
        }
        quote!(#path::new(#inner).expect("the schema compiler checked it"))
    }

    fn enum_value(&self, id: DeclId, position: u32) -> TokenStream {
        let path = self.path(id);
        let DeclKind::Enum(kind) = &self.schema.decl(id).kind else {
            return TokenStream::new();
        };
        let value = kind.values.get(position as usize);
        let name = value.map(|value| match value.alias_of {
            Some(_) => names::associated(value),
            None => names::enum_value(value),
        });
        quote!(#path::#name)
    }

    fn flags(&self, id: DeclId, bits: u128) -> TokenStream {
        let path = self.path(id);
        let DeclKind::Flags(kind) = &self.schema.decl(id).kind else {
            return TokenStream::new();
        };
        let name = |flag: &EnumValue| {
            let name = names::associated(flag);
            quote!(#path::#name)
        };
        if let Some(flag) = kind.values.iter().find(|flag| flag.number as u128 == bits) {
            return name(flag);
        }
        let mut rest = bits;
        let mut parts = Vec::new();
        for flag in &kind.values {
            let bit = flag.number as u128;
            if bit.is_power_of_two() && rest & bit != 0 {
                rest &= !bit;
                parts.push(name(flag));
            }
        }
        if rest != 0 || parts.is_empty() {
            let rest = literal(&rest.to_string());
            parts.insert(0, quote!(#path::from_bits(#rest)));
        }
        let first = parts.remove(0);
        quote!(#first #(.union(#parts))*)
    }

    fn record(&self, id: DeclId, args: &[Type], values: &[Value]) -> TokenStream {
        let path = self.path(id);
        let decl = self.schema.decl(id);
        let fields = match &decl.kind {
            DeclKind::Struct(kind) => self.members(&kind.fields, args, values),
            DeclKind::Exception(kind) => self.members(&kind.fields, args, values),
            DeclKind::Frozen(kind) => {
                let members = kind.fields.iter().zip(values).map(|(field, value)| {
                    let name = names::frozen_field(field);
                    let value = self.value(&field.ty, value);
                    quote!(#name: #value)
                });
                quote!(#(#members),*)
            }
            _ => TokenStream::new(),
        };
        quote!(#path { #fields })
    }

    fn members(&self, fields: &[Field], args: &[Type], values: &[Value]) -> TokenStream {
        let members = fields.iter().zip(values).map(|(field, value)| {
            let name = names::field(field);
            let value = self.argument(field, &field.ty.instantiate(args), value);
            quote!(#name: #value)
        });
        quote!(#(#members),*)
    }

    fn union(&self, id: DeclId, args: &[Type], at: u32, value: &VariantValue) -> TokenStream {
        let path = self.path(id);
        let DeclKind::Union(kind) = &self.schema.decl(id).kind else {
            return TokenStream::new();
        };
        let Some(variant) = kind.variants.get(at as usize) else {
            return TokenStream::new();
        };
        let name = names::variant(variant);
        match (&variant.payload, value) {
            (Payload::Typed { ty, boxed, .. }, VariantValue::Typed(value)) => {
                let inner = self.value(&ty.instantiate(args), value);
                let inner = match boxed {
                    true => quote!(::std::boxed::Box::new(#inner)),
                    false => inner,
                };
                quote!(#path::#name(#inner))
            }
            (Payload::Struct(fields), VariantValue::Struct(values)) => {
                let members = self.members(fields, args, values);
                quote!(#path::#name { #members })
            }
            _ => quote!(#path::#name),
        }
    }
}

/// The number of a value of an enum, as a literal of its base type.
pub(super) fn enum_number(kind: &Enum, number: i128) -> TokenStream {
    match kind.base {
        crate::schema::Scalar::U128 => literal(&(number as u128).to_string()),
        base => int(&Type::Scalar(base), number),
    }
}

/// A literal of its text; no text of a schema comes here.
pub(super) fn literal(text: &str) -> TokenStream {
    let literal = Literal::from_str(text).expect("numbers print as literals");
    quote!(#literal)
}

/// An integer; the least one of a type goes by its name.
fn int(ty: &Type, value: i128) -> TokenStream {
    let least = match (ty, value) {
        (_, i128::MIN) => Some(quote!(i128::MIN)),
        (Type::Scalar(crate::schema::Scalar::I64), v) if v == i128::from(i64::MIN) => {
            Some(quote!(i64::MIN))
        }
        _ => None,
    };
    if let Some(least) = least {
        return least;
    }
    let digits = literal(&value.unsigned_abs().to_string());
    match value < 0 {
        true => quote!(-#digits),
        false => digits,
    }
}

/// A float; `text` is its shortest form.
fn float(ty: TokenStream, value: f64, text: &str) -> TokenStream {
    let positive = match value {
        _ if value.is_nan() => quote!(#ty::NAN),
        _ if value.is_infinite() => quote!(#ty::INFINITY),
        _ => literal(text.trim_start_matches('-')),
    };
    match value.is_sign_negative() {
        true => quote!(-#positive),
        false => positive,
    }
}

/// Values of the scalar types that the runtime brings.
fn own_scalar(value: &Value) -> TokenStream {
    match value {
        Value::Uuid(bytes) => {
            let bytes = bytes.iter().map(|b| literal(&format!("0x{b:02x}")));
            quote!(::sinew::Uuid::from_bytes([#(#bytes),*]))
        }
        Value::Timestamp(nanos) => {
            let nanos = int(
                &Type::Scalar(crate::schema::Scalar::I64),
                i128::from(*nanos),
            );
            quote!(::sinew::Timestamp::from_nanos(#nanos))
        }
        Value::Duration(nanos) => {
            let nanos = int(
                &Type::Scalar(crate::schema::Scalar::I64),
                i128::from(*nanos),
            );
            quote!(::sinew::Duration::from_nanos(#nanos))
        }
        Value::Date(days) => {
            let days = int(&Type::Scalar(crate::schema::Scalar::I32), i128::from(*days));
            quote!(::sinew::Date::from_days(#days))
        }
        Value::Decimal(coefficient, scale) => {
            let ty = Type::Scalar(crate::schema::Scalar::I128);
            let (coefficient, scale) = (int(&ty, *coefficient), literal(&scale.to_string()));
            quote!(::sinew::codegen::decimal(#coefficient, #scale))
        }
        _ => TokenStream::new(),
    }
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

/// Whether an array is one number again and again.
fn is_repeated(elements: &[Value]) -> bool {
    elements.len() > 8
        && matches!(elements[0], Value::Int(_) | Value::Bool(_))
        && elements.iter().all(|e| *e == elements[0])
}
