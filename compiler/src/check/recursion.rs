//! Types that contain themselves: values end somewhere, and fields are boxed where a type would
//! hold itself in place.

use std::collections::{BTreeMap, BTreeSet};

use super::Resolved;
use crate::ast::ItemKind;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::order;
use crate::resolve::records;
use crate::schema::{DeclId, DeclKind, Payload, Type};
use crate::source::Span;

/// Reports types without finite values; chooses the fields that hold their value in a box.
pub(super) fn check(resolved: &mut Resolved<'_>, sink: &mut Sink) {
    let holds = held_parameters(resolved);
    let parts: Vec<Vec<Part>> = resolved.names.ids().map(|id| parts(resolved, id)).collect();
    let edges = edges(&parts, &holds);
    report_infinite(resolved, &parts, &edges, sink);
    for edge in to_box(&edges, parts.len()) {
        mark(resolved, &edges[edge]);
    }
}

/// Something that a declaration holds.
struct Part {
    /// Position of the field or variant, and of the field in a struct variant.
    member: (usize, usize),
    id: u16,
    span: Span,
    ty: Type,
    /// Whether a value may do without it.
    escape: bool,
    /// Whether it may be held in a box.
    boxable: bool,
}

/// One declaration holds another in place.
struct Edge {
    from: usize,
    to: usize,
    member: (usize, usize),
    id: u16,
    span: Span,
    escape: bool,
    boxable: bool,
}

fn parts(resolved: &Resolved<'_>, id: DeclId) -> Vec<Part> {
    let Some(decl) = resolved.decl(id) else {
        return Vec::new();
    };
    let fields = |fields: &[crate::schema::Field], variant: Option<usize>| {
        let fields = fields.iter().enumerate();
        let part = |(at, f): (usize, &crate::schema::Field)| Part {
            member: variant.map_or((at, 0), |variant| (variant, at)),
            id: f.id,
            span: f.span,
            ty: f.ty.clone(),
            escape: f.ty.is_optional(),
            boxable: true,
        };
        fields.map(part).collect::<Vec<_>>()
    };
    match &decl.kind {
        DeclKind::Struct(s) => fields(&s.fields, None),
        DeclKind::Exception(e) => fields(&e.fields, None),
        DeclKind::Frozen(f) => {
            let fields = f.fields.iter().enumerate();
            let part = |(at, f): (usize, &crate::schema::FrozenField)| Part {
                member: (at, 0),
                id: u16::try_from(at).unwrap_or(u16::MAX),
                span: f.span,
                ty: f.ty.clone(),
                escape: f.ty.is_optional(),
                boxable: false,
            };
            fields.map(part).collect()
        }
        DeclKind::Newtype(n) => vec![Part {
            member: (0, 0),
            id: 0,
            span: decl.span,
            ty: n.ty.clone(),
            escape: n.ty.is_optional(),
            boxable: false,
        }],
        DeclKind::Union(u) => {
            let mut parts = Vec::new();
            for (at, variant) in u.variants.iter().enumerate() {
                match &variant.payload {
                    Payload::Unit => {}
                    Payload::Typed { ty, .. } => parts.push(Part {
                        member: (at, 0),
                        id: variant.id,
                        span: variant.span,
                        ty: ty.clone(),
                        escape: false,
                        boxable: true,
                    }),
                    Payload::Struct(list) => parts.extend(fields(list, Some(at))),
                }
            }
            parts
        }
        DeclKind::Const(_)
        | DeclKind::Typedef(_)
        | DeclKind::Enum(_)
        | DeclKind::Flags(_)
        | DeclKind::Service(_)
        | DeclKind::Annotation(_) => Vec::new(),
    }
}

