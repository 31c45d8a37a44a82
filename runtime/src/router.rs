//! Several services behind one: calls go by the name of their service.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

use crate::handler::Handler;
use crate::reflect::{Listing, ReflectServer, describe};
use crate::service::{NamedService, place_in};
use crate::{Call, Channel, Method, MethodRef, Reached, Reply, Result, Service, Status};

/// Several services behind one.
///
/// A service answers to its own name and, where no other service claims them, to the names of those that it extends.
#[derive(Clone, Default)]
pub struct Router {
    services: BTreeMap<&'static str, Route>,
}

#[derive(Clone)]
struct Route {
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

    /// Adds a service. One of the same name that was there before is replaced.
    #[allow(clippy::should_implement_trait)] // services are added up, not summed
    pub fn add<S: NamedService>(mut self, service: S) -> Self {
        let service = Channel::new(service);
        for (place, name) in S::NAMES.iter().enumerate() {
            let route = Route {
                service: service.clone(),
                methods: S::METHODS,
                alias: place > 0,
            };
            match self.services.entry(name) {
                Entry::Vacant(free) => {
                    free.insert(route);
                }
                Entry::Occupied(_) if route.alias => {}
                Entry::Occupied(mut taken) => {
                    taken.insert(route);
                }
            }
        }
        self
    }

    /// Adds `sinew.Reflect`, which tells the services that were added before it, and itself.
    pub fn add_reflection(self) -> Self {
        let itself = ReflectServer::<Listing>::NAMES.iter();
        let mut services: Vec<_> = self
            .services
            .iter()
            .map(|(name, route)| describe(name, route.methods))
            .chain(itself.map(|name| describe(name, ReflectServer::<Listing>::METHODS)))
            .collect();
        services.sort_by(|a, b| a.name.cmp(&b.name));
        services.dedup_by(|a, b| a.name == b.name);
        self.add(ReflectServer::new(Listing(services)))
    }

    /// What its services say of a method.
    pub(crate) fn method(&self, service: &str, name: &str) -> Option<&'static Method> {
        let route = self.services.get(service)?;
        let place = place_in(route.methods, !route.alias, service, name)?;
        Some(route.methods[place])
    }
}

impl Service for Router {
    async fn call(&self, call: Call) -> Result<Reply> {
        match self.services.get(call.method.service()) {
            Some(route) => route.service.call(call).await,
            None => Err(no_such_service(&call)),
        }
    }

    fn handler(&self, method: &MethodRef) -> Option<Handler> {
        let route = self.services.get(method.service())?;
        route.service.handler(method)
    }
}

impl fmt::Debug for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Router")
            .field(&self.services.keys())
            .finish()
    }
}

fn no_such_service(call: &Call) -> Status {
    let message = format!("there is no service `{}` here", call.method.service());
    Status::unimplemented(message).with_reached(Reached::No)
}
