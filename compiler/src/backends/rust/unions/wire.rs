//! How unions are encoded and decoded.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::super::{names, wire};
use super::{Writer, binding, bound};
use crate::schema::{Payload, Variant};

impl Writer<'_> {
    /// The description of the union.
    pub(super) fn impl_union(&self) -> TokenStream {
        let name = self.scope.full_name(self.decl);
        let params = self.scope.generics(&wire::wire_bound());
        let self_ty = self.self_ty();
        let variants = self.variants.iter().map(|variant| {
            let (id, name) = (Literal::u16_unsuffixed(variant.id), &variant.name);
            match &variant.payload {
                Payload::Unit => quote!(::sinew::codegen::Variant::unit(#id, #name)),
                Payload::Typed { ty, .. } => {
                    let ty = self.scope.ty(ty);
                    quote!(::sinew::codegen::Variant::new::<#ty>(#id, #name))
                }
                Payload::Struct(fields) => {
                    let fields = self.scope.field_list(fields);
                    quote!(::sinew::codegen::Variant::record(#id, #name, &[#fields]))
                }
            }
        });
        quote! {
            impl #params ::sinew::codegen::Union for #self_ty {
                const NAME: &'static str = #name;
                const VARIANTS: &'static [::sinew::codegen::Variant] = &[#(#variants,)*];
            }
        }
    }

    /// The encoder and the decoder.
    pub(super) fn impl_wire(&self) -> TokenStream {
        let params = self.scope.generics(&wire::wire_bound());
        let puts = self.variants.iter().map(|variant| self.put_arm(variant));
        let gets = self.variants.iter().map(|variant| self.get_arm(variant));
        let (put_unknown, get_unknown) = match self.kind.closed {
            true => {
                let name = self.scope.full_name(self.decl);
                let unknown = quote!(::core::result::Result::Err(variant.unknown(input, #name)));
                (TokenStream::new(), unknown)
            }
            false => (
                quote!(Self::Unrecognized(unknown) => out.unrecognized(unknown),),
                quote!(variant.unrecognized(input).map(Self::Unrecognized)),
            ),
        };
        let put = quote!(match self { #(#puts)* #put_unknown });
        let found = match self.variants.is_empty() {
            true => get_unknown,
            false => quote!(match variant.id() { #(#gets)* _ => #get_unknown, }),
        };
        let get = match self.validate().is_some() {
            true => quote!(let value = #found?; input.validated(value, Self::validate)),
            false => found,
        };
        let get = quote!(let variant = input.variant::<Self>(plan)?; #get);
        let (put, get) = match self.facts.recursive {
            true => (
                quote!(out.nested(|out| #put)),
                quote!(input.nested(|input| { #get })),
            ),
            false => (put, get),
        };
        wire::union_wire(&params, &self.self_ty(), &put, &get)
    }

    fn put_arm(&self, variant: &Variant) -> TokenStream {
        let (name, id) = (names::variant(variant), Literal::u16_unsuffixed(variant.id));
        match &variant.payload {
            Payload::Unit => quote!(Self::#name => out.unit::<Self>(#id),),
            Payload::Typed { .. } => {
                quote!(Self::#name(value) => out.variant::<Self, _>(#id, value),)
            }
            Payload::Struct(fields) => {
                let bound = fields.iter().map(bound);
                let put = self.scope.put_fields(fields, &|field| {
                    let binding = binding(field);
                    quote!(#binding)
                });
                quote! {
                    Self::#name { #(#bound,)* } => out.variant_with::<Self>(#id, |out| { #put }),
                }
            }
        }
    }

    fn get_arm(&self, variant: &Variant) -> TokenStream {
        let (name, id) = (names::variant(variant), Literal::u16_unsuffixed(variant.id));
        let place = self.place(variant);
        match &variant.payload {
            Payload::Unit => quote!(#id => variant.unit(input).map(|()| Self::#name),),
            Payload::Typed { .. } => quote!(#id => variant.get(input, #place).map(Self::#name),),
            Payload::Struct(fields) => {
                let ok = quote!(::core::result::Result::Ok(value));
                let planned = self.scope.planned(fields, &place, quote!(Self::#name), ok);
                let (header, same) = self.scope.same_fields(fields, &place);
                quote! {
                    #id => variant.record(
                        input,
                        #place,
                        |input| { #header ::core::result::Result::Ok(Self::#name #same) },
                        |input, plan| { #planned },
                    ),
                }
            }
        }
    }
}
