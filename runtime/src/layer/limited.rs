//! At most so many calls at a time: more are refused at once instead of waiting, so that an overloaded service still
//! answers those that it has taken.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use crate::body::{Arrived, Given, Written};
use crate::channel::BoxFuture;
use crate::handler::{Bound, Handler, Runner};
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
    pub fn new(service: S, calls: usize) -> Self {
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
        Some(Handler::around(LimitedMethod {
            inner: self.service.handler(method)?,
            method: method.clone(),
            places: self.places.clone(),
        }))
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
    /// As many calls run as may.
    fn take(places: &Arc<Places>, method: &MethodRef) -> Result<Self> {
        let before = places.running.fetch_add(1, Ordering::AcqRel);
        let place = Self(places.clone());
        match before < places.calls {
            true => Ok(place),
            false => Err(too_many(method, places.calls)),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A method whose calls take places.
struct LimitedMethod {
    inner: Handler,
    method: MethodRef,
    places: Arc<Places>,
}

impl Bound for LimitedMethod {
    fn call(&self, call: Call) -> BoxFuture<Result<Reply>> {
        match Place::take(&self.places, &call.method) {
            Ok(place) => {
                let answer = self.inner.call(call);
                Box::pin(async move {
                    let _place = place;
                    answer.await
                })
            }
            Err(status) => Box::pin(async { Err(status) }),
        }
    }

    fn runner(&self) -> Option<Box<dyn Runner>> {
        Some(Box::new(LimitedRunner {
            inner: self.inner.runner()?,
            method: self.method.clone(),
            places: self.places.clone(),
            place: None,
        }))
    }
}

struct LimitedRunner {
    inner: Box<dyn Runner>,
    method: MethodRef,
    places: Arc<Places>,
    place: Option<Place>,
}

impl Runner for LimitedRunner {
    fn begin(&mut self, cx: Ctx, shape: &Written, request: Arrived<'_>) -> Result<()> {
        let place = Place::take(&self.places, &self.method)?;
        self.inner.begin(cx, shape, request)?;
        self.place = Some(place);
        Ok(())
    }

    fn poll(
        &mut self,
        cx: &mut Context<'_>,
        answer: &mut dyn FnMut(Given<'_>),
    ) -> Poll<Option<Result<Reply>>> {
        let ended = ready!(self.inner.poll(cx, answer));
        self.place = None;
        Poll::Ready(ended)
    }
}

fn too_many(method: &MethodRef, limit: usize) -> Status {
    let message = format!("`{method:?}` is refused: {limit} calls run already");
    Status::resource_exhausted(message).with_reached(Reached::No)
}
