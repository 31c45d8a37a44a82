//! How types describe themselves to the wire format: the traits that generated code implements.

use super::decoder::Decoder;
use super::encoder::Encoder;
use super::error::Result;
use super::fields::Fields;
use super::plan::Plan;
use super::shape::Shape;
use super::ty::{Field, Type, Variant};
use super::unions::ReadPayload;
use crate::invalid::Invalid;

/// A type whose values travel: scalars, containers and everything that the compiler generates. Generated code implements it, and what it
/// asks for follows the compiler; programs name it as a bound.
///
/// A value has up to three parts: bits that stand in the header of whatever holds the value, and bytes that stand
/// in its body. `put` and `get` see the bytes; the bits are handed over by the holder.
pub trait Wire: Sized + Send + Sync + 'static {
    /// How many bits a value has in the header of its holder.
    const BITS: u32 = 0;
    /// The least number of bits that one value takes, `BITS` included. Never 0.
    const MIN: u32;
    /// How the elements of a list or set of such values stand in the body.
    const SEQUENCE: Sequence = Sequence::Items;
    /// The fields of a method's result of this type: one, or none for `()`.
    const RESULT: &'static [Field] = &[Field::new::<Self>(1, "value")];

    /// The static description of the type.
    fn ty() -> Type;

    /// The header bits of a value, in the low `BITS` bits.
    fn bits(&self) -> u64 {
        0
    }

    /// Writes the bytes of a value.
    fn put(&self, out: &mut Encoder);

    /// Writes the bytes of a value that is no longer needed: large parts are taken out of it instead of copied.
    #[inline]
    fn give(&mut self, out: &mut Encoder) {
        self.put(out);
    }

    /// Reads a value whose writer had the same shape; `bits` are its header bits.
    #[inline]
    fn get(input: &mut Decoder<'_>, bits: u64) -> Result<Self> {
        Self::get_planned(input, Plan::same(), bits)
    }

    /// A small initial value to decode into. Nobody gets to see it, so it need not obey the schema's rules.
    fn blank() -> Self;

    /// Reads a value by a plan, whatever shape its writer had.
    fn get_planned(input: &mut Decoder<'_>, plan: &Plan, bits: u64) -> Result<Self>;

    /// Like [`Wire::get`], into a blank value, so that structs are not moved. After an error the value is unspecified.
    #[inline]
    fn fill(&mut self, input: &mut Decoder<'_>, bits: u64) -> Result<()> {
        *self = Self::get(input, bits)?;
        Ok(())
    }

    /// Like [`Wire::get_planned`], into a blank value.
    #[inline]
    fn fill_planned(&mut self, input: &mut Decoder<'_>, plan: &Plan, bits: u64) -> Result<()> {
        *self = Self::get_planned(input, plan, bits)?;
        Ok(())
    }

    /// Like [`Wire::fill`], but only for the most common values, and only if that takes a few instructions, because it
    /// is inlined for each field of a struct. If it returns `false`, nothing was read.
    #[inline]
    fn fill_common(&mut self, input: &mut Decoder<'_>, bits: u64) -> Result<bool> {
        let _ = (input, bits);
        Ok(false)
    }

    /// The value as an unsigned number; only called if `SEQUENCE` is `Words`.
    fn word(&self) -> u64 {
        0
    }

    /// The value of an unsigned number; only called if `SEQUENCE` is `Words`.
    fn from_word(word: u64, input: &mut Decoder<'_>) -> Result<Self> {
        let _ = word;
        Err(input.incompatible())
    }

    /// Writes the bytes of many values, one after the other. Types of constant width do it in one go.
    fn put_all(values: &[Self], out: &mut Encoder) {
        for value in values {
            value.put(out);
        }
    }

    /// The same for values that are no longer needed.
    fn give_all(values: &mut Vec<Self>, out: &mut Encoder) {
        Self::put_all(values, out);
    }

    /// Reads `count` values without header bits into an empty list. The count has been checked against the remaining
    /// bytes.
    fn fill_all(values: &mut Vec<Self>, input: &mut Decoder<'_>, count: usize) -> Result<()> {
        input.filled(values, count, Self::blank, |value, input, _| {
            value.fill(input, 0)
        })
    }

    /// A boxed blank value, even of types that are too large to move. Never inlined, because the caller would reserve
    /// stack for it while the nested values are read.
    #[inline(never)]
    fn blank_boxed() -> Box<Self> {
        Box::new(Self::blank())
    }
}

/// How the elements of a list or set are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sequence {
    /// One after the other.
    Items,
    /// As numbers of one common width: `u32`, `u64`, `i32`, `i64` and what is built on them.
    Words,
}

/// A type that can be a message of its own: structs, unions, exceptions.
pub trait Message: Wire {
    /// The shape of the type, computed once.
    fn shape() -> &'static Shape;
}

/// A struct or exception: fields with ids.
pub trait Record: Wire {
    /// The full name in the schema, such as `shop.Order`.
    const NAME: &'static str;
    /// The fields, by ascending id.
    const FIELDS: &'static [Field];

    /// How many bits the header has.
    const HEADER: u32;
    /// Whether a value may contain others of its type, so that its depth counts.
    const NESTED: bool = false;

    /// Asks for the fields of a blank value, by ascending id.
    fn read(&mut self, fields: &mut Fields<'_, '_, '_>);

    /// Checks the rules of the schema for a value that was read.
    ///
    /// # Errors
    /// If the value breaks one.
    #[inline]
    fn check(&self) -> core::result::Result<(), Invalid> {
        Ok(())
    }
}

/// A union: variants with ids, of which a value has exactly one.
pub trait Union: Wire {
    /// The full name in the schema, such as `shop.Payment`.
    const NAME: &'static str;
    /// The variants that the schema declares, by ascending id.
    const VARIANTS: &'static [Variant];

    /// Whether a value may contain others of its type, so that its depth counts.
    const NESTED: bool = false;

    /// Becomes a blank value of the variant with this id; `false` if there is none.
    fn choose(&mut self, id: u16) -> bool;

    /// Reads the payload of the variant that it became.
    ///
    /// # Errors
    /// If the bytes are not such a payload.
    fn read(&mut self, payload: ReadPayload<'_, '_>) -> Result<()>;

    /// Checks the rules of the schema for a value that was read.
    ///
    /// # Errors
    /// If the value breaks one.
    #[inline]
    fn check(&self) -> core::result::Result<(), Invalid> {
        Ok(())
    }
}
