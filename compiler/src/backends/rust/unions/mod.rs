//! `union`: Rust enums with a variant for each of the union, and one for those of newer schemas.

mod debug;
mod order;
mod wire;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::facts::DeclFacts;
use super::scope::Scope;
use super::{attributes, constraints, errors, names, wire as records};
use crate::schema::{Decl, DeclId, Field, Payload, Union, Variant};

/// The items of a union.
pub(super) fn items(scope: Scope<'_>, id: DeclId, decl: &Decl, kind: &Union) -> Vec<TokenStream> {
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
    let params = scope.generics(&records::wire_bound());
    items.push(records::message(&params, &writer.self_ty()));
    items
}

struct Writer<'a> {
    scope: Scope<'a>,
    decl: &'a Decl,
    kind: &'a Union,
    /// In order of their ids.
    variants: Vec<&'a Variant>,
    ident: Ident,
    facts: DeclFacts,
}

impl Writer<'_> {
    fn self_ty(&self) -> TokenStream {
        let (ident, params) = (&self.ident, self.scope.generics(&TokenStream::new()));
        quote!(#ident #params)
    }

    fn definition(&self) -> TokenStream {
        let head = self.scope.item_head(self.decl);
        let is_redacted = self.is_redacted();
        let names = attributes::of_composite(self.facts, !is_redacted, !self.orders_by_hand());
        let derives = attributes::derives(&names, &self.decl.annotations);
        let open = (!self.kind.closed).then(|| quote!(#[non_exhaustive]));
        let self_ty = self.self_ty();
        let variants = self.kind.variants.iter().map(|variant| {
            let head = self
                .scope
                .member_head(variant.doc.as_deref(), &variant.annotations);
            let name = names::variant(variant);
            let payload = self.payload(variant);
            quote!(#head #name #payload)
        });
        let unrecognized = (!self.kind.closed).then(|| {
            quote! {
                /// A variant that the schema of this program does not have.
                Unrecognized(::sinew::UnknownVariant),
            }
        });
        quote!(#head #derives #open pub enum #self_ty { #(#variants,)* #unrecognized })
    }

    fn payload(&self, variant: &Variant) -> TokenStream {
        match &variant.payload {
            Payload::Unit => TokenStream::new(),
            Payload::Typed { ty, boxed, .. } => {
                let ty = self.scope.ty(ty);
                match boxed {
                    true => quote!((::std::boxed::Box<#ty>)),
                    false => quote!((#ty)),
                }
            }
            Payload::Struct(fields) => {
                let fields = fields.iter().map(|field| {
                    let head = self.scope.field_head(field);
                    let (name, ty) = (names::field(field), self.scope.field_ty(field));
                    quote!(#head #name: #ty)
                });
                quote!({ #(#fields,)* })
            }
        }
    }

    fn inherent(&self) -> Option<TokenStream> {
        let validate = self.validate();
        let number = self.number();
        if validate.is_none() && number.is_none() {
            return None;
        }
        let params = self.scope.generics(&TokenStream::new());
        let self_ty = self.self_ty();
        Some(quote!(impl #params #self_ty { #validate #number }))
    }

    /// `validate`, if any variant has constraints.
    fn validate(&self) -> Option<TokenStream> {
        let arms: Vec<_> = self
            .variants
            .iter()
            .filter_map(|v| self.checks(v))
            .collect();
        let is_all = self.kind.closed && arms.len() == self.variants.len();
        let body = match arms.as_slice() {
            [] => return None,
            [(pattern, checks)] if !is_all => quote!(if let #pattern = self { #checks }),
            arms => {
                let arms = arms
                    .iter()
                    .map(|(pattern, checks)| quote!(#pattern => { #checks }));
                let rest = (!is_all).then(|| quote!(_ => {}));
                quote!(match self { #(#arms)* #rest })
            }
        };
        Some(quote! {
            /// Checks what the schema asks of the values; decoding does it by itself.
            ///
            /// # Errors
            /// The first thing that the schema does not allow.
            pub fn validate(&self) -> ::core::result::Result<(), ::sinew::Invalid> {
                #body
                ::core::result::Result::Ok(())
            }
        })
    }

    /// The pattern of a variant with constraints, and what they check.
    fn checks(&self, variant: &Variant) -> Option<(TokenStream, TokenStream)> {
        let name = names::variant(variant);
        let place = self.place(variant);
        match &variant.payload {
            Payload::Unit => None,
            Payload::Typed {
                ty, constraints, ..
            } => {
                let list = constraints::checks(&self.scope, &place, ty, constraints, quote!(value));
                (!list.is_empty()).then(|| (quote!(Self::#name(value)), list))
            }
            Payload::Struct(fields) => {
                let list = constraints::of_fields(&self.scope, &place, fields, &|field| {
                    let binding = binding(field);
                    quote!(#binding)
                });
                let bound = fields.iter().filter(|f| !f.constraints.is_empty());
                let bound = bound.map(|field| {
                    let (name, binding) = (names::field(field), binding(field));
                    quote!(#name: #binding)
                });
                (!list.is_empty()).then(|| (quote!(Self::#name { #(#bound,)* .. }), list))
            }
        }
    }

    fn place(&self, variant: &Variant) -> String {
        format!("{}.{}", self.decl.name, variant.name)
    }
}

/// `name: f1`
fn bound(field: &Field) -> TokenStream {
    let (name, binding) = (names::field(field), binding(field));
    quote!(#name: #binding)
}

/// What a field of a struct variant is bound to: a name that no schema can take.
fn binding(field: &Field) -> Ident {
    format_ident!("f{}", field.id)
}