/// The type parameters that each declaration holds in place, to a fixed point: a parameter is held
/// if a member is of its type, or of a type that holds it.
fn held_parameters(resolved: &Resolved<'_>) -> Vec<BTreeSet<u32>> {
    let generic = |id: &DeclId| !resolve_params(resolved, *id).is_empty();
    let ids: Vec<DeclId> = resolved.names.ids().filter(generic).collect();
    let mut holds = vec![BTreeSet::new(); resolved.decls.len()];
    loop {
        let mut changed = false;
        for id in &ids {
            let mut held = BTreeSet::new();
            for part in parts(resolved, *id) {
                in_place(&part.ty, &holds, &mut |ty| {
                    if let Type::Param(n) = ty {
                        held.insert(*n);
                    }
                });
            }
            changed |= held.len() > holds[id.0 as usize].len();
            holds[id.0 as usize] = held;
        }
        if !changed {
            return holds;
        }
    }
}

fn resolve_params<'a>(resolved: &Resolved<'a>, id: DeclId) -> &'a [crate::ast::Ident] {
    crate::resolve::kinds::parameters(resolved.names.decl(id).item)
}

/// Visits every type that a value of `ty` holds in place. Recurses as deep as a type may be
/// nested.
fn in_place(ty: &Type, holds: &[BTreeSet<u32>], visit: &mut dyn FnMut(&Type)) {
    visit(ty);
    match ty {
        Type::Optional(t) | Type::Array(t, _) => in_place(t, holds, visit),
        Type::Named(id, args) => {
            for param in &holds[id.0 as usize] {
                if let Some(arg) = args.get(*param as usize) {
                    in_place(arg, holds, visit);
                }
            }
        }
        Type::Scalar(_) | Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Param(_) => {}
    }
}

fn edges(parts: &[Vec<Part>], holds: &[BTreeSet<u32>]) -> Vec<Edge> {
    let mut edges = Vec::new();
    for (from, parts) in parts.iter().enumerate() {
        for part in parts {
            in_place(&part.ty, holds, &mut |ty| {
                if let Type::Named(id, _) = ty {
                    edges.push(Edge {
                        from,
                        to: id.0 as usize,
                        member: part.member,
                        id: part.id,
                        span: part.span,
                        escape: part.escape,
                        boxable: part.boxable,
                    });
                }
            });
        }
    }
    edges
}

fn graph(edges: &[Edge], count: usize, keep: impl Fn(usize, &Edge) -> bool) -> Vec<Vec<usize>> {
    let mut graph = vec![Vec::new(); count];
    for (position, edge) in edges.iter().enumerate() {
        if keep(position, edge) {
            graph[edge.from].push(edge.to);
        }
    }
    graph
}

/// A value of a type is finite if it can be built from finite values; what is left is infinite.
/// Cycles that no box can break are infinite in memory.
fn report_infinite(resolved: &Resolved<'_>, parts: &[Vec<Part>], edges: &[Edge], sink: &mut Sink) {
    let count = parts.len();
    let infinite = infinite(resolved, edges, count);
    let endless = |_: usize, e: &Edge| infinite[e.from] && infinite[e.to] && !e.escape;
    let unbreakable = |_: usize, e: &Edge| !e.boxable;
    let mut reported = BTreeSet::new();
    for graph in [
        graph(edges, count, endless),
        graph(edges, count, unbreakable),
    ] {
        for group in order::groups(&graph) {
            if !order::is_cycle(&group, &graph) || group.iter().any(|n| reported.contains(n)) {
                continue;
            }
            reported.extend(group.iter().copied());
            let path = order::cycle(&group, &graph);
            sink.push(contains_itself(resolved, &path, edges));
        }
    }
}

