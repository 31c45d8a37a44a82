//! `frozen struct`: `#[repr(C)]`, `Copy`, members of fixed width.

use proc_macro2::TokenStream;
use quote::quote;

use super::scope::Scope;
use super::{attributes, names};
use crate::schema::{Decl, DeclId, Frozen};

/// The items of a frozen struct.
pub(super) fn items(scope: &Scope<'_>, id: DeclId, decl: &Decl, kind: &Frozen) -> Vec<TokenStream> {
    vec![
        definition(scope, id, decl, kind),
        constructor(scope, decl, kind),
        impl_frozen(scope, decl, kind),
        impl_wire(scope, id, decl),
    ]
}

fn definition(scope: &Scope<'_>, id: DeclId, decl: &Decl, kind: &Frozen) -> TokenStream {
    let ident = names::type_of(decl);
    let head = scope.item_head(decl);
    let mut derived = attributes::of_composite(scope.facts.get(id), true, true);
    derived.insert(1, "Copy");
    let derives = attributes::derives(&derived, &decl.annotations);
    let members = kind.fields.iter().map(|field| {
        let head = scope.member_head(field.doc.as_deref(), &field.annotations);
        let (name, ty) = (names::frozen_field(field), scope.ty(&field.ty));
        quote!(#head pub #name: #ty)
    });
    quote!(#head #derives #[repr(C)] pub struct #ident { #(#members,)* })
}

fn constructor(scope: &Scope<'_>, decl: &Decl, kind: &Frozen) -> TokenStream {
    if kind.fields.is_empty() || kind.fields.len() > 7 {
        return TokenStream::new();
    }
    let ident = names::type_of(decl);
    let doc = super::docs::attributes("Takes all members.");
    let fields: Vec<_> = kind.fields.iter().map(names::frozen_field).collect();
    let types = kind.fields.iter().map(|field| scope.ty(&field.ty));
    quote! {
        impl #ident {
            #doc
            pub const fn new(#(#fields: #types),*) -> Self {
                Self { #(#fields,)* }
            }
        }
    }
}

fn impl_frozen(scope: &Scope<'_>, decl: &Decl, kind: &Frozen) -> TokenStream {
    let ident = names::type_of(decl);
    let fields: Vec<_> = kind.fields.iter().map(names::frozen_field).collect();
    let types = kind.fields.iter().map(|field| scope.ty(&field.ty));
    let places = kind
        .fields
        .iter()
        .map(|field| format!("{}.{}", decl.name, field.name));
    quote! {
        impl ::sinew::codegen::Frozen for #ident {
            const LAYOUT: ::sinew::codegen::Layout = ::sinew::codegen::Layout::Struct(&[
                #(<#types as ::sinew::codegen::Frozen>::LAYOUT,)*
            ]);
            #[inline(always)]
            fn store(&self, out: &mut ::sinew::codegen::FrozenWriter<'_>) {
                #(out.put(self.#fields);)*
            }
            #[inline(always)]
            fn load(input: &mut ::sinew::codegen::FrozenReader<'_>) -> ::sinew::codegen::Result<Self> {
                ::core::result::Result::Ok(Self { #(#fields: input.get(#places)?,)* })
            }
        }
    }
}

fn impl_wire(scope: &Scope<'_>, id: DeclId, decl: &Decl) -> TokenStream {
    let ident = names::type_of(decl);
    let min = super::values::literal(&scope.facts.get(id).min_bits.to_string());
    quote! {
        impl ::sinew::codegen::Wire for #ident {
            const MIN: u32 = #min;
            fn ty() -> ::sinew::codegen::Type {
                ::sinew::codegen::Type::frozen::<Self>()
            }
            fn put(&self, out: &mut ::sinew::codegen::Encoder) {
                out.frozen(self);
            }
            fn put_all(values: &[Self], out: &mut ::sinew::codegen::Encoder) {
                out.frozen_all(values);
            }
            fn get(input: &mut ::sinew::codegen::Decoder<'_>, _: u64) -> ::sinew::codegen::Result<Self> {
                input.frozen()
            }
            fn get_all(
                input: &mut ::sinew::codegen::Decoder<'_>,
                count: usize,
            ) -> ::sinew::codegen::Result<::std::vec::Vec<Self>> {
                input.frozen_all(count)
            }
            fn get_planned(
                input: &mut ::sinew::codegen::Decoder<'_>,
                _: &::sinew::codegen::Plan,
                _: u64,
            ) -> ::sinew::codegen::Result<Self> {
                input.frozen()
            }
        }
    }
}
