//! Structs as keys of maps and elements of sets. If a reader knows fewer of their fields, keys that only differ in the
//! other fields are equal for it, and it rejects a map or set with both.

use std::collections::{BTreeMap, BTreeSet};

use super::Comparison;
use super::effect::{Effect, Harm};
use super::finding::Finding;
use super::forms::inside;
use super::members::{Change, changes};
use super::pairs::Pairs;
use super::places::places;
use super::presence::Presence;
use super::unions::carried;
use crate::diagnostics::Code;
use crate::schema::{Decl, DeclId, DeclKind, Field, Payload, Schema, Type, Variant};
use crate::source::Span;

impl Comparison<'_> {
    /// Reports fields that were added to or removed from keys.
    pub(super) fn keys(&mut self) {
        let mut search = Search {
            old: self.old,
            new: self.new,
            pairs: &self.pairs,
            seen: BTreeSet::new(),
            applied: BTreeSet::new(),
            waiting: Vec::new(),
        };
        for (user, new) in self.pairs.all() {
            search.members((user, new), false, user);
        }
        let found = search.run();
        self.findings.extend(found);
    }
}

/// A type, and the one that it has become.
struct Step {
    old: Type,
    new: Type,
    /// Whether its values are keys or parts of keys.
    in_key: bool,
    /// The old declaration that uses it.
    user: DeclId,
}

/// Follows types to find keys.
struct Search<'a> {
    old: &'a Schema,
    new: &'a Schema,
    pairs: &'a Pairs,
    /// Declarations whose members were visited, as parts of keys or not.
    seen: BTreeSet<(DeclId, DeclId, bool)>,
    /// Generic types whose arguments were visited, as parts of keys or not, and their users.
    applied: BTreeSet<(Type, Type, bool, DeclId)>,
    waiting: Vec<Step>,
}

impl Search<'_> {
    fn run(mut self) -> Vec<Finding> {
        let mut found = Vec::new();
        while let Some(step) = self.waiting.pop() {
            let (old, new) = (plain(self.old, &step.old), plain(self.new, &step.new));
            match (old, new) {
                (Type::Named(before, args), Type::Named(now, new_args)) => {
                    // An argument may itself contain the type that it is an argument of.
                    let place = (old.clone(), new.clone(), step.in_key, step.user);
                    if !args.is_empty() && self.applied.insert(place) {
                        self.parts(&step, args.iter().zip(new_args));
                    }
                    let is_elsewhere = !step.in_key && self.pairs.are(*before, *now);
                    if !is_elsewhere && self.seen.insert((*before, *now, step.in_key)) {
                        self.members((*before, *now), step.in_key, step.user);
                        if step.in_key {
                            found.extend(self.in_key((*before, *now), step.user));
                        }
                    }
                }
                (Type::Set(before), Type::Set(now)) => self.part(&step, before, now, true),
                (Type::Map(key, value), Type::Map(new_key, new_value)) => {
                    self.part(&step, key, new_key, true);
                    self.part(&step, value, new_value, step.in_key);
                }
                (before, now) => {
                    let parts = before.parts().into_iter().zip(now.parts());
                    self.parts(&step, parts);
                }
            }
        }
        found
    }

    fn parts<'t>(&mut self, whole: &Step, parts: impl Iterator<Item = (&'t Type, &'t Type)>) {
        parts.for_each(|(old, new)| self.part(whole, old, new, whole.in_key));
    }

    fn part(&mut self, whole: &Step, old: &Type, new: &Type, in_key: bool) {
        self.waiting.push(Step {
            old: old.clone(),
            new: new.clone(),
            in_key,
            user: whole.user,
        });
    }

    /// Visits the types at the same places of two declarations.
    fn members(&mut self, (old, new): (DeclId, DeclId), in_key: bool, user: DeclId) {
        let now: BTreeMap<_, _> = places(self.new.decl(new)).into_iter().collect();
        for (place, before) in places(self.old.decl(old)) {
            if let Some(now) = now.get(&place) {
                self.waiting.push(Step {
                    old: before.clone(),
                    new: (*now).clone(),
                    in_key,
                    user,
                });
            }
        }
    }

    fn in_key(&self, (old, new): (DeclId, DeclId), user: DeclId) -> Vec<Finding> {
        let (old, new) = (self.old.decl(old), self.new.decl(new));
        let found = match (&old.kind, &new.kind) {
            (DeclKind::Struct(before), DeclKind::Struct(now)) => {
                of_fields(&new.name, new.span, &before.fields, &now.fields)
            }
            (DeclKind::Union(before), DeclKind::Union(now)) => {
                let changes = changes(&before.variants, &now.variants).into_iter();
                let found = changes.filter_map(|change| match change {
                    Change::Kept(before, now) => Some(self.of_variant(new, before, now)),
                    Change::Swapped(..) | Change::Renumbered(..) => None,
                    Change::Removed(_) | Change::Added(..) => None,
                });
                found.flatten().collect()
            }
            (_, _) => Vec::new(),
        };
        let user = self.old.decl(user);
        let used = format!("`{}` holds it as a key", user.name);
        let found = found.into_iter().map(|it| it.before(user.span, &*used));
        found.collect()
    }

    fn of_variant(&self, union: &Decl, old: &Variant, new: &Variant) -> Vec<Finding> {
        if let (Payload::Typed { .. }, Payload::Typed { .. }) = (&old.payload, &new.payload) {
            // Its type becomes a part of the key, too.
            return Vec::new();
        }
        let before = carried(self.old, &old.payload, &[]);
        let now = carried(self.new, &new.payload, &[]);
        let name = format!("{}.{}", union.name, new.name);
        let found = before.zip(now);
        found.map_or_else(Vec::new, |(before, now)| {
            of_fields(&name, new.span, &before, &now)
        })
    }
}

