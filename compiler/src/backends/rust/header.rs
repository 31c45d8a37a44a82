//! The bit header of a record: how it is written and read.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::layout::HeaderBits;
use super::made::Made;
use super::names;
use super::scope::Scope;
use crate::schema::{Field, by_id};

/// Bits of one word of a header.
const WORD: u32 = 64;

/// The fields with header bits, by ascending id.
pub(super) struct Header<'a> {
    fields: Vec<(&'a Field, HeaderBits)>,
    params: Vec<Ident>,
}

impl<'a> Header<'a> {
    pub(super) fn of(scope: &Scope<'_>, fields: &'a [Field]) -> Self {
        let bits = by_id(fields)
            .into_iter()
            .map(|field| (field, HeaderBits::of(&field.ty, scope.facts)));
        let params = scope.params().iter().map(|name| names::type_param(name));
        Self {
            fields: bits
                .filter(|(_, bits)| *bits != HeaderBits::Fixed(0))
                .collect(),
            params: params.collect(),
        }
    }

    /// Whether the header fits one word; those with type parameters must.
    pub(super) fn is_one_word(&self) -> bool {
        self.most() <= WORD
    }

    /// `out.header(n, bits);`; `written` gives a reference to what is written for a field.
    pub(super) fn write(&self, written: &dyn Fn(&Field) -> TokenStream) -> TokenStream {
        if self.fields.is_empty() {
            return TokenStream::new();
        }
        if !self.is_one_word() {
            return self.write_words(written);
        }
        let count = self.sum(self.fields.len());
        let bits = self.fields.iter().enumerate().map(|(at, (field, _))| {
            Made(move || {
                let (field, shift) = (written(field), self.shift(at, quote!(<<)));
                quote!(::sinew::codegen::bits(#field) #shift)
            })
        });
        quote!(out.header(#count, #(#bits)|*);)
    }

    fn write_words(&self, written: &dyn Fn(&Field) -> TokenStream) -> TokenStream {
        let words = (0..self.words()).map(|word| {
            let (first, end) = (WORD * word, WORD * (word + 1));
            let places = self.places();
            let bits = places.filter(|(_, start, count)| *start < end && start + count > first);
            let bits = bits.map(|(field, start, _)| {
                let field = written(field);
                let shift = match start < first {
                    true => shifted(quote!(>>), first - start),
                    false => shifted(quote!(<<), start - first),
                };
                quote!(::sinew::codegen::bits(#field) #shift)
            });
            let count = Literal::u32_unsuffixed(WORD.min(self.most() - first));
            quote!((#count, #(#bits)|*))
        });
        quote!(out.header_words(&[#(#words),*]);)
    }

    /// `let bits = input.header(n)?;`
    pub(super) fn read(&self) -> TokenStream {
        if self.fields.is_empty() {
            return TokenStream::new();
        }
        let count = self.sum(self.fields.len());
        if self.is_one_word() {
            return quote!(let bits = input.header(#count)?;);
        }
        let names = (0..self.words()).map(word_name);
        quote!(let [#(#names),*] = input.header_words(#count)?;)
    }

    /// The bits of a field, lowest first: `bits >> 2`.
    pub(super) fn bits_of(&self, field: &Field) -> TokenStream {
        let Some(at) = self.fields.iter().position(|(f, _)| f.id == field.id) else {
            return quote!(0);
        };
        if self.is_one_word() {
            let shift = self.shift(at, quote!(>>));
            return quote!(bits #shift);
        }
        let Some((_, start, count)) = self.places().nth(at) else {
            return quote!(0);
        };
        let (word, bit) = (start / WORD, start % WORD);
        let (name, shift) = (word_name(word), shifted(quote!(>>), bit));
        match bit + count > WORD {
            true => {
                let next = word_name(word + 1);
                let rest = shifted(quote!(<<), WORD - bit);
                quote!(#name #shift | #next #rest)
            }
            false => quote!(#name #shift),
        }
    }

    /// Each field with its first bit and how many it has.
    fn places(&self) -> impl Iterator<Item = (&'a Field, u32, u32)> {
        self.fields.iter().scan(0, |bit, (field, bits)| {
            let start = *bit;
            *bit += bits.most();
            Some((*field, start, bits.most()))
        })
    }

    fn most(&self) -> u32 {
        self.fields.iter().map(|(_, bits)| bits.most()).sum()
    }

    fn words(&self) -> u32 {
        self.most().div_ceil(WORD)
    }

    /// `operator n`, where `n` is how many bits come before the field at `at`.
    fn shift(&self, at: usize, operator: TokenStream) -> TokenStream {
        if at == 0 {
            return TokenStream::new();
        }
        let before = self.sum(at);
        let is_fixed = |(_, bits): &(_, HeaderBits)| matches!(bits, HeaderBits::Fixed(_));
        match self.fields[..at].iter().all(is_fixed) {
            true => quote!(#operator #before),
            false => quote!(#operator (#before)),
        }
    }

    /// The bits of the first `count` fields: `2`, `2 + <T as Wire>::BITS`.
    fn sum(&self, count: usize) -> TokenStream {
        let mut fixed = 0;
        let mut terms = Vec::new();
        for (_, bits) in &self.fields[..count] {
            match bits {
                HeaderBits::Fixed(n) => fixed += n,
                HeaderBits::Param(param, n) => {
                    fixed += n;
                    let param = &self.params[*param as usize];
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

fn word_name(word: u32) -> Ident {
    format_ident!("bits_{}", word + 1)
}

fn shifted(operator: TokenStream, by: u32) -> TokenStream {
    if by == 0 {
        return TokenStream::new();
    }
    let by = Literal::u32_unsuffixed(by);
    quote!(#operator #by)
}
