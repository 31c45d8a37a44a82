//! For tests of programs that call and serve: mocks of services, and faults that happen when they are told to. It needs the
//! feature `testing`.

mod faults;
mod mock;

pub use faults::{Fault, Faults};
pub use mock::{Mocked, Verify, verify};

/// Makes whatever this thread leaves to chance follow from `seed`: pauses between tries and dials, the choices of balancers,
/// ids of traces. For simulations that are to run again in the same way.
pub fn seed(seed: u64) {
    crate::random::seed(seed);
}