/// Which declarations have no finite value. A declaration is finite once every member that it
/// cannot do without is, a union once that holds for one variant.
fn infinite(resolved: &Resolved<'_>, edges: &[Edge], count: usize) -> Vec<bool> {
    let is_union = |n: usize| matches!(resolved.names.decls[n].item.kind, ItemKind::Union(_));
    // Members of a union are counted by variant, others together.
    let part = |e: &Edge| if is_union(e.from) { e.member.0 } else { 0 };
    let mut left: Vec<BTreeMap<usize, usize>> = vec![BTreeMap::new(); count];
    let mut users: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (position, edge) in edges.iter().enumerate().filter(|(_, e)| !e.escape) {
        *left[edge.from].entry(part(edge)).or_insert(0) += 1;
        users[edge.to].push(position);
    }
    let parts = |n: usize| match resolved.decls[n].as_ref().map(|decl| &decl.kind) {
        Some(DeclKind::Union(union)) => union.variants.len(),
        Some(_) | None => 1,
    };
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

/// The members to box: the fewest that leave no type holding itself in place. Exact where few
/// members are on cycles, else the lowest ids that close one.
fn to_box(edges: &[Edge], count: usize) -> Vec<usize> {
    let mut boxed: BTreeSet<usize> = BTreeSet::new();
    // A member that holds its own type has no alternative.
    boxed.extend((0..edges.len()).filter(|n| edges[*n].from == edges[*n].to && edges[*n].boxable));
    let whole = graph(edges, count, |n, _| !boxed.contains(&n));
    for group in order::groups(&whole) {
        if group.len() < 2 {
            continue;
        }
        let inside =
            |e: &Edge| group.binary_search(&e.from).is_ok() && group.binary_search(&e.to).is_ok();
        let mut members: Vec<usize> = (0..edges.len())
            .filter(|n| !boxed.contains(n) && inside(&edges[*n]))
            .collect();
        members.sort_by_key(|n| (edges[*n].from, edges[*n].id, edges[*n].member));
        boxed.extend(fewest(edges, &members, &group));
    }
    boxed.into_iter().collect()
}

/// Members on cycles that are tried in every combination, at most.
const MAX_EXACT: usize = 12;

fn fewest(edges: &[Edge], members: &[usize], group: &[usize]) -> Vec<usize> {
    let boxable: Vec<usize> = members
        .iter()
        .copied()
        .filter(|n| edges[*n].boxable)
        .collect();
    let local = |node: usize| group.binary_search(&node).unwrap_or(0);
    let acyclic = |chosen: &[usize]| {
        let mut graph = vec![Vec::new(); group.len()];
        for n in members.iter().filter(|n| !chosen.contains(n)) {
            graph[local(edges[*n].from)].push(local(edges[*n].to));
        }
        let groups = order::groups(&graph);
        groups.iter().all(|g| !order::is_cycle(g, &graph))
    };
    if boxable.len() <= MAX_EXACT {
        let mut masks: Vec<u32> = (0..1u32 << boxable.len()).collect();
        masks.sort_by_key(|mask| (mask.count_ones(), mask.reverse_bits().wrapping_neg()));
        for mask in masks {
            let chosen = (0..boxable.len()).filter(|bit| mask >> bit & 1 == 1);
            let chosen: Vec<usize> = chosen.map(|bit| boxable[bit]).collect();
            if acyclic(&chosen) {
                return chosen;
            }
        }
    }
    // In a large knot: every member that leads to an earlier declaration, so that what stays
    // leads to later ones only; all, if something that cannot be boxed leads back.
    let back = |n: &usize| edges[*n].to <= edges[*n].from;
    if members.iter().any(|n| !edges[*n].boxable && back(n)) {
        return boxable;
    }
    boxable.into_iter().filter(back).collect()
}

fn mark(resolved: &mut Resolved<'_>, edge: &Edge) {
    let Some(decl) = &mut resolved.decls[edge.from] else {
        return;
    };
    let (at, inner) = edge.member;
    match &mut decl.kind {
        DeclKind::Struct(s) => s.fields[at].boxed = true,
        DeclKind::Exception(e) => e.fields[at].boxed = true,
        DeclKind::Union(u) => match &mut u.variants[at].payload {
            Payload::Typed { boxed, .. } => *boxed = true,
            Payload::Struct(fields) => fields[inner].boxed = true,
            Payload::Unit => {}
        },
        DeclKind::Const(_)
        | DeclKind::Typedef(_)
        | DeclKind::Newtype(_)
        | DeclKind::Enum(_)
        | DeclKind::Flags(_)
        | DeclKind::Frozen(_)
        | DeclKind::Service(_)
        | DeclKind::Annotation(_) => {}
    }
}

fn contains_itself(resolved: &Resolved<'_>, path: &[usize], edges: &[Edge]) -> Diagnostic {
    let name = |n: usize| resolved.names.decls[n].item.name.name.clone();
    let mut shown: Vec<String> = path.iter().map(|n| name(*n)).collect();
    shown.push(shown[0].clone());
    let step = |at: usize| {
        let (from, to) = (path[at], path[(at + 1) % path.len()]);
        edges.iter().find(|e| e.from == from && e.to == to)
    };
    let place = step(0).map_or(resolved.names.decls[path[0]].item.name.span, |e| e.span);
    let mut error = Diagnostic::new(
        Code::InfiniteValue,
        place,
        format!(
            "`{}` contains itself with no way to end: {}",
            shown[0],
            shown.join(" → ")
        ),
        format!("always holds a `{}`", shown[1]),
    );
    for at in 1..path.len() {
        if let Some(edge) = step(at) {
            error = error.with_label(edge.span, format!("always holds a `{}`", shown[at + 1]));
        }
    }
    let item = resolved.names.decls[path[0]].item;
    let fields = records::fields(item).iter();
    let mut fields = fields.filter(|_| !matches!(item.kind, ItemKind::Frozen(_)));
    match fields.find(|f| f.name.span == place) {
        Some(field) => error.with_fix("make it `optional`", field.ty.span.before(), "optional "),
        None => error.with_help("hold it in a list, or make a field on the way `optional`"),
    }
}

#[cfg(test)]
mod tests {
    use crate::schema::{DeclKind, Payload, Schema};
    use crate::source::MemoryLoader;

    fn schema(text: &str) -> Schema {
        let mut files = MemoryLoader::default();
        files.insert("a.idl", format!("namespace a;\n{text}"));
        let checked = crate::check(&files, &["a.idl".to_owned()]).expect("the file is there");
        checked.schema.expect("nothing is wrong with it")
    }

    /// The members that hold their value in a box: `Type.member`.
    fn boxed(text: &str) -> Vec<String> {
        let schema = schema(text);
        let mut found = Vec::new();
        for (_, decl) in schema.decls() {
            let mut add = |name: &str| found.push(format!("{}.{name}", decl.name));
            match &decl.kind {
                DeclKind::Struct(s) => {
                    let boxed = s.fields.iter().filter(|f| f.boxed);
                    boxed.for_each(|f| add(&f.name));
                }
                DeclKind::Union(u) => {
                    for variant in &u.variants {
                        if let Payload::Typed { boxed: true, .. } = variant.payload {
                            add(&variant.name);
                        }
                    }
                }
                _ => {}
            }
        }
        found
    }

    #[test]
    fn a_type_that_holds_itself_is_boxed_at_each_such_field() {
        let tree =
            "struct Tree { 1: optional Tree left; 2: optional Tree right; 3: list<Tree> rest; }";
        assert_eq!(boxed(tree), ["Tree.left", "Tree.right"]);
    }

    #[test]
    fn the_fewest_fields_are_boxed() {
        let knot = "struct A { 1: optional B b; 2: optional C c; }
            struct B { 1: optional A a; }
            struct C { 1: optional A a; 2: optional B b; }";
        assert_eq!(boxed(knot), ["A.b", "A.c"]);
        let hub = "struct A { 1: optional Hub h; } struct B { 1: optional Hub h; }
            struct Hub { 1: optional Both both; } struct Both { 1: optional A a; 2: optional B b; }";
        assert_eq!(boxed(hub), ["Hub.both"]);
    }

    #[test]
    fn among_equals_the_first_is_boxed_in_any_order_of_declarations() {
        let there = "struct A { 1: optional B b; } struct B { 1: optional A a; }";
        assert_eq!(boxed(there), ["A.b"]);
    }

    #[test]
    fn a_type_argument_that_is_held_in_place_counts() {
        let generic = "struct Held<T> { 1: T value; } struct Listed<T> { 1: list<T> values; }
            struct A { 1: optional Held<A> held; 2: Listed<A> listed; }";
        assert_eq!(boxed(generic), ["A.held"]);
    }

    #[test]
    fn a_union_that_can_end_is_boxed_where_it_does_not() {
        let expr = "union Expr { 1: i64 number; 2: Expr negated; 3: list<Expr> sum; }";
        assert_eq!(boxed(expr), ["Expr.negated"]);
    }
}
