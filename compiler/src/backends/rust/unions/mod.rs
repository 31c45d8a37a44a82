//! `union`: Rust enums with a variant for each of the union, and one for unknown variants of newer schemas.

mod debug;
mod order;
mod wire;

use proc_macro2::Ident;

use super::code::{Code, code};
use super::facts::DeclFacts;
use super::scope::Scope;
use super::{attributes, constraints, errors, names, traits};
use crate::schema::{Decl, DeclId, Field, Payload, Union, Variant};

/// The items of a union.
pub(super) fn items(scope: Scope<'_>, id: DeclId, decl: &Decl, kind: &Union) -> Vec<Code> {
    if kind.thrown {
        return errors::of_union(scope, decl, kind);
    }
    let mut variants: Vec<&Variant> = kind.variants.iter().collect();
    variants.sort_by_key(|variant| variant.id);
    let writer = Writer {
        scope,
        decl,
        kind,
        variants,
        ident: names::type_of(decl),
        facts: scope.facts.get(id),
    };
    let mut items = vec![writer.definition()];
    items.extend(writer.inherent());
    items.extend(writer.redacted_debug());
    items.extend(writer.order());
    items.extend([writer.impl_union(), writer.impl_wire()]);
    let params = scope.generics(&traits::wire_bound());
    items.push(traits::message(&params, &writer.self_ty()));
    items
}

struct Writer<'a> {
    scope: Scope<'a>,
    decl: &'a Decl,
    kind: &'a Union,
    /// Ordered by id.
    variants: Vec<&'a Variant>,
    ident: Ident,
    facts: DeclFacts,
}

impl Writer<'_> {
    fn self_ty(&self) -> Code {
        let params = self.scope.generics(&Code::new());
        code!("$ident$params", ident = self.ident, params)
    }

    /// For open unions only.
    fn if_open(&self, code: Code) -> Option<Code> {
        (!self.kind.closed).then_some(code)
    }

    fn definition(&self) -> Code {
        let by_hand = attributes::by_hand(self.is_redacted(), self.orders_by_hand());
        let names = attributes::of_composite(self.facts, &by_hand);
        code!(
            "
            $head
            $derives
            $open
            pub enum $self_ty {
                $variants
                $unrecognized
            }
            ",
            head = self.scope.item_head(self.decl),
            derives = attributes::derives(&names, &by_hand, &self.decl.annotations),
            open = self.if_open(code!("#[non_exhaustive]")),
            self_ty = self.self_ty(),
            variants = Code::lines(
                self.kind
                    .variants
                    .iter()
                    .map(|variant| self.variant(variant))
            ),
            unrecognized = self.if_open(code!(
                "
                /// A variant that the schema of this program does not have.
                Unrecognized(::sinew::UnknownVariant),
                "
            )),
        )
    }

    fn variant(&self, variant: &Variant) -> Code {
        let name = names::variant(variant);
        let head = self
            .scope
            .member_head(variant.doc.as_deref(), &variant.annotations);
        let item = match &variant.payload {
            Payload::Unit => code!("$name,", name),
            Payload::Typed { ty, boxed, .. } => {
                let ty = self.scope.ty(ty);
                match boxed {
                    true => code!("$name(::std::boxed::Box<$ty>),", name, ty),
                    false => code!("$name($ty),", name, ty),
                }
            }
            Payload::Struct(fields) => {
                let fields = fields.iter().map(|field| {
                    let (name, ty) = (names::field(field), self.scope.field_ty(field));
                    Code::lines([self.scope.field_head(field), code!("$name: $ty,", name, ty)])
                });
                code!(
                    "
                    $name {
                        $fields
                    },
                    ",
                    name,
                    fields = Code::lines(fields),
                )
            }
        };
        Code::lines([head, item])
    }

    fn inherent(&self) -> Option<Code> {
        let functions = Code::paragraphs(self.validate().into_iter().chain(self.number()));
        (!functions.is_empty()).then(|| {
            code!(
                "
                impl$params $self_ty {
                    $functions
                }
                ",
                params = self.scope.generics(&Code::new()),
                self_ty = self.self_ty(),
                functions,
            )
        })
    }

    /// `validate`, if any variant has constraints.
    fn validate(&self) -> Option<Code> {
        let arms = self.variants.iter().filter_map(|v| self.checks(v));
        let arms: Vec<(Code, Code)> = arms.collect();
        let is_all = self.kind.closed && arms.len() == self.variants.len();
        let body = match arms.as_slice() {
            [] => return None,
            [(pattern, checks)] if !is_all => code!(
                "
                if let $pattern = self {
                    $checks
                }
                ",
                pattern,
                checks,
            ),
            arms => {
                let arms = arms.iter().map(|(pattern, checks)| {
                    code!(
                        "
                        $pattern => {
                            $checks
                        }
                        ",
                        pattern,
                        checks,
                    )
                });
                let rest = (!is_all).then(|| code!("_ => {}"));
                code!(
                    "
                    match self {
                        $arms
                        $rest
                    }
                    ",
                    arms = Code::lines(arms),
                    rest,
                )
            }
        };
        let fields = self.variants.iter().flat_map(|v| match &v.payload {
            Payload::Struct(fields) => fields.as_slice(),
            Payload::Unit | Payload::Typed { .. } => &[],
        });
        let bounds = constraints::encoded(&self.scope, fields);
        Some(constraints::validator("values", &bounds, body))
    }

    /// The pattern of a variant with constraints, and their checks.
    fn checks(&self, variant: &Variant) -> Option<(Code, Code)> {
        let name = names::variant(variant);
        let place = self.place(variant);
        match &variant.payload {
            Payload::Unit => None,
            Payload::Typed {
                ty, constraints, ..
            } => {
                let list =
                    constraints::checks(&self.scope, &place, ty, constraints, code!("value"));
                (!list.is_empty()).then(|| (code!("Self::$name(value)", name), list))
            }
            Payload::Struct(fields) => {
                let list = constraints::of_fields(&self.scope, &place, fields, &|field| {
                    code!("$name", name = binding(field))
                });
                let constrained = fields.iter().filter(|f| !f.constraints.is_empty());
                let bound = Code::fields(constrained.map(bound).chain([code!("..")]));
                (!list.is_empty()).then(|| (code!("Self::$name {$bound}", name, bound), list))
            }
        }
    }

    fn place(&self, variant: &Variant) -> String {
        format!("{}.{}", self.decl.name, variant.name)
    }
}

/// `name: f1`
fn bound(field: &Field) -> Code {
    bound_to('f', field)
}

/// `name: a1` for the letter `a`, or only `a1` if the field itself has that name.
fn bound_to(letter: char, field: &Field) -> Code {
    let (name, binding) = (names::field(field), names::binding(letter, field));
    match name == binding {
        true => code!("$name", name),
        false => code!("$name: $binding", name, binding),
    }
}

/// The variable for a field of a struct variant.
fn binding(field: &Field) -> Ident {
    names::binding('f', field)
}
