//! Decimals: the scale, then the coefficient in as few bytes as possible.

use super::error::{DecodeErrorKind, Result};
use super::plan::Plan;
use super::scalars::same_only;
use super::ty::Type;
use super::value::Wire;
use super::{Decoder, Encoder};
use crate::types::Decimal;

impl Wire for Decimal {
    const MIN: u32 = 16;

    fn ty() -> Type {
        Type::Decimal
    }

    #[inline]
    fn blank() -> Self {
        Self::default()
    }

    fn put(&self, out: &mut Encoder) {
        let bytes = self.coefficient().to_le_bytes();
        let len = shortest(bytes);
        out.uint(len as u64 + 1);
        out.store([self.scale()], 1);
        out.raw(&bytes[..len]);
    }

    fn get(input: &mut Decoder<'_>, _: u64) -> Result<Self> {
        let invalid = |input: &Decoder<'_>, reason| input.error(DecodeErrorKind::Invalid(reason));
        let Some((&scale, coefficient)) = input.sized()?.split_first() else {
            return Err(invalid(input, "a decimal has no scale"));
        };
        let negative = coefficient.last().is_some_and(|last| last >> 7 == 1);
        let mut bytes = [if negative { 0xff } else { 0 }; 16];
        match bytes.get_mut(..coefficient.len()) {
            Some(low) => low.copy_from_slice(coefficient),
            None => return Err(invalid(input, "the coefficient of a decimal is too long")),
        }
        if shortest(bytes) != coefficient.len() {
            return Err(input.error(DecodeErrorKind::NotMinimal));
        }
        Self::new(i128::from_le_bytes(bytes), scale)
            .ok_or_else(|| invalid(input, "the scale of a decimal is above 28"))
    }

    same_only!();
}

/// How many bytes of a little-endian two's complement number are needed; none for zero.
fn shortest(bytes: [u8; 16]) -> usize {
    let number = i128::from_le_bytes(bytes);
    let spare = match number < 0 {
        true => number.leading_ones(),
        false => number.leading_zeros(),
    };
    match number {
        0 => 0,
        _ => (128 - spare as usize + 1).div_ceil(8),
    }
}
