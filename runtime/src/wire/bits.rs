//! Reads bits and numbers that have been checked before: no errors, no positions.

/// The low `count` bits, at most 64.
#[inline]
pub(super) fn mask(count: u32) -> u64 {
    match count {
        0..64 => (1 << count) - 1,
        _ => u64::MAX,
    }
}

/// The packed header bits of the elements of a list, or of a struct.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bits<'a> {
    pub(super) bytes: &'a [u8],
}

impl Bits<'_> {
    /// `width` bits from bit `at` on: at most 64, and within what was checked.
    #[inline]
    pub(super) fn at(self, at: usize, width: u32) -> u64 {
        let first = at / 8;
        if width == 1 {
            return self
                .bytes
                .get(first)
                .map_or(0, |byte| u64::from(byte >> (at % 8) & 1));
        }
        let last = (at + width as usize).div_ceil(8).min(self.bytes.len());
        let bytes = self.bytes.get(first..last).unwrap_or_default();
        let wide = bytes
            .iter()
            .rev()
            .fold(0_u128, |wide, byte| wide << 8 | u128::from(*byte));
        (wide >> (at % 8)) as u64 & mask(width)
    }
}

/// Numbers of a common width.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words<'a> {
    pub(super) block: &'a [u8],
    pub(super) width: usize,
}

impl Words<'_> {
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.block.len() / self.width
    }

    /// Calls `each` with every word, in order.
    #[inline]
    pub(super) fn for_each(&self, mut each: impl FnMut(u64)) {
        match self.width {
            1 => self.block.iter().for_each(|byte| each(u64::from(*byte))),
            2 => self.chunks::<2>(|bytes| each(u64::from(u16::from_le_bytes(bytes)))),
            4 => self.chunks::<4>(|bytes| each(u64::from(u32::from_le_bytes(bytes)))),
            _ => self.chunks::<8>(|bytes| each(u64::from_le_bytes(bytes))),
        }
    }

    #[inline]
    fn chunks<const N: usize>(&self, mut each: impl FnMut([u8; N])) {
        let (chunks, _) = self.block.as_chunks::<N>();
        chunks.iter().for_each(|chunk| each(*chunk));
    }

    /// Whether a smaller width would be too small.
    pub(super) fn minimal(&self) -> bool {
        if self.width == 1 {
            return true;
        }
        let mut all = 0;
        self.for_each(|word| all |= word);
        all >> (4 * self.width) != 0
    }
}
