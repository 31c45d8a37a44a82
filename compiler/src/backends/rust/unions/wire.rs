//! How unions are encoded and decoded.

use super::super::code::{Code, code};
use super::super::header::Header;
use super::super::{names, traits, wire};
use super::{Writer, binding, bound};
use crate::schema::{Payload, Variant};

impl Writer<'_> {
    /// The description of the union.
    pub(super) fn impl_union(&self) -> Code {
        let variants = self.variants.iter().map(|variant| {
            let Variant { id, name, .. } = variant;
            match &variant.payload {
                Payload::Unit => code!("::sinew::codegen::Variant::unit($id, $name),", id, name),
                Payload::Typed { ty, .. } => {
                    let ty = self.scope.ty(ty);
                    code!(
                        "::sinew::codegen::Variant::new::<$ty>($id, $name),",
                        ty,
                        id,
                        name
                    )
                }
                Payload::Struct(fields) => code!(
                    "
                    ::sinew::codegen::Variant::record($id, $name, $fields),
                    ",
                    id,
                    name,
                    fields = self.scope.field_list(fields),
                ),
            }
        });
        traits::union_description(
            &self.scope.generics(&traits::wire_bound()),
            &self.self_ty(),
            &self.scope.full_name(self.decl),
            Code::lines(variants),
        )
    }

    /// The encoder and the decoder.
    pub(super) fn impl_wire(&self) -> Code {
        let params = self.scope.generics(&traits::wire_bound());
        let (put, get) = (self.put(), self.get());
        let (put, get) = match self.facts.recursive {
            true => (
                code!("out.nested(|out| $put)", put),
                wire::nested(code!("input"), get),
            ),
            false => (put, get),
        };
        traits::union_wire(&params, &self.self_ty(), &self.blank(), &put, &get)
    }

    /// What stands in for a value that could not be read. Of a closed union, that is a variant without a value of the union
    /// inside.
    fn blank(&self) -> Code {
        if !self.kind.closed {
            return traits::blank_unrecognized();
        }
        let variant = &self.kind.variants[self.facts.blank_variant];
        let name = names::variant(variant);
        match &variant.payload {
            Payload::Unit => code!("Self::$name", name),
            Payload::Typed { .. } => code!("Self::$name(::sinew::codegen::blank())", name),
            Payload::Struct(fields) => {
                let fields = fields.iter().map(|field| {
                    let value = self.scope.blank_field(field);
                    code!("$name: $value", name = names::field(field), value)
                });
                code!(
                    "
                    use ::sinew::codegen::blank;
                    Self::$name { $fields }
                    ",
                    name,
                    fields = Code::list(fields),
                )
            }
        }
    }

    fn put(&self) -> Code {
        let puts = self.variants.iter().map(|variant| self.put_arm(variant));
        code!(
            "
            match self {
                $puts
                $unknown
            }
            ",
            puts = Code::lines(puts),
            unknown = self.if_open(code!(
                "Self::Unrecognized(unknown) => out.unrecognized(unknown),"
            )),
        )
    }

    fn get(&self) -> Code {
        let unknown = match self.kind.closed {
            true => code!(
                "::core::result::Result::Err(variant.unknown(input, $name))",
                name = self.scope.full_name(self.decl),
            ),
            false => code!("variant.unrecognized(input).map(Self::Unrecognized)"),
        };
        let gets = self.variants.iter().map(|variant| self.get_arm(variant));
        let found = match self.variants.is_empty() {
            true => unknown,
            false => code!(
                "
                match variant.id() {
                    $gets
                    _ => $unknown,
                }
                ",
                gets = Code::lines(gets),
                unknown,
            ),
        };
        let result = match self.validate().is_some() {
            true => code!(
                "
                let value = $found?;
                input.validated(value, Self::validate)
                ",
                found,
            ),
            false => found,
        };
        code!(
            "
            let variant = input.variant::<Self>(plan)?;
            $result
            ",
            result,
        )
    }

    fn put_arm(&self, variant: &Variant) -> Code {
        let (name, id) = (names::variant(variant), variant.id);
        match &variant.payload {
            Payload::Unit => code!("Self::$name => out.unit::<Self>($id),", name, id),
            Payload::Typed { .. } => {
                code!(
                    "Self::$name(value) => out.variant::<Self, _>($id, value),",
                    name,
                    id
                )
            }
            Payload::Struct(fields) => code!(
                "
                Self::$name { $bound } => out.variant_with::<Self>($id, |out| {
                    $put
                }),
                ",
                name,
                bound = Code::list(fields.iter().map(bound)),
                id,
                put = self
                    .scope
                    .put_fields(fields, &|field| code!("$name", name = binding(field))),
            ),
        }
    }

    fn get_arm(&self, variant: &Variant) -> Code {
        let (name, id) = (names::variant(variant), variant.id);
        let place = self.place(variant);
        match &variant.payload {
            Payload::Unit => {
                code!(
                    "$id => variant.unit(input).map(|()| Self::$name),",
                    id,
                    name
                )
            }
            Payload::Typed { .. } => {
                code!(
                    "$id => variant.get(input, $place).map(Self::$name),",
                    id,
                    place,
                    name
                )
            }
            Payload::Struct(fields) => {
                if fields.is_empty() {
                    return code!(
                        "$id => variant.unit(input).map(|()| Self::$name {}),",
                        id,
                        name
                    );
                }
                code!(
                    "
                    $id => variant.record(input, $place, $count, |fields| Self::$name {
                        $members
                    }),
                    ",
                    id,
                    place,
                    count = Header::of(&self.scope, fields).count(),
                    name,
                    members = self.scope.get_fields(fields, &place),
                )
            }
        }
    }
}
