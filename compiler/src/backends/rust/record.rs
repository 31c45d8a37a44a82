//! A Rust struct with fields that have ids: what structs, exceptions and the
//! parameters of a method have in common.

use proc_macro2::Ident;

use super::code::{Code, code};
use super::facts::DeclFacts;
use super::scope::Scope;
use super::traits::total_order;
use super::{attributes, constraints, names};
use crate::schema::{Annotations, Decl, DeclId, Field, by_id};

/// A struct to write.
pub(super) struct Record<'a> {
    pub(super) scope: Scope<'a>,
    pub(super) ident: Ident,
    /// What the wire calls it: `shop.Order`.
    pub(super) full_name: String,
    /// What errors call it: `Order`.
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

    /// The struct, its constructors, and what its derives leave out.
    pub(super) fn items(&self) -> Vec<Code> {
        let derived = self.derives_default().then_some("Default");
        let mut items = vec![self.definition(derived)];
        items.extend(self.inherent());
        items.extend(self.required());
        items.extend(self.required_debug());
        items.extend(self.default());
        items.extend(self.redacted_debug());
        items.extend(self.ordered_by_id());
        items.extend(self.wire(None));
        items
    }

    /// The struct without constructors: what the parameters of a method need.
    pub(super) fn parameters(&self) -> Vec<Code> {
        let mut items = vec![self.definition(None)];
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

    /// The type with its own parameters: `Page<T>`.
    pub(super) fn self_ty(&self) -> Code {
        let params = self.scope.generics(&Code::new());
        code!("$ident$params", ident = self.ident, params)
    }

    /// The struct; `derived` is a further derive.
    fn definition(&self, derived: Option<&'static str>) -> Code {
        let mut names =
            attributes::of_composite(self.facts, !self.is_redacted(), self.is_in_id_order());
        names.extend(derived);
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
            derives = attributes::derives(&names, self.annotations),
            self_ty = self.self_ty(),
            fields = Code::lines(fields),
        )
    }

    /// `new` and `validate`, where there is something for them to do.
    fn inherent(&self) -> Option<Code> {
        let new = self.constructor();
        let validate = constraints::validate(&self.scope, &self.place, self.fields);
        self.implementation(new.into_iter().chain(validate))
    }

    /// `validate` alone.
    fn checker(&self) -> Option<Code> {
        self.implementation(constraints::validate(&self.scope, &self.place, self.fields))
    }

    /// The type's own functions; none if there are none.
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

    /// `Debug` without what is sensitive of these fields, for this struct, its view, or the struct of what is required.
    pub(super) fn redacted<'f>(
        &self,
        params: &Code,
        self_ty: &Code,
        ident: &Ident,
        fields: impl IntoIterator<Item = &'f Field>,
    ) -> Code {
        let fields = fields.into_iter().map(|field| {
            let name = names::field(field);
            let text = names::plain(&name);
            match self.annotations.sensitive || field.annotations.sensitive {
                true => code!(".field($text, &::sinew::codegen::Redacted)", text),
                false => code!(".field($text, &self.$name)", text, name),
            }
        });
        code!(
            "
            impl$params ::core::fmt::Debug for $self_ty {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    f.debug_struct($name)
                        $fields
                        .finish()
                }
            }
            ",
            params,
            self_ty,
            name = names::plain(ident),
            fields = Code::lines(fields),
        )
    }

    /// Whether the order of the declaration is that of the wire, so that `Ord` may be derived.
    fn is_in_id_order(&self) -> bool {
        self.fields.is_sorted_by_key(|field| field.id)
    }

    fn ordered_by_id(&self) -> Option<Code> {
        if !self.facts.ord || self.is_in_id_order() {
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

    /// The type parameters here, each with `bound`: `<T: bound>`, or nothing.
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
