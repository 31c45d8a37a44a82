//! Bytes, bits and numbers, from front to back.

use crate::Refused;
use crate::read::Input;
use crate::scalar::little;

impl<'a> Input<'a> {
    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], Refused> {
        let (taken, rest) = self.bytes.split_at_checked(count).ok_or("truncated")?;
        self.bytes = rest;
        Ok(taken)
    }

    pub(crate) fn number(&mut self) -> Result<u64, Refused> {
        let first = *self.bytes.first().ok_or("truncated")?;
        let more = first.trailing_ones() as usize;
        let (value, shift) = match more {
            8 => (little(&self.take(9)?[1..]), 0),
            _ => (little(self.take(more + 1)?), more + 1),
        };
        let value = (value >> shift) as u64;
        let smallest = if more == 0 { 0 } else { 1 << (7 * more) };
        match value < smallest {
            true => Err("not the shortest form"),
            false => Ok(value),
        }
    }

    pub(crate) fn sized(&mut self) -> Result<&'a [u8], Refused> {
        let len = self.number()?;
        self.take(usize::try_from(len).map_err(|_| "truncated")?)
    }

    /// So many bits, low bits of a byte first; the rest of the last byte is zero.
    pub(crate) fn bits(&mut self, count: usize) -> Result<Vec<bool>, Refused> {
        let bytes = self.take(count.div_ceil(8))?;
        let bits = bytes.iter();
        let mut bits: Vec<bool> = bits
            .flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1 == 1))
            .collect();
        match bits.split_off(count).contains(&true) {
            true => Err("spare bits"),
            false => Ok(bits),
        }
    }

    /// The bits of so many elements, an element's bits each.
    pub(crate) fn bits_of_elements(&mut self, count: u64, width: usize) -> Result<Bits, Refused> {
        let count = usize::try_from(count).map_err(|_| "truncated")?;
        let bits = self.bits(count.checked_mul(width).ok_or("truncated")?)?;
        Ok(Bits { bits, at: 0 })
    }

    /// The words of a list of numbers, which have one width.
    pub(crate) fn words(&mut self) -> Result<Vec<u64>, Refused> {
        let head = self.number()?;
        let width = 1 << (head & 3);
        let count = usize::try_from(head >> 2).map_err(|_| "truncated")?;
        let block = self.take(count.checked_mul(width).ok_or("truncated")?)?;
        let words = block.chunks(width).map(|word| little(word) as u64);
        let words: Vec<u64> = words.collect();
        let narrower = width / 2 * 8;
        match width > 1 && words.iter().all(|word| word >> narrower == 0) {
            true => Err("not the shortest form"),
            false => Ok(words),
        }
    }
}

/// Bits that are handed out from the first on.
pub(crate) struct Bits {
    bits: Vec<bool>,
    at: usize,
}

impl Bits {
    pub(crate) fn next(&mut self, count: usize) -> Vec<bool> {
        let own = self.bits[self.at..self.at + count].to_vec();
        self.at += count;
        own
    }
}

/// What is absent has no bit set.
pub(crate) fn absent(bits: &[bool]) -> Result<(), Refused> {
    match bits.contains(&true) {
        true => Err("spare bits"),
        false => Ok(()),
    }
}
