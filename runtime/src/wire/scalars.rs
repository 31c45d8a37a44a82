//! The scalar types: their kinds and their bytes.

use super::error::{DecodeErrorKind, Result};
use super::plan::Plan;
use super::prefix::{unzigzag, zigzag};
use super::ty::Type;
use super::value::{Sequence, Wire};
use super::{Decoder, Encoder};
use crate::types::{Date, Duration, Timestamp, Uuid};

/// Decodes a value whose plan can only be [`Plan::same`].
macro_rules! same_only {
    () => {
        fn get_planned(input: &mut Decoder<'_>, plan: &Plan, bits: u64) -> Result<Self> {
            match plan.is_same() {
                true => Self::get(input, bits),
                false => Err(input.incompatible()),
            }
        }
    };
}

pub(super) use same_only;

/// Decodes a number of the same or a narrower kind.
macro_rules! same_or_narrower {
    () => {
        fn get_planned(input: &mut Decoder<'_>, plan: &Plan, bits: u64) -> Result<Self> {
            if plan.is_same() {
                return Self::get(input, bits);
            }
            let number = input.widened(plan)?;
            Self::try_from(number).map_err(|_| input.error(DecodeErrorKind::OutOfRange))
        }
    };
}

/// Numbers of fixed width, little-endian. Lists of them are one block.
macro_rules! fixed {
    ($($type:ty: $kind:ident, $planned:ident;)*) => {$(
        impl Wire for $type {
            const MIN: u32 = 8 * size_of::<Self>() as u32;

            fn ty() -> Type {
                Type::$kind
            }

            #[inline]
            fn blank() -> Self {
                Self::default()
            }

            #[inline]
            fn put(&self, out: &mut Encoder) {
                out.store(self.to_le_bytes(), size_of::<Self>());
            }

            #[inline]
            fn get(input: &mut Decoder<'_>, _: u64) -> Result<Self> {
                input.bytes().map(Self::from_le_bytes)
            }

            $planned!();

            #[inline]
            fn fill_common(&mut self, input: &mut Decoder<'_>, _: u64) -> Result<bool> {
                Ok(input.next_bytes().map(|bytes| *self = Self::from_le_bytes(bytes)).is_some())
            }

            #[inline]
            fn put_all(values: &[Self], out: &mut Encoder) {
                out.fill(size_of_val(values), |room| room.each(values, |value| value.to_le_bytes()));
            }

            fn fill_all(values: &mut Vec<Self>, input: &mut Decoder<'_>, count: usize) -> Result<()> {
                let block = input.take(count.saturating_mul(size_of::<Self>()))?;
                let (chunks, _) = block.as_chunks();
                *values = chunks.iter().map(|chunk| Self::from_le_bytes(*chunk)).collect();
                Ok(())
            }
        }
    )*};
}

fixed! {
    i8: I8, same_only;
    u16: U16, same_or_narrower;
    i16: I16, same_or_narrower;
    u128: U128, wide_unsigned;
    i128: I128, same_or_narrower;
    f32: F32, same_only;
    f64: F64, same_only;
}

/// Like `same_or_narrower`, for the type that does not fit `i128`.
macro_rules! wide_unsigned {
    () => {
        same_or_narrower!();
    };
}
use wide_unsigned;

/// Numbers of varying width: in the shortest prefix form alone, with a common width in lists.
macro_rules! varying {
    ($($type:ty: $kind:ident, $put:ident, $get:ident, $any:ident, $short:ident, $wide:ty, $to_word:expr, $from_word:expr;)*) => {$(
        impl Wire for $type {
            const MIN: u32 = 8;
            const SEQUENCE: Sequence = Sequence::Words;

            fn ty() -> Type {
                Type::$kind
            }

            #[inline]
            fn blank() -> Self {
                Self::default()
            }

            #[inline]
            fn put(&self, out: &mut Encoder) {
                out.$put(<$wide>::from(*self));
            }


            #[inline]
            fn get(input: &mut Decoder<'_>, _: u64) -> Result<Self> {
                let number: $wide = input.$get()?;
                Self::try_from(number).map_err(|_| input.error(DecodeErrorKind::OutOfRange))
            }

            #[inline]
            fn fill(&mut self, input: &mut Decoder<'_>, _: u64) -> Result<()> {
                let number: $wide = input.$any()?;
                *self = Self::try_from(number).map_err(|_| input.error(DecodeErrorKind::OutOfRange))?;
                Ok(())
            }

            same_or_narrower!();

            #[inline]
            fn fill_common(&mut self, input: &mut Decoder<'_>, _: u64) -> Result<bool> {
                Ok(input.$short().map(|number| *self = number.into()).is_some())
            }

            #[inline]
            fn word(&self) -> u64 {
                $to_word(<$wide>::from(*self))
            }

            #[inline]
            fn from_word(word: u64, input: &mut Decoder<'_>) -> Result<Self> {
                let number: $wide = $from_word(word);
                Self::try_from(number).map_err(|_| input.error(DecodeErrorKind::OutOfRange))
            }
        }
    )*};
}

