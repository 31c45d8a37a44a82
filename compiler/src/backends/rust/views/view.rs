//! The view of a struct: its definition, and how it is decoded.

use proc_macro2::Ident;

use super::super::code::{Code, code};
use super::super::header::Header;
use super::super::record::Record;
use super::super::{constraints, docs, names, wire};
use super::sight::{Sight, members, optional, wrapped};
use super::{Views, seen_default};
use crate::schema::{Field, Scalar, Type, by_id};

/// The view of a struct.
pub(super) struct View<'a> {
    pub(super) record: Record<'a>,
    pub(super) ident: Ident,
    pub(super) views: &'a Views,
}

impl View<'_> {
    /// The view and its implementations.
    pub(super) fn items(&self) -> Vec<Code> {
        let mut items = vec![
            self.definition(),
            self.debug(),
            self.impl_from(),
            self.impl_look(),
        ];
        items.extend(self.validate());
        items
    }

    fn definition(&self) -> Code {
        let record = &self.record;
        let doc = format!(
            "[`{}`] as seen in a message, with texts and bytes borrowed from it.",
            record.ident
        );
        let sight = self.sight();
        let fields = record.fields.iter().map(|field| {
            let ty = sight.field_ty(field);
            code!("pub $name: $ty,", name = names::field(field), ty)
        });
        let debug = match record.is_redacted() {
            true => Code::new(),
            false => code!("Debug, "),
        };
        code!(
            "
            $doc
            #[derive(Clone, $debug PartialEq)]
            pub struct $ident<'a> {
                $fields
            }
            ",
            doc = docs::attributes(&doc),
            debug,
            ident = self.ident,
            fields = Code::lines(fields),
        )
    }

    fn debug(&self) -> Code {
        match self.record.is_redacted() {
            true => self.record.redacted(
                &Code::new(),
                &code!("$name<'_>", name = self.ident),
                &self.ident,
                self.record.fields,
            ),
            false => Code::new(),
        }
    }

    fn impl_from(&self) -> Code {
        code!(
            "
            impl ::core::convert::From<$ident<'_>> for $self_ty {
                fn from(seen: $ident<'_>) -> Self {
                    Self {
                        $members
                    }
                }
            }
            ",
            ident = self.ident,
            self_ty = self.record.self_ty(),
            members = members(&self.sight(), self.record.fields),
        )
    }

    fn sight(&self) -> Sight<'_> {
        Sight {
            scope: &self.record.scope,
            views: self.views,
            is_named: true,
        }
    }

    fn impl_look(&self) -> Code {
        code!(
            "
            impl ::sinew::codegen::Look for $self_ty {
                type View<'a> = $ident<'a>;

                fn look_planned<'a>(
                    input: &mut ::sinew::codegen::Decoder<'a>,
                    plan: &::sinew::codegen::Plan,
                    _: u64,
                ) -> ::sinew::codegen::Result<$ident<'a>> {
                    $look
                }
            }
            ",
            self_ty = self.record.self_ty(),
            ident = self.ident,
            look = self.nested(self.look()),
        )
    }

    fn validate(&self) -> Option<Code> {
        let Record { scope, place, .. } = &self.record;
        let validate = constraints::validate(scope, place, self.record.fields)?;
        Some(code!(
            "
            impl $ident<'_> {
                $validate
            }
            ",
            ident = self.ident,
            validate,
        ))
    }

    /// The result for a decoded `value`.
    fn result(&self) -> Code {
        let mut fields = self.record.fields.iter();
        match fields.all(|field| field.constraints.is_empty()) {
            true => code!("::core::result::Result::Ok(value)"),
            false => code!(
                "input.validated(value, $ident::validate)",
                ident = self.ident
            ),
        }
    }

    fn nested(&self, body: Code) -> Code {
        match self.record.facts.recursive {
            true => wire::nested(code!("input"), body),
            false => body,
        }
    }

    fn look(&self) -> Code {
        let members = by_id(self.record.fields).into_iter().map(|field| {
            let (id, place) = (field.id, self.place(field));
            let ty = || self.read_ty(field);
            let value = match (self.views.sees(field), field.ty.is_optional()) {
                (true, _) if field.default.is_some() => code!(
                    "fields.look_or::<$ty>($id, $place, || $default)?",
                    ty = ty(),
                    id,
                    place,
                    default = seen_default(field).unwrap_or_default(),
                ),
                (true, is_optional) => code!(
                    "fields.$look::<$ty>($id, $place)?",
                    look = match is_optional {
                        true => code!("look_optional"),
                        false => code!("look_required"),
                    },
                    ty = ty(),
                    id,
                    place,
                ),
                (false, _) => self.record.scope.get_field(field, &self.record.place),
            };
            code!("$name: $value,", name = names::field(field), value)
        });
        let fields = self.record.fields;
        if fields.is_empty() {
            return code!(
                "
                input.no_fields(plan)?;
                ::core::result::Result::Ok($ident {})
                ",
                ident = self.ident,
            );
        }
        code!(
            "
            let mut fields = input.fields();
            fields.begin(plan, $count)?;
            let value = $ident {
                $members
            };
            fields.finish()?;
            $result
            ",
            count = Header::of(&self.record.scope, fields).count(),
            ident = self.ident,
            members = Code::lines(members),
            result = self.result(),
        )
    }

    fn place(&self, field: &Field) -> String {
        format!("{}.{}", self.record.place, field.name)
    }

    /// The type that is decoded for a field: its own, except for bytes.
    fn read_ty(&self, field: &Field) -> Code {
        let plain = self.source_ty(field.ty.unwrap_optional());
        wrapped(field, plain)
    }

    /// The type whose implementation decodes the view.
    fn source_ty(&self, ty: &Type) -> Code {
        match ty {
            Type::Scalar(Scalar::Bytes) => code!("::sinew::codegen::Bytes"),
            Type::Optional(inner) => optional(self.source_ty(inner)),
            Type::List(element) => {
                code!(
                    "::std::vec::Vec<$element>",
                    element = self.source_ty(element)
                )
            }
            Type::Set(element) => code!(
                "::std::collections::BTreeSet<$element>",
                element = self.source_ty(element)
            ),
            Type::Array(element, count) => {
                code!(
                    "[$element; $count]",
                    element = self.source_ty(element),
                    count
                )
            }
            Type::Map(key, value) => code!(
                "::std::collections::BTreeMap<$key, $value>",
                key = self.source_ty(key),
                value = self.source_ty(value),
            ),
            Type::Scalar(_) | Type::Named(..) | Type::Param(_) => self.record.scope.ty(ty),
        }
    }
}
