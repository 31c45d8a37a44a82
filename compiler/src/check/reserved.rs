//! What `reserved` lines keep free.

use std::collections::{BTreeMap, BTreeSet};

use num_bigint::BigInt;

use crate::ast::{Id, Ident, Reserved, ReservedKind};
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::source::Span;

/// The greatest id of a member.
pub(super) const MAX_ID: i128 = Id::MAX as i128;

/// Reserved names and numbers of one declaration.
pub(super) struct Kept<'a> {
    names: BTreeMap<&'a str, Span>,
    /// Ascending, with no two overlapping but where that was reported.
    ranges: Vec<(i128, i128, Span)>,
}

impl<'a> Kept<'a> {
    /// Reads the entries; reports ranges that are empty or overlap.
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
                    let to = to.as_ref().map_or(i128::MAX, clamp);
                    let from = clamp(from);
                    if from > to {
                        sink.push(empty(from, to, entry.span));
                    } else {
                        kept.ranges.push((from, to, entry.span));
                    }
                }
            }
        }
        kept.ranges.sort_unstable();
        let mut widest: Option<(i128, i128, Span)> = None;
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

    /// Reads entries of what has ids; reports ids that there are not as well.
    pub(super) fn of_ids(entries: &'a [Reserved], sink: &mut Sink) -> Self {
        for entry in entries {
            if let ReservedKind::Ids(from, to) = &entry.kind {
                let is_id = |id: &BigInt| (1..=MAX_ID).contains(&clamp(id));
                let ends = [Some(from), to.as_ref()].into_iter().flatten();
                if let Some(id) = ends.into_iter().find(|id| !is_id(id)) {
                    sink.push(no_id(id, entry.span));
                }
            }
        }
        Self::new(entries, sink)
    }

    /// Where this number is reserved.
    pub(super) fn number(&self, number: i128) -> Option<Span> {
        let behind = self.ranges.partition_point(|(from, ..)| *from <= number);
        let range = self.ranges[..behind].last()?;
        (number <= range.1).then_some(range.2)
    }

    /// Reports a name that is reserved.
    pub(super) fn check_name(&self, name: &Ident, sink: &mut Sink) {
        if let Some(reserved) = self.names.get(name.name.as_str()) {
            sink.push(reserved_name(name, *reserved));
        }
    }

    /// A free id at least `from`, in front of ids that are reserved without an end; else the least
    /// one that is free at all.
    pub(super) fn free(&self, from: i128, used: &BTreeSet<i128>) -> Option<i128> {
        self.gap(from, used).or_else(|| self.gap(1, used))
    }

    fn gap(&self, from: i128, used: &BTreeSet<i128>) -> Option<i128> {
        let mut id = from;
        while id <= MAX_ID {
            let behind = self.ranges.partition_point(|(start, ..)| *start <= id);
            match self.ranges[..behind].last() {
                Some((_, to, _)) if *to >= id => id = to.saturating_add(1),
                _ if used.contains(&id) => id += 1,
                _ => return Some(id),
            }
        }
        None
    }
}

fn clamp(number: &BigInt) -> i128 {
    i128::try_from(number).unwrap_or(match number.sign() {
        num_bigint::Sign::Minus => i128::MIN,
        num_bigint::Sign::NoSign | num_bigint::Sign::Plus => i128::MAX,
    })
}

/// An id that is reserved.
pub(super) fn reserved_id(id: &Id, reserved: Span, free: Option<i128>) -> Diagnostic {
    let error = Diagnostic::new(
        Code::ReservedId,
        id.span,
        format!("id {} is reserved", id.value),
        "not free",
    )
    .with_label(reserved, "reserved here");
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
    .with_help("choose another name; this one had another meaning once")
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

fn empty(from: i128, to: i128, span: Span) -> Diagnostic {
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

fn overlap(first: (i128, i128, Span), second: (i128, i128, Span)) -> Diagnostic {
    let text = |(from, to, _): (i128, i128, Span)| {
        if from == to {
            from.to_string()
        } else if to == i128::MAX {
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
    let rest = text((first.1 + 1, second.1, second.2));
    error.with_fix(format!("reserve {rest}"), second.2, rest)
}
