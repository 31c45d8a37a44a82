//! The bit header of a record: its length, and code that writes it.

use proc_macro2::Ident;

use super::code::{Code, code};
use super::layout::HeaderBits;
use super::names;
use super::scope::Scope;
use crate::schema::{Field, by_id};

/// Bits per word of a header.
const WORD: u32 = 64;
/// How many parts of a word stay on one line.
const IN_LINE: usize = 2;

/// The fields with header bits, in order of their ids.
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

    /// Whether the header fits into one word. It must, if there are type parameters.
    pub(super) fn is_one_word(&self) -> bool {
        self.most() <= WORD
    }

    /// `out.header(n, bits);`. `written` returns a reference to what is encoded for a field.
    pub(super) fn write(&self, written: &dyn Fn(&Field) -> Code) -> Code {
        if self.fields.is_empty() {
            return Code::new();
        }
        if !self.is_one_word() {
            return self.write_words(written);
        }
        let bits = self.fields.iter().enumerate().map(|(at, (field, _))| {
            let bits = bits_of(written(field));
            self.shifted(bits, at)
        });
        code!(
            "out.header($arguments);",
            arguments = Code::list([self.count(), united(bits)])
        )
    }

    fn write_words(&self, written: &dyn Fn(&Field) -> Code) -> Code {
        let words = (0..self.words()).map(|word| {
            let (first, end) = (WORD * word, WORD * (word + 1));
            let places = self.places();
            let bits = places.filter(|(_, start, count)| *start < end && start + count > first);
            let bits = bits.map(|(field, start, _)| {
                let bits = bits_of(written(field));
                match start < first {
                    true => Shift::Right.by(bits, first - start),
                    false => Shift::Left.by(bits, start - first),
                }
            });
            let count = WORD.min(self.most() - first);
            code!("($count, $bits)", count, bits = united(bits))
        });
        code!("out.header_words(&[$words]);", words = Code::list(words))
    }

    /// The number of bits.
    pub(super) fn count(&self) -> Code {
        self.sum(self.fields.len())
    }

    /// Each field with its first bit and its number of bits.
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

    /// `value << n`; `n` bits come before the field at `at`.
    fn shifted(&self, value: Code, at: usize) -> Code {
        let is_fixed = |(_, bits): &(_, HeaderBits)| matches!(bits, HeaderBits::Fixed(_));
        let before = match self.fields[..at].iter().all(is_fixed) {
            true => self.sum(at),
            false => code!("($sum)", sum = self.sum(at)),
        };
        match at {
            0 => value,
            _ => code!("$value << $before", value, before),
        }
    }

    /// The bits of the first `count` fields: `2`, `2 + <T as Wire>::BITS`.
    fn sum(&self, count: usize) -> Code {
        let mut fixed = 0;
        let mut terms = Vec::new();
        for (_, bits) in &self.fields[..count] {
            match bits {
                HeaderBits::Fixed(n) => fixed += n,
                HeaderBits::Param(param, n) => {
                    fixed += n;
                    let param = &self.params[*param as usize];
                    terms.push(code!("<$param as ::sinew::codegen::Wire>::BITS", param));
                }
            }
        }
        if fixed > 0 || terms.is_empty() {
            terms.insert(0, code!("$fixed", fixed));
        }
        Code::joined(" + ", terms)
    }
}

fn bits_of(field: Code) -> Code {
    code!("::sinew::codegen::bits($field)", field)
}

/// `a | b`, on several lines if there are many
fn united(bits: impl IntoIterator<Item = Code>) -> Code {
    let bits: Vec<Code> = bits.into_iter().collect();
    match bits.len() > IN_LINE {
        true => Code::joined("\n    | ", bits),
        false => Code::joined(" | ", bits),
    }
}

/// The direction in which bits are shifted.
#[derive(Clone, Copy)]
enum Shift {
    Left,
    Right,
}

impl Shift {
    /// `value << by`, or `value`
    fn by(self, value: Code, by: u32) -> Code {
        match by {
            0 => value,
            _ => match self {
                Self::Left => code!("$value << $by", value, by),
                Self::Right => code!("$value >> $by", value, by),
            },
        }
    }
}
