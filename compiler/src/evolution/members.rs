//! Matches members of both versions: by id, and by name where ids have changed.

use std::collections::{BTreeMap, BTreeSet};

use crate::naming::Style;
use crate::schema::{Annotations, Field, Variant};
use crate::source::Span;

/// Something with an id and a name.
pub(super) trait Member {
    fn id(&self) -> u16;
    fn id_span(&self) -> Span;
    fn name(&self) -> &str;
    fn span(&self) -> Span;
    fn annotations(&self) -> &Annotations;
    /// The style of its Rust name.
    fn style(&self) -> Style;
}

impl Member for Field {
    fn id(&self) -> u16 {
        self.id
    }
    fn id_span(&self) -> Span {
        self.id_span
    }
    fn name(&self) -> &str {
        &self.name
    }
    fn span(&self) -> Span {
        self.span
    }
    fn annotations(&self) -> &Annotations {
        &self.annotations
    }
    fn style(&self) -> Style {
        Style::Snake
    }
}

impl Member for Variant {
    fn id(&self) -> u16 {
        self.id
    }
    fn id_span(&self) -> Span {
        self.id_span
    }
    fn name(&self) -> &str {
        &self.name
    }
    fn span(&self) -> Span {
        self.span
    }
    fn annotations(&self) -> &Annotations {
        &self.annotations
    }
    fn style(&self) -> Style {
        Style::Pascal
    }
}

/// What has become of a member.
pub(super) enum Change<'o, 'n, M> {
    /// It still exists, maybe with another name.
    Kept(&'o M, &'n M),
    /// It has swapped ids with the last one. Reported for the member that had the lower id.
    Swapped(&'o M, &'n M, &'o M),
    /// It has another id.
    Renumbered(&'o M, &'n M),
    Removed(&'o M),
    /// It is new. The old member, if any, had its id.
    Added(&'n M, Option<&'o M>),
}

/// What has become of each member, in source order: first the old ones, then new ones.
pub(super) fn changes<'o, 'n, M: Member>(old: &'o [M], new: &'n [M]) -> Vec<Change<'o, 'n, M>> {
    let (old_ids, old_names) = (by_id(old), by_name(old));
    let (new_ids, new_names) = (by_id(new), by_name(new));
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for before in old {
        let same_id = new_ids.get(&before.id()).copied();
        let change = match (new_names.get(before.name()).copied(), same_id) {
            (Some(named), _) if named.id() == before.id() => Change::Kept(before, named),
            (Some(named), _) => {
                let other = old_ids.get(&named.id()).copied();
                let is_swap = |other: &&M| Some(other.name()) == same_id.map(Member::name);
                match other.filter(is_swap) {
                    Some(other) => Change::Swapped(before, named, other),
                    None => Change::Renumbered(before, named),
                }
            }
            // A member that existed with another id keeps its identity.
            (None, Some(now)) if !old_names.contains_key(now.name()) => Change::Kept(before, now),
            (None, _) => Change::Removed(before),
        };
        match &change {
            Change::Kept(_, now) | Change::Swapped(_, now, _) | Change::Renumbered(_, now) => {
                seen.insert(now.id());
            }
            Change::Removed(_) | Change::Added(..) => {}
        }
        match change {
            Change::Swapped(before, now, _) if before.id() > now.id() => {}
            change => found.push(change),
        }
    }
    let added = new.iter().filter(|now| !seen.contains(&now.id()));
    found.extend(added.map(|now| Change::Added(now, old_ids.get(&now.id()).copied())));
    found
}

fn by_id<M: Member>(members: &[M]) -> BTreeMap<u16, &M> {
    members.iter().map(|member| (member.id(), member)).collect()
}

fn by_name<M: Member>(members: &[M]) -> BTreeMap<&str, &M> {
    members
        .iter()
        .map(|member| (member.name(), member))
        .collect()
}
