//! Names of services and methods on the wire: unique, and not too long.

use std::collections::{BTreeMap, BTreeSet};

use super::Resolved;
use super::services::Methods;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::schema::{self, DeclKind};
use crate::source::Span;

/// Largest size in bytes of the names of a service and its method together: the protocol's default limit.
const MAX_WIRE_NAME: usize = 256;

/// Services must have different names on the wire.
pub(super) fn of_services(resolved: &Resolved<'_>, sink: &mut Sink) {
    let mut first: BTreeMap<&str, (&str, Span)> = BTreeMap::new();
    for decl in resolved.decls.iter().flatten() {
        let DeclKind::Service(service) = &decl.kind else {
            continue;
        };
        match first.get(service.wire_name.as_str()) {
            Some((name, span)) if *name != decl.name => {
                let clash = ((*name, *span), (decl.name.as_str(), decl.span));
                sink.push(same_wire_name(&service.wire_name, clash));
            }
            Some(_) => {}
            None => {
                first.insert(&service.wire_name, (&decl.name, decl.span));
            }
        }
    }
}

/// Methods of a service and its bases must have different names on the wire, because those of bases are called as
/// methods of the service. Clashes within a base are reported there.
pub(super) fn of_methods(
    resolved: &Resolved<'_>,
    position: usize,
    bases: &[usize],
    inherited: &[Methods<'_>],
    sink: &mut Sink,
) {
    let mut first: BTreeMap<&str, (&str, Span)> = BTreeMap::new();
    let mut from: BTreeMap<&str, usize> = BTreeMap::new();
    for base in bases {
        for method in on_the_wire(resolved, inherited[*base].values().map(|(owner, _)| *owner)) {
            let is_of = *from.entry(&method.wire_name).or_insert(*base);
            let known = *first
                .entry(&method.wire_name)
                .or_insert((&method.name, method.span));
            if is_of != *base && known.0 != method.name {
                let clash = (known, (method.name.as_str(), method.span));
                let error = same_wire_name(&method.wire_name, clash);
                let service = &resolved.names.decls[position].item.name;
                sink.push(error.with_label(service.span, "inherits both"));
            }
        }
    }
    for method in on_the_wire(resolved, [position]) {
        let known = *first
            .entry(&method.wire_name)
            .or_insert((&method.name, method.span));
        if known.0 != method.name {
            let clash = (known, (method.name.as_str(), method.span));
            sink.push(same_wire_name(&method.wire_name, clash));
        }
    }
}

/// A call names its service and method, whose length peers limit.
pub(super) fn lengths(
    resolved: &Resolved<'_>,
    position: usize,
    methods: &Methods<'_>,
    sink: &mut Sink,
) {
    let Some(decl) = &resolved.decls[position] else {
        return;
    };
    let DeclKind::Service(service) = &decl.kind else {
        return;
    };
    let owners = methods.values().map(|(owner, _)| *owner);
    for method in on_the_wire(resolved, owners.chain([position])) {
        let length = service.wire_name.len() + method.wire_name.len();
        if length > MAX_WIRE_NAME {
            let is_own = service.methods.iter().any(|own| own.span == method.span);
            let span = if is_own { method.span } else { decl.span };
            sink.push(long_wire_name(&method.name, length, span));
        }
    }
}

/// The methods that these services declare themselves, each service once.
fn on_the_wire<'r>(
    resolved: &'r Resolved<'_>,
    services: impl IntoIterator<Item = usize>,
) -> impl Iterator<Item = &'r schema::Method> {
    let services: BTreeSet<usize> = services.into_iter().collect();
    let decls = services
        .into_iter()
        .filter_map(|at| resolved.decls[at].as_ref());
    decls.flat_map(|decl| {
        let DeclKind::Service(service) = &decl.kind else {
            return [].iter();
        };
        service.methods.iter()
    })
}

fn long_wire_name(method: &str, length: usize, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::LimitExceeded,
        span,
        format!(
            "the wire names of the service and of method `{method}` have {length} bytes together; \
             the limit is {MAX_WIRE_NAME}"
        ),
        "too long to be called",
    )
    .with_help("give one of them a shorter `@wire_name`")
}

fn same_wire_name(
    wire: &str,
    ((a, first), (b, second)): ((&str, Span), (&str, Span)),
) -> Diagnostic {
    Diagnostic::new(
        Code::DuplicateWireName,
        second,
        format!("wire name `{wire}` is used by `{a}` and `{b}`"),
        "the second one",
    )
    .with_label(first, "the first one")
    .with_help("give one of them another `@wire_name`")
}
