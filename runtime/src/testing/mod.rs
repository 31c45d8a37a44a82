//! Test helpers: mocks of services, and fault injection. Feature `testing`.

mod mishaps;
mod mock;

pub use mishaps::{Mishap, Mishaps};
pub use mock::{Mocked, Verify, verify};

/// Derives this thread's random choices from `seed`: pauses between attempts and dials, the choices of balancers, ids
/// of traces. For simulations that must be repeatable.
pub fn seed(seed: u64) {
    crate::random::seed(seed);
}
