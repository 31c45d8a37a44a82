//! A cursor over bytes, with the primitives of the wire format.

use crate::refused::Rule;

/// A cursor over bytes.
pub(crate) struct Bytes<'a> {
    all: &'a [u8],
    at: usize,
    /// Offset of the last thing read, for errors.
    pub(crate) start: usize,
}

impl<'a> Bytes<'a> {
    pub(crate) fn new(all: &'a [u8]) -> Self {
        Self {
            all,
            at: 0,
            start: 0,
        }
    }

    /// How many bytes have been read.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// The bytes from `start` to the cursor.
    pub(crate) fn since(&self, start: usize) -> &'a [u8] {
        &self.all[start..self.at]
    }

    /// The bytes that are left.
    pub(crate) fn rest(&self) -> &'a [u8] {
        &self.all[self.at..]
    }

    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], Rule> {
        self.start = self.at;
        let rest = self.rest();
        let taken = rest
            .get(..count)
            .ok_or(Rule::Truncated(count as u64, rest.len()))?;
        self.at += count;
        Ok(taken)
    }

    /// `count` items of `size` bytes each.
    pub(crate) fn block(&mut self, count: u64, size: usize) -> Result<&'a [u8], Rule> {
        self.start = self.at;
        let needed = count.saturating_mul(size as u64);
        let truncated = Rule::Truncated(needed, self.rest().len());
        self.take(usize::try_from(needed).map_err(|_| truncated)?)
    }

    /// A number in prefix form.
    pub(crate) fn number(&mut self) -> Result<u64, Rule> {
        self.start = self.at;
        let first = *self.rest().first().ok_or(Rule::Truncated(1, 0))?;
        let more = first.trailing_ones() as usize;
        let (value, shift) = match more {
            8 => (little(&self.take(9)?[1..]), 0),
            _ => (little(self.take(more + 1)?), more + 1),
        };
        let value = (value >> shift) as u64;
        let smallest = if more == 0 { 0 } else { 1 << (7 * more) };
        match value < smallest {
            true => Err(Rule::NotMinimal),
            false => Ok(value),
        }
    }

    /// Bytes with their length in front.
    pub(crate) fn sized(&mut self) -> Result<&'a [u8], Rule> {
        let len = self.number()?;
        self.block(len, 1)
    }

    /// `count` bits, least significant first; the rest of the last byte must be zero.
    pub(crate) fn bits(&mut self, count: usize) -> Result<Vec<bool>, Rule> {
        let bytes = self.take(count.div_ceil(8))?;
        let bits = bytes.iter();
        let mut bits: Vec<bool> = bits
            .flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1 == 1))
            .collect();
        match bits.split_off(count).contains(&true) {
            true => Err(Rule::SpareBits),
            false => Ok(bits),
        }
    }

    /// `width` bits for each of `count` elements.
    pub(crate) fn bits_of_elements(&mut self, count: u64, width: usize) -> Result<Bits, Rule> {
        let needed = count.saturating_mul(width as u64);
        self.start = self.at;
        let truncated = Rule::Truncated(needed.div_ceil(8), self.rest().len());
        let bits = self.bits(usize::try_from(needed).map_err(|_| truncated)?)?;
        Ok(Bits { bits, at: 0 })
    }

    /// The numbers of a list in fixed width.
    pub(crate) fn words(&mut self) -> Result<Vec<u64>, Rule> {
        let head = self.number()?;
        let width = 1 << (head & 3);
        let block = self.block(head >> 2, width)?;
        let words = block.chunks(width).map(|word| little(word) as u64);
        let words: Vec<u64> = words.collect();
        let narrower = width / 2 * 8;
        match width > 1 && words.iter().all(|word| word >> narrower == 0) {
            true => Err(Rule::NotMinimal),
            false => Ok(words),
        }
    }
}

/// Bits, handed out in order.
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

/// An absent value must not have any bit set.
pub(crate) fn absent(bits: &[bool]) -> Result<(), Rule> {
    match bits.contains(&true) {
        true => Err(Rule::SpareBits),
        false => Ok(()),
    }
}

/// Up to 16 bytes as an unsigned little-endian number.
pub(crate) fn little(bytes: &[u8]) -> u128 {
    let bytes = bytes.iter().rev();
    bytes.fold(0, |number, byte| number << 8 | u128::from(*byte))
}

/// Up to 16 bytes as a signed little-endian number.
pub(crate) fn signed(bytes: &[u8]) -> i128 {
    let spare = 128 - 8 * bytes.len();
    ((little(bytes) << spare) as i128) >> spare
}
