//! Names in expressions: constants, enum values, variants.

use std::collections::BTreeMap;

use super::kinds::{kind_word, wrong_kind};
use super::lookup::{Lookup, Wanted};
use super::{Place, Resolver, records};
use crate::ast::{self, Expr, ExprKind, ItemKind, Path, TypeKind};
use crate::diagnostics::{Code, Diagnostic, MAX_SHOWN, nearest};
use crate::schema::DeclId;
use crate::source::Span;

/// What a path in an expression refers to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target {
    Const(DeclId),
    /// An enum value or a flag, by index.
    EnumValue(DeclId, u32),
    /// A variant of a union, by index.
    Variant(DeclId, u32),
}

impl<'a> Resolver<'a, '_> {
    /// The target of a path in an expression. Unknown names are reported once.
    pub(crate) fn target(&mut self, path: &Path, place: &Place<'a>) -> Option<Target> {
        if let Some(known) = self.targets.get(&path.span) {
            return *known;
        }
        let target = self.find_target(path, place);
        self.targets.insert(path.span, target);
        if let Some(Target::EnumValue(id, at) | Target::Variant(id, at)) = target
            && let Some(named) = path.segments.last()
        {
            self.mention_member(named.span, id, at);
        }
        target
    }

    /// Records that `place` names the member at this index of a declaration.
    pub(super) fn mention_member(&mut self, place: Span, id: DeclId, at: u32) {
        if let Some(name) = records::member_names(self.names.decl(id).item).nth(at as usize) {
            self.seen.mentions.push((place, name.span));
        }
    }

    /// Indices of enum values, variants or fields by name.
    pub(super) fn positions_of(&self, id: DeclId) -> &BTreeMap<&'a str, u32> {
        let members = &self.members[id.0 as usize];
        members.get_or_init(|| records::members(self.names.decl(id).item))
    }

    fn find_target(&mut self, path: &Path, place: &Place<'a>) -> Option<Target> {
        if let Some(own) = self.own_value(path, place) {
            return Some(own);
        }
        let (id, used) = match self.lookup(path, place) {
            Lookup::Found(id, used) => (id, used),
            Lookup::Broken => return None,
            Lookup::Missing => {
                self.report_unknown(path, place.file, Wanted::Value, &[]);
                return None;
            }
        };
        let id = self.behind_aliases(id);
        let item = self.names.decl(id).item;
        match (&item.kind, &path.segments[used..]) {
            (ItemKind::Const(_), []) => Some(Target::Const(id)),
            (ItemKind::Enum(_) | ItemKind::Flags(_) | ItemKind::Union(_), [member]) => {
                if let Some(found) = self.member(id, member) {
                    return Some(found);
                }
                let error = self.no_member(id, member);
                self.report_unless_lost(error, self.names.decl(id).file);
                None
            }
            (_, []) => {
                self.sink.push(wrong_kind("constant", item, path.span));
                None
            }
            (_, [member, ..]) => {
                self.sink.push(has_no_members(item, member));
                None
            }
        }
    }

    /// A value of the surrounding enum, by its bare name.
    fn own_value(&self, path: &Path, place: &Place<'a>) -> Option<Target> {
        let ([name], Some(owner)) = (path.segments.as_slice(), place.owner) else {
            return None;
        };
        self.base_of(owner)?;
        self.member(owner, name)
    }

    /// A value of an enum or flags, or a variant of a union.
    fn member(&self, id: DeclId, member: &ast::Ident) -> Option<Target> {
        let at = *self.positions_of(id).get(member.name.as_str())?;
        let kind = &self.names.decl(id).item.kind;
        if let ItemKind::Union(_) = kind {
            return Some(Target::Variant(id, at));
        }
        let has_values = matches!(kind, ItemKind::Enum(_) | ItemKind::Flags(_));
        has_values.then_some(Target::EnumValue(id, at))
    }

    /// The targets whose values an expression depends on. A name as the key of a map may also be a field, in the syntax
    /// of other languages; that is reported once the type is known.
    pub(super) fn needed(&mut self, expr: &'a Expr, place: &Place<'a>) -> Vec<Target> {
        let Paths { values, keys } = paths(expr);
        let values: Vec<_> = values
            .into_iter()
            .filter_map(|path| self.target(path, place))
            .collect();
        let keys = keys
            .into_iter()
            .filter_map(|key| self.peek_target(key, place));
        values.into_iter().chain(keys).collect()
    }

    /// The target of a path; reports nothing.
    fn peek_target(&self, path: &Path, place: &Place<'a>) -> Option<Target> {
        if let Some(own) = self.own_value(path, place) {
            return Some(own);
        }
        if let Some(id) = self.peek(&path.segments, place.file) {
            let id = self.behind_aliases(id);
            let is_const = matches!(self.names.decl(id).item.kind, ItemKind::Const(_));
            return is_const.then_some(Target::Const(id));
        }
        let (member, owner) = path.segments.split_last()?;
        self.member(self.behind_aliases(self.peek(owner, place.file)?), member)
    }

    /// The declaration that a chain of aliases leads to.
    pub(crate) fn behind_aliases(&self, id: DeclId) -> DeclId {
        let mut id = id;
        for _ in 0..self.names.decls.len() {
            let entry = self.names.decl(id);
            let ItemKind::Typedef(ty) = &entry.item.kind else {
                return id;
            };
            let TypeKind::Named(path, _) = &ty.kind else {
                return id;
            };
            match self.peek(&path.segments, entry.file) {
                Some(next) => id = next,
                None => return id,
            }
        }
        id
    }

    /// A member that does not exist.
    pub(crate) fn no_member(&self, id: DeclId, member: &ast::Ident) -> Diagnostic {
        let item = self.names.decl(id).item;
        let error = Diagnostic::new(
            Code::NoSuchMember,
            member.span,
            format!("`{}` has no member `{}`", item.name.name, member.name),
            format!("not a member of this {}", kind_word(&item.kind)),
        )
        .with_label(item.name.span, "declared here");
        if !self.names.suggests() {
            return error;
        }
        with_members(
            error,
            member,
            self.positions_of(id).keys().copied().collect(),
        )
    }
}

