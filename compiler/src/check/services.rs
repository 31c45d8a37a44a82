//! Services: inheritance, and the names of their methods.

use std::collections::BTreeMap;

use super::members::names;
use super::reserved::Kept;
use super::{Resolved, wire_names};
use crate::ast::{self, ArgValue, ExprKind, Ident, ItemKind, Method};
use crate::diagnostics::{Code, Diagnostic, MAX_SHOWN, Sink, show_cycle};
use crate::naming::{Style, canonical_name};
use crate::order::{self, Step};
use crate::resolve::names::collide;
use crate::schema::{DeclId, DeclKind};
use crate::source::Span;

/// Longest chain of services that extend each other.
const MAX_DEPTH: usize = 64;
/// Largest number of methods of all services, including those of their bases.
const MAX_METHODS: usize = 262_144;

/// Reports cyclic bases and methods whose names clash.
pub(super) fn check(resolved: &Resolved<'_>, sink: &mut Sink) {
    let edges: Vec<Vec<usize>> = resolved.names.ids().map(|id| bases(resolved, id)).collect();
    let mut inherited: Vec<Methods<'_>> = Vec::new();
    inherited.resize_with(edges.len(), BTreeMap::new);
    let mut depths = vec![0; edges.len()];
    let mut count = 0;
    for step in order::steps(&edges) {
        let position = match step {
            Step::Node(position) => position,
            Step::Cycle { path, .. } => {
                sink.push(cycle(resolved, &path));
                continue;
            }
        };
        let item = resolved.names.decls[position].item;
        let deepest = edges[position].iter().map(|base| depths[*base]).max();
        depths[position] = deepest.map_or(0, |depth| depth + 1);
        if depths[position] == MAX_DEPTH {
            sink.push(too_deep(&item.name));
        }
        if depths[position] >= MAX_DEPTH {
            continue;
        }
        if let ItemKind::Service(service) = &item.kind {
            let bases = edges[position].iter().map(|base| inherited[*base].len());
            count += bases.sum::<usize>() + service.methods.len();
            if count > MAX_METHODS {
                sink.push(too_many_methods(&item.name));
                return;
            }
            let methods = from_bases(resolved, position, &edges[position], &inherited, sink);
            inherited[position] = own(position, item, service, methods, sink);
            wire_names::of_methods(resolved, position, &edges[position], &inherited, sink);
            wire_names::lengths(resolved, position, &inherited[position], sink);
        }
    }
    wire_names::of_services(resolved, sink);
}

/// Methods by canonical name, and the services that declare them.
pub(super) type Methods<'a> = BTreeMap<String, (usize, &'a Ident)>;

fn bases(resolved: &Resolved<'_>, id: DeclId) -> Vec<usize> {
    match resolved.decl(id).map(|decl| &decl.kind) {
        Some(DeclKind::Service(s)) => s.bases.iter().map(|b| b.decl().0 as usize).collect(),
        Some(_) | None => Vec::new(),
    }
}

/// The methods of all bases.
fn from_bases<'a>(
    resolved: &Resolved<'a>,
    position: usize,
    bases: &[usize],
    inherited: &[Methods<'a>],
    sink: &mut Sink,
) -> Methods<'a> {
    let service = &resolved.names.decls[position].item.name;
    let mut all: Methods<'_> = BTreeMap::new();
    for base in bases {
        for (name, method) in &inherited[*base] {
            match all.get(name) {
                Some(first) if first.0 != method.0 => {
                    let a = &resolved.names.decls[first.0].item.name.name;
                    let b = &resolved.names.decls[method.0].item.name.name;
                    sink.push(ambiguous(service, (a, first.1), (b, method.1)));
                }
                Some(_) => {}
                None => {
                    all.insert(name.clone(), *method);
                }
            }
        }
    }
    all
}

/// Adds the service's own methods.
fn own<'a>(
    position: usize,
    item: &'a ast::Item,
    service: &'a ast::Service,
    inherited: Methods<'a>,
    sink: &mut Sink,
) -> Methods<'a> {
    let list = || service.methods.iter().map(|m: &Method| &m.name);
    duplicates(&item.name, list(), sink);
    let mut all = inherited;
    let kept = Kept::new(&service.reserved, sink);
    for entry in &service.reserved {
        if let ast::ReservedKind::Ids(..) = entry.kind {
            sink.push(reserved_number(entry.span));
        }
    }
    for method in &service.methods {
        kept.check_name(&method.name, sink);
        if let Some(wire_name) = wire_name(method) {
            kept.check_name(&wire_name, sink);
        }
        let name = canonical_name(&method.name.name);
        match all.get(&name) {
            Some((owner, first)) if *owner != position => {
                sink.push(if first.name == method.name.name {
                    inherited_too(&method.name, first)
                } else {
                    collide(first, &method.name, Style::Snake)
                });
            }
            Some(_) => {}
            None => {
                all.insert(name, (position, &method.name));
            }
        }
    }
    all
}

