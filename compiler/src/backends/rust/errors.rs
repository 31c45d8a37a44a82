//! Error enums: one for each method with a `throws` list, one for each union that `throws` names.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::scope::Scope;
use super::{docs, names, wire};
use crate::schema::{Decl, Field, Method, Payload, Type, Union};

/// The items of a union that some `throws` names.
pub(super) fn of_union(scope: Scope<'_>, decl: &Decl, kind: &Union) -> Vec<TokenStream> {
    let thrown = kind
        .variants
        .iter()
        .filter_map(|variant| match &variant.payload {
            Payload::Typed { ty, .. } => Some(Thrown {
                id: variant.id,
                name: &variant.name,
                ident: names::variant(variant),
                ty,
                head: scope.member_head(variant.doc.as_deref(), &variant.annotations),
            }),
            Payload::Unit | Payload::Struct(_) => None,
        });
    ErrorEnum {
        scope,
        full_name: scope.full_name(decl),
        place: decl.name.clone(),
        ident: names::type_of(decl),
        head: scope.item_head(decl),
        thrown: thrown.collect(),
    }
    .items()
}

/// The items of the error enum of a method; `service` is the wire name of its service.
pub(super) fn of_method(
    scope: Scope<'_>,
    service: &str,
    method: &Method,
    list: &[Field],
) -> Vec<TokenStream> {
    let ident = names::error(method);
    let thrown = list.iter().map(|field| Thrown {
        id: field.id,
        name: &field.name,
        ident: names::thrown(field),
        ty: &field.ty,
        head: scope.field_head(field),
    });
    ErrorEnum {
        scope,
        full_name: format!("{service}.{}.throws", method.name),
        place: ident.to_string(),
        ident,
        head: docs::attributes(&format!("Why `{}` failed.", names::method(method))),
        thrown: thrown.collect(),
    }
    .items()
}

struct ErrorEnum<'a> {
    scope: Scope<'a>,
    full_name: String,
    place: String,
    ident: Ident,
    head: TokenStream,
    thrown: Vec<Thrown<'a>>,
}

/// One exception of an error enum.
struct Thrown<'a> {
    id: u16,
    name: &'a str,
    ident: Ident,
    ty: &'a Type,
    head: TokenStream,
}

impl ErrorEnum<'_> {
    fn items(mut self) -> Vec<TokenStream> {
        let definition = self.definition();
        self.thrown.sort_by_key(|thrown| thrown.id);
        let mut items = vec![definition, self.display(), self.error()];
        items.extend(self.conversions());
        items.extend([
            self.method_error(),
            self.impl_union(),
            self.impl_wire(),
            wire::message(&TokenStream::new(), &{
                let ident = &self.ident;
                quote!(#ident)
            }),
        ]);
        items
    }

    fn definition(&self) -> TokenStream {
        let Self { ident, head, .. } = self;
        let thrown = self.thrown.iter().map(|thrown| {
            let Thrown { ident, head, .. } = thrown;
            let ty = self.scope.ty(thrown.ty);
            quote!(#head #ident(#ty))
        });
        quote! {
            #head
            #[derive(Clone, Debug)]
            #[non_exhaustive]
            pub enum #ident {
                #(#thrown,)*
                /// An error that the schema of this program does not have.
                Unrecognized(::sinew::UnknownVariant),
                /// The call itself failed.
                Status(::sinew::Status),
            }
        }
    }

    fn display(&self) -> TokenStream {
        let ident = &self.ident;
        let variants = self.thrown.iter().map(|thrown| &thrown.ident);
        quote! {
            impl ::core::fmt::Display for #ident {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    match self {
                        #(Self::#variants(error) => ::core::fmt::Display::fmt(error, f),)*
                        Self::Unrecognized(unknown) => ::core::fmt::Display::fmt(unknown, f),
                        Self::Status(status) => ::core::fmt::Display::fmt(status, f),
                    }
                }
            }
        }
    }

    fn error(&self) -> TokenStream {
        let ident = &self.ident;
        quote! {
            impl ::core::error::Error for #ident {
                fn source(&self) -> ::core::option::Option<&(dyn ::core::error::Error + 'static)> {
                    match self {
                        Self::Status(status) => ::core::error::Error::source(status),
                        _ => ::core::option::Option::None,
                    }
                }
            }
        }
    }

    /// `From` for `Status` and for each exception that only one variant carries.
    fn conversions(&self) -> Vec<TokenStream> {
        let ident = &self.ident;
        let is_unique = |thrown: &&Thrown<'_>| {
            self.thrown
                .iter()
                .filter(|other| other.ty == thrown.ty)
                .count()
                == 1
        };
        let mut items: Vec<TokenStream> = self
            .thrown
            .iter()
            .filter(is_unique)
            .map(|thrown| {
                let (ty, variant) = (self.scope.ty(thrown.ty), &thrown.ident);
                quote! {
                    impl ::core::convert::From<#ty> for #ident {
                        fn from(error: #ty) -> Self {
                            Self::#variant(error)
                        }
                    }
                }
            })
            .collect();
        items.push(quote! {
            impl ::core::convert::From<::sinew::Status> for #ident {
                fn from(status: ::sinew::Status) -> Self {
                    Self::Status(status)
                }
            }
        });
        items
    }

    fn method_error(&self) -> TokenStream {
        let ident = &self.ident;
        quote! {
            impl ::sinew::codegen::MethodError for #ident {
                fn into_status(self) -> ::core::result::Result<::sinew::Status, Self> {
                    match self {
                        Self::Status(status) => ::core::result::Result::Ok(status),
                        declared => ::core::result::Result::Err(declared),
                    }
                }
            }
        }
    }

    fn impl_union(&self) -> TokenStream {
        let Self {
            ident, full_name, ..
        } = self;
        let variants = self.thrown.iter().map(|thrown| {
            let (id, name) = (Literal::u16_unsuffixed(thrown.id), thrown.name);
            let ty = self.scope.ty(thrown.ty);
            quote!(::sinew::codegen::Variant::new::<#ty>(#id, #name))
        });
        quote! {
            impl ::sinew::codegen::Union for #ident {
                const NAME: &'static str = #full_name;
                const VARIANTS: &'static [::sinew::codegen::Variant] = &[#(#variants,)*];
            }
        }
    }

    fn impl_wire(&self) -> TokenStream {
        let ident = &self.ident;
        let puts = self.thrown.iter().map(|thrown| {
            let (id, name) = (Literal::u16_unsuffixed(thrown.id), &thrown.ident);
            quote!(Self::#name(error) => out.variant::<Self, _>(#id, error),)
        });
        let put = quote! {
            match self {
                #(#puts)*
                Self::Unrecognized(unknown) => out.unrecognized(unknown),
                Self::Status(_) => out.refuse("a status is not a value"),
            }
        };
        let gets = self.thrown.iter().map(|thrown| {
            let (id, name) = (Literal::u16_unsuffixed(thrown.id), &thrown.ident);
            let place = format!("{}.{}", self.place, thrown.name);
            quote!(#id => variant.get(input, #place).map(Self::#name),)
        });
        let get = quote! {
            let variant = input.variant::<Self>(plan)?;
            match variant.id() {
                #(#gets)*
                _ => variant.unrecognized(input).map(Self::Unrecognized),
            }
        };
        wire::union_wire(&TokenStream::new(), &quote!(#ident), &put, &get)
    }
}
