//! The server of a service: takes calls, decodes them, runs the implementation.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::super::{docs, names};
use super::{MethodWriter, Writer};

/// The server and what makes it a service of the runtime.
pub(super) fn items(writer: &Writer<'_>) -> Vec<TokenStream> {
    vec![
        definition(writer),
        clone(writer),
        inherent(writer),
        named_service(writer),
        service(writer),
    ]
}

fn definition(writer: &Writer<'_>) -> TokenStream {
    let (service, server) = (names::type_of(writer.decl), names::server(writer.decl));
    let doc = docs::attributes(&format!("Serves a [`{service}`]."));
    quote! {
        #doc
        #[derive(Debug)]
        pub struct #server<S> {
            service: ::std::sync::Arc<S>,
        }
    }
}

fn clone(writer: &Writer<'_>) -> TokenStream {
    let server = names::server(writer.decl);
    quote! {
        impl<S> ::core::clone::Clone for #server<S> {
            fn clone(&self) -> Self {
                Self::from_arc(::core::clone::Clone::clone(&self.service))
            }
        }
    }
}

fn inherent(writer: &Writer<'_>) -> TokenStream {
    let server = names::server(writer.decl);
    quote! {
        impl<S> #server<S> {
            /// A server of `service`.
            pub fn new(service: S) -> Self {
                Self::from_arc(::std::sync::Arc::new(service))
            }

            /// A server of a service that others use as well.
            pub fn from_arc(service: ::std::sync::Arc<S>) -> Self {
                Self { service }
            }
        }
    }
}

fn named_service(writer: &Writer<'_>) -> TokenStream {
    let (head, server, param) = bounded(writer);
    let names = wire_names(writer);
    let methods = writer.all().map(|method| method.method_static());
    quote! {
        impl #head ::sinew::codegen::NamedService for #server<#param> {
            const NAMES: &'static [&'static str] = &[#(#names),*];
            const METHODS: &'static [&'static ::sinew::codegen::Method] = &[#(&#methods,)*];
        }
    }
}

fn service(writer: &Writer<'_>) -> TokenStream {
    let (head, server, param) = bounded(writer);
    let arms = writer
        .all()
        .enumerate()
        .map(|(index, method)| arm(index, &method, &param));
    let unknown = quote!(::core::result::Result::Err(
        ::sinew::codegen::no_such_method(&call)
    ));
    let body = match writer.all().next().is_some() {
        true => quote! {
            match call.index::<Self>() {
                #(#arms)*
                _ => #unknown,
            }
        },
        false => unknown,
    };
    quote! {
        impl #head ::sinew::Service for #server<#param> {
            async fn call(
                &self,
                call: ::sinew::Call,
            ) -> ::core::result::Result<::sinew::Reply, ::sinew::Status> {
                #body
            }
        }
    }
}

fn arm(index: usize, writer: &MethodWriter<'_>, implementation: &Ident) -> TokenStream {
    let index = Literal::usize_unsuffixed(index);
    let (request, method) = (writer.request(), writer.method_static());
    let service = writer
        .scope
        .path_to(writer.owner, &names::type_of(writer.owner));
    let name = writer.ident();
    let params: Vec<_> = writer.params().iter().map(names::field).collect();
    let bound = match params.is_empty() {
        true => quote!(_),
        false => quote!(request),
    };
    quote! {
        ::core::option::Option::Some(#index) => {
            let (cx, #bound) = call.decode::<#request>(&#method)?;
            let answer = <#implementation as #service>::#name(&self.service, cx #(, request.#params)*);
            ::sinew::codegen::reply(&#method, answer.await)
        }
    }
}

/// `<S: Greeter>`, the server, `S`.
fn bounded(writer: &Writer<'_>) -> (TokenStream, Ident, Ident) {
    let service = names::type_of(writer.decl);
    let mut taken = vec![service.clone()];
    taken.extend(
        writer
            .methods
            .iter()
            .map(|(owner, _)| names::type_of(writer.scope.schema.decl(owner.decl()))),
    );
    let param = names::free("S", &taken);
    (
        quote!(<#param: #service>),
        names::server(writer.decl),
        param,
    )
}

/// The wire name of the service, then those of its bases.
fn wire_names(writer: &Writer<'_>) -> Vec<String> {
    let mut names = vec![writer.service.wire_name.clone()];
    let mut open: Vec<_> = writer.service.bases.iter().rev().copied().collect();
    while let Some(id) = open.pop() {
        let base = writer.scope.schema.service(id);
        if !names.contains(&base.wire_name) {
            names.push(base.wire_name.clone());
            open.extend(base.bases.iter().rev());
        }
    }
    names
}
