//! What happens around a call: code of the user's, somebody who watches, a limit. Each is a service around a service,
//! the same for servers and channels, for single answers and for streams, since none of them looks into a body.

mod limited;
#[cfg(feature = "metrics")]
mod metrics;
mod observe;
mod spawned;
#[cfg(feature = "tower")]
mod tower;

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;

pub use limited::Limited;
#[cfg(feature = "metrics")]
pub use metrics::Metrics;
pub use observe::{Begun, End, Ended, Observe, Observed};
pub(crate) use observe::{Observers, Watch};
pub use spawned::spawned;
#[cfg(feature = "tower")]
pub use tower::{AsTower, BoxError, FromTower};

use crate::service::NamedService;
use crate::{Call, Channel, Method, Reply, Result, Service};

/// A service with a layer around it: see [`Service::layer`].
pub struct Layered<F, S> {
    layer: F,
    next: Next,
    service: PhantomData<fn() -> S>,
}

impl<F, S: Service> Layered<F, S> {
    /// `service` with `layer` around each call.
    pub fn new(service: S, layer: F) -> Self {
        Self {
            layer,
            next: Next(Channel::new(service)),
            service: PhantomData,
        }
    }
}

impl<F, Fut, S> Service for Layered<F, S>
where
    F: Fn(Call, Next) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Reply>> + Send + 'static,
    S: Service,
{
    fn call(&self, call: Call) -> impl Future<Output = Result<Reply>> + Send {
        (self.layer)(call, self.next.clone())
    }
}

impl<F, Fut, S> NamedService for Layered<F, S>
where
    F: Fn(Call, Next) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Reply>> + Send + 'static,
    S: NamedService,
{
    const NAMES: &'static [&'static str] = S::NAMES;
    const METHODS: &'static [&'static Method] = S::METHODS;
}

impl<F, S> fmt::Debug for Layered<F, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Layered").finish_non_exhaustive()
    }
}

/// What is inside of a layer: the next layer, or the service itself.
#[derive(Clone, Debug)]
pub struct Next(Channel);

impl Next {
    /// Makes the call. It may be made several times, with [`Call::share`].
    pub fn run(&self, call: Call) -> impl Future<Output = Result<Reply>> + Send + 'static {
        self.0.make(call)
    }
}
