//! `sinew.Health`: whether a server can be given calls.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use tokio::sync::watch;

use crate::{Ctx, Status, Tx};

/// Code generated from `health.idl`.
#[allow(missing_docs)]
mod generated {
    include!("generated/health.rs");
}
pub use generated::{Health, HealthClient, HealthServer, Serving, health};

/// The health of a program's services, and the service that reports it.
///
/// ```no_run
/// # async fn run(orders: impl sinew::NamedService) -> sinew::Result<()> {
/// use sinew::health::{Reporter, Serving};
///
/// let reporter = Reporter::new();
/// let server = sinew::Server::new().add(orders).add(reporter.service());
/// reporter.set("shop.Orders", Serving::NotServing); // until its data is loaded
/// # server.serve("127.0.0.1:7000").await
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Reporter {
    states: Arc<watch::Sender<BTreeMap<String, Serving>>>,
}

impl Reporter {
    /// A reporter that reports the whole server as serving, and nothing about single services yet.
    pub fn new() -> Self {
        let whole = (String::new(), Serving::Serving);
        Self {
            states: Arc::new(watch::Sender::new(BTreeMap::from([whole]))),
        }
    }

    /// Sets the state of the service. The empty name is the whole server.
    pub fn set(&self, service: impl Into<String>, state: Serving) {
        let service = service.into();
        self.states
            .send_if_modified(|states| states.insert(service, state) != Some(state));
    }

    /// The state of the service; [`Serving::Unknown`] if none was set.
    pub fn get(&self, service: &str) -> Serving {
        state_of(&self.states.borrow(), service)
    }

    /// The service to add to a server.
    pub fn service(&self) -> HealthServer<Self> {
        HealthServer::new(self.clone())
    }
}

fn state_of(states: &BTreeMap<String, Serving>, service: &str) -> Serving {
    states.get(service).copied().unwrap_or(Serving::Unknown)
}

impl Default for Reporter {
    fn default() -> Self {
        Self::new()
    }
}

impl Health for Reporter {
    async fn check(&self, cx: Ctx, service: String) -> Result<Serving, Status> {
        Ok(told(self.get(&service), cx.is_server_draining()))
    }

    async fn watch(&self, cx: Ctx, service: String, mut output: Tx<Serving>) -> Result<(), Status> {
        let mut states = self.states.subscribe();
        let mut last = None;
        loop {
            output.ready().await?;
            let state = state_of(&states.borrow_and_update(), &service);
            let state = told(state, cx.is_server_draining());
            if last.replace(state) != Some(state) {
                output.send(state).await?;
            }
            if cx.is_draining() {
                // Calls through this are waited for.
                return Ok(());
            }
            let (mut changed, mut draining) = (pin!(states.changed()), pin!(cx.draining()));
            poll_fn(|cx| {
                let changed = changed.as_mut().poll(cx).is_ready();
                match changed || draining.as_mut().poll(cx).is_ready() {
                    true => Poll::Ready(()),
                    false => Poll::Pending,
                }
            })
            .await;
        }
    }
}

/// What clients are told about a state: while the server drains, calls should go elsewhere.
fn told(state: Serving, is_draining: bool) -> Serving {
    match state {
        Serving::Serving if is_draining => Serving::NotServing,
        state => state,
    }
}
