//! Encoding and decoding of single fields, including those with a replaced Rust type.

use proc_macro2::Ident;

use super::code::{Code, code};
use super::scope::Scope;
use crate::schema::{Field, Scalar, Type, by_id};

/// Where a decoded field is stored.
pub(super) enum Place {
    /// A field of `self`.
    Member(Ident),
    /// What a reference with this name points to.
    Reference(Ident),
}

impl Scope<'_> {
    /// Decodes fields in order of their ids, into the places that `to` returns. Errors call their owner `place`.
    pub(super) fn fill_fields(
        &self,
        fields: &[Field],
        place: &str,
        to: &dyn Fn(&Field) -> Place,
    ) -> Code {
        let fields = by_id(fields).into_iter();
        Code::lines(fields.map(|field| self.fill_field(field, place, to(field))))
    }

    /// `fields.required(1, "Order.name")`
    pub(super) fn get_field(&self, field: &Field, place: &str) -> Code {
        let id = field.id;
        let place = format!("{place}.{}", field.name);
        let turbofish = self.read_as(field);
        if let Some(default) = &field.default {
            let default = match turbofish.is_empty() {
                true => self.field_value(field, default),
                false => self.unshared().value(&field.ty, default),
            };
            let value = code!(
                "fields.or$turbofish($id, $place, || $default)",
                turbofish,
                id,
                place,
                default,
            );
            return self.converted(field, value);
        }
        let presence = match field.ty.is_optional() {
            true => code!("optional"),
            false => code!("required"),
        };
        let value = code!(
            "fields.$presence$turbofish($id, $place)",
            presence,
            turbofish,
            id,
            place
        );
        self.converted(field, value)
    }

    /// `fields.fill(&mut self.name, 1, "Order.name");`
    fn fill_field(&self, field: &Field, place: &str, to: Place) -> Code {
        let id = field.id;
        if field.annotations.rust.ty.is_some() {
            let value = self.get_field(field, place);
            return match to {
                Place::Member(name) => code!("self.$name = $value;", name, value),
                Place::Reference(name) => code!("*$name = $value;", name, value),
            };
        }
        let to = match to {
            Place::Member(name) => code!("&mut self.$name", name),
            Place::Reference(name) => code!("$name", name),
        };
        let place = format!("{place}.{}", field.name);
        if let Some(default) = &field.default {
            let default = self.field_value(field, default);
            return code!(
                "fields.fill_or($to, $id, $place, || $default);",
                to,
                id,
                place,
                default,
            );
        }
        let fill = match field.ty.is_optional() {
            true => code!("fill_optional"),
            false => code!("fill"),
        };
        code!("fields.$fill($to, $id, $place);", fill, to, id, place)
    }

    /// Whether a field has an encoding of its own, which may be long.
    pub(super) fn is_given(&self, field: &Field) -> bool {
        let is_bytes = *field.ty.unwrap_optional() == Type::Scalar(Scalar::Bytes);
        is_bytes && !self.shared.bytes && field.annotations.rust.ty.is_none()
    }

    /// A reference to what is encoded for a field, given a reference to the field.
    pub(super) fn written(&self, field: &Field, reference: Code) -> Code {
        if field.annotations.rust.ty.is_none() {
            return reference;
        }
        match field.ty.is_optional() {
            true => code!(
                "&::core::option::Option::as_ref($reference).map(|value| $value)",
                reference,
                value = self.borrowed(field, code!("value")),
            ),
            false => code!("&$value", value = self.borrowed(field, reference)),
        }
    }

    /// A reference to the value that constraints of a field apply to, given a reference to the field. Strings and bytes
    /// are not copied.
    pub(super) fn checked(&self, field: &Field, reference: Code) -> Code {
        let is_replaced = field.annotations.rust.ty.is_some();
        match part(&field.ty).filter(|_| is_replaced) {
            Some(part) if field.ty.is_optional() => code!(
                "&::core::option::Option::as_ref($reference).map(::core::convert::AsRef::<$part>::as_ref)",
                reference,
                part,
            ),
            Some(part) => code!(
                "::core::convert::AsRef::<$part>::as_ref($reference)",
                part,
                reference
            ),
            None => self.written(field, reference),
        }
    }

    /// The value in the schema's type for a field with a replaced type: with `AsRef` for strings and bytes, else with
    /// `From`.
    fn borrowed(&self, field: &Field, reference: Code) -> Code {
        let ty = self.unshared().ty(field.ty.unwrap_optional());
        match part(&field.ty) {
            Some(part) => code!(
                "<$ty as ::core::convert::From<&$part>>::from(::core::convert::AsRef::<$part>::as_ref($reference))",
                ty,
                part,
                reference,
            ),
            None => code!(
                "<$ty as ::core::convert::From<_>>::from($reference)",
                ty,
                reference
            ),
        }
    }

    /// `::<T>` if the type of the field is not the one that is decoded.
    fn read_as(&self, field: &Field) -> Code {
        match field.annotations.rust.ty {
            Some(_) => {
                let ty = self.unshared().ty(&field.ty);
                code!("::<$ty>", ty)
            }
            None => Code::new(),
        }
    }

    /// The initial value of a field that is going to be decoded. `blank` must be in scope.
    pub(super) fn blank_field(&self, field: &Field) -> Code {
        let turbofish = self.read_as(field);
        self.converted(field, code!("blank$turbofish()", turbofish))
    }

    /// Converts what was decoded to the field's type.
    fn converted(&self, field: &Field, value: Code) -> Code {
        match (&field.annotations.rust.ty, field.ty.is_optional()) {
            (None, _) => value,
            (Some(_), true) => code!("$value.map(::core::convert::From::from)", value),
            (Some(_), false) => code!("::core::convert::From::from($value)", value),
        }
    }
}

/// The borrowed type of strings and bytes.
fn part(ty: &Type) -> Option<Code> {
    match ty.unwrap_optional() {
        Type::Scalar(Scalar::String) => Some(code!("str")),
        Type::Scalar(Scalar::Bytes) => Some(code!("[u8]")),
        Type::Optional(_)
        | Type::Scalar(_)
        | Type::List(_)
        | Type::Set(_)
        | Type::Map(..)
        | Type::Array(..)
        | Type::Named(..)
        | Type::Param(_) => None,
    }
}