varying! {
    u32: Uint, uint, uint, any_uint, short_uint, u64, core::convert::identity, core::convert::identity;
    u64: Uint, uint, uint, any_uint, short_uint, u64, core::convert::identity, core::convert::identity;
    i32: Int, int, int, any_int, short_int, i64, zigzag, unzigzag;
    i64: Int, int, int, any_int, short_int, i64, zigzag, unzigzag;
}

/// Types that are encoded as a number.
macro_rules! as_number {
    ($($type:ty: $base:ty, $from:ident, $to:ident;)*) => {$(
        impl Wire for $type {
            const MIN: u32 = <$base as Wire>::MIN;
            const SEQUENCE: Sequence = <$base as Wire>::SEQUENCE;

            fn ty() -> Type {
                <$base as Wire>::ty()
            }

            #[inline]
            fn blank() -> Self {
                Self::default()
            }

            #[inline]
            fn put(&self, out: &mut Encoder) {
                self.$to().put(out);
            }


            #[inline]
            fn get(input: &mut Decoder<'_>, bits: u64) -> Result<Self> {
                <$base as Wire>::get(input, bits).map(Self::$from)
            }

            fn get_planned(input: &mut Decoder<'_>, plan: &Plan, bits: u64) -> Result<Self> {
                <$base as Wire>::get_planned(input, plan, bits).map(Self::$from)
            }

            #[inline]
            fn fill_common(&mut self, input: &mut Decoder<'_>, bits: u64) -> Result<bool> {
                let mut base = <$base as Wire>::blank();
                let read = base.fill_common(input, bits);
                *self = Self::$from(base);
                read
            }

            #[inline]
            fn word(&self) -> u64 {
                self.$to().word()
            }

            #[inline]
            fn from_word(word: u64, input: &mut Decoder<'_>) -> Result<Self> {
                <$base as Wire>::from_word(word, input).map(Self::$from)
            }
        }
    )*};
}

as_number! {
    Timestamp: i64, from_nanos, as_nanos;
    Duration: i64, from_nanos, as_nanos;
    Date: i32, from_days, as_days;
}

impl Wire for bool {
    const BITS: u32 = 1;
    const MIN: u32 = 1;

    fn ty() -> Type {
        Type::Bool
    }

    #[inline]
    fn blank() -> Self {
        Self::default()
    }

    #[inline]
    fn bits(&self) -> u64 {
        u64::from(*self)
    }

    #[inline]
    fn put(&self, _: &mut Encoder) {}

    #[inline]
    fn get(_: &mut Decoder<'_>, bits: u64) -> Result<Self> {
        Ok(bits & 1 == 1)
    }

    #[inline]
    fn fill_common(&mut self, _: &mut Decoder<'_>, bits: u64) -> Result<bool> {
        *self = bits & 1 == 1;
        Ok(true)
    }

    same_only!();
}

impl Wire for String {
    const MIN: u32 = 8;

    fn ty() -> Type {
        Type::String
    }

    #[inline]
    fn blank() -> Self {
        Self::default()
    }

    #[inline]
    fn put(&self, out: &mut Encoder) {
        out.bytes(self.as_bytes());
    }

    #[inline]
    fn get(input: &mut Decoder<'_>, _: u64) -> Result<Self> {
        let mut text = String::new();
        input.owned_text(&mut text)?;
        Ok(text)
    }

    #[inline(always)]
    fn fill(&mut self, input: &mut Decoder<'_>, _: u64) -> Result<()> {
        input.owned_text(self)
    }

    same_only!();
}

impl Wire for Uuid {
    const MIN: u32 = 128;

    fn ty() -> Type {
        Type::Uuid
    }

    #[inline]
    fn blank() -> Self {
        Self::default()
    }

    #[inline]
    fn put(&self, out: &mut Encoder) {
        out.store(self.to_bytes(), 16);
    }

    #[inline]
    fn get(input: &mut Decoder<'_>, _: u64) -> Result<Self> {
        input.bytes().map(Self::from_bytes)
    }

    #[inline]
    fn fill_common(&mut self, input: &mut Decoder<'_>, _: u64) -> Result<bool> {
        let bytes = input.next_bytes();
        Ok(bytes.map(|bytes| *self = Self::from_bytes(bytes)).is_some())
    }

    same_only!();
}
