//! `reserved` lines.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use num_bigint::BigInt;

use crate::ast::{Id, Ident, Reserved, ReservedKind};
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::schema::Number;
use crate::source::Span;

/// The greatest id of a member.
pub(super) const MAX_ID: i128 = Id::MAX as i128;
const IDS: RangeInclusive<Number> = Number::Int(1)..=Number::Int(MAX_ID);

/// Reserved names and numbers of one declaration.
pub(super) struct Kept<'a> {
    names: BTreeMap<&'a str, Span>,
    /// Ascending. None overlap, except where that was reported.
    ranges: Vec<(Number, Number, Span)>,
}

impl<'a> Kept<'a> {
    /// Reads the entries. Reports ranges that are empty or overlap.
    pub(super) fn new(entries: &'a [Reserved], sink: &mut Sink) -> Self {
        let mut kept = Kept {
            names: BTreeMap::new(),
            ranges: Vec::new(),
        };
        for entry in entries {
            match &entry.kind {
                ReservedKind::Name(name) => {
                    if let Some(first) = kept.names.get(name.as_str()) {
                        sink.push(twice(name, *first, entry.span));
                    }
                    kept.names.entry(name).or_insert(entry.span);
                }
                ReservedKind::Ids(from, to) => {
                    let to = to.as_ref().map_or(Number::MAX, Number::nearest);
                    let from = Number::nearest(from);
                    if from > to {
                        sink.push(empty(from, to, entry.span));
                    } else {
                        kept.ranges.push((from, to, entry.span));
                    }
                }
            }
        }
        kept.ranges.sort_unstable();
        let mut widest: Option<(Number, Number, Span)> = None;
        for range in &kept.ranges {
            match widest {
                Some(before) if range.0 <= before.1 => sink.push(overlap(before, *range)),
                _ => {}
            }
            if widest.is_none_or(|before| range.1 > before.1) {
                widest = Some(*range);
            }
        }
        kept
    }

    /// Reads entries of declarations with ids. Also reports ids that are out of range.
    pub(super) fn of_ids(entries: &'a [Reserved], sink: &mut Sink) -> Self {
        for entry in entries {
            if let ReservedKind::Ids(from, to) = &entry.kind {
                let is_id = |id: &BigInt| IDS.contains(&Number::nearest(id));
                let ends = [Some(from), to.as_ref()].into_iter().flatten();
                if let Some(id) = ends.into_iter().find(|id| !is_id(id)) {
                    sink.push(no_id(id, entry.span));
                }
            }
        }
        Self::new(entries, sink)
    }

    /// The span that reserves this number.
    pub(super) fn number(&self, number: Number) -> Option<Span> {
        self.range_of(number).map(|(.., span)| *span)
    }

    fn range_of(&self, number: Number) -> Option<&(Number, Number, Span)> {
        let behind = self.ranges.partition_point(|(from, ..)| *from <= number);
        let range = self.ranges[..behind].last();
        range.filter(|(_, to, _)| number <= *to)
    }

    /// Reports a reserved name.
    pub(super) fn check_name(&self, name: &Ident, sink: &mut Sink) {
        if let Some(reserved) = self.names.get(name.name.as_str()) {
            sink.push(reserved_name(name, *reserved));
        }
    }

    /// A free id from `from` on, but before ids that are reserved without upper bound; else the least free one.
    pub(super) fn free(&self, from: i128, used: &BTreeSet<i128>) -> Option<i128> {
        self.gap(from, used).or_else(|| self.gap(1, used))
    }

    fn gap(&self, from: i128, used: &BTreeSet<i128>) -> Option<i128> {
        let mut id = from;
        while id <= MAX_ID {
            match self.range_of(Number::Int(id)) {
                Some((_, Number::Int(to), _)) => id = to.saturating_add(1),
                Some((_, Number::Uint(_), _)) => return None,
                None if used.contains(&id) => id += 1,
                None => return Some(id),
            }
        }
        None
    }
}

/// A reserved id.
pub(super) fn reserved_id(id: &Id, reserved: Span, free: Option<i128>) -> Diagnostic {
    let error = Diagnostic::new(
        Code::ReservedId,
        id.span,
        format!("id {} is reserved", id.value),
        "not free",
    )
    .with_label(reserved, "reserved here");
    with_free(error, id, free)
}

/// Adds the fix that replaces the id by a free one.
pub(super) fn with_free(error: Diagnostic, id: &Id, free: Option<i128>) -> Diagnostic {
    match free {
        Some(free) => error.with_fix(format!("use the free id {free}"), id.span, free.to_string()),
        None => error.with_help("use an id that is free"),
    }
}

fn reserved_name(name: &Ident, reserved: Span) -> Diagnostic {
    Diagnostic::new(
        Code::ReservedName,
        name.span,
        format!("name `{}` is reserved", name.name),
        "not free",
    )
    .with_label(reserved, "reserved here")
    .with_help("choose another name; this one once had another meaning")
}

fn no_id(id: &BigInt, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::IdOutOfRange,
        span,
        format!("id {id} is outside 1..={MAX_ID}"),
        "nothing can have it",
    )
    .with_help("reserve ids that a member could have; `max` stands for the greatest")
}

fn twice(name: &str, first: Span, second: Span) -> Diagnostic {
    Diagnostic::new(
        Code::BadReserved,
        second,
        format!("name `{name}` is reserved twice"),
        "reserved again here",
    )
    .with_label(first, "first reserved here")
    .with_help("once is enough")
}

fn empty(from: Number, to: Number, span: Span) -> Diagnostic {
    let error = Diagnostic::new(
        Code::BadReserved,
        span,
        format!("reserved range {from}..={to} is empty"),
        "reserves nothing",
    );
    error.with_fix(
        "write the smaller number first",
        span,
        format!("{to}..={from}"),
    )
}

fn overlap(first: (Number, Number, Span), second: (Number, Number, Span)) -> Diagnostic {
    let text = |(from, to, _): (Number, Number, Span)| {
        if from == to {
            from.to_string()
        } else if to == Number::MAX {
            format!("{from}..=max")
        } else {
            format!("{from}..={to}")
        }
    };
    let error = Diagnostic::new(
        Code::BadReserved,
        second.2,
        format!("reserved {} overlaps {}", text(second), text(first)),
        "reserved already",
    )
    .with_label(first.2, "first reserved here");
    if second.1 <= first.1 {
        return error.with_help("remove it");
    }
    let rest = text((first.1.next(), second.1, second.2));
    error.with_fix(format!("reserve {rest}"), second.2, rest)
}
