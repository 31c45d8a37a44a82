//! Several services behind one: calls go by the name of their service.

use std::fmt;

use crate::handler::Handler;
use crate::method_ref::place_in;
use crate::reflect::{Listing, ReflectServer, describe};
use crate::service::NamedService;
use crate::{Call, Channel, Method, MethodRef, Reached, Reply, Result, Service, Status};

/// Several services behind one.
///
/// A service answers to its own name and, where no other service claims them, to the names of those that it extends.
#[derive(Clone, Default)]
pub struct Router {
    /// By ascending name.
    services: Vec<Route>,
}

#[derive(Clone)]
struct Route {
    name: &'static str,
    service: Channel,
    methods: &'static [&'static Method],
    /// Not by its own name: gives way to the service of that name.
    alias: bool,
}

impl Router {
    /// A router without services.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a service. One of the same name that was there before is replaced. It answers for the services that it extends too, unless
    /// they were added themselves, or another that extends them was added before.
    #[allow(clippy::should_implement_trait)] // services are added up, not summed
    pub fn add<S: NamedService>(mut self, service: S) -> Self {
        let service = Channel::new(service);
        for (place, name) in S::NAMES.iter().enumerate() {
            self.route(Route {
                name,
                service: service.clone(),
                methods: S::METHODS,
                alias: place > 0,
            });
        }
        self
    }

    /// Adds `sinew.Reflect`, which tells the services that were added before it, and itself.
    pub fn add_reflection(self) -> Self {
        let mut services: Vec<_> = self
            .services
            .iter()
            .map(|route| describe(route.name, route.methods))
            .collect();
        for name in ReflectServer::<Listing>::NAMES {
            let place = services.binary_search_by(|service| (*service.name).cmp(name));
            if let Err(place) = place {
                services.insert(place, describe(name, ReflectServer::<Listing>::METHODS));
            }
        }
        self.add(ReflectServer::new(Listing(services)))
    }

    /// What its services say of a method.
    pub(crate) fn method(&self, service: &str, name: &str) -> Option<&'static Method> {
        let route = self.find(service)?;
        let place = place_in(route.methods, !route.alias, service, name)?;
        Some(route.methods[place])
    }

    fn route(&mut self, route: Route) {
        match self.place(route.name) {
            Err(place) => self.services.insert(place, route),
            Ok(_) if route.alias => {}
            Ok(place) => self.services[place] = route,
        }
    }

    /// Where a service is, or where it belongs.
    fn place(&self, name: &str) -> std::result::Result<usize, usize> {
        self.services
            .binary_search_by_key(&name, |route| route.name)
    }

    fn find(&self, name: &str) -> Option<&Route> {
        self.place(name).ok().map(|place| &self.services[place])
    }
}

impl Service for Router {
    async fn call(&self, call: Call) -> Result<Reply> {
        match self.find(call.method.service()) {
            Some(route) => route.service.call(call).await,
            None => Err(no_such_service(&call)),
        }
    }

    fn handler(&self, method: &MethodRef) -> Option<Handler> {
        let route = self.find(method.service())?;
        route.service.handler(method)
    }
}

impl fmt::Debug for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.services.iter().map(|route| route.name).collect();
        f.debug_tuple("Router").field(&names).finish()
    }
}

fn no_such_service(call: &Call) -> Status {
    let message = format!("there is no service `{}` here", call.method.service());
    Status::unimplemented(message).with_reached(Reached::No)
}
