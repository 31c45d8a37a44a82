//! What constraints check at run time: calls of the runtime, one for each rule.

use proc_macro2::{Literal, TokenStream, TokenTree};
use quote::quote;

use super::scope::Scope;
use super::{names, values};
use crate::schema::{Constraint, DeclKind, Field, Scalar, Type};

/// `validate` of a struct with these fields; nothing if they have no constraints.
pub(super) fn validate(scope: &Scope<'_>, place: &str, fields: &[Field]) -> Option<TokenStream> {
    let checks = of_fields(scope, place, fields, &|field| {
        let name = names::field(field);
        quote!(&self.#name)
    });
    if checks.is_empty() {
        return None;
    }
    Some(quote! {
        /// Checks what the schema asks of the fields; decoding does it by itself.
        ///
        /// # Errors
        /// The first thing that the schema does not allow.
        pub fn validate(&self) -> ::core::result::Result<(), ::sinew::Invalid> {
            #checks
            ::core::result::Result::Ok(())
        }
    })
}

/// The checks of all fields; `by_name` gives a reference to a field.
pub(super) fn of_fields(
    scope: &Scope<'_>,
    place: &str,
    fields: &[Field],
    by_name: &dyn Fn(&Field) -> TokenStream,
) -> TokenStream {
    let checks = fields
        .iter()
        .filter(|f| !f.constraints.is_empty())
        .map(|field| {
            let place = format!("{place}.{}", field.name);
            checks(scope, &place, &field.ty, &field.constraints, by_name(field))
        });
    quote!(#(#checks)*)
}

/// The checks of one value, from a reference to it.
pub(super) fn checks(
    scope: &Scope<'_>,
    place: &str,
    ty: &Type,
    constraints: &[Constraint],
    reference: TokenStream,
) -> TokenStream {
    if constraints.is_empty() {
        return TokenStream::new();
    }
    match ty {
        Type::Optional(inner) => {
            let inner = checks(scope, place, inner, constraints, quote!(value));
            quote!(if let ::core::option::Option::Some(value) = #reference { #inner })
        }
        Type::Named(id, _) => match &scope.schema.decl(*id).kind {
            DeclKind::Newtype(newtype) => {
                let inner = checks(scope, place, &newtype.ty, constraints, quote!(value));
                let ty = scope.ty(&newtype.ty);
                quote!({
                    let inner = ::sinew::codegen::Transparent::inner(#reference);
                    let value: &#ty = ::core::borrow::Borrow::borrow(&inner);
                    #inner
                })
            }
            _ => each_constraint(scope, place, ty, constraints, &reference),
        },
        Type::Scalar(_)
        | Type::List(_)
        | Type::Set(_)
        | Type::Map(..)
        | Type::Array(..)
        | Type::Param(_) => each_constraint(scope, place, ty, constraints, &reference),
    }
}

fn each_constraint(
    scope: &Scope<'_>,
    place: &str,
    ty: &Type,
    constraints: &[Constraint],
    reference: &TokenStream,
) -> TokenStream {
    let checks = constraints.iter().map(|constraint| match constraint {
        Constraint::Len { min, max } => length(place, ty, *min, *max, reference),
        Constraint::Range {
            min,
            max,
            inclusive,
        } => {
            let least = min.as_ref().map(|min| {
                let min = scope.value(ty, min);
                quote!(::sinew::codegen::check::at_least(#place, #reference, &#min)?;)
            });
            let most = max.as_ref().map(|max| {
                let max = scope.value(ty, max);
                match inclusive {
                    true => quote!(::sinew::codegen::check::at_most(#place, #reference, &#max)?;),
                    false => quote!(::sinew::codegen::check::below(#place, #reference, &#max)?;),
                }
            });
            quote!(#least #most)
        }
        Constraint::Pattern(pattern) => {
            quote!(::sinew::codegen::check_pattern!(#place, #pattern, #reference);)
        }
        Constraint::Unique => quote!(::sinew::codegen::check::unique(#place, #reference)?;),
        Constraint::Each(inner) => {
            let (element, items) = match ty {
                Type::Map(_, value) => {
                    let map = behind(reference);
                    (&**value, quote!(#map.values()))
                }
                Type::List(element) | Type::Set(element) | Type::Array(element, _) => {
                    (&**element, reference.clone())
                }
                _ => (ty, reference.clone()),
            };
            let checks = checks(scope, place, element, inner, quote!(value));
            quote!(for value in #items { #checks })
        }
    });
    quote!(#(#checks)*)
}

fn length(
    place: &str,
    ty: &Type,
    min: u64,
    max: Option<u64>,
    reference: &TokenStream,
) -> TokenStream {
    let min = Literal::u64_unsuffixed(min);
    let max = match max {
        Some(max) => values::literal(&max.to_string()),
        None => quote!(u64::MAX),
    };
    match ty {
        Type::Scalar(Scalar::String) => {
            quote!(::sinew::codegen::check::chars(#place, #reference, #min, #max)?;)
        }
        _ => {
            let counted = behind(reference);
            quote!(::sinew::codegen::check::count(#place, #counted.len(), #min, #max)?;)
        }
    }
}

/// What a method is called on: `self.lines` for `&self.lines`.
fn behind(reference: &TokenStream) -> TokenStream {
    let mut tokens = reference.clone().into_iter().peekable();
    tokens.next_if(|token| matches!(token, TokenTree::Punct(p) if p.as_char() == '&'));
    tokens.collect()
}
