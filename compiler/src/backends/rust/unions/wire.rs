//! How unions are encoded and decoded.

use super::super::code::{Code, code};
use super::super::filled::Place;
use super::super::header::Header;
use super::super::traits::UnionParts;
use super::super::{names, traits, wire};
use super::{Writer, binding, bound};
use crate::schema::{Payload, Variant};

impl Writer<'_> {
    /// The `Union` implementation.
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
        let blanks = self.variants.iter();
        let blanks = blanks.map(|variant| (variant.id, self.blank_of(variant)));
        let reads = self.variants.iter().map(|variant| self.read_arm(variant));
        let unrecognized = self.if_open(traits::keep_unrecognized());
        let parts = UnionParts {
            full_name: self.scope.full_name(self.decl),
            variants: Code::lines(variants),
            blanks: blanks.collect(),
            has_payloads: self.variants.iter().any(|variant| has_payload(variant)),
            otherwise: match self.kind.closed {
                true => code!("false"),
                false => traits::choose_unrecognized(),
            },
            reads: Code::lines(reads.chain(unrecognized)),
            nested: self.facts.recursive.then(wire::is_nested),
            check: self.validate().map(|_| wire::check()),
        };
        let params = self.scope.generics(&traits::wire_bound());
        traits::union(&params, &self.self_ty(), parts)
    }

    /// The `Wire` implementation.
    pub(super) fn impl_wire(&self) -> Code {
        let params = self.scope.generics(&traits::wire_bound());
        let put = match self.facts.recursive {
            true => code!("out.nested(|out| $put)", put = self.put()),
            false => self.put(),
        };
        traits::union_wire(&params, &self.self_ty(), &self.blank(), &put)
    }

    /// The blank value. For a closed union, a variant that does not contain the union again.
    fn blank(&self) -> Code {
        if !self.kind.closed {
            return traits::blank_unrecognized();
        }
        let variant = &self.kind.variants[self.facts.blank_variant];
        let blank = self.blank_of(variant);
        match has_payload(variant) {
            true => code!(
                "
                use ::sinew::codegen::blank;
                $blank
                ",
                blank
            ),
            false => blank,
        }
    }

    /// The blank value of a variant. `blank` must be in scope.
    fn blank_of(&self, variant: &Variant) -> Code {
        let name = names::variant(variant);
        match &variant.payload {
            Payload::Unit => code!("Self::$name", name),
            Payload::Typed { .. } => code!("Self::$name(blank())", name),
            Payload::Struct(fields) => {
                let fields = fields.iter().map(|field| {
                    let value = self.scope.blank_field(field);
                    code!("$name: $value", name = names::field(field), value)
                });
                code!("Self::$name {$fields}", name, fields = Code::fields(fields))
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
                Self::$name {$bound} => {
                    let fields = |out: &mut ::sinew::codegen::Encoder| {
                        $put
                    };
                    out.variant_with::<Self>($id, fields)
                }
                ",
                name,
                bound = Code::fields(fields.iter().map(bound)),
                id,
                put = self
                    .scope
                    .put_fields(fields, &|field| code!("$name", name = binding(field))),
            ),
        }
    }

    fn read_arm(&self, variant: &Variant) -> Code {
        let name = names::variant(variant);
        let place = self.place(variant);
        match &variant.payload {
            Payload::Unit => code!("Self::$name => payload.unit(),", name),
            Payload::Typed { .. } => {
                code!(
                    "Self::$name(value) => payload.fill(value, $place),",
                    name,
                    place
                )
            }
            Payload::Struct(fields) if fields.is_empty() => {
                code!("Self::$name {} => payload.unit(),", name)
            }
            Payload::Struct(fields) => code!(
                "
                Self::$name {$bound} => payload.fields($place, $count, |fields| {
                    $read
                }),
                ",
                name,
                bound = Code::fields(fields.iter().map(bound)),
                count = Header::of(&self.scope, fields).count(),
                read = self.scope.fill_fields(fields, &place, &|field| {
                    Place::Reference(binding(field))
                }),
                place,
            ),
        }
    }
}

/// Whether a value of the variant has a payload with content.
fn has_payload(variant: &Variant) -> bool {
    match &variant.payload {
        Payload::Unit => false,
        Payload::Typed { .. } => true,
        Payload::Struct(fields) => !fields.is_empty(),
    }
}
