//! Which member of the new version is which of the old one: by id, and by name where ids changed.

use std::collections::{BTreeMap, BTreeSet};

use crate::naming::Style;
use crate::schema::{Annotations, Field, Variant};
use crate::source::Span;

/// What has an id and a name.
pub(super) trait Member {
    fn id(&self) -> u16;
    fn id_span(&self) -> Span;
    fn name(&self) -> &str;
    fn span(&self) -> Span;
    fn annotations(&self) -> &Annotations;
    /// How its name is written in Rust.
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

/// What became of a member.
pub(super) enum Change<'o, 'n, M> {
    /// It is there, maybe under another name.
    Kept(&'o M, &'n M),
    /// It has the id of the last one, which has its own. Told of the member whose id was lower.
    Swapped(&'o M, &'n M, &'o M),
    /// It has another id.
    Renumbered(&'o M, &'n M),
    Removed(&'o M),
    /// It is new; the old member had its id.
    Added(&'n M, Option<&'o M>),
}

/// What became of each member, in the order written: the old ones, then those that are new.
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
            // A member that was there under another id is that one.
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
