//! Ids and names of fields, variants, parameters and errors.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::reserved::{Kept, MAX_ID, reserved_id, with_free};
use crate::ast::{
    self, Id, Ident, Item, ItemKind, MethodResult, Payload, Reserved, Throws, is_builtin_type,
};
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::naming::{Style, canonical_name};
use crate::resolve::Resolved;
use crate::resolve::names::{builtin_name, collide, duplicate_name};
use crate::schema::Number;
use crate::source::Span;

/// How many fields, variants, methods or parameters a declaration may have.
const MAX_MEMBERS: usize = 4096;
/// How many values an enum may have.
pub(super) const MAX_VALUES: usize = 65_536;

/// Reports members that clash with each other or with reserved names and ids.
pub(super) fn check(resolved: &Resolved<'_>, sink: &mut Sink) {
    for entry in &resolved.names.decls {
        item(entry.item, sink);
    }
}

fn item(item: &Item, sink: &mut Sink) {
    match &item.kind {
        ItemKind::Struct(s) | ItemKind::Exception(s) => {
            fields(&item.name, &s.fields, &s.reserved, sink);
            parameters(&item.name, &s.params, sink);
        }
        ItemKind::Frozen(f) => {
            for field in &f.fields {
                needless_required(field, "a frozen struct", sink);
            }
            names(
                &item.name,
                f.fields.iter().map(|f| &f.name),
                Style::Snake,
                MAX_MEMBERS,
                sink,
            );
        }
        ItemKind::Union(u) => union(item, u, sink),
        ItemKind::Service(s) => {
            for method in &s.methods {
                method_members(method, sink);
            }
        }
        ItemKind::Enum(_) | ItemKind::Flags(_) => {}
        ItemKind::Annotation(a) => {
            names(
                &item.name,
                a.fields.iter().map(|f| &f.name),
                Style::Snake,
                MAX_MEMBERS,
                sink,
            );
        }
        ItemKind::Const(_) | ItemKind::Typedef(_) | ItemKind::Newtype(_) => {}
    }
}

fn union(item: &Item, union: &ast::Union, sink: &mut Sink) {
    let kept = Kept::of_ids(&union.reserved, sink);
    let variants = || union.variants.iter();
    ids(variants().map(|v| (&v.name, v.id.as_ref())), &kept, sink);
    names(
        &item.name,
        variants().map(|v| &v.name),
        Style::Pascal,
        MAX_MEMBERS,
        sink,
    );
    for variant in variants() {
        kept.check_name(&variant.name, sink);
        if let Payload::Struct {
            fields: list,
            reserved,
        } = &variant.payload
        {
            fields(&variant.name, list, reserved, sink);
        }
    }
    parameters(&item.name, &union.params, sink);
    if let Some(closed) = union.closed.filter(|_| union.variants.is_empty()) {
        sink.push(empty_closed("union", "variant", &item.name, closed));
    }
}

fn method_members(method: &ast::Method, sink: &mut Sink) {
    let params: Vec<_> = method.params.iter().map(|p| &p.field).collect();
    plain(&method.name, &params, sink);
    let mut thrown: Vec<&Throws> = method.throws.iter().collect();
    let streams = method.params.iter().filter_map(|p| p.stream.as_ref());
    let result = match &method.result {
        MethodResult::One(flow) => flow.stream.as_ref(),
        MethodResult::Void(_) => None,
    };
    thrown.extend(streams.chain(result).filter_map(|s| s.throws.as_deref()));
    for throws in thrown {
        if let Throws::List(list, _) = throws {
            plain(&method.name, &list.iter().collect::<Vec<_>>(), sink);
        }
    }
}

/// Checks fields of declarations that cannot have a `reserved` line.
fn plain(owner: &Ident, list: &[&ast::Field], sink: &mut Sink) {
    let kept = Kept::new(&[], sink);
    ids(list.iter().map(|f| (&f.name, f.id.as_ref())), &kept, sink);
    names(
        owner,
        list.iter().map(|f| &f.name),
        Style::Snake,
        MAX_MEMBERS,
        sink,
    );
}

fn fields(owner: &Ident, list: &[ast::Field], reserved: &[Reserved], sink: &mut Sink) {
    let kept = Kept::of_ids(reserved, sink);
    ids(list.iter().map(|f| (&f.name, f.id.as_ref())), &kept, sink);
    names(
        owner,
        list.iter().map(|f| &f.name),
        Style::Snake,
        MAX_MEMBERS,
        sink,
    );
    for field in list {
        kept.check_name(&field.name, sink);
    }
}

