//! Random numbers for choices and pauses: fast, different in each thread and process, not for secrets.

use std::cell::Cell;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

thread_local! {
    static STATE: Cell<u64> = Cell::new(RandomState::new().hash_one(0));
}

/// Seeds the generator of this thread.
#[cfg(feature = "testing")]
pub(crate) fn seed(seed: u64) {
    STATE.set(mix(seed));
}

/// 64 random bits.
pub(crate) fn bits() -> u64 {
    const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
    let state = STATE.get().wrapping_add(STEP);
    STATE.set(state);
    mix(state)
}

/// A number below `end`; 0 if `end` is 0.
pub(crate) fn below(end: usize) -> usize {
    below_u64(end as u64) as usize
}

/// The same for 64 bits.
pub(crate) fn below_u64(end: u64) -> u64 {
    ((u128::from(bits()) * u128::from(end)) >> 64) as u64
}

/// A random time between the two.
pub(crate) fn between(shortest: Duration, longest: Duration) -> Duration {
    let spread = longest.saturating_sub(shortest).as_nanos();
    let spread = below_u64(u64::try_from(spread).unwrap_or(u64::MAX));
    shortest.saturating_add(Duration::from_nanos(spread))
}

/// A random time within a tenth of this one, so that things that began together spread out.
pub(crate) fn about(time: Duration) -> Duration {
    let tenth = time / 10;
    between(time - tenth, time.saturating_add(tenth))
}

/// Mixes the bits of a number (SplitMix64).
pub(crate) fn mix(number: u64) -> u64 {
    let mut z = number;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A hash that is the same in every process (FNV-1a, mixed).
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    mix(hash)
}

/// A number in [0, 1) from 64 bits.
pub(crate) fn unit(bits: u64) -> f64 {
    const STEPS: f64 = (1u64 << 53) as f64;
    (bits >> 11) as f64 / STEPS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_within_their_bounds_and_cover_them() {
        let mut seen = [0u32; 7];
        for _ in 0..7_000 {
            seen[below(7)] += 1;
        }
        assert!(
            seen.iter().all(|count| (700..1300).contains(count)),
            "{seen:?}"
        );
        assert_eq!(below(0), 0);
        let (short, long) = (Duration::from_millis(50), Duration::from_secs(2));
        assert!((0..1000).all(|_| (short..=long).contains(&between(short, long))));
        assert_eq!(between(long, short), long);
        assert!((0..1000).all(|_| (9..=11).contains(&about(short * 200).as_secs())));
        assert!(about(Duration::MAX) >= Duration::MAX / 10 * 9);
    }

    #[test]
    fn threads_draw_different_numbers() {
        let other = std::thread::spawn(bits).join().unwrap();
        assert_ne!(bits(), other);
    }
}
