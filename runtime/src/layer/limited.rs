//! A limit on concurrent calls. Further calls are refused at once instead of waiting, so that an overloaded service
//! still answers those that it has accepted.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::held::{self, Holds};
use crate::handler::Handler;
use crate::retry::Retrying;
use crate::service::NamedService;
use crate::{Call, Ctx, Method, MethodRef, Reached, Reply, Result, Service, Status};

/// A service that takes a limited number of calls at a time: see [`Service::limit`].
#[derive(Debug)]
pub struct Limited<S> {
    service: S,
    places: Arc<Places>,
}

/// How many calls may run, and how many do.
#[derive(Debug)]
struct Places {
    calls: usize,
    running: AtomicUsize,
}

impl<S> Limited<S> {
    /// `service` with at most `calls` calls at a time.
    pub(crate) fn new(service: S, calls: usize) -> Self {
        let running = AtomicUsize::new(0);
        let places = Arc::new(Places { calls, running });
        Self { service, places }
    }
}

impl<S: Service> Service for Limited<S> {
    async fn call(&self, call: Call) -> Result<Reply> {
        let _place = Place::take(&self.places, &call.method)?;
        self.service.call(call).await
    }

    fn handler(&self, method: &MethodRef) -> Option<Handler> {
        let handler = self.service.handler(method)?;
        Some(held::around(&self.places, handler, method))
    }

    fn far_address(&self) -> Option<Arc<str>> {
        self.service.far_address()
    }

    fn retrying_within(&self) -> Option<Arc<Retrying>> {
        self.service.retrying_within()
    }
}

impl<S: NamedService> NamedService for Limited<S> {
    const NAMES: &'static [&'static str] = S::NAMES;
    const METHODS: &'static [&'static Method] = S::METHODS;
}

/// One of the calls that run.
struct Place(Arc<Places>);

impl Place {
    /// # Errors
    /// Too many calls are running.
    fn take(places: &Arc<Places>, method: &MethodRef) -> Result<Self> {
        let one_more = |running| (running < places.calls).then_some(running + 1);
        let taken = places
            .running
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, one_more);
        match taken {
            Ok(_) => Ok(Self(places.clone())),
            Err(_) => Err(too_many(method, places.calls)),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Holds for Arc<Places> {
    type Held = Place;

    fn hold(&self, method: &MethodRef, _: &mut Ctx, held: &mut Option<Place>) -> Result {
        *held = Some(Place::take(self, method)?);
        Ok(())
    }
}

fn too_many(method: &MethodRef, limit: usize) -> Status {
    let message = format!("`{method:?}` is refused: the limit is {limit} at a time");
    Status::resource_exhausted(message).with_reached(Reached::No)
}
