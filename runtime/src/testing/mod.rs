//! Test helpers: mocks of services, and fault injection. Feature `testing`.

mod mishaps;
mod mock;

pub use mishaps::{Mishap, Mishaps};
pub use mock::{Mocked, Verify, verify};

/// Makes whatever this thread leaves to chance follow from `seed`: pauses between tries and dials, the choices of balancers,
/// ids of traces. For simulations that are to run again in the same way.
pub fn seed(seed: u64) {
    crate::random::seed(seed);
}
