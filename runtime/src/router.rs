//! Several services behind one: calls go by the name of their service.

use std::collections::BTreeSet;
use std::fmt;

use crate::handler::Handler;
use crate::method_ref::place_in;
use crate::reflect::{Listing, ReflectServer, ServiceInfo, Source, describe, needed};
use crate::service::NamedService;
use crate::{Call, Channel, Method, MethodRef, Reached, Reply, Result, Service, Status};

/// Several services behind one.
///
/// A service answers to its own name. It also answers to the names of the services that it extends, unless another
/// service has that name or extends the same service.
#[derive(Clone, Default)]
#[must_use = "nobody is served by it before a server or a channel has it"]
pub struct Router {
    /// Sorted by name.
    services: Vec<Route>,
}

#[derive(Clone)]
struct Route {
    /// Its own name, and those of the services that it extends.
    names: &'static [&'static str],
    methods: &'static [&'static Method],
    service: Channel,
}

impl Router {
    /// A router without services.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a service. It replaces an earlier one of the same name.
    ///
    /// If several services extend the same one, none of them answers to its name, as it could be any of them: clients
    /// call each by its own name. To let one of them answer clients that know only the base, add it under the base's
    /// name too: `BooksServer::from_arc(ledger)` takes a `Ledger` that extends `Books`.
    #[allow(clippy::should_implement_trait)] // services are added up, not summed
    pub fn add<S: NamedService>(mut self, service: S) -> Self {
        let route = Route {
            names: S::NAMES,
            methods: S::METHODS,
            service: Channel::new(service),
        };
        match self.place(route.name()) {
            Err(place) => self.services.insert(place, route),
            Ok(place) => self.services[place] = route,
        }
        self
    }

    /// Adds `sinew.Reflect`, which lists the services that were added before it, and itself.
    ///
    /// It reports names and shapes, but no schema files; [`Self::add_reflection_with`] does.
    pub fn add_reflection(self) -> Self {
        self.reflect(Vec::new())
    }

    /// Adds `sinew.Reflect` as [`Self::add_reflection`] does, and publishes schema files too, so that `sinew call`
    /// needs none: of the given `SOURCES` of generated code, the files that declare added services, and what they
    /// import.
    ///
    /// Anyone who may call the server may read everything in these files, including comments.
    pub fn add_reflection_with(self, sources: impl IntoIterator<Item = &'static [Source]>) -> Self {
        let sets = sources.into_iter();
        let sets = sets.map(|files| needed(files, |name| self.find(name).is_some()));
        let sets = sets.collect();
        self.reflect(sets)
    }

    fn reflect(self, sources: Vec<Vec<&'static Source>>) -> Self {
        let with_itself = self.add(ReflectServer::new(Listing::default()));
        let services = with_itself.listing();
        with_itself.add(ReflectServer::new(Listing { services, sources }))
    }

    /// All names that the router answers to, with the methods that may be called by each.
    fn listing(&self) -> Vec<ServiceInfo> {
        let names = self.services.iter().flat_map(|route| route.names);
        let names: BTreeSet<&str> = names.copied().collect();
        let answered = |name| Some((name, self.find(name)?));
        let answered = names.into_iter().filter_map(answered);
        let listed = answered.map(|(name, route)| describe(name, &route.methods_of(name)));
        listed.collect()
    }

    /// The method of one of its services, if it has such a method.
    pub(crate) fn method(&self, service: &str, name: &str) -> Option<&'static Method> {
        let route = self.find(service)?;
        route.method(service, name)
    }

    /// The service that answers to a name: the one with that name, or else the only one that extends it.
    fn find(&self, name: &str) -> Option<&Route> {
        if let Ok(place) = self.place(name) {
            return Some(&self.services[place]);
        }
        let mut heirs = self.heirs(name);
        heirs.next().filter(|_| heirs.next().is_none())
    }

    /// The index of the service with this name, or where to insert it.
    fn place(&self, name: &str) -> std::result::Result<usize, usize> {
        self.services
            .binary_search_by(|route| route.name().cmp(name))
    }

    /// The services that extend the one with this name.
    fn heirs(&self, name: &str) -> impl Iterator<Item = &Route> {
        let extends = move |route: &&Route| route.names.contains(&name);
        self.services.iter().filter(extends)
    }

    fn nobody(&self, call: &Call) -> Status {
        let name = call.method.service();
        let message = match self.heirs(name).next() {
            Some(_) => format!("several services here extend `{name}`: call one by its own name"),
            None => format!("there is no service `{name}` here"),
        };
        Status::unimplemented(message).with_reached(Reached::No)
    }
}

impl Route {
    fn name(&self) -> &'static str {
        self.names.first().copied().unwrap_or_default()
    }

    fn method(&self, service: &str, name: &str) -> Option<&'static Method> {
        let place = place_in(self.names, self.methods, service, name)?;
        Some(self.methods[place])
    }

    /// The methods that may be called by the name of a service.
    fn methods_of(&self, service: &str) -> Vec<&'static Method> {
        let methods = self.methods.iter().copied();
        let answers = |it: &&Method| {
            let found = self.method(service, it.name());
            found.is_some_and(|found| std::ptr::eq(found, *it))
        };
        methods.filter(answers).collect()
    }
}

impl Service for Router {
    async fn call(&self, call: Call) -> Result<Reply> {
        match self.find(call.method.service()) {
            Some(route) => route.service.call(call).await,
            None => Err(self.nobody(&call)),
        }
    }

    fn handler(&self, method: &MethodRef) -> Option<Handler> {
        let route = self.find(method.service())?;
        route.service.handler(method)
    }
}

impl fmt::Debug for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.services.iter().map(Route::name).collect();
        f.debug_tuple("Router").field(&names).finish()
    }
}
