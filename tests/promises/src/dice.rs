//! Pseudo-random numbers from a seed.

/// A source of numbers.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// The numbers of this seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `sides`; 0 if there is none.
    pub fn roll(&mut self, sides: usize) -> usize {
        (self.number() % sides.max(1) as u64) as usize
    }

    /// True once in `times`.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.roll(times) == 0
    }

    /// One of `choices`, which must not be empty.
    pub fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.roll(choices.len())]
    }

    /// A number of at most this many bits: small ones, boundary values, and any.
    pub fn edge(&mut self, bits: u32) -> u128 {
        let all = u128::MAX >> (128 - bits);
        let wide = u128::from(self.number()) << 64 | u128::from(self.number());
        let power = 1_u128 << self.roll(bits as usize);
        let number = match self.roll(6) {
            0 => wide & 7,
            1 => power,
            2 => power - 1,
            3 => all - (wide & 1),
            4 => wide & 0xff,
            _ => wide & (power | (power - 1)),
        };
        number & all
    }
}
