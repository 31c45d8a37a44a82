//! `flags`: newtypes of an unsigned integer with a constant for each flag.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

use super::scope::Scope;
use super::{attributes, enums, names, types, values};
use crate::schema::{Decl, Enum};

/// The items of flags.
pub(super) fn items(scope: &Scope<'_>, decl: &Decl, kind: &Enum) -> Vec<TokenStream> {
    let ident = names::type_of(decl);
    let base = types::scalar(kind.base);
    let mut items = vec![
        definition(scope, decl, &ident, &base),
        inherent(scope, kind, &ident, &base),
        debug(kind, &ident),
    ];
    items.extend(operators(&ident));
    items.extend(transparent(scope, decl, kind, &ident, &base));
    items
}

fn definition(scope: &Scope<'_>, decl: &Decl, ident: &Ident, base: &TokenStream) -> TokenStream {
    let head = scope.item_head(decl);
    let derives = attributes::derives(
        &[
            "Clone",
            "Copy",
            "Default",
            "PartialEq",
            "Eq",
            "Hash",
            "PartialOrd",
            "Ord",
        ],
        &decl.annotations,
    );
    quote!(#head #derives pub struct #ident(#base);)
}

fn inherent(scope: &Scope<'_>, kind: &Enum, ident: &Ident, base: &TokenStream) -> TokenStream {
    let flags = kind.values.iter().map(|flag| {
        let head = scope.member_head(flag.doc.as_deref(), &flag.annotations);
        let name = names::associated(flag);
        let number = values::literal(&(flag.number as u128).to_string());
        quote!(#head pub const #name: Self = Self(#number);)
    });
    let from_bits = match kind.closed {
        true => {
            let known = known(kind);
            quote! {
                /// The flags with these bits; `None` if one of them has no name.
                pub const fn from_bits(bits: #base) -> ::core::option::Option<Self> {
                    match bits & !#known {
                        0 => ::core::option::Option::Some(Self(bits)),
                        _ => ::core::option::Option::None,
                    }
                }
            }
        }
        false => quote! {
            /// The flags with these bits; bits without a name are kept.
            pub const fn from_bits(bits: #base) -> Self {
                Self(bits)
            }
        },
    };
    quote! {
        impl #ident {
            #(#flags)*

            /// No flags.
            pub const fn empty() -> Self {
                Self(0)
            }

            #from_bits

            /// The bits of the flags.
            pub const fn bits(self) -> #base {
                self.0
            }

            /// Whether all flags of `other` are set.
            pub const fn contains(self, other: Self) -> bool {
                self.0 & other.0 == other.0
            }

            /// The flags of both.
            pub const fn union(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }

            /// These flags without those of `other`.
            pub const fn without(self, other: Self) -> Self {
                Self(self.0 & !other.0)
            }
        }
    }
}

/// `Debug` with the names of the flags.
fn debug(kind: &Enum, ident: &Ident) -> TokenStream {
    let name = names::plain(ident);
    let flags = kind.values.iter().map(|flag| {
        let (name, number) = (names::plain(&names::associated(flag)), flag.number as u128);
        let number = Literal::u128_unsuffixed(number);
        quote!((#name, #number))
    });
    quote! {
        impl ::core::fmt::Debug for #ident {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::sinew::codegen::debug_flags(f, #name, ::core::convert::Into::into(self.0), &[#(#flags),*])
            }
        }
    }
}

fn operators(ident: &Ident) -> Vec<TokenStream> {
    let or = quote! {
        impl ::core::ops::BitOr for #ident {
            type Output = Self;

            fn bitor(self, other: Self) -> Self {
                self.union(other)
            }
        }
    };
    let or_assign = quote! {
        impl ::core::ops::BitOrAssign for #ident {
            fn bitor_assign(&mut self, other: Self) {
                *self = self.union(other);
            }
        }
    };
    let and = quote! {
        impl ::core::ops::BitAnd for #ident {
            type Output = Self;

            fn bitand(self, other: Self) -> Self {
                Self(self.0 & other.0)
            }
        }
    };
    vec![or, or_assign, and]
}

fn transparent(
    scope: &Scope<'_>,
    decl: &Decl,
    kind: &Enum,
    ident: &Ident,
    base: &TokenStream,
) -> Vec<TokenStream> {
    let wrap = match kind.closed {
        true => {
            let name = scope.full_name(decl);
            quote!(Self::from_bits(bits).ok_or_else(|| ::sinew::Invalid::number(#name, bits)))
        }
        false => quote!(::core::result::Result::Ok(Self(bits))),
    };
    let bits = Ident::new("bits", Span::call_site());
    enums::transparent(ident, base, &quote!(self.0), &bits, &wrap, true)
}

/// All bits that have a name.
fn known(kind: &Enum) -> TokenStream {
    let bits = kind
        .values
        .iter()
        .fold(0, |bits, flag| bits | flag.number as u128);
    values::literal(&bits.to_string())
}
