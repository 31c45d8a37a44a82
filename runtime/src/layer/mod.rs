//! Middleware: layers, observers and limits around calls.
//!
//! Each is a service around a service, the same for servers and channels, for single answers and for streams, since
//! none of them looks into bodies.

mod around;
mod held;
mod limited;
#[cfg(feature = "metrics")]
mod metrics;
mod next;
mod observe;
mod spawned;
mod straight;
#[cfg(feature = "tower")]
mod tower;
mod watch;

pub use around::Layered;
pub(crate) use held::Holding;
pub use limited::Limited;
#[cfg(feature = "metrics")]
pub use metrics::Metrics;
pub use next::{Next, Run};
pub use observe::{Begun, End, Ended, Observe, Observed};
pub use spawned::spawned;
#[cfg(feature = "tower")]
pub use tower::{AsTower, BoxError, FromTower};
pub use watch::Observer;
pub(crate) use watch::{Observers, Watch};
