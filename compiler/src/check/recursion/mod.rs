//! Types that contain themselves: values must be finite, and fields are boxed where a type would contain itself inline.

mod boxes;
mod held;
mod newtypes;
mod parameters;

use std::collections::{BTreeMap, BTreeSet};

use super::Resolved;
use crate::ast::ItemKind;
use crate::diagnostics::{Code, Diagnostic, MAX_SHOWN, Sink, show_cycle};
use crate::order::{self, Step};
use crate::resolve::kinds::with_article;

use held::{Edge, leading_from};
use parameters::{alternatives, group};

/// Reports types without finite values, and chooses the members to box.
pub(super) fn check(resolved: &mut Resolved<'_>, sink: &mut Sink) {
    let edges = held::edges(resolved);
    let reported = report_infinite(resolved, &edges, sink);
    newtypes::check(resolved, &reported, sink);
    boxes::choose(resolved, &edges);
}

/// Reports types without finite values, and cycles that no box can break, which would be infinite in memory. A type is
/// finite if it can be built from finite values. Returns the declarations in reports.
fn report_infinite(resolved: &Resolved<'_>, edges: &[Edge], sink: &mut Sink) -> BTreeSet<usize> {
    let infinite = infinite(resolved, edges);
    let endless = |e: &Edge| infinite[e.from] && infinite[e.to] && !e.escape;
    let unbreakable = |e: &Edge| !e.boxable;
    let mut reported = BTreeSet::new();
    let kinds: [&dyn Fn(&Edge) -> bool; 2] = [&endless, &unbreakable];
    for keep in kinds {
        let graph = graph(edges, infinite.len(), keep);
        for step in order::steps(&graph) {
            if let Step::Cycle { members, path } = step
                && !members.iter().any(|n| reported.contains(n))
            {
                reported.extend(members);
                sink.push(contains_itself(resolved, &path, edges, keep));
            }
        }
    }
    reported
}

/// The edges to `keep` as an adjacency list.
fn graph(edges: &[Edge], count: usize, keep: impl Fn(&Edge) -> bool) -> Vec<Vec<usize>> {
    let mut graph = vec![Vec::new(); count];
    for edge in edges.iter().filter(|edge| keep(edge)) {
        graph[edge.from].push(edge.to);
    }
    graph
}

/// Which declarations have no finite value. A declaration is finite once all members that it cannot exist without are;
/// a union, once that is so for one variant.
fn infinite(resolved: &Resolved<'_>, edges: &[Edge]) -> Vec<bool> {
    let count = resolved.decls.len();
    let part = |e: &Edge| group(resolved, e.from, e.member);
    let mut left: Vec<BTreeMap<usize, usize>> = vec![BTreeMap::new(); count];
    let mut users: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (position, edge) in edges.iter().enumerate().filter(|(_, e)| !e.escape) {
        *left[edge.from].entry(part(edge)).or_insert(0) += 1;
        users[edge.to].push(position);
    }
    let parts = |n: usize| alternatives(resolved, n);
    // An empty union has no part that could be infinite.
    let is_finite = |n: usize| parts(n) == 0 || left[n].len() < parts(n);
    let mut finite: Vec<bool> = (0..count).map(is_finite).collect();
    let mut waiting: Vec<usize> = (0..count).filter(|n| finite[*n]).collect();
    while let Some(node) = waiting.pop() {
        for edge in users[node].iter().map(|position| &edges[*position]) {
            if let Some(left) = left[edge.from].get_mut(&part(edge)) {
                *left -= 1;
                if *left == 0 && !finite[edge.from] {
                    finite[edge.from] = true;
                    waiting.push(edge.from);
                }
            }
        }
    }
    finite.into_iter().map(|finite| !finite).collect()
}

/// A cycle of edges to `keep`.
fn contains_itself(
    resolved: &Resolved<'_>,
    path: &[usize],
    edges: &[Edge],
    keep: &dyn Fn(&Edge) -> bool,
) -> Diagnostic {
    let name = |n: &usize| resolved.names.decls[*n].item.name.name.as_str();
    let names: Vec<&str> = path.iter().map(name).collect();
    let step = |at: usize| {
        let (from, to) = (path[at], path[(at + 1) % path.len()]);
        leading_from(edges, from).find(|e| e.to == to && keep(e))
    };
    let holds = |at: usize| format!("always holds {}", with_article(names[at % names.len()]));
    let place = step(0).map_or(resolved.names.decls[path[0]].item.name.span, |e| e.span);
    let mut error = Diagnostic::new(
        Code::InfiniteValue,
        place,
        format!(
            "`{}` contains itself with no way to end: {}",
            names[0],
            show_cycle(&names)
        ),
        holds(1),
    );
    for at in 1..path.len().min(MAX_SHOWN) {
        if let Some(edge) = step(at) {
            error = error.with_label(edge.span, holds(at + 1));
        }
    }
    let item = resolved.names.decls[path[0]].item;
    let fields = item.fields().iter();
    let mut fields = fields.filter(|_| !matches!(item.kind, ItemKind::Frozen(_)));
    match fields.find(|f| f.name.span == place) {
        Some(field) => error.with_fix("make it `optional`", field.ty.span.before(), "optional "),
        None if matches!(item.kind, ItemKind::Frozen(_)) => error
            .with_help("leave it out, or use a struct without `frozen` with an `optional` field"),
        None => error.with_help("hold it in a list, or make a field on the way `optional`"),
    }
}
