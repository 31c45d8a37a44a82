//! The trait that servers implement.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::names;
use super::{MethodWriter, Writer};
use crate::schema::Throws;

/// The trait of a service.
pub(super) fn item(writer: &Writer<'_>) -> TokenStream {
    let head = writer.scope.item_head(writer.decl);
    let name = names::type_of(writer.decl);
    let bases = writer
        .service
        .bases
        .iter()
        .map(|base| writer.scope.path(base.decl()));
    let is_exhaustive = writer.decl.annotations.rust.exhaustive;
    let methods = writer.own().map(|method| of_method(&method, is_exhaustive));
    quote! {
        #head
        pub trait #name: #(#bases +)* ::core::marker::Send + ::core::marker::Sync + 'static {
            #(#methods)*
        }
    }
}

fn of_method(writer: &MethodWriter<'_>, is_exhaustive: bool) -> TokenStream {
    let (head, name) = (writer.head(), writer.ident());
    let (result, error) = (writer.result(), writer.error());
    let params: Vec<_> = writer.params().iter().map(names::field).collect();
    let types = writer
        .params()
        .iter()
        .map(|param| writer.scope.field_ty(param));
    let cx = names::free("cx", &params);
    let body = match is_exhaustive {
        true => quote!(;),
        false => {
            let method = writer.method_static();
            let unimplemented = quote!(::sinew::codegen::unimplemented(&#method));
            let unimplemented = match writer.method.throws {
                Throws::Nothing => unimplemented,
                Throws::Union(_) | Throws::List(_) => quote!(#error::Status(#unimplemented)),
            };
            let unused = match params.is_empty() {
                true => quote!(#cx),
                false => quote!((#cx, #(#params),*)),
            };
            quote!({
                let _ = #unused;
                async { ::core::result::Result::Err(#unimplemented) }
            })
        }
    };
    quote! {
        #head
        fn #name(&self, #cx: ::sinew::Ctx #(, #params: #types)*)
            -> impl ::core::future::Future<Output = ::core::result::Result<#result, #error>>
                + ::core::marker::Send
        #body
    }
}
