//! Boxes, which are invisible on the wire, and options, which are one bit.

use super::apart::moving;
use super::error::{DecodeErrorKind, Result};
use super::plan::{Plan, Step};
use super::ty::{Part, Type};
use super::value::Wire;
use super::{Decoder, Encoder};

impl<T: Wire> Wire for Box<T> {
    const BITS: u32 = T::BITS;
    const MIN: u32 = T::MIN;

    fn ty() -> Type {
        T::ty()
    }

    #[inline]
    fn blank() -> Self {
        T::blank_boxed()
    }

    #[inline]
    fn bits(&self) -> u64 {
        T::bits(self)
    }

    #[inline]
    fn put(&self, out: &mut Encoder) {
        T::put(self, out);
    }

    fn get(input: &mut Decoder<'_>, bits: u64) -> Result<Self> {
        let mut value = Self::blank();
        value.fill(input, bits)?;
        Ok(value)
    }

    fn fill(&mut self, input: &mut Decoder<'_>, bits: u64) -> Result<()> {
        input.charge::<T>(1)?;
        T::fill(self, input, bits)
    }

    fn get_planned(input: &mut Decoder<'_>, plan: &Plan, bits: u64) -> Result<Self> {
        let mut value = Self::blank();
        value.fill_planned(input, plan, bits)?;
        Ok(value)
    }

    fn fill_planned(&mut self, input: &mut Decoder<'_>, plan: &Plan, bits: u64) -> Result<()> {
        input.charge::<T>(1)?;
        T::fill_planned(self, input, plan, bits)
    }
}

impl<T: Wire> Wire for Option<T> {
    const BITS: u32 = 1 + T::BITS;
    const MIN: u32 = Self::BITS;

    fn ty() -> Type {
        Type::Optional(Part::inline::<T>())
    }

    #[inline]
    fn blank() -> Self {
        None
    }

    #[inline]
    fn bits(&self) -> u64 {
        match self {
            Some(value) => 1 | value.bits() << 1,
            None => 0,
        }
    }

    #[inline]
    fn put(&self, out: &mut Encoder) {
        if let Some(value) = self {
            value.put(out);
        }
    }

    #[inline]
    fn give(&mut self, out: &mut Encoder) {
        if let Some(value) = self {
            value.give(out);
        }
    }

    #[inline]
    fn get(input: &mut Decoder<'_>, bits: u64) -> Result<Self> {
        match bits {
            0 => Ok(None),
            _ if bits & 1 == 1 => T::get(input, bits >> 1).map(Some),
            _ => Err(input.error(DecodeErrorKind::SpareBits)),
        }
    }

    #[inline]
    fn fill(&mut self, input: &mut Decoder<'_>, bits: u64) -> Result<()> {
        match bits {
            0 => Ok(()),
            _ if bits & 1 == 1 => moving::<T, _>(|| self.insert(T::blank())).fill(input, bits >> 1),
            _ => Err(input.error(DecodeErrorKind::SpareBits)),
        }
    }

    #[inline]
    fn fill_common(&mut self, input: &mut Decoder<'_>, bits: u64) -> Result<bool> {
        if bits & 1 == 0 || core::mem::needs_drop::<T>() {
            return Ok(bits == 0);
        }
        let mut value = T::blank();
        let read = value.fill_common(input, bits >> 1)?;
        if read {
            *self = Some(value);
        }
        Ok(read)
    }

    fn get_planned(input: &mut Decoder<'_>, plan: &Plan, bits: u64) -> Result<Self> {
        let mut value = None;
        value.fill_planned(input, plan, bits)?;
        Ok(value)
    }

    fn fill_planned(&mut self, input: &mut Decoder<'_>, plan: &Plan, bits: u64) -> Result<()> {
        let (inner, bits) = match plan.step {
            Step::Same => return self.fill(input, bits),
            Step::Present(inner) => (inner, bits),
            Step::Optional(inner) if bits & 1 == 1 => (inner, bits >> 1),
            Step::Optional(_) if bits == 0 => return Ok(()),
            Step::Optional(_) => return Err(input.error(DecodeErrorKind::SpareBits)),
            _ => return Err(input.incompatible()),
        };
        let inner = input.plan(inner)?;
        moving::<T, _>(|| self.insert(T::blank())).fill_planned(input, inner, bits)
    }
}
