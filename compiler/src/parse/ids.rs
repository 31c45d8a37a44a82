//! Ids of members.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use num_bigint::BigInt;
use sinew_grammar::Rule;

use super::Parser;
use super::bodies::Body;
use super::cursor::{Cursor, Node};
use super::slips::is_number;
use super::throughout::Habit;
use crate::ast::{self, Reserved, ReservedKind, Scalar, TypeKind};
use crate::diagnostics::{Code, Diagnostic, Edit, Fix, MAX_SHOWN};
use crate::source::Span;

/// How many members a single fix numbers. A report lists all of them, so this bounds its size; the next fix numbers the
/// next ones.
pub(crate) const MAX_NUMBERED: usize = 256;

/// The fields and reserved ids of a body.
#[derive(Default)]
pub(super) struct Fields {
    pub(super) fields: Vec<ast::Field>,
    pub(super) reserved: Vec<Reserved>,
}

impl<'i> Parser<'i, '_> {
    /// `1:`, if present. The outer `None` means an invalid number.
    pub(super) fn id(&mut self, cursor: &mut Cursor<'i>) -> Option<Option<ast::Id>> {
        let Some(pair) = cursor.take(Rule::id) else {
            return Some(None);
        };
        cursor.expect(Rule::colon);
        let value = self.signed_int(&mut Cursor::new(&pair))?;
        Some(Some(self.decimal_id(&pair, value)))
    }

    /// Whether `1;` precedes `at` as if it were `1:`, with something after it.
    pub(super) fn is_id_ended(&self, at: usize) -> bool {
        let code = self.code();
        let line = code[..at].rsplit('\n').next().unwrap_or_default();
        let id = line.trim().strip_suffix(';').map(str::trim_end);
        let goes_on = code[at..].trim_start_matches([' ', '\t']);
        id.is_some_and(is_number) && goes_on.starts_with(|c: char| c.is_ascii_alphabetic())
    }

    /// The number of a plain field.
    pub(super) fn plain_id(&mut self, int: &Node<'i>) -> Option<ast::Id> {
        let value = self.whole_number(int)?;
        Some(self.decimal_id(int, value))
    }

    fn decimal_id(&mut self, pair: &Node<'i>, value: BigInt) -> ast::Id {
        let span = self.place(pair);
        let text = self.text_of(pair);
        if text.contains(|c: char| c.is_ascii_alphabetic()) {
            self.report(id_not_decimal(span, text, &value));
        }
        ast::Id { value, span }
    }

    /// Reports fields that lack an id, or have one where ids are not allowed.
    pub(super) fn check_field_ids(&mut self, fields: &mut Fields, body: &Body<'_>) {
        if !body.ids {
            for field in &mut fields.fields {
                if let Some(id) = field.id.take() {
                    self.report(needless_id(id.span, field.ty.span, body));
                }
            }
            return;
        }
        let trailing = trailing_ids(&fields.fields);
        if !trailing.is_empty() {
            self.report(ids_as_defaults(&fields.fields, &trailing));
            for (at, id) in trailing {
                fields.fields[at].default = None;
                fields.fields[at].id = Some(id);
            }
            return;
        }
        self.check_repeated_ids(&mut fields.fields);
        let members = fields
            .fields
            .iter()
            .map(|field| (field.id.as_ref(), field.span, &field.name));
        self.check_missing_ids(body.member, members, &fields.reserved);
    }

    /// Reports members that lack an id, together with ids that are free for them.
    pub(super) fn check_missing_ids<'a>(
        &mut self,
        kind: &str,
        members: impl Iterator<Item = (Option<&'a ast::Id>, Span, &'a ast::Ident)> + Clone,
        reserved: &[Reserved],
    ) {
        let lost = std::mem::take(&mut self.lost_ids);
        if members.clone().all(|(id, ..)| id.is_some()) {
            return;
        }
        let mut free = ids_behind(members.clone().filter_map(|(id, ..)| id), &lost, reserved);
        let mut missing = Vec::new();
        for (_, span, name) in members.filter(|(id, ..)| id.is_none()) {
            // The number may be there, followed by a wrong character, which was reported.
            if self.is_id_ended(span.start as usize) {
                continue;
            }
            let next = free.next();
            match (self.swapped.remove(&name.span), next) {
                (Some(error), Some(next)) => {
                    self.report_habit(Habit::NameFirst, with_id(error, next));
                }
                (Some(error), None) => self.report_habit(Habit::NameFirst, error),
                (None, next) => missing.push((name, span, next)),
            }
        }
        // The ids may run out: first come members with a free id, then those without.
        for missing in missing.chunk_by(|(.., a), (.., b)| a.is_some() == b.is_some()) {
            self.report(match missing {
                [(name, span, next)] => missing_id(kind, name, *span, *next),
                _ => missing_ids(kind, missing),
            });
        }
    }
}

/// The ids after the greatest one used or reserved, up to those that are reserved without upper bound.
fn ids_behind<'a>(
    used: impl Iterator<Item = &'a ast::Id>,
    lost: &[u16],
    reserved: &'a [Reserved],
) -> RangeInclusive<u16> {
    let possible = |id: &BigInt| u16::try_from(id).ok().filter(|id| *id <= ast::Id::MAX);
    let reserved = reserved.iter().filter_map(|entry| match &entry.kind {
        ReservedKind::Ids(first, last) => Some((first, last.as_ref())),
        ReservedKind::Name(_) => None,
    });
    let ends = reserved.clone().filter_map(|(_, last)| last);
    let taken = used.map(|id| &id.value).chain(ends).filter_map(possible);
    let lost = lost.iter().copied().filter(|id| *id <= ast::Id::MAX);
    let taken = taken.chain(lost);
    let without_end = reserved.filter(|(_, last)| last.is_none());
    let last = without_end.filter_map(|(first, _)| possible(first)).min();
    let last = last.map_or(ast::Id::MAX, |first| first.saturating_sub(1));
    taken.max().unwrap_or(0) + 1..=last
}

