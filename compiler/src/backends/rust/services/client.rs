//! The client of a service.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::record::takes_into;
use super::super::{docs, names};
use super::{MethodWriter, Writer};
use crate::schema::Field;

/// The client and its methods.
pub(super) fn items(writer: &Writer<'_>) -> Vec<TokenStream> {
    let (service, client) = (names::type_of(writer.decl), names::client(writer.decl));
    let doc = docs::attributes(&format!("Calls a [`{service}`], here or elsewhere."));
    let methods = writer.all().map(|method| of_method(&method));
    let definition = quote! {
        #doc
        #[derive(Clone, Debug)]
        pub struct #client {
            channel: ::sinew::Channel,
        }
    };
    let inherent = quote! {
        impl #client {
            /// A client of `service`: a channel, or a server in this process.
            pub fn new(service: impl ::sinew::Service) -> Self {
                Self { channel: ::sinew::Channel::new(service) }
            }

            /// A client of the server at `address`.
            ///
            /// # Errors
            /// When the server cannot be reached.
            pub async fn connect(
                address: impl ::core::convert::Into<::std::string::String>,
            ) -> ::core::result::Result<Self, ::sinew::Status> {
                let channel = ::sinew::Channel::connect(address).await?;
                ::core::result::Result::Ok(Self { channel })
            }

            #(#methods)*
        }
    };
    vec![definition, inherent]
}

fn of_method(writer: &MethodWriter<'_>) -> TokenStream {
    let (head, name) = (writer.head(), writer.ident());
    let (request, method) = (writer.request(), writer.method_static());
    let (result, error) = (writer.result(), writer.error());
    let params: Vec<_> = writer.params().iter().map(names::field).collect();
    let types = writer
        .params()
        .iter()
        .map(|param| argument_ty(writer, param));
    let values = writer.params().iter().map(|param| {
        let name = names::field(param);
        match takes_into(param) {
            true => quote!(#name: ::core::convert::Into::into(#name)),
            false => quote!(#name),
        }
    });
    quote! {
        #head
        pub fn #name(&self #(, #params: #types)*) -> ::sinew::Unary<'_, #request, #result, #error> {
            ::sinew::Unary::new(&self.channel, &#method, #request { #(#values,)* })
        }
    }
}

fn argument_ty(writer: &MethodWriter<'_>, param: &Field) -> TokenStream {
    match takes_into(param) {
        true => quote!(impl ::core::convert::Into<::std::string::String>),
        false => writer.scope.field_ty(param),
    }
}
