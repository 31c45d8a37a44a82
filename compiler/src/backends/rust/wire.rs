//! How records are encoded and decoded: their `Record`, `Wire` and `Message` implementations.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::header::Header;
use super::layout;
use super::made::Made;
use super::names;
use super::record::Record;
use super::scope::Scope;
use crate::schema::{Field, Scalar, Type, by_id};

impl Record<'_> {
    /// The implementations for the wire.
    pub(super) fn wire(&self) -> Vec<TokenStream> {
        vec![self.impl_record(), self.impl_wire(), self.impl_message()]
    }

    fn impl_record(&self) -> TokenStream {
        let name = &self.full_name;
        let (params, self_ty) = (self.params(&wire_bound()), self.self_ty());
        let fields = Made(|| self.scope.field_list(self.fields));
        quote! {
            impl #params ::sinew::codegen::Record for #self_ty {
                const NAME: &'static str = #name;
                const FIELDS: &'static [::sinew::codegen::Field] = &[#fields];
            }
        }
    }

    fn impl_wire(&self) -> TokenStream {
        let (params, self_ty) = (self.params(&wire_bound()), self.self_ty());
        let min = Literal::u32_unsuffixed(layout::record(self.fields, self.scope.facts));
        let put = Made(|| self.nested(quote!(out), self.put()));
        let get = Made(|| self.nested(quote!(input), self.get()));
        let planned = Made(|| self.nested(quote!(input), self.get_planned()));
        quote! {
            impl #params ::sinew::codegen::Wire for #self_ty {
                const MIN: u32 = #min;
                fn ty() -> ::sinew::codegen::Type {
                    ::sinew::codegen::Type::record::<Self>()
                }
                fn put(&self, out: &mut ::sinew::codegen::Encoder) {
                    #put
                }
                fn get(input: &mut ::sinew::codegen::Decoder<'_>, _: u64) -> ::sinew::codegen::Result<Self> {
                    #get
                }
                fn get_planned(
                    input: &mut ::sinew::codegen::Decoder<'_>,
                    plan: &::sinew::codegen::Plan,
                    _: u64,
                ) -> ::sinew::codegen::Result<Self> {
                    #planned
                }
            }
        }
    }

    /// Counts the depth of values that may contain others of their type.
    fn nested(&self, coder: TokenStream, body: TokenStream) -> TokenStream {
        match self.facts.recursive {
            true => quote!(#coder.nested(|#coder| { #body })),
            false => body,
        }
    }

    fn put(&self) -> TokenStream {
        let by_name = |field: &Field| {
            let name = names::field(field);
            quote!(&self.#name)
        };
        self.scope.put_fields(self.fields, &by_name)
    }

    fn get(&self) -> TokenStream {
        let (header, fields) = self.scope.same_fields(self.fields, &self.place);
        match self.is_constrained() {
            true => {
                quote!(#header let value = Self #fields; input.validated(value, Self::validate))
            }
            false => quote!(#header ::core::result::Result::Ok(Self #fields)),
        }
    }

    fn get_planned(&self) -> TokenStream {
        let result = match self.is_constrained() {
            true => quote!(input.validated(value, Self::validate)),
            false => quote!(::core::result::Result::Ok(value)),
        };
        self.scope
            .planned(self.fields, &self.place, quote!(Self), result)
    }

    fn is_constrained(&self) -> bool {
        self.fields
            .iter()
            .any(|field| !field.constraints.is_empty())
    }

    fn impl_message(&self) -> TokenStream {
        let params = self.params(&wire_bound());
        message(&params, &self.self_ty())
    }
}

impl Scope<'_> {
    /// `Field::new::<T>(id, "name"), …` in order of the ids.
    pub(super) fn field_list(&self, fields: &[Field]) -> TokenStream {
        let list = by_id(fields).into_iter().map(|field| {
            Made(move || {
                let ty = Made(|| self.ty(&field.ty));
                let id = Literal::u16_unsuffixed(field.id);
                let name = &field.name;
                quote!(::sinew::codegen::Field::new::<#ty>(#id, #name))
            })
        });
        quote!(#(#list,)*)
    }

    /// Writes the header and the fields; `by_name` gives a reference to a field.
    pub(super) fn put_fields(
        &self,
        fields: &[Field],
        by_name: &dyn Fn(&Field) -> TokenStream,
    ) -> TokenStream {
        if fields.is_empty() {
            return quote!(out.empty(););
        }
        let header = Header::of(self, fields);
        let written = |field: &Field| self.written(field, by_name(field));
        let write = Made(|| header.write(&written));
        let puts = by_id(fields).into_iter().map(|field| {
            Made(move || {
                let value = written(field);
                quote!(out.put(#value);)
            })
        });
        quote!(#write #(#puts)*)
    }

    /// Reads the header; and `{ name: input.get("Order.name", bits)?, … }`
    pub(super) fn same_fields(&self, fields: &[Field], place: &str) -> (TokenStream, TokenStream) {
        if fields.is_empty() {
            return (quote!(input.empty()?;), quote!({}));
        }
        let header = Header::of(self, fields);
        let value = |field: &Field| {
            let place = format!("{place}.{}", field.name);
            let bits = header.bits_of(field);
            let turbofish = self.read_as(field);
            self.converted(field, quote!(input.get #turbofish (#place, #bits)?))
        };
        let names = by_id(fields).into_iter().map(names::field);
        let values = by_id(fields)
            .into_iter()
            .map(|field| Made(move || value(field)));
        (header.read(), quote!({ #(#names: #values,)* }))
    }

    /// Reads the fields of a writer with another shape into a `value` of `constructor`, then gives `result`.
    pub(super) fn planned(
        &self,
        fields: &[Field],
        place: &str,
        constructor: TokenStream,
        result: TokenStream,
    ) -> TokenStream {
        if fields.is_empty() {
            return quote! {
                input.fields(plan)?.finish(input)?;
                ::core::result::Result::Ok(#constructor {})
            };
        }
        let fields = Made(|| self.planned_fields(fields, place));
        quote! {
            let mut fields = input.fields(plan)?;
            let value = #constructor { #fields };
            fields.finish(input)?;
            #result
        }
    }

    /// `name: fields.required(input, 1, "Order.name")?, …`
    fn planned_fields(&self, fields: &[Field], place: &str) -> TokenStream {
        let names = by_id(fields).into_iter().map(names::field);
        let fields = by_id(fields);
        let values = fields
            .into_iter()
            .map(|field| Made(move || self.planned_field(field, place)));
        quote!(#(#names: #values,)*)
    }

    fn planned_field(&self, field: &Field, place: &str) -> TokenStream {
        let id = Literal::u16_unsuffixed(field.id);
        let place = format!("{place}.{}", field.name);
        let turbofish = self.read_as(field);
        let value = match &field.default {
            Some(default) => {
                let default = match turbofish.is_empty() {
                    true => self.field_value(field, default),
                    false => self.value(&field.ty, default),
                };
                quote!(fields.or #turbofish (input, #id, #place, || #default)?)
            }
            None if field.ty.is_optional() => {
                quote!(fields.optional #turbofish (input, #id, #place)?)
            }
            None => quote!(fields.required #turbofish (input, #id, #place)?),
        };
        self.converted(field, value)
    }

    /// A reference to what is written for a field, from a reference to the field.
    fn written(&self, field: &Field, reference: TokenStream) -> TokenStream {
        if field.annotations.rust.ty.is_none() {
            return reference;
        }
        match field.ty.is_optional() {
            true => {
                let value = self.borrowed(field, quote!(value));
                quote!(&::core::option::Option::as_ref(#reference).map(|value| #value))
            }
            false => {
                let value = self.borrowed(field, reference);
                quote!(&#value)
            }
        }
    }

    /// The value of the schema's type for a field of another type: texts and bytes by `AsRef`, others by `From`.
    fn borrowed(&self, field: &Field, reference: TokenStream) -> TokenStream {
        let plain = field.ty.unwrap_optional();
        let ty = self.ty(plain);
        let part = match plain {
            Type::Scalar(Scalar::String) => quote!(str),
            Type::Scalar(Scalar::Bytes) => quote!([u8]),
            _ => return quote!(<#ty as ::core::convert::From<_>>::from(#reference)),
        };
        quote!(<#ty as ::core::convert::From<&#part>>::from(::core::convert::AsRef::<#part>::as_ref(#reference)))
    }

    /// `::<T>` where the field has another type than what is read for it.
    fn read_as(&self, field: &Field) -> TokenStream {
        if field.annotations.rust.ty.is_none() {
            return TokenStream::new();
        }
        let ty = self.ty(&field.ty);
        quote!(::<#ty>)
    }

    /// The field's type, from what was read for it.
    fn converted(&self, field: &Field, value: TokenStream) -> TokenStream {
        match (&field.annotations.rust.ty, field.ty.is_optional()) {
            (None, _) => value,
            (Some(_), true) => quote!(#value.map(::core::convert::From::from)),
            (Some(_), false) => quote!(::core::convert::From::from(#value)),
        }
    }
}

/// The `Message` implementation of a type; `params` are its type parameters with bounds.
pub(super) fn message(params: &TokenStream, self_ty: &TokenStream) -> TokenStream {
    let shape = match params.is_empty() {
        true => quote! {
            static SHAPE: ::sinew::codegen::ShapeCell = ::sinew::codegen::ShapeCell::new();
            SHAPE.of::<Self>()
        },
        false => quote!(::sinew::codegen::shape_of::<Self>()),
    };
    quote! {
        impl #params ::sinew::codegen::Message for #self_ty {
            fn shape() -> &'static ::sinew::codegen::Shape {
                #shape
            }
        }
    }
}

/// The `Wire` implementation of a union, from the bodies of `put` and `get_planned`.
pub(super) fn union_wire(
    params: &TokenStream,
    self_ty: &TokenStream,
    put: &TokenStream,
    get: &TokenStream,
) -> TokenStream {
    quote! {
        impl #params ::sinew::codegen::Wire for #self_ty {
            const MIN: u32 = 16;
            fn ty() -> ::sinew::codegen::Type {
                ::sinew::codegen::Type::union::<Self>()
            }
            fn put(&self, out: &mut ::sinew::codegen::Encoder) {
                #put
            }
            fn get(input: &mut ::sinew::codegen::Decoder<'_>, bits: u64) -> ::sinew::codegen::Result<Self> {
                Self::get_planned(input, ::sinew::codegen::Plan::same(), bits)
            }
            fn get_planned(
                input: &mut ::sinew::codegen::Decoder<'_>,
                plan: &::sinew::codegen::Plan,
                _: u64,
            ) -> ::sinew::codegen::Result<Self> {
                #get
            }
        }
    }
}

/// The bound on type parameters in every implementation for the wire.
pub(super) fn wire_bound() -> TokenStream {
    quote!(::sinew::codegen::Wire)
}