/// Ids written as in Protobuf, `string name = 1`: each field without an id has a distinct number as its default, and at
/// least one of these cannot be a default.
fn trailing_ids(fields: &[ast::Field]) -> Vec<(usize, ast::Id)> {
    let mut seen: BTreeSet<&BigInt> = fields
        .iter()
        .filter_map(|field| Some(&field.id.as_ref()?.value))
        .collect();
    let all = seen.is_empty();
    let mut found = Vec::new();
    let mut certain = all;
    for (at, field) in fields.iter().enumerate().filter(|(_, f)| f.id.is_none()) {
        let Some(ast::Expr {
            kind: ast::ExprKind::Int(value),
            span,
        }) = &field.default
        else {
            return Vec::new();
        };
        if *value <= BigInt::ZERO || !seen.insert(value) {
            return Vec::new();
        }
        certain |= is_no_number(&field.ty);
        let (value, span) = (value.clone(), *span);
        found.push((at, ast::Id { value, span }));
    }
    if certain { found } else { Vec::new() }
}

/// Whether integers are not values of this type.
pub(super) fn is_no_number(ty: &ast::Type) -> bool {
    match &ty.kind {
        TypeKind::Scalar(scalar) => {
            let is_fraction = matches!(scalar, Scalar::F32 | Scalar::F64 | Scalar::Decimal);
            scalar.integer().is_none() && !is_fraction
        }
        TypeKind::Optional(_)
        | TypeKind::List(_)
        | TypeKind::Set(_)
        | TypeKind::Map(..)
        | TypeKind::Array(..) => true,
        TypeKind::Named(..) => false,
    }
}

fn id_not_decimal(span: Span, text: &str, value: &BigInt) -> Diagnostic {
    let message = format!("expected a decimal id, found `{text}`");
    Diagnostic::new(
        Code::UnexpectedToken,
        span,
        message,
        "ids are plain numbers",
    )
    .with_fix(format!("write `{value}`"), span, value.to_string())
}

fn missing_id(kind: &str, name: &ast::Ident, span: Span, next: Option<u16>) -> Diagnostic {
    let error = |message| Diagnostic::new(Code::MissingId, name.span, message, "has no id");
    let Some(next) = next else {
        let help = format!("give it an id from 1 to {} that is free", ast::Id::MAX);
        return error(format!("{kind} `{}` has no id", name.name)).with_help(help);
    };
    error(format!(
        "{kind} `{}` has no id; the next free id is {next}",
        name.name
    ))
    .with_fix(
        format!("write `{next}:` in front of it"),
        span.before(),
        format!("{next}: "),
    )
}

/// One report for all members of a body without ids.
fn missing_ids(kind: &str, missing: &[(&ast::Ident, Span, Option<u16>)]) -> Diagnostic {
    let (count, (first, _, next)) = (missing.len(), missing[0]);
    let (message, help) = match next {
        Some(next) => (
            format!("{count} {kind}s have no id; the next free id is {next}"),
            format!("number them from {next} on"),
        ),
        None => (
            format!("{count} {kind}s have no id"),
            format!("give them ids from 1 to {} that are free", ast::Id::MAX),
        ),
    };
    let error = Diagnostic::new(Code::MissingId, first.span, message, "has no id");
    let others = missing[1..].iter().take(MAX_SHOWN);
    let error = others.fold(error, |error, (name, ..)| {
        error.with_label(name.span, "nor has this")
    });
    let numbered = missing.iter().filter_map(|(_, span, id)| {
        Some(Edit {
            span: span.before(),
            replacement: format!("{}: ", (*id)?),
        })
    });
    let edits: Vec<Edit> = numbered.take(MAX_NUMBERED).collect();
    match edits.is_empty() {
        true => error.with_help(help),
        false => error.with_edits(help, edits),
    }
}

/// Adds the missing id to the fix for `name: type`.
fn with_id(mut error: Diagnostic, id: u16) -> Diagnostic {
    for fix in &mut error.fixes {
        for edit in &mut fix.edits {
            edit.replacement.insert_str(0, &format!("{id}: "));
            fix.message = format!("write `{}`", edit.replacement);
        }
    }
    error
}

fn needless_id(id: Span, ty: Span, body: &Body<'_>) -> Diagnostic {
    Diagnostic::new(
        Code::NeedlessId,
        id,
        format!("ids are not allowed in {}", body.title()),
        "not allowed here",
    )
    .with_fix("remove it", id.up_to(ty), "")
}

/// One report for all of them: if they were moved one at a time, the remaining ones would be taken for defaults.
fn ids_as_defaults(fields: &[ast::Field], ids: &[(usize, ast::Id)]) -> Diagnostic {
    let mut edits = Vec::new();
    let mut places = Vec::new();
    for (at, id) in ids {
        let field = &fields[*at];
        let behind = field.name.span.after().to(id.span);
        edits.push(Edit {
            span: field.span.before(),
            replacement: format!("{}: ", id.value),
        });
        edits.push(Edit {
            span: behind,
            replacement: String::new(),
        });
        places.push(field.name.span.to(id.span));
    }
    let message = "ids come before fields: `id: type name`";
    let mut diagnostic = Diagnostic::new(
        Code::SwappedField,
        places[0],
        message,
        "looks like `name = id`",
    );
    for place in places[1..].iter().take(MAX_SHOWN) {
        diagnostic = diagnostic.with_label(*place, "here, too");
    }
    diagnostic.fixes.push(Fix {
        message: "move the ids to the front".to_owned(),
        edits,
    });
    diagnostic
}
