//! `sinew.Health`: whether a server can be given calls.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{Ctx, Status};

/// The code of `health.idl`.
#[allow(missing_docs)]
mod generated {
    include!("generated/health.rs");
}
pub use generated::{Health, HealthClient, HealthServer, Serving, health};

/// What a program says of its services, and the service that tells it.
///
/// ```no_run
/// # async fn run(orders: impl sinew::codegen::NamedService) -> sinew::Result<()> {
/// use sinew::health::{Reporter, Serving};
///
/// let reporter = Reporter::new();
/// let server = sinew::Server::new().add(orders).add(reporter.service());
/// reporter.set("shop.Orders", Serving::NotServing); // until its data is loaded
/// # server.serve_until("127.0.0.1:7000", std::future::pending::<()>()).await
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Reporter {
    states: Arc<Mutex<BTreeMap<String, Serving>>>,
}

impl Reporter {
    /// A reporter that says of the whole server that it serves, and of single services nothing yet.
    pub fn new() -> Self {
        let whole = (String::new(), Serving::Serving);
        Self {
            states: Arc::new(Mutex::new(BTreeMap::from([whole]))),
        }
    }

    /// Says from now on that the service is in this state. The empty name is the whole server.
    pub fn set(&self, service: impl Into<String>, state: Serving) {
        self.states().insert(service.into(), state);
    }

    /// What is said of the service; [`Serving::Unknown`] if nothing was set.
    pub fn get(&self, service: &str) -> Serving {
        let state = self.states().get(service).copied();
        state.unwrap_or(Serving::Unknown)
    }

    /// The service to add to a server.
    pub fn service(&self) -> HealthServer<Self> {
        HealthServer::new(self.clone())
    }

    fn states(&self) -> MutexGuard<'_, BTreeMap<String, Serving>> {
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Reporter {
    fn default() -> Self {
        Self::new()
    }
}

impl Health for Reporter {
    async fn check(&self, cx: Ctx, service: String) -> Result<Serving, Status> {
        Ok(match self.get(&service) {
            Serving::Serving if cx.is_draining() => Serving::NotServing,
            state => state,
        })
    }
}
