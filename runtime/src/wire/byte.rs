//! Single bytes: a list of them is copied as a whole.

use super::error::Result;
use super::plan::Plan;
use super::ty::Type;
use super::value::Wire;
use super::{Decoder, Encoder};

impl Wire for u8 {
    const MIN: u32 = 8;

    fn ty() -> Type {
        Type::U8
    }

    #[inline]
    fn blank() -> Self {
        0
    }

    #[inline]
    fn put(&self, out: &mut Encoder) {
        out.store([*self], 1);
    }

    #[inline]
    fn get(input: &mut Decoder<'_>, _: u64) -> Result<Self> {
        input.bytes().map(Self::from_le_bytes)
    }

    fn get_planned(input: &mut Decoder<'_>, plan: &Plan, bits: u64) -> Result<Self> {
        match plan.is_same() {
            true => Self::get(input, bits),
            false => Err(input.incompatible()),
        }
    }

    #[inline]
    fn fill_common(&mut self, input: &mut Decoder<'_>, _: u64) -> Result<bool> {
        let byte = input.next_bytes();
        Ok(byte.map(|[byte]| *self = byte).is_some())
    }

    #[inline]
    fn put_all(values: &[Self], out: &mut Encoder) {
        out.raw(values);
    }

    fn give_all(values: &mut Vec<Self>, out: &mut Encoder) {
        out.take(values);
    }

    #[inline]
    fn fill_all(values: &mut Vec<Self>, input: &mut Decoder<'_>, count: usize) -> Result<()> {
        *values = input.take(count)?.to_vec();
        Ok(())
    }
}
