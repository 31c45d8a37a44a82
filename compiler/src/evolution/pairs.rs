//! Matches declarations of both versions: by name, or else by use.

use std::collections::{BTreeMap, BTreeSet};

use super::decls::{is_in_rust, rust_name};
use super::places::places;
use crate::schema::{Decl, DeclId, DeclKind, Exception, NamespaceId, Number, Schema, Struct, Type};

/// Matching declarations of two versions.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    namespaces: BTreeMap<NamespaceId, NamespaceId>,
    new_of: BTreeMap<DeclId, DeclId>,
    old_of: BTreeMap<DeclId, DeclId>,
}

impl Pairs {
    /// Finds all pairs, in this order: by name in matching namespaces, services by wire name, by name and kind in other
    /// namespaces, by use in the same place, by Rust name, by members.
    pub(super) fn of(old: &Schema, new: &Schema) -> Self {
        let mut finder = Finder {
            old,
            new,
            pairs: Pairs {
                namespaces: namespaces(old, new),
                ..Pairs::default()
            },
            waiting: Vec::new(),
        };
        finder.by_name();
        finder.by_wire_name();
        finder.by_simple_name();
        finder.by_use();
        finder.by_rust_name();
        finder.by_shape();
        finder.by_use();
        finder.pairs
    }

    /// What has become of a namespace.
    pub(super) fn namespace(&self, old: NamespaceId) -> Option<NamespaceId> {
        self.namespaces.get(&old).copied()
    }

    /// Whether these are a pair.
    pub(super) fn are(&self, old: DeclId, new: DeclId) -> bool {
        self.new_of.get(&old) == Some(&new)
    }

    /// What has become of a declaration.
    pub(super) fn new_of(&self, old: DeclId) -> Option<DeclId> {
        self.new_of.get(&old).copied()
    }

    /// What a declaration was.
    pub(super) fn old_of(&self, new: DeclId) -> Option<DeclId> {
        self.old_of.get(&new).copied()
    }

    /// All pairs, in order of the new version.
    pub(super) fn all(&self) -> Vec<(DeclId, DeclId)> {
        self.old_of.iter().map(|(new, old)| (*old, *new)).collect()
    }
}

struct Finder<'a> {
    old: &'a Schema,
    new: &'a Schema,
    pairs: Pairs,
    /// Pairs whose members have not been visited.
    waiting: Vec<(DeclId, DeclId)>,
}

impl<'a> Finder<'a> {
    fn add(&mut self, old: DeclId, new: DeclId) {
        self.pairs.new_of.insert(old, new);
        self.pairs.old_of.insert(new, old);
        self.waiting.push((old, new));
    }

    fn lost(&self) -> Vec<(DeclId, &'a Decl)> {
        let all = self.old.decls();
        all.filter(|(id, _)| self.pairs.new_of(*id).is_none())
            .collect()
    }

    fn added(&self) -> Vec<(DeclId, &'a Decl)> {
        let all = self.new.decls();
        all.filter(|(id, _)| self.pairs.old_of(*id).is_none())
            .collect()
    }

    fn by_name(&mut self) {
        let names = self
            .new
            .decls()
            .map(|(id, decl)| ((decl.namespace, decl.name.as_str()), id));
        let names: BTreeMap<_, _> = names.collect();
        for (id, decl) in self.old.decls() {
            let namespace = self.pairs.namespace(decl.namespace);
            let found = namespace.and_then(|namespace| names.get(&(namespace, decl.name.as_str())));
            if let Some(now) = found {
                self.add(id, *now);
            }
        }
    }

    fn by_wire_name(&mut self) {
        self.unique(|_, decl| match &decl.kind {
            DeclKind::Service(service) => Some(service.wire_name.as_str()),
            _ => None,
        });
    }

    /// Matches those that have moved to another namespace, by names that are unique among the unmatched.
    fn by_simple_name(&mut self) {
        let key = |decl: &'a Decl| (decl.name.as_str(), kind(decl));
        self.unique(|_, decl| Some(key(decl)));
    }

    /// Matches the remaining ones that have the same Rust name.
    fn by_rust_name(&mut self) {
        let (old, new) = (self.old, self.new);
        self.unique(|is_old, decl| {
            let schema = if is_old { old } else { new };
            let namespace = schema.namespace(decl.namespace).name();
            is_in_rust(decl).then(|| (namespace, kind(decl), rust_name(decl)))
        });
    }

    /// Matches the remaining ones of a namespace that have the same members.
    fn by_shape(&mut self) {
        let (old, new) = (self.old, self.new);
        self.unique(|is_old, decl| {
            let schema = if is_old { old } else { new };
            let members = shape(decl)?;
            Some((schema.namespace(decl.namespace).name(), kind(decl), members))
        });
    }

