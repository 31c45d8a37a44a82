//! `exception`: a struct that is a `std::error::Error`.

use proc_macro2::TokenStream;
use quote::quote;

use super::names;
use super::record::Record;
use super::scope::Scope;
use crate::schema::{Decl, DeclId, Exception, Fault, MessagePart, Retry};

/// The items of an exception.
pub(super) fn items<'a>(
    scope: Scope<'a>,
    id: DeclId,
    decl: &'a Decl,
    kind: &'a Exception,
) -> Vec<TokenStream> {
    let record = Record::of(scope, id, decl, &kind.fields);
    let ident = &record.ident;
    let message = message(&scope, kind);
    let mut items = record.items();
    items.push(quote! {
        impl ::core::fmt::Display for #ident {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                #message
            }
        }
    });
    items.push(quote!(impl ::core::error::Error for #ident {}));
    items.push(classified(&record, kind));
    items
}

/// Writes the message: the template, or else name and fields.
fn message(scope: &Scope<'_>, kind: &Exception) -> TokenStream {
    let Some(parts) = &kind.message else {
        return quote!(::core::fmt::Debug::fmt(self, f));
    };
    let mut format = String::new();
    let mut arguments = Vec::new();
    for part in parts {
        match part {
            MessagePart::Text(text) => {
                format.push_str(&text.replace('{', "{{").replace('}', "}}"));
            }
            MessagePart::Field(position) => {
                let field = &kind.fields[*position as usize];
                let name = names::field(field);
                if field.annotations.sensitive {
                    format.push_str("{}");
                    arguments.push(quote!(::sinew::codegen::Redacted));
                    continue;
                }
                let has_display =
                    scope.facts.has_display(&field.ty) && field.annotations.rust.ty.is_none();
                format.push_str(if has_display { "{}" } else { "{:?}" });
                arguments.push(quote!(self.#name));
            }
        }
    }
    match arguments.is_empty() {
        true => {
            let text = format.replace("{{", "{").replace("}}", "}");
            quote!(f.write_str(#text))
        }
        false => quote!(::core::write!(f, #format, #(#arguments),*)),
    }
}

/// Whose fault it is and whether to try again.
fn classified(record: &Record<'_>, kind: &Exception) -> TokenStream {
    let ident = &record.ident;
    let fault = match kind.fault {
        Fault::Client => quote!(Client),
        Fault::Server => quote!(Server),
    };
    let retry = match kind.retry {
        Retry::Never => quote!(Never),
        Retry::Safe => quote!(Safe),
        Retry::Later => quote!(Later),
    };
    quote! {
        impl ::sinew::codegen::Exception for #ident {
            const FAULT: ::sinew::Fault = ::sinew::Fault::#fault;
            const RETRY: ::sinew::Retry = ::sinew::Retry::#retry;
        }
    }
}
