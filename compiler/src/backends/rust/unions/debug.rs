//! `Debug` of unions with something sensitive inside.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::names;
use super::{Writer, binding, bound};
use crate::schema::{Payload, Variant};

impl Writer<'_> {
    /// Whether something of it must not be seen.
    pub(super) fn is_redacted(&self) -> bool {
        let is_sensitive = |variant: &Variant| {
            variant.annotations.sensitive
                || match &variant.payload {
                    Payload::Unit | Payload::Typed { .. } => false,
                    Payload::Struct(fields) => fields.iter().any(|f| f.annotations.sensitive),
                }
        };
        self.decl.annotations.sensitive || self.kind.variants.iter().any(is_sensitive)
    }

    /// `Debug` that shows only what may be seen.
    pub(super) fn redacted_debug(&self) -> Option<TokenStream> {
        if !self.is_redacted() {
            return None;
        }
        let arms = self.variants.iter().map(|variant| self.debug_arm(variant));
        let unrecognized = (!self.kind.closed).then(|| {
            quote! {
                Self::Unrecognized(unknown) => {
                    f.debug_tuple("Unrecognized").field(unknown).finish()
                }
            }
        });
        let params = self.scope.generics(&quote!(::core::fmt::Debug));
        let self_ty = self.self_ty();
        Some(quote! {
            impl #params ::core::fmt::Debug for #self_ty {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    match self { #(#arms)* #unrecognized }
                }
            }
        })
    }

    fn debug_arm(&self, variant: &Variant) -> TokenStream {
        let name = names::variant(variant);
        let text = names::plain(&name);
        let hides = self.decl.annotations.sensitive || variant.annotations.sensitive;
        let hidden = quote!(&::sinew::codegen::Redacted);
        match &variant.payload {
            Payload::Unit => quote!(Self::#name => f.write_str(#text),),
            Payload::Typed { .. } if hides => {
                quote!(Self::#name(_) => f.debug_tuple(#text).field(#hidden).finish(),)
            }
            Payload::Typed { .. } => {
                quote!(Self::#name(value) => f.debug_tuple(#text).field(value).finish(),)
            }
            Payload::Struct(_) if hides => {
                quote!(Self::#name { .. } => f.debug_struct(#text).finish_non_exhaustive(),)
            }
            Payload::Struct(fields) => {
                let shown = fields
                    .iter()
                    .filter(|f| !f.annotations.sensitive)
                    .map(bound);
                let parts = fields.iter().map(|field| {
                    let text = names::plain(&names::field(field));
                    let binding = binding(field);
                    match field.annotations.sensitive {
                        true => quote!(.field(#text, #hidden)),
                        false => quote!(.field(#text, #binding)),
                    }
                });
                quote! {
                    Self::#name { #(#shown,)* .. } => f.debug_struct(#text)#(#parts)*.finish(),
                }
            }
        }
    }
}
