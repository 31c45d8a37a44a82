//! `enum` and `closed enum`: Rust enums.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use super::scope::Scope;
use super::{attributes, names, types, values};
use crate::schema::{Decl, Enum, EnumValue};

/// The items of an enum.
pub(super) fn items(scope: &Scope<'_>, decl: &Decl, kind: &Enum) -> Vec<TokenStream> {
    let writer = Writer {
        scope,
        decl,
        kind,
        ident: names::type_of(decl),
        base: types::scalar(kind.base),
        number: format_ident!("as_{}", kind.base.word()),
    };
    let mut items = vec![
        writer.definition(),
        writer.inherent(),
        writer.number_conversion(),
    ];
    items.extend(writer.order());
    items.extend(writer.transparent());
    items
}

struct Writer<'a> {
    scope: &'a Scope<'a>,
    decl: &'a Decl,
    kind: &'a Enum,
    ident: Ident,
    base: TokenStream,
    number: Ident,
}

impl Writer<'_> {
    fn definition(&self) -> TokenStream {
        let Self { ident, base, .. } = self;
        let head = self.scope.item_head(self.decl);
        let mut derived = vec!["Clone", "Copy", "Debug", "PartialEq", "Eq", "Hash"];
        if self.is_ordered() {
            derived.extend(["PartialOrd", "Ord"]);
        }
        let derives = attributes::derives(&derived, &self.decl.annotations);
        let open = (!self.kind.closed).then(|| quote!(#[non_exhaustive]));
        let values = self.firsts().map(|value| {
            let head = self
                .scope
                .member_head(value.doc.as_deref(), &value.annotations);
            let name = names::enum_value(value);
            quote!(#head #name)
        });
        let unrecognized = (!self.kind.closed).then(|| {
            quote! {
                /// A number that the schema of this program does not name.
                Unrecognized(::sinew::UnknownValue<#base>),
            }
        });
        quote!(#head #derives #open pub enum #ident { #(#values,)* #unrecognized })
    }

    fn inherent(&self) -> TokenStream {
        let Self {
            ident,
            base,
            number,
            ..
        } = self;
        let aliases = self.kind.values.iter().filter_map(|value| {
            let first = &self.kind.values[value.alias_of? as usize];
            let head = self
                .scope
                .member_head(value.doc.as_deref(), &value.annotations);
            let (alias, first) = (names::associated(value), names::enum_value(first));
            Some(quote!(#head pub const #alias: Self = Self::#first;))
        });
        let arms = self.firsts().map(|value| {
            let (name, number) = (names::enum_value(value), self.number_of(value));
            quote!(Self::#name => #number,)
        });
        let unrecognized =
            (!self.kind.closed).then(|| quote!(Self::Unrecognized(unknown) => unknown.get(),));
        quote! {
            impl #ident {
                #(#aliases)*
                /// Its number.
                pub const fn #number(self) -> #base {
                    match self { #(#arms)* #unrecognized }
                }
            }
        }
    }

    fn number_conversion(&self) -> TokenStream {
        let Self { ident, base, .. } = self;
        let numbers = self.firsts().map(|value| self.number_of(value));
        let found = self.firsts().map(names::enum_value);
        if self.kind.closed {
            let name = self.scope.full_name(self.decl);
            return quote! {
                impl ::core::convert::TryFrom<#base> for #ident {
                    type Error = ::sinew::Invalid;

                    fn try_from(number: #base) -> ::core::result::Result<Self, ::sinew::Invalid> {
                        ::core::result::Result::Ok(match number {
                            #(#numbers => Self::#found,)*
                            _ => return ::core::result::Result::Err(::sinew::Invalid::number(#name, number)),
                        })
                    }
                }
            };
        }
        let unknown = quote!(Self::Unrecognized(::sinew::codegen::unknown_value(number)));
        let value = match self.kind.values.is_empty() {
            true => unknown,
            false => quote!(match number { #(#numbers => Self::#found,)* _ => #unknown, }),
        };
        quote! {
            impl ::core::convert::From<#base> for #ident {
                fn from(number: #base) -> Self {
                    #value
                }
            }
        }
    }

    /// The order by number, where it is not that of the declaration.
    fn order(&self) -> Vec<TokenStream> {
        let Self { ident, number, .. } = self;
        if self.is_ordered() {
            return Vec::new();
        }
        let partial = quote! {
            impl ::core::cmp::PartialOrd for #ident {
                fn partial_cmp(&self, other: &Self) -> ::core::option::Option<::core::cmp::Ordering> {
                    ::core::option::Option::Some(::core::cmp::Ord::cmp(self, other))
                }
            }
        };
        let total = quote! {
            impl ::core::cmp::Ord for #ident {
                fn cmp(&self, other: &Self) -> ::core::cmp::Ordering {
                    ::core::cmp::Ord::cmp(&self.#number(), &other.#number())
                }
            }
        };
        vec![partial, total]
    }

    fn transparent(&self) -> Vec<TokenStream> {
        let number = &self.number;
        let wrap = match self.kind.closed {
            true => quote!(::core::convert::TryFrom::try_from(number)),
            false => quote!(::core::result::Result::Ok(::core::convert::From::from(
                number
            ))),
        };
        transparent(
            &self.ident,
            &self.base,
            &quote!(self.#number()),
            &Ident::new("number", Span::call_site()),
            &wrap,
            true,
        )
    }

    /// The values but for second names of a number.
    fn firsts(&self) -> impl Iterator<Item = &EnumValue> {
        self.kind
            .values
            .iter()
            .filter(|value| value.alias_of.is_none())
    }

    fn number_of(&self, value: &EnumValue) -> TokenStream {
        values::enum_number(self.kind, value.number)
    }

    /// Whether the declared order is that of the numbers; never for open enums,
    /// whose unknown numbers lie anywhere.
    fn is_ordered(&self) -> bool {
        self.kind.closed && self.firsts().is_sorted_by_key(|value| value.number)
    }
}

/// What makes a type one with the bytes of `inner`; `is_fixed` if it can be in a frozen struct.
pub(super) fn transparent(
    ident: &Ident,
    inner: &TokenStream,
    borrow: &TokenStream,
    argument: &Ident,
    wrap: &TokenStream,
    is_fixed: bool,
) -> Vec<TokenStream> {
    let implementation = quote! {
        impl ::sinew::codegen::Transparent for #ident {
            type Inner = #inner;

            fn inner(&self) -> impl ::core::borrow::Borrow<#inner> {
                #borrow
            }

            fn wrap(#argument: #inner) -> ::core::result::Result<Self, ::sinew::Invalid> {
                #wrap
            }
        }
    };
    let wire = match is_fixed {
        true => quote!(::sinew::codegen::transparent!(#ident, frozen);),
        false => quote!(::sinew::codegen::transparent!(#ident);),
    };
    vec![implementation, wire]
}