/// Type parameters share a scope with their declaration: inside it, the declaration's name means itself.
fn parameters(owner: &Ident, params: &[Ident], sink: &mut Sink) {
    let scope = std::iter::once(owner).chain(params);
    names(owner, scope, Style::Pascal, MAX_MEMBERS, sink);
    for param in params.iter().filter(|p| is_builtin_type(&p.name)) {
        sink.push(builtin_name(param));
    }
}

/// Reports ids that are out of range, reserved or used twice.
fn ids<'a>(
    members: impl Iterator<Item = (&'a Ident, Option<&'a Id>)> + Clone,
    kept: &Kept<'_>,
    sink: &mut Sink,
) {
    let in_range = |id: &Id| {
        let number = i128::try_from(&id.value).ok();
        number.filter(|n| (1..=MAX_ID).contains(n))
    };
    let mut taken: Option<BTreeSet<i128>> = None;
    let mut exhausted = false;
    let mut seen: BTreeMap<i128, (&Ident, &Id)> = BTreeMap::new();
    for (name, id) in members.clone() {
        let Some(id) = id else { continue };
        let number = in_range(id);
        let reserved = number.and_then(|number| kept.number(Number::Int(number)));
        let first = number.and_then(|number| seen.get(&number));
        if number.is_some() && reserved.is_none() && first.is_none() {
            seen.extend(number.map(|number| (number, (name, id))));
            continue;
        }
        let all = || members.clone().filter_map(|(_, id)| in_range(id?));
        let used = taken.get_or_insert_with(|| all().collect());
        let behind = used.last().map_or(1, |last| last + 1);
        let free = Some(behind).filter(|_| !exhausted);
        let free = free.and_then(|behind| kept.free(behind, used));
        exhausted = free.is_none();
        used.extend(free);
        sink.push(match (reserved, first) {
            (Some(reserved), _) => reserved_id(id, reserved, free),
            (None, Some(first)) => duplicate_id(*first, (name, id), free),
            (None, None) => out_of_range(id, free),
        });
    }
}

/// Reports names that are equal, or differ only in case and underscores, and declarations with too many of them.
pub(super) fn names<'a>(
    owner: &Ident,
    names: impl Iterator<Item = &'a Ident>,
    style: Style,
    limit: usize,
    sink: &mut Sink,
) {
    let mut canonical: BTreeMap<String, &Ident> = BTreeMap::new();
    let mut colliding: BTreeMap<&str, &Ident> = BTreeMap::new();
    for (count, name) in names.enumerate() {
        if count == limit {
            sink.push(too_many(owner, limit, name.span));
            return;
        }
        let first = match canonical.entry(canonical_name(&name.name)) {
            Entry::Vacant(free) => {
                free.insert(name);
                continue;
            }
            Entry::Occupied(taken) => *taken.get(),
        };
        let same = colliding.get(name.name.as_str()).copied();
        match same.or_else(|| (first.name == name.name).then_some(first)) {
            Some(same) => sink.push(duplicate_name(&name.name, same.span, name.span)),
            None => {
                colliding.insert(&name.name, name);
                sink.push(collide(first, name, style));
            }
        }
    }
}

fn needless_required(field: &ast::Field, place: &str, sink: &mut Sink) {
    let Some(required) = field.required else {
        return;
    };
    let error = Diagnostic::new(
        Code::NeedlessRequired,
        required,
        format!("`required` means nothing inside {place}"),
        "every member is always there",
    );
    sink.push(error.with_fix("remove it", required, ""));
}

fn duplicate_id(first: (&Ident, &Id), second: (&Ident, &Id), free: Option<i128>) -> Diagnostic {
    let (a, b) = (&first.0.name, &second.0.name);
    let id = &second.1.value;
    let error = Diagnostic::new(
        Code::DuplicateId,
        second.1.span,
        format!("id {id} is used by `{a}` and `{b}`"),
        "used again here",
    )
    .with_label(first.1.span, format!("first used by `{a}`"));
    with_free(error, second.1, free)
}

fn out_of_range(id: &Id, free: Option<i128>) -> Diagnostic {
    let error = Diagnostic::new(
        Code::IdOutOfRange,
        id.span,
        format!("id {} is outside 1..={MAX_ID}", id.value),
        "not a possible id",
    );
    with_free(error, id, free)
}

/// A closed type without values.
pub(super) fn empty_closed(kind: &str, member: &str, name: &Ident, closed: Span) -> Diagnostic {
    Diagnostic::new(
        Code::EmptyClosed,
        name.span,
        format!("`closed` {kind} needs at least one member"),
        format!("has no {member}, so no value"),
    )
    .with_label(closed, "nothing can be added later because of this")
    .with_help(format!("add a {member}, or remove `closed`"))
}

fn too_many(owner: &Ident, limit: usize, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::LimitExceeded,
        span,
        format!("`{}` has more than {limit} members", owner.name),
        "one too many",
    )
    .with_label(owner.span, "declared here")
}
