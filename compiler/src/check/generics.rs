//! Type parameters: each must be used, and instantiation must end.

use std::collections::BTreeSet;

use super::Resolved;
use crate::ast::is_builtin_type;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::order;
use crate::resolve::GenericUse;
use crate::schema::Type;
use crate::source::Span;

/// Reports unused type parameters, and types that contain ever larger instances of themselves.
pub(super) fn check(resolved: &Resolved<'_>, sink: &mut Sink) {
    for entry in &resolved.names.decls {
        let params = entry.item.type_params();
        for (at, param) in params.iter().enumerate() {
            let partial = resolved.names.files[entry.file].ast.partial;
            // An invalid name is reported elsewhere.
            let hidden = is_builtin_type(&param.name)
                || params[..at].iter().any(|before| before.name == param.name);
            if !resolved.seen.used_params.contains(&param.span) && !partial && !hidden {
                let edit = match (params.get(at + 1), at.checked_sub(1)) {
                    (Some(next), _) => param.span.before().to(next.span.before()),
                    (None, Some(before)) => params[before].span.after().to(param.span),
                    (None, None) => Span {
                        start: param.span.start.saturating_sub(1),
                        end: param.span.end + 1,
                        ..param.span
                    },
                };
                sink.push(unused(&param.name, param.span, edit));
            }
        }
    }
    growth(resolved, sink);
}

/// A type parameter used in the argument for another one, by itself or inside a larger type.
struct Flow<'a> {
    from: usize,
    to: usize,
    grows: bool,
    at: &'a GenericUse,
}

/// Finds cycles among type parameters in which one is wrapped, so that each round yields a larger type.
fn growth(resolved: &Resolved<'_>, sink: &mut Sink) {
    let mut first = Vec::new();
    let mut count = 0;
    for entry in &resolved.names.decls {
        first.push(count);
        count += entry.item.type_params().len();
    }
    let mut flows = Vec::new();
    for at in &resolved.seen.generic_uses {
        for (position, arg) in at.args.iter().enumerate() {
            let to = first[at.target.0 as usize] + position;
            let from = first[at.owner.0 as usize];
            for param in params_in(arg) {
                flows.push(Flow {
                    from: from + param as usize,
                    to,
                    grows: !matches!(arg, Type::Param(_)),
                    at,
                });
            }
        }
    }
    let mut edges = vec![Vec::new(); count];
    for flow in &flows {
        if flow.from < count && flow.to < count {
            edges[flow.from].push(flow.to);
        }
    }
    let mut group_of = vec![0; count];
    for (number, group) in order::groups(&edges).into_iter().enumerate() {
        for node in group {
            group_of[node] = number;
        }
    }
    let mut reported = BTreeSet::new();
    for flow in flows.iter().filter(|flow| flow.grows) {
        let group = group_of[flow.from];
        if group == group_of[flow.to] && reported.insert(group) {
            sink.push(infinite(resolved, flow.at));
        }
    }
}

fn params_in(ty: &Type) -> Vec<u32> {
    let mut found = Vec::new();
    let mut waiting = vec![ty];
    while let Some(ty) = waiting.pop() {
        if let Type::Param(n) = ty {
            found.push(*n);
        }
        waiting.extend(ty.parts());
    }
    found
}

fn unused(name: &str, span: Span, edit: Span) -> Diagnostic {
    Diagnostic::new(
        Code::UnusedParameter,
        span,
        format!("type parameter `{name}` is never used"),
        "not used by any member",
    )
    .with_fix("remove it", edit, "")
}

fn infinite(resolved: &Resolved<'_>, at: &GenericUse) -> Diagnostic {
    let owner = resolved.names.decl(at.owner).item;
    let target = &resolved.names.decl(at.target).item.name.name;
    let name = &owner.name.name;
    Diagnostic::new(
        Code::InfiniteInstantiation,
        at.span,
        format!("infinite instantiation: `{name}` → `{target}` with a larger type → …"),
        "a larger instance each time",
    )
    .with_label(owner.name.span, "inside of this type")
    .with_help("use the type parameter itself, or a type of fixed size, as the argument")
}
