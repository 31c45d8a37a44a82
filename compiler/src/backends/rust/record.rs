//! Rust structs for fields with ids: what structs, exceptions and parameter structs have in common.

use proc_macro2::Ident;

use super::code::{Code, code};
use super::facts::DeclFacts;
use super::scope::Scope;
use super::traits::{self, total_order};
use super::{attributes, constraints, names};
use crate::schema::{Annotations, Decl, DeclId, Field, by_id};

/// A struct to generate.
pub(super) struct Record<'a> {
    pub(super) scope: Scope<'a>,
    pub(super) ident: Ident,
    /// Its full name: `shop.Order`.
    pub(super) full_name: String,
    /// Its name in errors: `Order`.
    pub(super) place: String,
    pub(super) fields: &'a [Field],
    pub(super) annotations: &'a Annotations,
    pub(super) head: Code,
    pub(super) facts: DeclFacts,
}

impl<'a> Record<'a> {
    /// The record of a struct or exception.
    pub(super) fn of(scope: Scope<'a>, id: DeclId, decl: &'a Decl, fields: &'a [Field]) -> Self {
        Self {
            ident: names::type_of(decl),
            full_name: scope.full_name(decl),
            place: decl.name.clone(),
            fields,
            annotations: &decl.annotations,
            head: scope.item_head(decl),
            facts: scope.facts.get(id),
            scope,
        }
    }

    /// The struct, its constructors, and traits that are not derived.
    pub(super) fn items(&self) -> Vec<Code> {
        let default = self.default();
        let mut items = vec![self.definition(self.derives_default(), default.is_some())];
        items.extend(self.inherent());
        items.extend(self.required());
        items.extend(self.required_debug());
        items.extend(default);
        items.extend(self.redacted_debug());
        items.extend(self.ordered_by_id());
        items.extend(self.wire(None));
        items
    }

    /// The struct without constructors, for the parameters of a method.
    pub(super) fn parameters(&self) -> Vec<Code> {
        let mut items = vec![self.definition(false, false)];
        items.extend(self.checker());
        items.extend(self.redacted_debug());
        items.extend(self.ordered_by_id());
        items.extend(self.wire(self.give()));
        items
    }

    /// `<T: bound>`, or nothing.
    pub(super) fn params(&self, bound: &Code) -> Code {
        self.scope.generics(bound)
    }

    /// The type with its own type parameters: `Page<T>`.
    pub(super) fn self_ty(&self) -> Code {
        let params = self.scope.generics(&Code::new());
        code!("$ident$params", ident = self.ident, params)
    }

    /// The struct. `derives_default`: `Default` is derived. `has_default`: it is derived or implemented.
    fn definition(&self, derives_default: bool, has_default: bool) -> Code {
        let mut by_hand = attributes::by_hand(self.is_redacted(), self.orders_by_hand());
        by_hand.extend(has_default.then_some("Default"));
        let mut names = attributes::of_composite(self.facts, &by_hand);
        names.extend(derives_default.then_some("Default"));
        let fields = self.fields.iter().map(|field| {
            code!(
                "
                $head
                pub $name: $ty,
                ",
                head = self.scope.field_head(field),
                name = names::field(field),
                ty = self.scope.field_ty(field),
            )
        });
        code!(
            "
            $head
            $derives
            pub struct $self_ty {
                $fields
            }
            ",
            head = self.head,
            derives = attributes::derives(&names, &by_hand, self.annotations),
            self_ty = self.self_ty(),
            fields = Code::lines(fields),
        )
    }

    /// `new` and `validate`, if they are needed.
    fn inherent(&self) -> Option<Code> {
        let new = self.constructor();
        let validate = constraints::validate(&self.scope, &self.place, self.fields);
        self.implementation(new.into_iter().chain(validate))
    }

    /// `validate` alone.
    fn checker(&self) -> Option<Code> {
        self.implementation(constraints::validate(&self.scope, &self.place, self.fields))
    }

    /// The `impl` block with these functions, if there are any.
    fn implementation(&self, functions: impl IntoIterator<Item = Code>) -> Option<Code> {
        let functions = Code::paragraphs(functions);
        (!functions.is_empty()).then(|| {
            code!(
                "
                impl$params $self_ty {
                    $functions
                }
                ",
                params = self.params(&Code::new()),
                self_ty = self.self_ty(),
                functions,
            )
        })
    }

    pub(super) fn is_redacted(&self) -> bool {
        self.annotations.sensitive || self.fields.iter().any(|f| f.annotations.sensitive)
    }

    fn redacted_debug(&self) -> Option<Code> {
        let params = self.params(&code!("::core::fmt::Debug"));
        self.is_redacted()
            .then(|| self.redacted(&params, &self.self_ty(), &self.ident, self.fields))
    }

    /// `Debug` that redacts sensitive fields: of this struct, its view, or the struct of required fields.
    pub(super) fn redacted<'f>(
        &self,
        params: &Code,
        self_ty: &Code,
        ident: &Ident,
        fields: impl IntoIterator<Item = &'f Field>,
    ) -> Code {
        let is_hidden = |f: &Field| self.annotations.sensitive || f.annotations.sensitive;
        let fields = fields.into_iter().map(|f| (names::field(f), is_hidden(f)));
        traits::redacted_debug(params, self_ty, ident, fields)
    }

    /// Whether the derived order differs from that of the wire format.
    fn orders_by_hand(&self) -> bool {
        self.facts.ord && !self.fields.is_sorted_by_key(|field| field.id)
    }

    fn ordered_by_id(&self) -> Option<Code> {
        if !self.orders_by_hand() {
            return None;
        }
        let mut fields = by_id(self.fields).into_iter().map(names::field);
        let first = fields.next();
        let others = fields.map(|name| {
            code!(
                ".then_with(|| ::core::cmp::Ord::cmp(&self.$name, &other.$name))",
                name
            )
        });
        let comparison = code!(
            "
            ::core::cmp::Ord::cmp(&self.$first, &other.$first)
                $others
            ",
            first,
            others = Code::lines(others),
        );
        let params = self.params(&code!("::core::cmp::Ord"));
        Some(total_order(&params, &self.self_ty(), &comparison))
    }
}

impl Scope<'_> {
    /// Docs and attributes of a field.
    pub(super) fn field_head(&self, field: &Field) -> Code {
        self.member_head(field.doc.as_deref(), &field.annotations)
    }

    /// The type parameters in scope, each with `bound`: `<T: bound>`, or nothing.
    pub(super) fn generics(&self, bound: &Code) -> Code {
        if self.params().is_empty() {
            return Code::new();
        }
        let params = self.params().iter().map(|name| {
            let name = names::type_param(name);
            match bound.is_empty() {
                true => code!("$name", name),
                false => code!("$name: $bound", name, bound),
            }
        });
        code!("<$params>", params = Code::joined(", ", params))
    }
}
