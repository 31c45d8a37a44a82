//! The module of a service: requests, error enums and descriptions of its methods.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::super::print::Item;
use super::super::record::Record;
use super::super::{docs, errors, names};
use super::{MethodWriter, Writer};
use crate::schema::Throws;

/// The module; none if there is nothing for it.
pub(super) fn module(writer: &Writer<'_>) -> Option<Item> {
    let items: Vec<Item> = writer
        .own()
        .flat_map(|method| of_method(writer, &method))
        .map(Item::Tokens)
        .collect();
    if items.is_empty() {
        return None;
    }
    let name = names::type_of(writer.decl);
    let head = docs::attributes(&format!("What belongs to single methods of [`{name}`]."));
    Some(Item::Module(
        head,
        names::service_module(writer.decl),
        items,
    ))
}

fn of_method(writer: &Writer<'_>, method: &MethodWriter<'_>) -> Vec<TokenStream> {
    let scope = writer.scope.in_service();
    let inside = MethodWriter {
        scope: &scope,
        ..*method
    };
    let wire_name = &writer.service.wire_name;
    let mut items = request(writer, &inside);
    if let Throws::List(list) = &method.method.throws {
        items.extend(errors::of_method(scope, wire_name, method.method, list));
    }
    items.push(description(wire_name, &inside));
    items
}

/// The struct with the parameters.
fn request(writer: &Writer<'_>, method: &MethodWriter<'_>) -> Vec<TokenStream> {
    let scope = *method.scope;
    Record {
        scope,
        ident: names::request(method.method),
        full_name: format!("{}.{}", writer.service.wire_name, method.method.name),
        place: format!("{}.{}", writer.decl.name, method.method.name),
        fields: &method.method.params,
        annotations: &method.method.annotations,
        head: docs::attributes(&format!("The parameters of `{}`.", method.ident())),
        facts: scope.facts.of_fields(&method.method.params),
    }
    .parameters()
}

/// The static that clients, servers and middleware know the method by.
fn description(wire_name: &str, writer: &MethodWriter<'_>) -> TokenStream {
    let method = writer.method;
    let doc = docs::attributes(&format!("Describes `{}`.", writer.ident()));
    let name = names::method_static(method);
    let (request, result) = (names::request(method), writer.result());
    let error = match &method.throws {
        Throws::List(_) => {
            let error = names::error(method);
            quote!(#error)
        }
        Throws::Nothing | Throws::Union(_) => writer.error(),
    };
    let method_name = &method.wire_name;
    let readonly = method.readonly.then(|| quote!(.readonly()));
    let idempotent = method.idempotent.then(|| quote!(.idempotent()));
    let oneway = method.oneway.then(|| quote!(.oneway()));
    let sensitive = method.annotations.sensitive.then(|| quote!(.sensitive()));
    let timeout = method
        .timeout
        .and_then(|nanos| u64::try_from(nanos).ok())
        .map(|nanos| {
            let nanos = Literal::u64_unsuffixed(nanos);
            quote!(.timeout(#nanos))
        });
    quote! {
        #doc
        pub static #name: ::sinew::codegen::Method =
            ::sinew::codegen::Method::unary::<#request, #result, #error>(#wire_name, #method_name)
                #readonly #idempotent #oneway #timeout #sensitive;
    }
}
