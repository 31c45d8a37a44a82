//! How records are encoded and decoded: their `Record`, `Wire` and `Message` implementations.

use super::code::{Code, code};
use super::header::Header;
use super::layout;
use super::names;
use super::record::Record;
use super::scope::Scope;
use super::traits::{self, wire_bound};
use crate::schema::{Field, Scalar, Type, by_id};
use proc_macro2::Ident;

impl Record<'_> {
    /// The implementations for the wire, with this function for a value that is not read any more.
    pub(super) fn wire(&self, give: Option<Code>) -> Vec<Code> {
        vec![
            self.impl_record(),
            self.impl_wire(give.unwrap_or_default()),
            self.impl_message(),
        ]
    }

    fn impl_record(&self) -> Code {
        code!(
            "
            impl$params ::sinew::codegen::Record for $self_ty {
                const NAME: &'static str = $name;
                const FIELDS: &'static [::sinew::codegen::Field] = $fields;
                const HEADER: u32 = $header;
                $nested

                fn read(&mut self, $argument: &mut ::sinew::codegen::Fields<'_, '_, '_>) {
                    $read
                }

                $check
            }
            ",
            params = self.params(&wire_bound()),
            self_ty = self.self_ty(),
            name = self.full_name,
            fields = self.scope.field_list(self.fields),
            header = Header::of(&self.scope, self.fields).count(),
            nested = match self.facts.recursive {
                true => is_nested(),
                false => Code::new(),
            },
            argument = match self.fields.is_empty() {
                true => code!("_"),
                false => code!("fields"),
            },
            read = self.read(),
            check = match self.is_constrained() {
                true => check(),
                false => Code::new(),
            },
        )
    }

    fn read(&self) -> Code {
        let member = |field: &Field| Place::Member(names::field(field));
        self.scope.fill_fields(self.fields, &self.place, &member)
    }

    fn impl_wire(&self, give: Code) -> Code {
        let put = self.put();
        code!(
            "
            impl$params ::sinew::codegen::Wire for $self_ty {
                const MIN: u32 = $min;

                ::sinew::codegen::record!();

                #[inline]
                fn blank() -> Self {
                    $blank
                }

                fn put(&self, out: &mut ::sinew::codegen::Encoder) {
                    $put
                }

                $give
            }
            ",
            params = self.params(&wire_bound()),
            self_ty = self.self_ty(),
            give,
            min = layout::record(self.fields, self.scope.facts),
            blank = self.blank(),
            put = match self.facts.recursive {
                true => nested(code!("out"), put),
                false => put,
            },
        )
    }

    fn blank(&self) -> Code {
        if self.fields.is_empty() {
            return code!("Self {}");
        }
        let fields = self.fields.iter().map(|field| {
            let value = self.scope.blank_field(field);
            code!("$name: $value,", name = names::field(field), value)
        });
        code!(
            "
            use ::sinew::codegen::blank;
            Self {
                $fields
            }
            ",
            fields = Code::lines(fields),
        )
    }

    fn put(&self) -> Code {
        let by_name = |field: &Field| code!("&self.$name", name = names::field(field));
        self.scope.put_fields(self.fields, &by_name)
    }

    /// What gives bytes away instead of copying them, if there are any.
    pub(super) fn give(&self) -> Option<Code> {
        let scope = &self.scope;
        if !self.fields.iter().any(|field| scope.is_given(field)) {
            return None;
        }
        let written = |field: &Field| {
            let name = names::field(field);
            scope.written(field, code!("&self.$name", name))
        };
        let fields = by_id(self.fields).into_iter();
        let gives = fields.map(|field| match scope.is_given(field) {
            true => code!("out.give(&mut self.$name);", name = names::field(field)),
            false => code!("out.put($value);", value = written(field)),
        });
        let header = Header::of(scope, self.fields).write(&written);
        Some(code!(
            "
            fn give(&mut self, out: &mut ::sinew::codegen::Encoder) {
                $fields
            }
            ",
            fields = Code::lines(std::iter::once(header).chain(gives)),
        ))
    }

    fn is_constrained(&self) -> bool {
        self.fields
            .iter()
            .any(|field| !field.constraints.is_empty())
    }

    fn impl_message(&self) -> Code {
        traits::message(&self.params(&wire_bound()), &self.self_ty())
    }
}

