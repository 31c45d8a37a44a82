//! Keys of maps and elements of sets that are structs: where a reader knows fewer of their fields, keys that differ in
//! the others alone are equal, and it refuses what holds both.

use std::collections::BTreeMap;

use super::Comparison;
use super::effect::{Effect, Harm};
use super::finding::Finding;
use super::members::{Change, changes};
use super::places::places;
use crate::diagnostics::Code;
use crate::schema::{Decl, DeclId, DeclKind, Field, Schema, Type};
use crate::source::Span;

impl Comparison<'_> {
    /// Reports fields that come to keys, or go.
    pub(super) fn keys(&mut self) {
        let (old, new) = (keys(self.old), keys(self.new));
        for (before, user) in old {
            let now = self.pairs.new_of(before);
            if let Some(now) = now.filter(|now| new.contains_key(now)) {
                let found = in_key(self.old.decl(before), self.new.decl(now));
                let user = self.old.decl(user);
                let used = format!("`{}` holds it as a key", user.name);
                let found = found.into_iter().map(|it| it.before(user.span, &*used));
                found.for_each(|finding| self.report(finding));
            }
        }
    }
}

/// The types whose values are keys or parts of keys, each with a declaration that holds such keys.
fn keys(schema: &Schema) -> BTreeMap<DeclId, DeclId> {
    let mut found = BTreeMap::new();
    let mut waiting = Vec::new();
    for (user, decl) in schema.decls() {
        for (_, ty) in places(decl) {
            in_keys_of(ty, &mut |key| waiting.push((key.clone(), user)));
        }
    }
    while let Some((ty, user)) = waiting.pop() {
        waiting.extend(ty.parts().into_iter().map(|part| (part.clone(), user)));
        if let Type::Named(id, _) = ty
            && found.insert(id, user).is_none()
        {
            let parts = places(schema.decl(id)).into_iter();
            waiting.extend(parts.map(|(_, part)| (part.clone(), user)));
        }
    }
    found
}

/// Hands out what stands as a key or an element of a set in `ty`.
fn in_keys_of(ty: &Type, found: &mut impl FnMut(&Type)) {
    if let Type::Set(key) | Type::Map(key, _) = ty {
        found(key);
    }
    ty.parts()
        .into_iter()
        .for_each(|part| in_keys_of(part, found));
}

fn in_key(old: &Decl, new: &Decl) -> Vec<Finding> {
    let (DeclKind::Struct(before), DeclKind::Struct(now)) = (&old.kind, &new.kind) else {
        return Vec::new();
    };
    let changes = changes(&before.fields, &now.fields).into_iter();
    let found = changes.filter_map(|change| match change {
        Change::Added(field, _) => Some(gained(new, field)),
        Change::Removed(field) => Some(lost(new, field)),
        Change::Kept(..) | Change::Swapped(..) | Change::Renumbered(..) => None,
    });
    found.collect()
}

fn gained(key: &Decl, field: &Field) -> Finding {
    let message = format!("`{}`, which is a key, gains `{}`", key.name, field.name);
    let effect = Effect::on_wire(Harm::Nothing, Harm::Breaks);
    let label = "keys that differ here alone are equal to old code";
    changed(effect, message, field.span, label)
}

fn lost(key: &Decl, field: &Field) -> Finding {
    let message = format!("`{}`, which is a key, loses `{}`", key.name, field.name);
    let effect = Effect::on_wire(Harm::Breaks, Harm::Nothing);
    let label = "keys that differed in it alone are equal to new code";
    changed(effect, message, key.span, label)
}

fn changed(effect: Effect, message: String, span: Span, label: &str) -> Finding {
    Finding::new(Code::KeyChanged, effect, message, span, label)
        .help("use another struct as the key, in a field of its own")
}
