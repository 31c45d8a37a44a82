//! How records are encoded and decoded: their `Record`, `Wire` and `Message` implementations.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote};

use super::layout::{self, HeaderBits};
use super::names;
use super::record::Record;
use super::scope::Scope;
use crate::schema::{Field, by_id};

impl Record<'_> {
    /// The implementations for the wire.
    pub(super) fn wire(&self) -> Vec<TokenStream> {
        vec![self.impl_record(), self.impl_wire(), self.impl_message()]
    }

    fn impl_record(&self) -> TokenStream {
        let name = &self.full_name;
        let (params, self_ty) = (self.params(&wire_bound()), self.self_ty());
        let fields = self.scope.field_list(self.fields);
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
        let put = self.nested(quote!(out), self.put());
        let get = self.nested(quote!(input), self.get());
        let planned = self.nested(quote!(input), self.get_planned());
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
        let header = Header::of(&self.scope, self.fields);
        let read = header.read();
        let fields = by_id(self.fields).into_iter().map(|field| {
            let name = names::field(field);
            let place = self.place_of(field);
            let bits = header.bits_of(field);
            let turbofish = self.scope.read_as(field);
            let value = quote!(input.get #turbofish (#place, #bits)?);
            let value = self.scope.converted(field, value);
            quote!(#name: #value)
        });
        let value = quote!(Self { #(#fields,)* });
        match self.is_constrained() {
            true => quote!(#read let value = #value; input.validated(value, Self::validate)),
            false => quote!(#read ::core::result::Result::Ok(#value)),
        }
    }

    fn get_planned(&self) -> TokenStream {
        let fields = self.scope.planned_fields(self.fields, &self.place);
        let value = match self.is_constrained() {
            true => quote!(input.validated(value, Self::validate)),
            false => quote!(::core::result::Result::Ok(value)),
        };
        quote! {
            let mut fields = input.fields(plan)?;
            let value = Self { #fields };
            fields.finish(input)?;
            #value
        }
    }

    fn is_constrained(&self) -> bool {
        self.fields
            .iter()
            .any(|field| !field.constraints.is_empty())
    }

    fn place_of(&self, field: &Field) -> String {
        format!("{}.{}", self.place, field.name)
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
            let ty = self.ty(&field.ty);
            let id = Literal::u16_unsuffixed(field.id);
            let name = &field.name;
            quote!(::sinew::codegen::Field::new::<#ty>(#id, #name))
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
        let write = header.write(&|field| self.written(field, by_name(field)));
        let puts = by_id(fields).into_iter().map(|field| {
            let value = self.written(field, by_name(field));
            quote!(out.put(#value);)
        });
        quote!(#write #(#puts)*)
    }

    /// `name: fields.required(input, 1, "Order.name")?, …`
    pub(super) fn planned_fields(&self, fields: &[Field], place: &str) -> TokenStream {
        let fields = by_id(fields).into_iter().map(|field| {
            let name = names::field(field);
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
            let value = self.converted(field, value);
            quote!(#name: #value)
        });
        quote!(#(#fields,)*)
    }

    /// A reference to what is written for a field, from a reference to the field.
    fn written(&self, field: &Field, reference: TokenStream) -> TokenStream {
        if field.annotations.rust.ty.is_none() {
            return reference;
        }
        let ty = self.ty(field.ty.unwrap_optional());
        match field.ty.is_optional() {
            true => quote!(&::sinew::codegen::each::<_, #ty>(#reference)),
            false => quote!(&<#ty as ::core::convert::From<_>>::from(#reference)),
        }
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

/// The bit header of a record: words of at most 64 bits.
struct Header<'a> {
    words: Vec<Word<'a>>,
    params: Vec<Ident>,
}

/// One word of a header.
#[derive(Default)]
struct Word<'a> {
    fields: Vec<(&'a Field, HeaderBits)>,
    most: u32,
}

impl<'a> Header<'a> {
    fn of(scope: &Scope<'_>, fields: &'a [Field]) -> Self {
        let mut words = vec![Word::default()];
        for field in by_id(fields) {
            let bits = HeaderBits::of(&field.ty, scope.facts);
            if bits == HeaderBits::Fixed(0) {
                continue;
            }
            if words
                .last()
                .is_some_and(|word| word.most + bits.most() > 64)
            {
                words.push(Word::default());
            }
            if let Some(word) = words.last_mut() {
                word.most += bits.most();
                word.fields.push((field, bits));
            }
        }
        words.retain(|word| !word.fields.is_empty());
        let params = scope.params().iter().map(|name| names::type_param(name));
        Self {
            words,
            params: params.collect(),
        }
    }

    /// `out.header(n, bits);`
    fn write(&self, written: &dyn Fn(&Field) -> TokenStream) -> TokenStream {
        let words: Vec<TokenStream> = self
            .words
            .iter()
            .map(|word| {
                let count = self.sum(word.fields.iter().map(|(_, bits)| *bits));
                let bits = word.fields.iter().enumerate().map(|(n, (field, _))| {
                    let field = written(field);
                    let shift = self.shift(word, n, quote!(<<));
                    quote!(::sinew::codegen::bits(#field) #shift)
                });
                quote!(#count, #(#bits)|*)
            })
            .collect();
        match words.as_slice() {
            [] => TokenStream::new(),
            [word] => quote!(out.header(#word);),
            words => quote!(out.header_words(&[#((#words)),*]);),
        }
    }

    /// `let bits = input.header(n)?;`
    fn read(&self) -> TokenStream {
        let counts: Vec<TokenStream> = self
            .words
            .iter()
            .map(|word| self.sum(word.fields.iter().map(|(_, bits)| *bits)))
            .collect();
        match counts.as_slice() {
            [] => TokenStream::new(),
            [count] => quote!(let bits = input.header(#count)?;),
            counts => {
                let names = (0..counts.len()).map(|n| self.word_name(n));
                quote!(let [#(#names),*] = input.header_words([#(#counts),*])?;)
            }
        }
    }

    /// The bits of a field, lowest first: `bits >> 2`.
    fn bits_of(&self, field: &Field) -> TokenStream {
        for (at, word) in self.words.iter().enumerate() {
            let place = word.fields.iter().position(|(f, _)| f.id == field.id);
            if let Some(place) = place {
                let name = self.word_name(at);
                let shift = self.shift(word, place, quote!(>>));
                return quote!(#name #shift);
            }
        }
        quote!(0)
    }

    fn word_name(&self, at: usize) -> Ident {
        match self.words.len() {
            0 | 1 => Ident::new("bits", Span::call_site()),
            _ => format_ident!("bits_{}", at + 1),
        }
    }

    /// `operator n`, where `n` is how many bits of the word come before the field at `place`.
    fn shift(&self, word: &Word<'_>, place: usize, operator: TokenStream) -> TokenStream {
        if place == 0 {
            return TokenStream::new();
        }
        let before = self.sum(word.fields[..place].iter().map(|(_, bits)| *bits));
        match word.fields[..place]
            .iter()
            .all(|(_, b)| matches!(b, HeaderBits::Fixed(_)))
        {
            true => quote!(#operator #before),
            false => quote!(#operator (#before)),
        }
    }

    /// The sum of some bits: `2`, `2 + <T as Wire>::BITS`.
    fn sum(&self, bits: impl Iterator<Item = HeaderBits>) -> TokenStream {
        let mut fixed = 0;
        let mut terms = Vec::new();
        for bits in bits {
            match bits {
                HeaderBits::Fixed(n) => fixed += n,
                HeaderBits::Param(param, n) => {
                    fixed += n;
                    let param = &self.params[param as usize];
                    terms.push(quote!(<#param as ::sinew::codegen::Wire>::BITS));
                }
            }
        }
        if fixed > 0 || terms.is_empty() {
            let fixed = Literal::u32_unsuffixed(fixed);
            terms.insert(0, quote!(#fixed));
        }
        quote!(#(#terms)+*)
    }
}
