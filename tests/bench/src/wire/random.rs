//! A seeded source of random values (SplitMix64), so that every run measures the same bytes.

use std::ops::Range;

/// The state of the generator.
pub struct Random(u64);

impl Random {
    /// A generator that always gives the same values for the same seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A uniform value of the range, whose end is excluded.
    pub fn range(&mut self, range: Range<i64>) -> i64 {
        let width = u64::try_from(range.end - range.start).expect("ranges here are not empty");
        let offset = ((u128::from(self.bits()) * u128::from(width)) >> 64) as i64;
        range.start + offset
    }

    /// A uniform number of the range, whose end is excluded.
    pub fn count(&mut self, range: Range<usize>) -> usize {
        self.range(range.start as i64..range.end as i64) as usize
    }

    /// A uniform value of `[0, 1)`.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A uniform value of `[0, 1)`.
    pub fn unit32(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / (1u32 << 24) as f32
    }

    /// `true` with the given probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A fair coin.
    pub fn coin(&mut self) -> bool {
        self.bits() >> 63 == 1
    }

    /// One of the items.
    pub fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.count(0..items.len())]
    }

    /// One of the words.
    pub fn word(&mut self, words: &[&str]) -> String {
        self.pick(words).to_owned()
    }

    /// A value with the given probability.
    pub fn optional<T>(
        &mut self,
        probability: f64,
        value: impl FnOnce(&mut Self) -> T,
    ) -> Option<T> {
        self.chance(probability).then(|| value(self))
    }

    /// A list of random length.
    pub fn list<T>(
        &mut self,
        length: Range<usize>,
        mut value: impl FnMut(&mut Self) -> T,
    ) -> Vec<T> {
        (0..self.count(length)).map(|_| value(self)).collect()
    }
}
