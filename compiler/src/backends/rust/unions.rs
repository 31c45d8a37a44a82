//! `union`: Rust enums with a variant for each of the union, and one for those of newer schemas.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::facts::DeclFacts;
use super::scope::Scope;
use super::{attributes, constraints, errors, names, wire};
use crate::schema::{Decl, DeclId, Field, Payload, Union, Variant, by_id};

/// The items of a union.
pub(super) fn items(scope: Scope<'_>, id: DeclId, decl: &Decl, kind: &Union) -> Vec<TokenStream> {
    if kind.thrown {
        return errors::of_union(scope, decl, kind);
    }
    let mut variants: Vec<&Variant> = kind.variants.iter().collect();
    variants.sort_by_key(|variant| variant.id);
    let writer = Writer {
        scope,
        decl,
        kind,
        variants,
        ident: names::type_of(decl),
        facts: scope.facts.get(id),
    };
    let mut items = vec![writer.definition()];
    items.extend(writer.inherent());
    items.extend(writer.redacted_debug());
    items.extend(writer.order());
    items.extend([writer.impl_union(), writer.impl_wire()]);
    let params = scope.generics(&wire::wire_bound());
    items.push(wire::message(&params, &writer.self_ty()));
    items
}

struct Writer<'a> {
    scope: Scope<'a>,
    decl: &'a Decl,
    kind: &'a Union,
    /// In order of their ids.
    variants: Vec<&'a Variant>,
    ident: Ident,
    facts: DeclFacts,
}