/// The name in `@wire_name`, with its span.
fn wire_name(method: &Method) -> Option<Ident> {
    let mut named = method.annotations.iter();
    let annotation = named.find(|a| a.path.text() == "wire_name")?;
    let ArgValue::Expr(expr) = &annotation.args.first()?.value else {
        return None;
    };
    let ExprKind::Str(name) = &expr.kind else {
        return None;
    };
    Some(Ident {
        name: name.clone(),
        span: expr.span,
    })
}

fn duplicates<'a>(
    service: &Ident,
    methods: impl Iterator<Item = &'a Ident> + Clone,
    sink: &mut Sink,
) {
    let mut first: BTreeMap<&str, &Ident> = BTreeMap::new();
    let mut different = Vec::new();
    for method in methods {
        match first.get(method.name.as_str()) {
            Some(before) => sink.push(declared_twice(service, before, method)),
            None => {
                first.insert(&method.name, method);
                different.push(method);
            }
        }
    }
    names(service, different.into_iter(), Style::Snake, 4096, sink);
}

fn cycle(resolved: &Resolved<'_>, path: &[usize]) -> Diagnostic {
    let items: Vec<_> = path.iter().map(|n| resolved.names.decls[*n].item).collect();
    let names: Vec<&str> = items.iter().map(|i| i.name.name.as_str()).collect();
    let mut error = Diagnostic::new(
        Code::ServiceCycle,
        items[0].name.span,
        format!("service inheritance cycle: {}", show_cycle(&names)),
        "extends itself",
    );
    for item in items.iter().take(MAX_SHOWN).skip(1) {
        error = error.with_label(item.name.span, "through this one");
    }
    error.with_help("move what they share into a service that extends none of them")
}

fn too_deep(service: &Ident) -> Diagnostic {
    Diagnostic::new(
        Code::LimitExceeded,
        service.span,
        format!(
            "service `{}` has more than {MAX_DEPTH} bases in a row",
            service.name
        ),
        "extended too deep",
    )
    .with_help("extend services side by side: `extends A, B`")
}

fn too_many_methods(service: &Ident) -> Diagnostic {
    let message =
        format!("services have more than {MAX_METHODS} methods, those of their bases included");
    Diagnostic::new(Code::LimitExceeded, service.span, message, "one too many")
        .with_help("extend services that have fewer methods")
}

fn declared_twice(service: &Ident, first: &Ident, second: &Ident) -> Diagnostic {
    Diagnostic::new(
        Code::DuplicateMethod,
        second.span,
        format!(
            "method `{}` is declared twice in `{}`",
            second.name, service.name
        ),
        "declared again here",
    )
    .with_label(first.span, "first declared here")
    .with_help("there is no overloading; give one of them another name")
}

fn inherited_too(method: &Ident, inherited: &Ident) -> Diagnostic {
    Diagnostic::new(
        Code::DuplicateMethod,
        method.span,
        format!("method `{}` is also inherited from a base", method.name),
        "declared again here",
    )
    .with_label(inherited.span, "inherited from here")
    .with_help("remove it here, or give it another name")
}

fn ambiguous(
    service: &Ident,
    (a, first): (&str, &Ident),
    (b, second): (&str, &Ident),
) -> Diagnostic {
    Diagnostic::new(
        Code::AmbiguousMethod,
        service.span,
        format!("`{}` comes from both `{a}` and `{b}`", second.name),
        "inherits both",
    )
    .with_label(first.span, format!("the one of `{a}`"))
    .with_label(second.span, format!("the one of `{b}`"))
    .with_help("extend one of them, or move the method into a base of both")
}

fn reserved_number(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::BadReserved,
        span,
        "methods have no ids that could be reserved",
        "reserves nothing",
    )
    .with_help("reserve names of methods: `reserved \"name\";`")
}