/// Adds which of `members` may have been meant, or lists them all.
pub(super) fn with_members(
    error: Diagnostic,
    member: &ast::Ident,
    members: Vec<&str>,
) -> Diagnostic {
    let near = nearest(&member.name, members.iter().copied());
    if near.is_empty() && !members.is_empty() {
        let shown: Vec<String> = members
            .iter()
            .take(MAX_SHOWN)
            .map(|m| format!("`{m}`"))
            .collect();
        let rest = if members.len() > MAX_SHOWN {
            ", …"
        } else {
            ""
        };
        return error.with_help(format!("there is {}{rest}", shown.join(", ")));
    }
    near.into_iter().fold(error, |error, near| {
        error.with_fix(format!("did you mean `{near}`?"), member.span, near)
    })
}

/// The paths in an expression.
#[derive(Default)]
struct Paths<'e> {
    /// Paths that stand for values.
    values: Vec<&'e Path>,
    /// Paths that are keys of maps.
    keys: Vec<&'e Path>,
}

fn paths(expr: &Expr) -> Paths<'_> {
    let mut found = Paths::default();
    let mut waiting = vec![expr];
    while let Some(expr) = waiting.pop() {
        if let ExprKind::Path(path) = &expr.kind {
            found.values.push(path);
        }
        let ExprKind::Map(entries) = &expr.kind else {
            waiting.extend(expr.parts());
            continue;
        };
        for (key, value) in entries {
            match &key.kind {
                ExprKind::Path(path) => found.keys.push(path),
                _ => waiting.push(key),
            }
            waiting.push(value);
        }
    }
    found
}

/// Describes an expression for messages.
pub(crate) fn describe(expr: &Expr) -> &'static str {
    match &expr.kind {
        ExprKind::Int(_) => "an integer",
        ExprKind::Float(_) | ExprKind::Inf | ExprKind::Nan => "a floating-point number",
        ExprKind::Str(_) => "a string",
        ExprKind::Bytes(_) => "bytes",
        ExprKind::Uuid(_) => "a uuid",
        ExprKind::Timestamp(_) => "a timestamp",
        ExprKind::Date(_) => "a date",
        ExprKind::Duration(_) => "a duration",
        ExprKind::Bool(_) => "a boolean",
        ExprKind::Path(_) => "a named value",
        ExprKind::Struct(..) => "a struct literal",
        ExprKind::List(_) => "a list",
        ExprKind::Map(_) => "a map",
        ExprKind::Unary(_, operand) => describe(operand),
        ExprKind::Binary(..) => "an expression",
    }
}

fn has_no_members(item: &ast::Item, member: &ast::Ident) -> Diagnostic {
    let name = &item.name.name;
    Diagnostic::new(
        Code::NoSuchMember,
        member.span,
        format!("`{name}` has no member `{}`", member.name),
        format!(
            "`{name}` is a {}, which has no members here",
            kind_word(&item.kind)
        ),
    )
    .with_label(item.name.span, "declared here")
}