impl Writer<'_> {
    fn self_ty(&self) -> TokenStream {
        let (ident, params) = (&self.ident, self.scope.generics(&TokenStream::new()));
        quote!(#ident #params)
    }

    fn definition(&self) -> TokenStream {
        let head = self.scope.item_head(self.decl);
        let is_redacted = self.is_redacted();
        let names = attributes::of_composite(self.facts, !is_redacted, !self.orders_by_hand());
        let derives = attributes::derives(&names, &self.decl.annotations);
        let open = (!self.kind.closed).then(|| quote!(#[non_exhaustive]));
        let self_ty = self.self_ty();
        let variants = self.kind.variants.iter().map(|variant| {
            let head = self
                .scope
                .member_head(variant.doc.as_deref(), &variant.annotations);
            let name = names::variant(variant);
            let payload = self.payload(variant);
            quote!(#head #name #payload)
        });
        let unrecognized = (!self.kind.closed).then(|| {
            quote! {
                /// A variant that the schema of this program does not have.
                Unrecognized(::sinew::UnknownVariant),
            }
        });
        quote!(#head #derives #open pub enum #self_ty { #(#variants,)* #unrecognized })
    }

    fn payload(&self, variant: &Variant) -> TokenStream {
        match &variant.payload {
            Payload::Unit => TokenStream::new(),
            Payload::Typed { ty, boxed, .. } => {
                let ty = self.scope.ty(ty);
                match boxed {
                    true => quote!((::std::boxed::Box<#ty>)),
                    false => quote!((#ty)),
                }
            }
            Payload::Struct(fields) => {
                let fields = fields.iter().map(|field| {
                    let head = self.scope.field_head(field);
                    let (name, ty) = (names::field(field), self.scope.field_ty(field));
                    quote!(#head #name: #ty)
                });
                quote!({ #(#fields,)* })
            }
        }
    }

    fn inherent(&self) -> Option<TokenStream> {
        let validate = self.validate();
        let number = self.number();
        if validate.is_none() && number.is_none() {
            return None;
        }
        let params = self.scope.generics(&TokenStream::new());
        let self_ty = self.self_ty();
        Some(quote!(impl #params #self_ty { #validate #number }))
    }

    /// `validate`, if any variant has constraints.
    fn validate(&self) -> Option<TokenStream> {
        let arms: Vec<TokenStream> = self
            .variants
            .iter()
            .filter_map(|variant| self.checks(variant))
            .collect();
        if arms.is_empty() {
            return None;
        }
        let is_all = self.kind.closed && arms.len() == self.variants.len();
        let rest = (!is_all).then(|| quote!(_ => {}));
        Some(quote! {
            /// Checks what the schema asks of the values; decoding does it by itself.
            ///
            /// # Errors
            /// The first thing that the schema does not allow.
            pub fn validate(&self) -> ::core::result::Result<(), ::sinew::Invalid> {
                match self { #(#arms)* #rest }
                ::core::result::Result::Ok(())
            }
        })
    }

    fn checks(&self, variant: &Variant) -> Option<TokenStream> {
        let name = names::variant(variant);
        let place = self.place(variant);
        match &variant.payload {
            Payload::Unit => None,
            Payload::Typed {
                ty, constraints, ..
            } => {
                let list = constraints::checks(&self.scope, &place, ty, constraints, quote!(value));
                (!list.is_empty()).then(|| quote!(Self::#name(value) => { #list }))
            }
            Payload::Struct(fields) => {
                let list = constraints::of_fields(&self.scope, &place, fields, &|field| {
                    let binding = binding(field);
                    quote!(#binding)
                });
                let bound = fields.iter().filter(|f| !f.constraints.is_empty());
                let bound = bound.map(|field| {
                    let (name, binding) = (names::field(field), binding(field));
                    quote!(#name: #binding)
                });
                (!list.is_empty()).then(|| quote!(Self::#name { #(#bound,)* .. } => { #list }))
            }
        }
    }

    fn is_redacted(&self) -> bool {
        let is_sensitive = |variant: &Variant| {
            variant.annotations.sensitive
                || match &variant.payload {
                    Payload::Unit | Payload::Typed { .. } => false,
                    Payload::Struct(fields) => fields.iter().any(|f| f.annotations.sensitive),
                }
        };
        self.decl.annotations.sensitive || self.kind.variants.iter().any(is_sensitive)
    }

    fn redacted_debug(&self) -> Option<TokenStream> {
        if !self.is_redacted() {
            return None;
        }
        let arms = self.variants.iter().map(|variant| self.debug_arm(variant));
        let unrecognized = (!self.kind.closed).then(|| {
            quote! {
                Self::Unrecognized(unknown) => {
                    f.debug_tuple("Unrecognized").field(unknown).finish()
                }
            }
        });
        let params = self.scope.generics(&quote!(::core::fmt::Debug));
        let self_ty = self.self_ty();
        Some(quote! {
            impl #params ::core::fmt::Debug for #self_ty {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    match self { #(#arms)* #unrecognized }
                }
            }
        })
    }

    fn debug_arm(&self, variant: &Variant) -> TokenStream {
        let name = names::variant(variant);
        let text = names::plain(&name);
        let hides = self.decl.annotations.sensitive || variant.annotations.sensitive;
        let hidden = quote!(&::sinew::codegen::Redacted);
        match &variant.payload {
            Payload::Unit => quote!(Self::#name => f.write_str(#text),),
            Payload::Typed { .. } if hides => {
                quote!(Self::#name(_) => f.debug_tuple(#text).field(#hidden).finish(),)
            }
            Payload::Typed { .. } => {
                quote!(Self::#name(value) => f.debug_tuple(#text).field(value).finish(),)
            }
            Payload::Struct(_) if hides => {
                quote!(Self::#name { .. } => f.debug_struct(#text).finish_non_exhaustive(),)
            }
            Payload::Struct(fields) => {
                let shown = fields
                    .iter()
                    .filter(|f| !f.annotations.sensitive)
                    .map(bound);
                let parts = fields.iter().map(|field| {
                    let text = names::plain(&names::field(field));
                    let binding = binding(field);
                    match field.annotations.sensitive {
                        true => quote!(.field(#text, #hidden)),
                        false => quote!(.field(#text, #binding)),
                    }
                });
                quote! {
                    Self::#name { #(#shown,)* .. } => f.debug_struct(#text)#(#parts)*.finish(),
                }
            }
        }
    }

    /// Whether the derived order would not be that of the wire.
    fn orders_by_hand(&self) -> bool {
        let is_in_order = |fields: &[Field]| fields.is_sorted_by_key(|field| field.id);
        self.facts.ord
            && (!self.kind.closed
                || !self.kind.variants.is_sorted_by_key(|variant| variant.id)
                || self.variants.iter().any(|variant| match &variant.payload {
                    Payload::Unit | Payload::Typed { .. } => false,
                    Payload::Struct(fields) => !is_in_order(fields),
                }))
    }

    /// The number of the variant, for the order.
    fn number(&self) -> Option<TokenStream> {
        if !self.orders_by_hand() {
            return None;
        }
        let arms = self.variants.iter().map(|variant| {
            let name = names::variant(variant);
            let id = Literal::u16_unsuffixed(variant.id);
            quote!(Self::#name { .. } => #id,)
        });
        let unrecognized =
            (!self.kind.closed).then(|| quote!(Self::Unrecognized(unknown) => unknown.id(),));
        Some(quote! {
            fn number(&self) -> u16 {
                match self { #(#arms)* #unrecognized }
            }
        })
    }

    fn order(&self) -> Vec<TokenStream> {
        if !self.orders_by_hand() {
            return Vec::new();
        }
        let params = self.scope.generics(&quote!(::core::cmp::Ord));
        let self_ty = self.self_ty();
        let arms = self
            .variants
            .iter()
            .filter_map(|variant| order_arm(variant));
        let unrecognized = (!self.kind.closed).then(|| {
            quote!((Self::Unrecognized(a), Self::Unrecognized(b)) => ::core::cmp::Ord::cmp(a, b),)
        });
        let partial = quote! {
            impl #params ::core::cmp::PartialOrd for #self_ty {
                fn partial_cmp(&self, other: &Self) -> ::core::option::Option<::core::cmp::Ordering> {
                    ::core::option::Option::Some(::core::cmp::Ord::cmp(self, other))
                }
            }
        };
        let total = quote! {
            impl #params ::core::cmp::Ord for #self_ty {
                fn cmp(&self, other: &Self) -> ::core::cmp::Ordering {
                    match (self, other) {
                        #(#arms)*
                        #unrecognized
                        _ => ::core::cmp::Ord::cmp(&self.number(), &other.number()),
                    }
                }
            }
        };
        vec![partial, total]
    }

    fn impl_union(&self) -> TokenStream {
        let name = self.scope.full_name(self.decl);
        let params = self.scope.generics(&wire::wire_bound());
        let self_ty = self.self_ty();
        let variants = self.variants.iter().map(|variant| {
            let (id, name) = (Literal::u16_unsuffixed(variant.id), &variant.name);
            match &variant.payload {
                Payload::Unit => quote!(::sinew::codegen::Variant::unit(#id, #name)),
                Payload::Typed { ty, .. } => {
                    let ty = self.scope.ty(ty);
                    quote!(::sinew::codegen::Variant::new::<#ty>(#id, #name))
                }
                Payload::Struct(fields) => {
                    let fields = self.scope.field_list(fields);
                    quote!(::sinew::codegen::Variant::record(#id, #name, &[#fields]))
                }
            }
        });
        quote! {
            impl #params ::sinew::codegen::Union for #self_ty {
                const NAME: &'static str = #name;
                const VARIANTS: &'static [::sinew::codegen::Variant] = &[#(#variants,)*];
            }
        }
    }

    fn impl_wire(&self) -> TokenStream {
        let params = self.scope.generics(&wire::wire_bound());
        let puts = self.variants.iter().map(|variant| self.put_arm(variant));
        let gets = self.variants.iter().map(|variant| self.get_arm(variant));
        let (put_unknown, get_unknown) = match self.kind.closed {
            true => {
                let name = self.scope.full_name(self.decl);
                let unknown = quote!(::core::result::Result::Err(variant.unknown(input, #name)));
                (TokenStream::new(), unknown)
            }
            false => (
                quote!(Self::Unrecognized(unknown) => out.unrecognized(unknown),),
                quote!(variant.unrecognized(input).map(Self::Unrecognized)),
            ),
        };
        let put = quote!(match self { #(#puts)* #put_unknown });
        let found = quote!(match variant.id() { #(#gets)* _ => #get_unknown, });
        let get = match self.validate().is_some() {
            true => quote!(let value = #found?; input.validated(value, Self::validate)),
            false => found,
        };
        let get = quote!(let variant = input.variant::<Self>(plan)?; #get);
        let (put, get) = match self.facts.recursive {
            true => (
                quote!(out.nested(|out| #put)),
                quote!(input.nested(|input| { #get })),
            ),
            false => (put, get),
        };
        wire::union_wire(&params, &self.self_ty(), &put, &get)
    }

    fn put_arm(&self, variant: &Variant) -> TokenStream {
        let (name, id) = (names::variant(variant), Literal::u16_unsuffixed(variant.id));
        match &variant.payload {
            Payload::Unit => quote!(Self::#name => out.unit::<Self>(#id),),
            Payload::Typed { .. } => {
                quote!(Self::#name(value) => out.variant::<Self, _>(#id, value),)
            }
            Payload::Struct(fields) => {
                let bound = fields.iter().map(bound);
                let put = self.scope.put_fields(fields, &|field| {
                    let binding = binding(field);
                    quote!(#binding)
                });
                quote! {
                    Self::#name { #(#bound,)* } => out.variant_with::<Self>(#id, |out| { #put }),
                }
            }
        }
    }

    fn get_arm(&self, variant: &Variant) -> TokenStream {
        let (name, id) = (names::variant(variant), Literal::u16_unsuffixed(variant.id));
        let place = self.place(variant);
        match &variant.payload {
            Payload::Unit => quote!(#id => variant.unit(input).map(|()| Self::#name),),
            Payload::Typed { .. } => quote!(#id => variant.get(input, #place).map(Self::#name),),
            Payload::Struct(fields) => {
                let planned = self.scope.planned_fields(fields, &place);
                let (header, same) = self.scope.same_fields(fields, &place);
                quote! {
                    #id => variant.record(
                        input,
                        #place,
                        |input| { #header ::core::result::Result::Ok(Self::#name { #same }) },
                        |input, plan| {
                            let mut fields = input.fields(plan)?;
                            let value = Self::#name { #planned };
                            fields.finish(input)?;
                            ::core::result::Result::Ok(value)
                        },
                    ),
                }
            }
        }
    }

    fn place(&self, variant: &Variant) -> String {
        format!("{}.{}", self.decl.name, variant.name)
    }
}

/// The comparison of two values of one variant; none where they are always equal.
fn order_arm(variant: &Variant) -> Option<TokenStream> {
    let name = names::variant(variant);
    match &variant.payload {
        Payload::Unit => None,
        Payload::Typed { .. } => {
            Some(quote!((Self::#name(a), Self::#name(b)) => ::core::cmp::Ord::cmp(a, b),))
        }
        Payload::Struct(fields) => {
            let sides = ["a", "b"].map(|side| {
                fields.iter().map(move |field| {
                    let (name, binding) =
                        (names::field(field), format_ident!("{side}{}", field.id));
                    quote!(#name: #binding)
                })
            });
            let [left, right] = sides;
            let mut compared = by_id(fields).into_iter().map(|field| {
                let (a, b) = (
                    format_ident!("a{}", field.id),
                    format_ident!("b{}", field.id),
                );
                quote!(::core::cmp::Ord::cmp(#a, #b))
            });
            let first = compared.next()?;
            Some(quote! {
                (Self::#name { #(#left,)* }, Self::#name { #(#right,)* }) => {
                    #first #(.then_with(|| #compared))*
                }
            })
        }
    }
}

/// `name: f1`
fn bound(field: &Field) -> TokenStream {
    let (name, binding) = (names::field(field), binding(field));
    quote!(#name: #binding)
}

/// What a field of a struct variant is bound to: a name that no schema can take.
fn binding(field: &Field) -> Ident {
    format_ident!("f{}", field.id)
}