/// The type without `optional` and newtypes.
fn plain<'t>(schema: &'t Schema, ty: &'t Type) -> &'t Type {
    inside(schema, inside(schema, ty).unwrap_optional())
}

fn of_fields(key: &str, span: Span, old: &[Field], new: &[Field]) -> Vec<Finding> {
    let changes = changes(old, new).into_iter();
    let found = changes.filter_map(|change| match change {
        Change::Added(field, _) => Some(gained(key, field)),
        Change::Removed(field) => Some(lost(key, span, field)),
        Change::Kept(before, now) => filled(key, before, now),
        Change::Swapped(..) | Change::Renumbered(..) => None,
    });
    found.collect()
}

fn gained(key: &str, field: &Field) -> Finding {
    let message = format!("`{key}`, which is a key, gains `{}`", field.name);
    let effect = Effect::on_wire(Harm::Nothing, Harm::Breaks);
    let label = "keys that differ here alone are equal to old code";
    changed(effect, message, field.span, label)
}

fn lost(key: &str, span: Span, field: &Field) -> Finding {
    let message = format!("`{key}`, which is a key, loses `{}`", field.name);
    let effect = Effect::on_wire(Harm::Breaks, Harm::Nothing);
    let label = "keys that differed in it alone are equal to new code";
    changed(effect, message, span, label)
}

/// A missing field means the default for one side and absence for the other.
fn filled(key: &str, old: &Field, new: &Field) -> Option<Finding> {
    let (before, now) = (Presence::of(old), Presence::of(new));
    let (effect, label) = match (before, now) {
        (Presence::Optional, Presence::Defaulted) => (
            Effect::on_wire(Harm::Breaks, Harm::Nothing),
            "a key without it is equal to one with the default to new code",
        ),
        (Presence::Defaulted, Presence::Optional) => (
            Effect::on_wire(Harm::Nothing, Harm::Breaks),
            "a key without it is equal to one with the default to old code",
        ),
        (Presence::Required | Presence::Optional | Presence::Defaulted, _) => return None,
    };
    let (was, is) = (before.word(), now.word());
    let name = &new.name;
    let message = format!("`{name}` of `{key}`, which is a key, was {was} and is {is} now");
    Some(changed(effect, message, new.span, label))
}

fn changed(effect: Effect, message: String, span: Span, label: &str) -> Finding {
    Finding::new(Code::KeyChanged, effect, message, span, label)
        .help("use another struct as the key, in a field of its own")
}
