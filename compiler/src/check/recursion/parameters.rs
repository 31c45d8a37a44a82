//! How generic declarations use their type parameters: which are stored inline, and which of those a value cannot exist
//! without.

use std::collections::{BTreeMap, BTreeSet};

use super::held::Part;
use crate::resolve::Resolved;
use crate::schema::{DeclKind, Type};

/// A set of type parameters for each declaration.
pub(super) type Parameters = Vec<BTreeSet<u32>>;

/// The type parameters of all declarations.
pub(super) struct Held {
    /// Those that are stored inline in a value, if present.
    holds: Parameters,
    /// Those of them without which a value cannot exist.
    needs: Parameters,
}

impl Held {
    pub(super) fn new(resolved: &Resolved<'_>, parts: &[Vec<Part<'_>>]) -> Self {
        let holds = held(resolved, parts);
        let needs = needed(resolved, parts, &holds);
        Self { holds, needs }
    }

    /// Visits every type that is stored inline in a `ty`, with whether a value can exist without it.
    pub(super) fn visit(&self, ty: &Type, visit: &mut dyn FnMut(&Type, bool)) {
        in_place(ty, (&self.holds, &self.needs), false, visit);
    }
}

/// The type parameters that are stored inline in each declaration: as the type of a member, or as an argument of a type
/// that stores it inline.
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

/// Those of them without which values cannot exist. A struct needs what its members need. A union needs what all its
/// variants need together, or nothing if one variant needs nothing.
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

/// Members of a union are grouped by variant; those of others form one group.
pub(super) fn group(resolved: &Resolved<'_>, at: usize, member: (usize, usize)) -> usize {
    match resolved.decls[at].as_ref().map(|decl| &decl.kind) {
        Some(DeclKind::Union(_)) => member.0,
        Some(_) | None => 0,
    }
}

/// How many groups of members a declaration has. A value has those of one group.
pub(super) fn alternatives(resolved: &Resolved<'_>, at: usize) -> usize {
    match resolved.decls[at].as_ref().map(|decl| &decl.kind) {
        Some(DeclKind::Union(union)) => union.variants.len(),
        Some(_) | None => 1,
    }
}

/// Computes a set for each generic declaration, until a fixed point is reached. `of` computes one from the others, and
/// names those that it used.
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

/// Visits every type that is stored inline in a `ty`. Recurses as deep as types may be nested.
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
