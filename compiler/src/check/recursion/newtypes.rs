//! Newtypes that contain themselves. On the wire a newtype is its inner type, so one that contains itself only through
//! lists and other newtypes would have no content.

use std::collections::BTreeSet;

use super::Resolved;
use crate::diagnostics::{Code, Diagnostic, Sink, show_cycle};
use crate::order::{self, Step};
use crate::schema::{DeclKind, Type};

/// Reports newtypes that consist of themselves, except those already `reported`.
pub(super) fn check(resolved: &Resolved<'_>, reported: &BTreeSet<usize>, sink: &mut Sink) {
    let ids = resolved.names.ids();
    let bases = ids.map(|id| match resolved.decl(id).map(|decl| &decl.kind) {
        Some(DeclKind::Newtype(newtype)) => inside(resolved, &newtype.ty),
        Some(_) | None => Vec::new(),
    });
    for step in order::steps(&bases.collect::<Vec<_>>()) {
        if let Step::Cycle { members, path } = step
            && !members.iter().any(|n| reported.contains(n))
        {
            sink.push(contains_itself(resolved, &path));
        }
    }
}

/// The newtypes that `ty` mentions, including as element types. Recurses as deep as types may be nested.
fn inside(resolved: &Resolved<'_>, ty: &Type) -> Vec<usize> {
    match ty {
        Type::Named(id, _) => match resolved.decl(*id).map(|decl| &decl.kind) {
            Some(DeclKind::Newtype(_)) => vec![id.0 as usize],
            Some(_) | None => Vec::new(),
        },
        Type::Optional(t) | Type::Array(t, _) | Type::List(t) | Type::Set(t) => inside(resolved, t),
        Type::Map(key, value) => [inside(resolved, key), inside(resolved, value)].concat(),
        Type::Scalar(_) | Type::Param(_) => Vec::new(),
    }
}

fn contains_itself(resolved: &Resolved<'_>, path: &[usize]) -> Diagnostic {
    let name = |n: &usize| &resolved.names.decls[*n].item.name;
    let names: Vec<&str> = path.iter().map(|n| name(n).name.as_str()).collect();
    let message = format!(
        "newtype `{}` contains itself: {}",
        names[0],
        show_cycle(&names)
    );
    let place = name(&path[0]).span;
    Diagnostic::new(Code::InfiniteValue, place, message, "is made of itself")
        .with_help("let a struct stand in between: `struct Item { 1: list<Item> items; }`")
}
