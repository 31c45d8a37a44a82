//! What generic declarations do with their type parameters: hold them in place, cannot do without them.

use std::collections::{BTreeMap, BTreeSet};

use super::held::Part;
use crate::resolve::Resolved;
use crate::schema::{DeclKind, Type};

/// Of each declaration, some of its type parameters.
pub(super) type Parameters = Vec<BTreeSet<u32>>;

/// The type parameters of all declarations.
pub(super) struct Held {
    /// Those that a value holds in place, if it has them.
    holds: Parameters,
    /// Those of them of which a value needs one or all.
    needs: Parameters,
}

impl Held {
    pub(super) fn new(resolved: &Resolved<'_>, parts: &[Vec<Part<'_>>]) -> Self {
        let holds = held(resolved, parts);
        let needs = needed(resolved, parts, &holds);
        Self { holds, needs }
    }

    /// Visits every type that a value of `ty` holds in place, and says whether the value may do without it.
    pub(super) fn visit(&self, ty: &Type, visit: &mut dyn FnMut(&Type, bool)) {
        in_place(ty, (&self.holds, &self.needs), false, visit);
    }
}

/// The type parameters that each declaration holds in place: those that a member is of, or that a
/// member hands to a type that holds them.
fn held(resolved: &Resolved<'_>, parts: &[Vec<Part<'_>>]) -> Parameters {
    let none = vec![BTreeSet::new(); parts.len()];
    settle(resolved, none, |at, holds, uses| {
        let mut held = BTreeSet::new();
        for part in &parts[at] {
            in_place(part.ty, (holds, holds), false, &mut |ty, _| match ty {
                Type::Param(n) => _ = held.insert(*n),
                Type::Named(id, _) => uses(id.0 as usize),
                Type::Scalar(_) | Type::Optional(_) | Type::Array(..) => {}
                Type::List(_) | Type::Set(_) | Type::Map(..) => {}
            });
        }
        held
    })
}

/// Those of them that values cannot do without, each with the others: a struct needs what its members need, and a
/// union too, unless there is a variant that needs none.
fn needed(resolved: &Resolved<'_>, parts: &[Vec<Part<'_>>], holds: &Parameters) -> Parameters {
    settle(resolved, holds.clone(), |at, needs, uses| {
        let mut groups: BTreeMap<usize, BTreeSet<u32>> = BTreeMap::new();
        for part in &parts[at] {
            let group = groups.entry(group(resolved, at, part.member)).or_default();
            in_place(part.ty, (holds, needs), false, &mut |ty, escape| match ty {
                Type::Param(n) if !escape => _ = group.insert(*n),
                Type::Named(id, _) => uses(id.0 as usize),
                Type::Param(_) | Type::Scalar(_) | Type::Optional(_) | Type::Array(..) => {}
                Type::List(_) | Type::Set(_) | Type::Map(..) => {}
            });
        }
        let is_free = groups.len() < alternatives(resolved, at);
        match is_free || groups.values().any(BTreeSet::is_empty) {
            true => BTreeSet::new(),
            false => groups.into_values().flatten().collect(),
        }
    })
}

/// Members of a union count by variant, others together.
pub(super) fn group(resolved: &Resolved<'_>, at: usize, member: (usize, usize)) -> usize {
    match resolved.decls[at].as_ref().map(|decl| &decl.kind) {
        Some(DeclKind::Union(_)) => member.0,
        Some(_) | None => 0,
    }
}

/// How many groups of members a declaration has; a value has those of one group.
pub(super) fn alternatives(resolved: &Resolved<'_>, at: usize) -> usize {
    match resolved.decls[at].as_ref().map(|decl| &decl.kind) {
        Some(DeclKind::Union(union)) => union.variants.len(),
        Some(_) | None => 1,
    }
}

/// Works out a set for each generic declaration until none changes: `of` says what that of one is by those of the
/// others, and which these are.
fn settle(
    resolved: &Resolved<'_>,
    mut sets: Parameters,
    of: impl Fn(usize, &Parameters, &mut dyn FnMut(usize)) -> BTreeSet<u32>,
) -> Parameters {
    let is_generic = |at: &usize| !resolved.names.decls[*at].item.type_params().is_empty();
    let mut waiting: Vec<usize> = (0..sets.len()).filter(is_generic).collect();
    let mut users = vec![BTreeSet::new(); sets.len()];
    while let Some(at) = waiting.pop() {
        let set = of(at, &sets, &mut |used| _ = users[used].insert(at));
        if set != sets[at] {
            sets[at] = set;
            waiting.extend(&users[at]);
        }
    }
    sets
}

/// Visits every type that a value of `ty` holds in place. Recurses as deep as a type may be nested.
fn in_place(
    ty: &Type,
    (holds, needs): (&Parameters, &Parameters),
    escape: bool,
    visit: &mut dyn FnMut(&Type, bool),
) {
    visit(ty, escape);
    match ty {
        Type::Optional(t) => in_place(t, (holds, needs), true, visit),
        Type::Array(t, _) => in_place(t, (holds, needs), escape, visit),
        Type::Named(id, args) => {
            let at = id.0 as usize;
            for param in &holds[at] {
                if let Some(arg) = args.get(*param as usize) {
                    let escape = escape || !needs[at].contains(param);
                    in_place(arg, (holds, needs), escape, visit);
                }
            }
        }
        Type::Scalar(_) | Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Param(_) => {}
    }
}
