//! Types that are encoded as another type: enums, flags, newtypes.

use core::borrow::Borrow;

use super::buffer::Room;
use super::decoder::Decoder;
use super::encoder::Encoder;
use super::error::{DecodeError, DecodeErrorKind, Result as DecodeResult};
use super::frozen::{Frozen, FrozenReader};
use super::value::Wire;
use crate::invalid::{Invalid, Rule};

/// A type whose values are those of another type, or some of them.
pub trait Transparent: Sized + Send + Sync + 'static {
    /// The other type.
    type Inner: Wire;

    /// The value as one of the other type.
    fn inner(&self) -> impl Borrow<Self::Inner>;

    /// The value from one of the other type.
    ///
    /// # Errors
    /// The schema does not allow it.
    fn wrap(inner: Self::Inner) -> Result<Self, Invalid>;

    /// See [`Wire::blank`].
    fn blank() -> Self;
}

/// Implements `Wire` for a `Transparent` type, and `Frozen` if asked to.
///
/// Not a blanket implementation, which would overlap with the one for boxes.
#[doc(hidden)]
#[macro_export]
macro_rules! __transparent {
    ($type:ty) => {
        $crate::codegen::seen_as_it_is!($type);

        impl $crate::codegen::Wire for $type {
            const BITS: u32 =
                <<$type as $crate::codegen::Transparent>::Inner as $crate::codegen::Wire>::BITS;
            const MIN: u32 =
                <<$type as $crate::codegen::Transparent>::Inner as $crate::codegen::Wire>::MIN;
            const SEQUENCE: $crate::codegen::Sequence =
                <<$type as $crate::codegen::Transparent>::Inner as $crate::codegen::Wire>::SEQUENCE;

            fn ty() -> $crate::codegen::Type {
                <<$type as $crate::codegen::Transparent>::Inner as $crate::codegen::Wire>::ty()
            }

            #[inline]
            fn blank() -> Self {
                <$type as $crate::codegen::Transparent>::blank()
            }

            #[inline]
            fn bits(&self) -> u64 {
                $crate::codegen::inner_bits(self)
            }

            #[inline]
            fn put(&self, out: &mut $crate::codegen::Encoder) {
                $crate::codegen::put_inner(self, out);
            }

            #[inline]
            fn get(
                input: &mut $crate::codegen::Decoder<'_>,
                bits: u64,
            ) -> $crate::codegen::Result<Self> {
                let inner = $crate::codegen::Wire::get(input, bits)?;
                input.wrapped(inner)
            }

            fn get_planned(
                input: &mut $crate::codegen::Decoder<'_>,
                plan: &$crate::codegen::Plan,
                bits: u64,
            ) -> $crate::codegen::Result<Self> {
                let inner = $crate::codegen::Wire::get_planned(input, plan, bits)?;
                input.wrapped(inner)
            }

            #[inline]
            fn fill_common(
                &mut self,
                input: &mut $crate::codegen::Decoder<'_>,
                bits: u64,
            ) -> $crate::codegen::Result<bool> {
                $crate::codegen::fill_common_inner(self, input, bits)
            }

            #[inline]
            fn word(&self) -> u64 {
                $crate::codegen::inner_word(self)
            }

            #[inline]
            fn from_word(
                word: u64,
                input: &mut $crate::codegen::Decoder<'_>,
            ) -> $crate::codegen::Result<Self> {
                let inner = $crate::codegen::Wire::from_word(word, input)?;
                input.wrapped(inner)
            }
        }
    };
    ($type:ty, frozen) => {
        $crate::codegen::transparent!($type);

        impl $crate::codegen::Frozen for $type {
            const LAYOUT: $crate::codegen::Layout =
                <<$type as $crate::codegen::Transparent>::Inner as $crate::codegen::Frozen>::LAYOUT;

            fn store(&self, out: &mut $crate::codegen::Room<'_>) {
                $crate::codegen::store_inner(self, out);
            }

            fn load(
                input: &mut $crate::codegen::FrozenReader<'_>,
            ) -> $crate::codegen::Result<Self> {
                let inner = $crate::codegen::Frozen::load(input)?;
                input.wrapped(inner)
            }
        }
    };
}

impl Decoder<'_> {
    /// The value from one of the other type.
    #[inline]
    pub fn wrapped<T: Transparent>(&self, inner: T::Inner) -> DecodeResult<T> {
        T::wrap(inner).map_err(|invalid| self.refused(&invalid))
    }

    /// The value, if `check` allows it.
    #[inline]
    pub fn validated<T>(
        &self,
        value: T,
        check: impl FnOnce(&T) -> Result<(), Invalid>,
    ) -> DecodeResult<T> {
        match check(&value) {
            Ok(()) => Ok(value),
            Err(invalid) => Err(self.refused(&invalid)),
        }
    }

    #[cold]
    pub(super) fn refused(&self, invalid: &Invalid) -> DecodeError {
        self.error(kind_of(invalid)).of(invalid)
    }
}

impl FrozenReader<'_> {
    /// The value from one of the other type.
    pub fn wrapped<T: Transparent>(&self, inner: T::Inner) -> DecodeResult<T> {
        T::wrap(inner).map_err(|invalid| self.error(kind_of(&invalid)).of(&invalid))
    }
}

fn kind_of(invalid: &Invalid) -> DecodeErrorKind {
    match invalid.rule() {
        Rule::Number(number) => DecodeErrorKind::UnknownValue(*number),
        rule => DecodeErrorKind::Invalid(rule.reason()),
    }
}

/// The header bits of the inner value.
#[inline]
pub fn inner_bits<T: Transparent>(value: &T) -> u64 {
    value.inner().borrow().bits()
}

/// Reads the most common inner values; see [`Wire::fill_common`].
#[inline]
pub fn fill_common_inner<T: Transparent>(
    value: &mut T,
    input: &mut Decoder<'_>,
    bits: u64,
) -> DecodeResult<bool> {
    let mut inner = T::Inner::blank();
    let read = inner.fill_common(input, bits)?;
    if read {
        *value = input.wrapped(inner)?;
    }
    Ok(read)
}

/// The word of the inner value.
#[inline]
pub fn inner_word<T: Transparent>(value: &T) -> u64 {
    value.inner().borrow().word()
}

/// Writes the inner value.
#[inline]
pub fn put_inner<T: Transparent>(value: &T, out: &mut Encoder) {
    value.inner().borrow().put(out);
}

/// Writes the inner value as a member of a frozen struct.
#[inline]
pub fn store_inner<T: Transparent>(value: &T, out: &mut Room<'_>)
where
    T::Inner: Frozen,
{
    value.inner().borrow().store(out);
}