/// Says that the depth of values counts.
pub(super) fn is_nested() -> Code {
    code!("const NESTED: bool = true;")
}

/// Checks the rules for a value that was read.
pub(super) fn check() -> Code {
    code!(
        "
        fn check(&self) -> ::core::result::Result<(), ::sinew::Invalid> {
            self.validate()
        }
        "
    )
}

/// Where a field is read to.
pub(super) enum Place {
    /// A field of `self`.
    Member(Ident),
    /// What a reference of this name is to.
    Reference(Ident),
}

/// Counts the depth of values that may contain others of their type.
pub(super) fn nested(coder: Code, body: Code) -> Code {
    code!(
        "
        $coder.nested(|$coder| {
            $body
        })
        ",
        coder,
        body,
    )
}

impl Scope<'_> {
    /// A slice of `field::<T>(id, "name")`, in order of the ids.
    pub(super) fn field_list(&self, fields: &[Field]) -> Code {
        if fields.is_empty() {
            return code!("&[]");
        }
        let fields = by_id(fields).into_iter().map(|field| {
            let Field { id, name, ty, .. } = field;
            let ty = self.ty(ty);
            code!("field::<$ty>($id, $name),", ty, id, name)
        });
        code!(
            "
            {
                use ::sinew::codegen::field;
                &[
                    $fields
                ]
            }
            ",
            fields = Code::lines(fields),
        )
    }

    /// Writes the header and the fields; `by_name` gives a reference to a field.
    pub(super) fn put_fields(&self, fields: &[Field], by_name: &dyn Fn(&Field) -> Code) -> Code {
        if fields.is_empty() {
            return code!("out.empty();");
        }
        let written = |field: &Field| self.written(field, by_name(field));
        let header = Header::of(self, fields).write(&written);
        let fields = by_id(fields).into_iter();
        let puts = fields.map(|field| code!("out.put($value);", value = written(field)));
        Code::lines(std::iter::once(header).chain(puts))
    }

    /// Reads each field to where `to` says, in order of the ids; `place` is what errors call what they are fields of.
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

    /// Whether a field has bytes of its own, which may be many.
    fn is_given(&self, field: &Field) -> bool {
        let is_bytes = *field.ty.unwrap_optional() == Type::Scalar(Scalar::Bytes);
        is_bytes && !self.shared.bytes && field.annotations.rust.ty.is_none()
    }

    /// A reference to what is written for a field, from a reference to the field.
    fn written(&self, field: &Field, reference: Code) -> Code {
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

    /// The value of the schema's type for a field of another type: texts and bytes by `AsRef`, others by `From`.
    fn borrowed(&self, field: &Field, reference: Code) -> Code {
        let plain = field.ty.unwrap_optional();
        let ty = self.unshared().ty(plain);
        let part = match plain {
            Type::Scalar(Scalar::String) => code!("str"),
            Type::Scalar(Scalar::Bytes) => code!("[u8]"),
            Type::Optional(_)
            | Type::Scalar(_)
            | Type::List(_)
            | Type::Set(_)
            | Type::Map(..)
            | Type::Array(..)
            | Type::Named(..)
            | Type::Param(_) => {
                return code!(
                    "<$ty as ::core::convert::From<_>>::from($reference)",
                    ty,
                    reference
                );
            }
        };
        code!(
            "<$ty as ::core::convert::From<&$part>>::from(::core::convert::AsRef::<$part>::as_ref($reference))",
            ty,
            part,
            reference,
        )
    }

    /// `::<T>` where the field has another type than what is read for it.
    fn read_as(&self, field: &Field) -> Code {
        match field.annotations.rust.ty {
            Some(_) => {
                let ty = self.unshared().ty(&field.ty);
                code!("::<$ty>", ty)
            }
            None => Code::new(),
        }
    }

    /// What stands where a field is going to be read; `blank` must be in scope.
    pub(super) fn blank_field(&self, field: &Field) -> Code {
        let turbofish = self.read_as(field);
        self.converted(field, code!("blank$turbofish()", turbofish))
    }

    /// The field's type, from what was read for it.
    fn converted(&self, field: &Field, value: Code) -> Code {
        match (&field.annotations.rust.ty, field.ty.is_optional()) {
            (None, _) => value,
            (Some(_), true) => code!("$value.map(::core::convert::From::from)", value),
            (Some(_), false) => code!("::core::convert::From::from($value)", value),
        }
    }
}
