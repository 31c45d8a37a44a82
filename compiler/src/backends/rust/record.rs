//! A Rust struct with fields that have ids: what structs, exceptions and the
//! parameters of a method have in common.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::facts::DeclFacts;
use super::made::Made;
use super::scope::Scope;
use super::{attributes, constraints, docs, names};
use crate::schema::{Annotations, Decl, DeclId, Field, Scalar, Type, by_id};

/// The most required fields that `new` takes as arguments.
const MOST_ARGUMENTS: usize = 7;

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
    pub(super) head: TokenStream,
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
    pub(super) fn items(&self) -> Vec<TokenStream> {
        let mut items = vec![self.definition()];
        items.extend(self.inherent());
        items.extend(self.default());
        items.extend(self.redacted_debug());
        items.extend(self.ordered_by_id());
        items.extend(self.wire());
        items
    }

    /// The struct without constructors: what the parameters of a method need.
    pub(super) fn parameters(&self) -> Vec<TokenStream> {
        let mut items = vec![self.definition()];
        items.extend(self.checker());
        items.extend(self.redacted_debug());
        items.extend(self.ordered_by_id());
        items.extend(self.wire());
        items
    }

    /// `<T: bound>`, or nothing.
    pub(super) fn params(&self, bound: &TokenStream) -> TokenStream {
        self.scope.generics(bound)
    }

    /// The type with its own parameters: `Page<T>`.
    pub(super) fn self_ty(&self) -> TokenStream {
        let ident = &self.ident;
        let params = self.scope.generics(&TokenStream::new());
        quote!(#ident #params)
    }

    fn definition(&self) -> TokenStream {
        let Self { ident, head, .. } = self;
        let names =
            attributes::of_composite(self.facts, !self.is_redacted(), self.is_in_id_order());
        let derives = attributes::derives(&names, self.annotations);
        let params = self.params(&TokenStream::new());
        let fields = self.fields.iter().map(|field| {
            Made(move || {
                let head = self.scope.field_head(field);
                let (name, ty) = (names::field(field), self.scope.field_ty(field));
                quote!(#head pub #name: #ty)
            })
        });
        quote!(#head #derives pub struct #ident #params { #(#fields,)* })
    }

    /// `new` and `validate`, where there is something for them to do.
    fn inherent(&self) -> Option<TokenStream> {
        let new = self.constructor();
        let validate = constraints::validate(&self.scope, &self.place, self.fields);
        if new.is_none() && validate.is_none() {
            return None;
        }
        let (params, self_ty) = (self.params(&TokenStream::new()), self.self_ty());
        Some(quote!(impl #params #self_ty { #new #validate }))
    }

    /// `validate` alone.
    fn checker(&self) -> Option<TokenStream> {
        let ident = &self.ident;
        let validate = constraints::validate(&self.scope, &self.place, self.fields)?;
        Some(quote!(impl #ident { #validate }))
    }

    fn constructor(&self) -> Option<TokenStream> {
        let required: Vec<&Field> = self.fields.iter().filter(|f| f.is_required()).collect();
        if required.is_empty() || required.len() > MOST_ARGUMENTS {
            return None;
        }
        let doc = docs::attributes(match required.len() == self.fields.len() {
            true => "Takes all fields.",
            false => "Takes the required fields; the others are absent or have their defaults.",
        });
        let arguments = required.iter().map(|field| {
            let (name, ty) = (names::field(field), self.argument_ty(field));
            quote!(#name: #ty)
        });
        let fields = self.fields.iter().map(|field| self.initialised(field));
        Some(quote! {
            #doc
            pub fn new(#(#arguments),*) -> Self {
                Self { #(#fields,)* }
            }
        })
    }

    fn argument_ty(&self, field: &Field) -> TokenStream {
        match takes_into(field) {
            true => quote!(impl ::core::convert::Into<::std::string::String>),
            false if field.boxed => self.scope.ty(&field.ty),
            false => self.scope.field_ty(field),
        }
    }

    fn initialised(&self, field: &Field) -> TokenStream {
        let name = names::field(field);
        match self.unasked(field) {
            Some(value) => quote!(#name: #value),
            None if takes_into(field) => quote!(#name: ::core::convert::Into::into(#name)),
            None if field.boxed => quote!(#name: ::std::boxed::Box::new(#name)),
            None => quote!(#name),
        }
    }

    /// What a field is when nothing was said; `None` for a required one.
    fn unasked(&self, field: &Field) -> Option<TokenStream> {
        match &field.default {
            Some(value) => Some(self.scope.field_value(field, value)),
            None if field.ty.is_optional() => Some(quote!(::core::option::Option::None)),
            None => None,
        }
    }

    fn default(&self) -> Option<TokenStream> {
        let values: Option<Vec<TokenStream>> =
            self.fields.iter().map(|f| self.unasked(f)).collect();
        let values = values?;
        let names = self.fields.iter().map(names::field);
        let (params, self_ty) = (self.params(&TokenStream::new()), self.self_ty());
        Some(quote! {
            impl #params ::core::default::Default for #self_ty {
                fn default() -> Self {
                    Self { #(#names: #values,)* }
                }
            }
        })
    }

    fn is_redacted(&self) -> bool {
        self.annotations.sensitive || self.fields.iter().any(|f| f.annotations.sensitive)
    }

    fn redacted_debug(&self) -> Option<TokenStream> {
        if !self.is_redacted() {
            return None;
        }
        let name = names::plain(&self.ident);
        let bound = quote!(::core::fmt::Debug);
        let (params, self_ty) = (self.params(&bound), self.self_ty());
        let fields = self.fields.iter().map(|field| {
            let (text, name) = (names::plain(&names::field(field)), names::field(field));
            match self.annotations.sensitive || field.annotations.sensitive {
                true => quote!(.field(#text, &::sinew::codegen::Redacted)),
                false => quote!(.field(#text, &self.#name)),
            }
        });
        Some(quote! {
            impl #params ::core::fmt::Debug for #self_ty {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    f.debug_struct(#name)#(#fields)*.finish()
                }
            }
        })
    }

    /// Whether the order of the declaration is that of the wire, so that `Ord` may be derived.
    fn is_in_id_order(&self) -> bool {
        self.fields.is_sorted_by_key(|field| field.id)
    }

    fn ordered_by_id(&self) -> Option<TokenStream> {
        if !self.facts.ord || self.is_in_id_order() {
            return None;
        }
        let bound = quote!(::core::cmp::Ord);
        let (params, self_ty) = (self.params(&bound), self.self_ty());
        let mut fields = by_id(self.fields).into_iter().map(names::field);
        let first = fields.next();
        Some(quote! {
            impl #params ::core::cmp::PartialOrd for #self_ty {
                fn partial_cmp(&self, other: &Self) -> ::core::option::Option<::core::cmp::Ordering> {
                    ::core::option::Option::Some(::core::cmp::Ord::cmp(self, other))
                }
            }
            impl #params ::core::cmp::Ord for #self_ty {
                fn cmp(&self, other: &Self) -> ::core::cmp::Ordering {
                    ::core::cmp::Ord::cmp(&self.#first, &other.#first)
                        #(.then_with(|| ::core::cmp::Ord::cmp(&self.#fields, &other.#fields)))*
                }
            }
        })
    }
}

impl Scope<'_> {
    /// Docs and attributes of a field.
    pub(super) fn field_head(&self, field: &Field) -> TokenStream {
        self.member_head(field.doc.as_deref(), &field.annotations)
    }

    /// The type parameters here, each with `bound`: `<T: bound>`, or nothing.
    pub(super) fn generics(&self, bound: &TokenStream) -> TokenStream {
        if self.params().is_empty() {
            return TokenStream::new();
        }
        let params = self.params().iter().map(|name| {
            let name = names::type_param(name);
            match bound.is_empty() {
                true => quote!(#name),
                false => quote!(#name: #bound),
            }
        });
        quote!(<#(#params),*>)
    }
}

/// Whether an argument for the field is `impl Into<String>`.
pub(super) fn takes_into(field: &Field) -> bool {
    field.ty == Type::Scalar(Scalar::String) && field.annotations.rust.ty.is_none()
}
