//! At most so many calls at a time: more are refused at once instead of waiting, so that an overloaded service still
//! answers those that it has taken.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::service::NamedService;
use crate::{Call, Method, Reached, Reply, Result, Service, Status};

/// A service that takes a limited number of calls at a time: see [`Service::limit`].
#[derive(Debug)]
pub struct Limited<S> {
    service: S,
    calls: usize,
    running: AtomicUsize,
}

impl<S> Limited<S> {
    /// `service` with at most `calls` calls at a time.
    pub fn new(service: S, calls: usize) -> Self {
        Self {
            service,
            calls,
            running: AtomicUsize::new(0),
        }
    }

    fn take(&self) -> Option<Place<'_>> {
        let before = self.running.fetch_add(1, Ordering::AcqRel);
        let place = Place(&self.running);
        (before < self.calls).then_some(place)
    }
}

impl<S: Service> Service for Limited<S> {
    async fn call(&self, call: Call) -> Result<Reply> {
        let Some(_place) = self.take() else {
            return Err(too_many(&call, self.calls));
        };
        self.service.call(call).await
    }
}

impl<S: NamedService> NamedService for Limited<S> {
    const NAMES: &'static [&'static str] = S::NAMES;
    const METHODS: &'static [&'static Method] = S::METHODS;
}

/// One of the calls that run.
struct Place<'a>(&'a AtomicUsize);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

fn too_many(call: &Call, limit: usize) -> Status {
    let message = format!("`{:?}` is refused: {limit} calls run already", call.method);
    Status::resource_exhausted(message).with_reached(Reached::No)
}