    /// Matches unmatched declarations whose keys are unique in their versions.
    fn unique<K: Ord>(&mut self, key: impl Fn(bool, &'a Decl) -> Option<K>) {
        let keyed = |is_old, decls: Vec<(DeclId, &'a Decl)>| {
            let mut found: BTreeMap<K, Option<DeclId>> = BTreeMap::new();
            for (id, decl) in decls {
                if let Some(key) = key(is_old, decl) {
                    found
                        .entry(key)
                        .and_modify(|it| *it = None)
                        .or_insert(Some(id));
                }
            }
            found
        };
        let lost = keyed(true, self.lost());
        let mut added = keyed(false, self.added());
        for (key, old) in lost {
            if let (Some(old), Some(Some(new))) = (old, added.remove(&key)) {
                self.add(old, new);
            }
        }
    }

    /// Follows the members of pairs to the types that they mention.
    fn by_use(&mut self) {
        self.waiting.sort_unstable_by(|a, b| b.cmp(a));
        while let Some((old, new)) = self.waiting.pop() {
            let (before, now) = (places(self.old.decl(old)), places(self.new.decl(new)));
            let now: BTreeMap<_, _> = now.into_iter().collect();
            for (place, ty) in before {
                if let Some(new) = now.get(&place) {
                    self.same_place(ty, new);
                }
            }
        }
    }

    fn same_place(&mut self, old: &Type, new: &Type) {
        match (old, new) {
            (Type::Named(before, old_args), Type::Named(now, new_args)) => {
                let is_free =
                    self.pairs.new_of(*before).is_none() && self.pairs.old_of(*now).is_none();
                if is_free && kind(self.old.decl(*before)) == kind(self.new.decl(*now)) {
                    self.add(*before, *now);
                }
                old_args
                    .iter()
                    .zip(new_args)
                    .for_each(|(old, new)| self.same_place(old, new));
            }
            (Type::Optional(old), Type::Optional(new)) => self.same_place(old, new),
            (Type::Optional(old), _) => self.same_place(old, new),
            (_, Type::Optional(new)) => self.same_place(old, new),
            (Type::List(old) | Type::Set(old), Type::List(new) | Type::Set(new)) => {
                self.same_place(old, new)
            }
            (Type::Array(old, _), Type::Array(new, _)) => self.same_place(old, new),
            (Type::Map(old, old_value), Type::Map(new, new_value)) => {
                self.same_place(old, new);
                self.same_place(old_value, new_value);
            }
            (_, _) => {}
        }
    }
}

/// Matches namespaces: those with the same name, then those that lost and gained the most names in common.
fn namespaces(old: &Schema, new: &Schema) -> BTreeMap<NamespaceId, NamespaceId> {
    let ids = |schema: &Schema| -> BTreeMap<String, NamespaceId> {
        let all = (0u32..).map(NamespaceId).zip(schema.namespaces());
        all.map(|(id, namespace)| (namespace.name(), id)).collect()
    };
    let (old_ids, mut new_ids) = (ids(old), ids(new));
    let mut found = BTreeMap::new();
    let mut left = Vec::new();
    for (name, id) in old_ids {
        match new_ids.remove(&name) {
            Some(now) => _ = found.insert(id, now),
            None => left.push(id),
        }
    }
    // By the names in them, ordered by their own names.
    let gained: Vec<NamespaceId> = new_ids.into_values().collect();
    let mut homes: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, id) in gained.iter().enumerate() {
        for name in names_in(new, *id) {
            homes.entry(name).or_default().push(at);
        }
    }
    let mut taken = BTreeSet::new();
    for id in left {
        let mut common: BTreeMap<usize, usize> = BTreeMap::new();
        let all = names_in(old, id).filter_map(|name| homes.get(name));
        for at in all.flatten().filter(|at| !taken.contains(*at)) {
            *common.entry(*at).or_default() += 1;
        }
        let best = common.into_iter().max_by_key(|(at, count)| (*count, *at));
        if let Some((at, _)) = best {
            taken.insert(at);
            found.insert(id, gained[at]);
        }
    }
    found
}

/// The names of the declarations of a namespace.
fn names_in(schema: &Schema, id: NamespaceId) -> impl Iterator<Item = &str> {
    let decls = schema.namespace(id).decls.iter();
    decls.map(|id| schema.decl(*id).name.as_str())
}

/// The kind of a declaration.
fn kind(decl: &Decl) -> &'static str {
    decl.kind.word()
}

/// The ids and names of a declaration's members, if it has any.
fn shape(decl: &Decl) -> Option<Vec<(Number, &str)>> {
    let shape: Vec<(Number, &str)> = match &decl.kind {
        DeclKind::Enum(it) | DeclKind::Flags(it) => it
            .values
            .iter()
            .map(|value| (value.number, value.name.as_str()))
            .collect(),
        DeclKind::Struct(Struct { fields, .. }) | DeclKind::Exception(Exception { fields, .. }) => {
            fields
                .iter()
                .map(|f| (f.id.into(), f.name.as_str()))
                .collect()
        }
        DeclKind::Union(it) => it
            .variants
            .iter()
            .map(|v| (v.id.into(), v.name.as_str()))
            .collect(),
        DeclKind::Service(it) => it
            .methods
            .iter()
            .map(|m| (Number::Int(0), m.wire_name.as_str()))
            .collect(),
        DeclKind::Frozen(it) => it
            .fields
            .iter()
            .map(|f| (Number::Int(0), f.name.as_str()))
            .collect(),
        DeclKind::Const(_)
        | DeclKind::Typedef(_)
        | DeclKind::Newtype(_)
        | DeclKind::Annotation(_) => Vec::new(),
    };
    (!shape.is_empty()).then_some(shape)
}
