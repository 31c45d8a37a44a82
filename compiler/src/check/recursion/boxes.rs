//! Chooses the members that are boxed: as few as possible, so that no type contains itself inline.

use std::cmp::Reverse;

use super::graph;
use super::held::{Edge, leading_from};
use crate::order;
use crate::resolve::Resolved;
use crate::schema::{DeclKind, Payload};

/// How many members of one component are tried in all combinations.
const MAX_EXACT: usize = 12;
/// How many declarations their component may have: sets of them are bits of a number.
const MAX_EXACT_DECLS: usize = u32::BITS as usize;

/// Marks the members to box.
pub(super) fn choose(resolved: &mut Resolved<'_>, edges: &[Edge]) {
    // A member of its own type must be boxed.
    let is_own = |edge: &Edge| edge.from == edge.to && edge.boxable;
    for edge in edges.iter().filter(|edge| is_own(edge)) {
        mark(resolved, edge);
    }
    let rest = graph(edges, resolved.decls.len(), |edge| !is_own(edge));
    for component in order::groups(&rest) {
        if component.len() < 2 {
            continue;
        }
        let members = component.iter().flat_map(|decl| leading_from(edges, *decl));
        let is_inside = |edge: &Edge| component.binary_search(&edge.to).is_ok();
        let mut members: Vec<&Edge> = members.filter(|e| !is_own(e) && is_inside(e)).collect();
        members.sort_by_key(|edge| (edge.from, edge.id, edge.member));
        for edge in fewest(&members, &component) {
            mark(resolved, edge);
        }
    }
}

/// The members to box in a component. In a small one the minimum; among equal choices, that with the first members.
fn fewest<'e>(members: &[&'e Edge], component: &[usize]) -> Vec<&'e Edge> {
    let (boxable, fixed): (Vec<&Edge>, Vec<&Edge>) = members.iter().partition(|e| e.boxable);
    if boxable.len() <= MAX_EXACT
        && component.len() <= MAX_EXACT_DECLS
        && let Some(mask) = smallest(&steps(&boxable, component), &steps(&fixed, component))
    {
        let chosen = boxable.into_iter().enumerate();
        return chosen
            .filter(|(n, _)| mask >> n & 1 == 1)
            .map(|(_, e)| e)
            .collect();
    }
    // In a large component, all members that lead to an earlier declaration: the rest only lead to later ones. All
    // members, if one that cannot be boxed leads back.
    let leads_back = |edge: &&Edge| edge.to <= edge.from;
    if fixed.iter().any(leads_back) {
        return boxable;
    }
    boxable.into_iter().filter(leads_back).collect()
}

/// A member inside a component: the index of its declaration, and the bit of its type.
type Step = (usize, u32);

fn steps(members: &[&Edge], component: &[usize]) -> Vec<Step> {
    let place = |decl: usize| component.partition_point(|member| *member < decl);
    let step = |edge: &&Edge| (place(edge.from), 1 << place(edge.to));
    members.iter().map(step).collect()
}

/// The smallest set of `boxable`, as the bits of a number, without which there are no cycles. Among several, that with
/// the first members.
fn smallest(boxable: &[Step], fixed: &[Step]) -> Option<u32> {
    let mut sets: Vec<u32> = (0..1 << boxable.len()).collect();
    sets.sort_by_key(|set| (set.count_ones(), Reverse(set.reverse_bits())));
    sets.into_iter().find(|set| {
        let stays = |bit: usize| set >> bit & 1 == 0;
        let kept = boxable.iter().enumerate().filter(|(bit, _)| stays(*bit));
        is_acyclic(kept.map(|(_, step)| step).chain(fixed))
    })
}

/// Whether these steps have no cycle. Repeatedly removes declarations without steps to remaining ones, until none is
/// left or none can be removed.
fn is_acyclic<'s>(steps: impl Iterator<Item = &'s Step>) -> bool {
    let mut held = [0; MAX_EXACT_DECLS];
    for (holder, bit) in steps {
        held[*holder] |= bit;
    }
    let mut left = u32::MAX;
    loop {
        let holders = (0..held.len()).filter(|n| held[*n] & left != 0);
        let still = holders.fold(0, |bits, n| bits | 1 << n) & left;
        if still == 0 || still == left {
            return still == 0;
        }
        left = still;
    }
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

    /// The members that are boxed: `Type.member`.
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
        let component = "struct A { 1: optional B b; 2: optional C c; }
            struct B { 1: optional A a; }
            struct C { 1: optional A a; 2: optional B b; }";
        assert_eq!(boxed(component), ["A.b", "A.c"]);
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
