//! The order of unions: by id, then by what the variant carries, as on the wire.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::super::names;
use super::Writer;
use crate::schema::{Field, Payload, Variant, by_id};

impl Writer<'_> {
    /// Whether the derived order would not be that of the wire.
    pub(super) fn orders_by_hand(&self) -> bool {
        let is_in_order = |fields: &[Field]| fields.is_sorted_by_key(|field| field.id);
        self.facts.ord
            && (!self.kind.closed
                || !self.kind.variants.is_sorted_by_key(|variant| variant.id)
                || self.variants.iter().any(|variant| match &variant.payload {
                    Payload::Unit | Payload::Typed { .. } => false,
                    Payload::Struct(fields) => !is_in_order(fields),
                }))
    }

    /// The number of the variant, for the order.
    pub(super) fn number(&self) -> Option<TokenStream> {
        if !self.orders_by_hand() {
            return None;
        }
        let arms = self.variants.iter().map(|variant| {
            let name = names::variant(variant);
            let id = Literal::u16_unsuffixed(variant.id);
            quote!(Self::#name { .. } => #id,)
        });
        let unrecognized =
            (!self.kind.closed).then(|| quote!(Self::Unrecognized(unknown) => unknown.id(),));
        Some(quote! {
            pub(super) fn number(&self) -> u16 {
                match self { #(#arms)* #unrecognized }
            }
        })
    }

    /// The order, written by hand.
    pub(super) fn order(&self) -> Vec<TokenStream> {
        if !self.orders_by_hand() {
            return Vec::new();
        }
        let params = self.scope.generics(&quote!(::core::cmp::Ord));
        let self_ty = self.self_ty();
        let arms = self
            .variants
            .iter()
            .filter_map(|variant| order_arm(variant));
        let unrecognized = (!self.kind.closed).then(|| {
            quote!((Self::Unrecognized(a), Self::Unrecognized(b)) => ::core::cmp::Ord::cmp(a, b),)
        });
        let partial = quote! {
            impl #params ::core::cmp::PartialOrd for #self_ty {
                fn partial_cmp(&self, other: &Self) -> ::core::option::Option<::core::cmp::Ordering> {
                    ::core::option::Option::Some(::core::cmp::Ord::cmp(self, other))
                }
            }
        };
        let total = quote! {
            impl #params ::core::cmp::Ord for #self_ty {
                fn cmp(&self, other: &Self) -> ::core::cmp::Ordering {
                    match (self, other) {
                        #(#arms)*
                        #unrecognized
                        _ => ::core::cmp::Ord::cmp(&self.number(), &other.number()),
                    }
                }
            }
        };
        vec![partial, total]
    }
}

/// The comparison of two values of one variant; none where they are always equal.
fn order_arm(variant: &Variant) -> Option<TokenStream> {
    let name = names::variant(variant);
    match &variant.payload {
        Payload::Unit => None,
        Payload::Typed { .. } => {
            Some(quote!((Self::#name(a), Self::#name(b)) => ::core::cmp::Ord::cmp(a, b),))
        }
        Payload::Struct(fields) => {
            let sides = ["a", "b"].map(|side| {
                fields.iter().map(move |field| {
                    let (name, binding) =
                        (names::field(field), format_ident!("{side}{}", field.id));
                    quote!(#name: #binding)
                })
            });
            let [left, right] = sides;
            let mut compared = by_id(fields).into_iter().map(|field| {
                let (a, b) = (
                    format_ident!("a{}", field.id),
                    format_ident!("b{}", field.id),
                );
                quote!(::core::cmp::Ord::cmp(#a, #b))
            });
            let first = compared.next()?;
            Some(quote! {
                (Self::#name { #(#left,)* }, Self::#name { #(#right,)* }) => {
                    #first #(.then_with(|| #compared))*
                }
            })
        }
    }
}
