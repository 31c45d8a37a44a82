//! Numbers in prefix form, as they are written; `numbers` reads them.

use super::buffer::Room;

impl Room<'_> {
    /// Writes a number in its shortest prefix form.
    #[inline(always)]
    pub(super) fn uint(&mut self, value: u64) {
        if value < 1 << 56 {
            self.short_uint(value);
        } else {
            self.store([0xff], 1);
            self.store(value.to_le_bytes(), 8);
        }
    }

    /// Writes a number below 2 to the 56th into room for at least 8 bytes.
    #[inline(always)]
    pub(super) fn short_uint(&mut self, value: u64) {
        let (len, tag) = PREFIXES[(value | 1).ilog2() as usize];
        let word = value << len | u64::from(tag);
        self.store(word.to_le_bytes(), usize::from(len));
    }
}

/// The most that a number in prefix form takes.
pub(super) const MOST_UINT: usize = 9;

/// The length of a number's prefix form and its low bits, by the position of the number's highest bit.
const PREFIXES: [(u8, u8); 64] = {
    let mut all = [(9, 0xff); 64];
    let mut bit = 0;
    while bit < 56 {
        let len = bit / 7 + 1;
        all[bit] = (len as u8, (1 << (len - 1)) - 1);
        bit += 1;
    }
    all
};

/// Maps small signed numbers to small unsigned ones.
#[inline]
pub(crate) fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

/// The inverse of [`zigzag`].
#[inline]
pub(crate) fn unzigzag(word: u64) -> i64 {
    (word >> 1) as i64 ^ -((word & 1) as i64)
}
