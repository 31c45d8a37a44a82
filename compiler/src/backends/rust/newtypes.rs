//! `newtype`: tuple structs with one field, private where constraints guard it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::scope::Scope;
use super::{attributes, constraints, enums, names};
use crate::schema::{Decl, DeclId, Newtype, Scalar, Type};

/// The items of a newtype.
pub(super) fn items(
    scope: &Scope<'_>,
    id: DeclId,
    decl: &Decl,
    kind: &Newtype,
) -> Vec<TokenStream> {
    let writer = Writer {
        scope,
        id,
        decl,
        kind,
        ident: names::type_of(decl),
        inner: scope.ty(&kind.ty),
    };
    let mut items = vec![writer.definition()];
    items.extend(match kind.constraints.is_empty() {
        true => writer.free_access(),
        false => writer.guarded_access(),
    });
    items.push(writer.inner_conversion());
    items.extend(writer.redacted_debug());
    items.extend(writer.display());
    items.extend(writer.transparent());
    items
}

struct Writer<'a> {
    scope: &'a Scope<'a>,
    id: DeclId,
    decl: &'a Decl,
    kind: &'a Newtype,
    ident: Ident,
    inner: TokenStream,
}

impl Writer<'_> {
    fn definition(&self) -> TokenStream {
        let Self { ident, inner, .. } = self;
        let facts = self.scope.facts.get(self.id);
        let sensitive = self.decl.annotations.sensitive;
        let mut names = attributes::of_composite(facts, !sensitive, true);
        if facts.copy {
            names.insert(1, "Copy");
        }
        if !facts.ord && matches!(self.kind.ty, Type::Scalar(_)) {
            names.push("PartialOrd");
        }
        let derives = attributes::derives(&names, &self.decl.annotations);
        let head = self.scope.item_head(self.decl);
        let public = self.kind.constraints.is_empty().then(|| quote!(pub));
        quote!(#head #derives pub struct #ident(#public #inner);)
    }

    fn free_access(&self) -> Vec<TokenStream> {
        let Self { ident, inner, .. } = self;
        vec![quote! {
            impl ::core::convert::From<#inner> for #ident {
                fn from(inner: #inner) -> Self {
                    Self(inner)
                }
            }
        }]
    }

    fn guarded_access(&self) -> Vec<TokenStream> {
        let Self { ident, inner, .. } = self;
        let checks = constraints::checks(
            self.scope,
            &self.decl.name,
            &self.kind.ty,
            &self.kind.constraints,
            quote!(&self.0),
        );
        let (argument, value) = match self.kind.ty {
            Type::Scalar(Scalar::String) => (
                quote!(impl ::core::convert::Into<::std::string::String>),
                quote!(::core::convert::Into::into(inner)),
            ),
            _ => (quote!(#inner), quote!(inner)),
        };
        let inherent = quote! {
            impl #ident {
                /// The value with this inside.
                ///
                /// # Errors
                /// When the schema does not allow it.
                pub fn new(inner: #argument) -> ::core::result::Result<Self, ::sinew::Invalid> {
                    let value = Self(#value);
                    value.validate()?;
                    ::core::result::Result::Ok(value)
                }

                /// What is inside.
                pub fn into_inner(self) -> #inner {
                    self.0
                }

                fn validate(&self) -> ::core::result::Result<(), ::sinew::Invalid> {
                    #checks
                    ::core::result::Result::Ok(())
                }
            }
        };
        let try_from = quote! {
            impl ::core::convert::TryFrom<#inner> for #ident {
                type Error = ::sinew::Invalid;

                fn try_from(inner: #inner) -> ::core::result::Result<Self, ::sinew::Invalid> {
                    Self::new(inner)
                }
            }
        };
        let (target, access) = match self.kind.ty {
            Type::Scalar(Scalar::String) => (quote!(str), quote!(self.0.as_str())),
            _ => (quote!(#inner), quote!(&self.0)),
        };
        let as_ref = quote! {
            impl ::core::convert::AsRef<#target> for #ident {
                fn as_ref(&self) -> &#target {
                    #access
                }
            }
        };
        vec![inherent, try_from, as_ref]
    }

    fn inner_conversion(&self) -> TokenStream {
        let Self { ident, inner, .. } = self;
        quote! {
            impl ::core::convert::From<#ident> for #inner {
                fn from(value: #ident) -> Self {
                    value.0
                }
            }
        }
    }

    fn redacted_debug(&self) -> Option<TokenStream> {
        if !self.decl.annotations.sensitive {
            return None;
        }
        let ident = &self.ident;
        let name = names::plain(ident);
        Some(quote! {
            impl ::core::fmt::Debug for #ident {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    f.debug_tuple(#name).field(&::sinew::codegen::Redacted).finish()
                }
            }
        })
    }

    fn display(&self) -> Option<TokenStream> {
        if !self.scope.facts.get(self.id).display {
            return None;
        }
        let ident = &self.ident;
        let shown = match self.decl.annotations.sensitive {
            true => quote!(::core::fmt::Display::fmt(&::sinew::codegen::Redacted, f)),
            false => quote!(::core::fmt::Display::fmt(&self.0, f)),
        };
        Some(quote! {
            impl ::core::fmt::Display for #ident {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    #shown
                }
            }
        })
    }

    fn transparent(&self) -> Vec<TokenStream> {
        let wrap = match self.kind.constraints.is_empty() {
            true => quote!(::core::result::Result::Ok(Self(inner))),
            false => quote!(Self::new(inner)),
        };
        let argument = Ident::new("inner", Span::call_site());
        enums::transparent(
            &self.ident,
            &self.inner,
            &quote!(&self.0),
            &argument,
            &wrap,
            self.scope.facts.get(self.id).fixed,
        )
    }
}
