//! The method of a call, named by this program or by a peer.

use std::any::TypeId;
use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::Method;
use crate::service::NamedService;

/// The method of a call: one of this program, or one that a peer has named.
#[derive(Clone)]
pub struct MethodRef(Named);

#[derive(Clone)]
enum Named {
    Ours(&'static Method),
    Theirs(Arc<Defined>),
}

struct Defined {
    service: Box<str>,
    name: Box<str>,
    known: Option<&'static Method>,
    #[cfg(any(feature = "metrics", feature = "spans"))]
    full_name: OnceLock<String>,
    /// The index of the method in the service that has asked for it first.
    index: OnceLock<(TypeId, Option<usize>)>,
}

impl MethodRef {
    /// A method that a peer has named, and the one of this program that it refers to.
    pub(crate) fn defined(
        service: Box<str>,
        name: Box<str>,
        known: Option<&'static Method>,
    ) -> Self {
        let is_ours = |ours: &&Method| *ours.service() == *service && *ours.name() == *name;
        if let Some(ours) = known.filter(is_ours) {
            return Self(Named::Ours(ours));
        }
        Self(Named::Theirs(Arc::new(Defined {
            service,
            name,
            known,
            #[cfg(any(feature = "metrics", feature = "spans"))]
            full_name: OnceLock::new(),
            index: OnceLock::new(),
        })))
    }

    /// Full name of the service, as the caller gives it. An inherited method may be called by the names of several
    /// services: to decide by method what a caller may do, use [`Self::is`].
    pub fn service(&self) -> &str {
        match &self.0 {
            Named::Ours(method) => method.service(),
            Named::Theirs(defined) => &defined.service,
        }
    }

    /// Name within the service.
    pub fn name(&self) -> &str {
        match &self.0 {
            Named::Ours(method) => method.name(),
            Named::Theirs(defined) => &defined.name,
        }
    }

    /// Whether this program knows the method, and it is `method`: that of its service, or of one that extends it. On a
    /// server this does not depend on the name by which it was called.
    pub fn is(&self, method: &Method) -> bool {
        self.known().is_some_and(|known| known.is(method))
    }

    /// What this program knows about the method, if it calls the method or its server has it. On a server it describes
    /// the service that answers, whatever name was called.
    pub fn known(&self) -> Option<&'static Method> {
        match &self.0 {
            Named::Ours(method) => Some(method),
            Named::Theirs(defined) => defined.known,
        }
    }

    /// The method of this program, if it is called by its own name.
    pub(crate) fn ours(&self) -> Option<&'static Method> {
        match &self.0 {
            Named::Ours(method) => Some(method),
            Named::Theirs(_) => None,
        }
    }

    /// Whether both are the same method, by the same name and from the same peer.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Named::Ours(method), Named::Ours(other)) => std::ptr::eq(*method, *other),
            (Named::Theirs(defined), Named::Theirs(other)) => Arc::ptr_eq(defined, other),
            (Named::Ours(_), Named::Theirs(_)) | (Named::Theirs(_), Named::Ours(_)) => false,
        }
    }

    /// The name for spans and metrics. All names that clients have made up are reported as one, because they are
    /// unlimited.
    #[cfg(any(feature = "metrics", feature = "spans"))]
    pub(crate) fn telemetry_name(&self) -> &str {
        match &self.0 {
            Named::Ours(method) => method.full_name(),
            Named::Theirs(defined) if defined.known.is_some() => {
                let make = || format!("{}/{}", defined.service, defined.name);
                defined.full_name.get_or_init(make)
            }
            Named::Theirs(_) => "_OTHER",
        }
    }

    /// The index of the method in `S::METHODS`; `None` if it is not there.
    pub fn index<S: NamedService>(&self) -> Option<usize> {
        match &self.0 {
            Named::Ours(method) => S::METHODS
                .iter()
                .position(|known| std::ptr::eq(*known, *method))
                .or_else(|| self.search::<S>()),
            Named::Theirs(defined) => match defined
                .index
                .get_or_init(|| (TypeId::of::<S>(), self.search::<S>()))
            {
                (service, index) if *service == TypeId::of::<S>() => *index,
                _ => self.search::<S>(),
            },
        }
    }

    fn search<S: NamedService>(&self) -> Option<usize> {
        place_in(S::NAMES, S::METHODS, self.service(), self.name())
    }
}

/// The index of a method in `methods`, by the name of the service that has these `names`, or of one from which it has
/// inherited the method.
pub(crate) fn place_in(
    names: &[&str],
    methods: &[&'static Method],
    service: &str,
    name: &str,
) -> Option<usize> {
    let is_own = names.first() == Some(&service);
    methods
        .iter()
        .rposition(|method| method.name() == name && (is_own || method.is_of(service)))
}

impl From<&'static Method> for MethodRef {
    fn from(method: &'static Method) -> Self {
        Self(Named::Ours(method))
    }
}

impl fmt::Debug for MethodRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.service(), self.name())
    }
}
