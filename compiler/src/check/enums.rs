//! Enums and flags: numbers, aliases, single bits.

use std::collections::{BTreeMap, BTreeSet};

use num_bigint::BigInt;

use super::members::{MAX_VALUES, empty_closed, names};
use super::reserved::Kept;
use crate::ast::{self, EnumValue, Item, ItemKind, Scalar};
use crate::diagnostics::{Code, Diagnostic, Edit, MAX_SHOWN, Sink};
use crate::naming::Style;
use crate::parse::MAX_NUMBERED;
use crate::resolve::Resolved;
use crate::resolve::widths::bounds;
use crate::schema::{DeclKind, Enum, Number};
use crate::source::{SourceMap, Span};

/// Reports invalid values of enums and flags.
pub(super) fn check(resolved: &Resolved<'_>, sources: &SourceMap, sink: &mut Sink) {
    for (entry, decl) in resolved.names.decls.iter().zip(&resolved.decls) {
        let (ItemKind::Enum(written) | ItemKind::Flags(written)) = &entry.item.kind else {
            continue;
        };
        let flags = matches!(entry.item.kind, ItemKind::Flags(_));
        let understood = match decl.as_ref().map(|decl| &decl.kind) {
            Some(DeclKind::Enum(e) | DeclKind::Flags(e)) => Some(e),
            Some(_) | None => None,
        };
        shape(entry.item, written, flags, sink);
        missing_numbers(written, understood, flags, sink);
        if let Some(e) = understood {
            numbers(written, e, flags, sources, sink);
        }
    }
}

/// Checks that do not need numbers.
fn shape(item: &Item, written: &ast::Enum, flags: bool, sink: &mut Sink) {
    let list = || written.values.iter().map(|v| &v.name);
    names(&item.name, list(), Style::Pascal, MAX_VALUES, sink);
    let closed = written.closed.filter(|_| written.values.is_empty());
    if let Some(closed) = closed {
        let kind = if flags { "flags" } else { "enum" };
        sink.push(empty_closed(kind, "value", &item.name, closed));
    }
}

/// Reports values without a number. `understood` has the resolved numbers of the others.
fn missing_numbers(written: &ast::Enum, understood: Option<&Enum>, flags: bool, sink: &mut Sink) {
    let values = understood.map_or(&[][..], |e| &e.values);
    let known: BTreeMap<Span, Number> = values.iter().map(|v| (v.span, v.number)).collect();
    let used: BTreeSet<Number> = known.values().copied().collect();
    let mut missing = Vec::new();
    let mut next = Number::Int(flags.into());
    for value in &written.values {
        if value.value.is_none() {
            while used.contains(&next) && next < behind(next, flags) {
                next = behind(next, flags);
            }
            missing.push((value.name.span, next));
            next = behind(next, flags);
        } else if let Some(number) = known.get(&value.name.span) {
            let behind = behind(*number, flags);
            // After the last bit, proposals may be combinations of flags.
            next = if flags { next.max(behind) } else { behind };
        }
    }
    if !missing.is_empty() {
        sink.push(no_numbers(&missing, &written.unended));
    }
}

/// The next number, or the next bit.
fn behind(number: Number, flags: bool) -> Number {
    match flags {
        true => 1_u128
            .checked_shl(u128::BITS - number.bits().leading_zeros())
            .map_or(number, Number::from),
        false => number.next(),
    }
}

fn numbers(written: &ast::Enum, e: &Enum, flags: bool, sources: &SourceMap, sink: &mut Sink) {
    let kept = Kept::new(&written.reserved, sink);
    reserved_numbers(written, e.base, sink);
    let places: BTreeMap<Span, &EnumValue> =
        written.values.iter().map(|v| (v.name.span, v)).collect();
    let mut earlier: u128 = 0;
    for value in &e.values {
        let Some(place) = places.get(&value.span) else {
            continue;
        };
        let number = place.value.as_ref().map_or(value.span, |expr| expr.span);
        kept.check_name(&place.name, sink);
        if let Some(reserved) = kept.number(value.number) {
            sink.push(reserved_number(value.number, number, reserved));
        }
        let alias = place.annotations.iter().find(|a| a.path.text() == "alias");
        match (value.alias_of, alias) {
            (Some(first), None) => {
                let first = &e.values[first as usize];
                let indent = place.span.before();
                sink.push(duplicate_number(first, value, number, indent));
            }
            (None, Some(alias)) => sink.push(no_alias(&value.name, alias.span)),
            (Some(_), Some(_)) | (None, None) => {}
        }
        if flags {
            let bits = value.number.bits();
            if !bits.is_power_of_two() && bits & !earlier != 0 {
                let text = sources.slice(number);
                sink.push(bad_flag(&value.name, text, number));
            }
            earlier |= bits;
        }
    }
}

/// Reports reserved numbers that are outside the range of the base type.
fn reserved_numbers(written: &ast::Enum, base: Scalar, sink: &mut Sink) {
    let (min, max) = bounds(base);
    for entry in &written.reserved {
        let ast::ReservedKind::Ids(from, to) = &entry.kind else {
            continue;
        };
        let mut ends = std::iter::once(from).chain(to);
        if let Some(number) = ends.find(|end| !(&min..=&max).contains(end)) {
            sink.push(no_number(number, base, entry.span));
        }
    }
}

fn no_number(number: &BigInt, base: Scalar, span: Span) -> Diagnostic {
    let (word, (min, max)) = (base.word(), bounds(base));
    Diagnostic::new(
        Code::NumberOutOfRange,
        span,
        format!("value {number} does not fit `{word}` ({min}..={max})"),
        "no value can have it",
    )
    .with_help("reserve numbers that a value could have; `max` stands for the greatest")
}

/// One report for all values of an enum without a number, including those that also lack `;`.
fn no_numbers(missing: &[(Span, Number)], unended: &[Span]) -> Diagnostic {
    let (first, next) = &missing[0];
    let (message, help) = match missing.len() {
        1 => (
            format!("enum values need an explicit number; next is {next}"),
            format!("give it the number {next}"),
        ),
        count => (
            format!("{count} values have no number; next is {next}"),
            format!("number them from {next} on"),
        ),
    };
    let error = Diagnostic::new(Code::MissingNumber, *first, message, "has no number");
    let others = missing[1..].iter().take(MAX_SHOWN);
    let error = others.fold(error, |error, (name, _)| {
        error.with_label(*name, "nor has this")
    });
    let mut ends: BTreeSet<Span> = unended.iter().take(MAX_NUMBERED).copied().collect();
    let help = match ends.is_empty() {
        true => help,
        false => format!("{help}, and write `;` after each value"),
    };
    let numbers = missing.iter().take(MAX_NUMBERED).map(|(name, number)| {
        let span = name.after();
        let end = if ends.remove(&span) { ";" } else { "" };
        let replacement = format!(" = {number}{end}");
        Edit { span, replacement }
    });
    let mut edits: Vec<Edit> = numbers.collect();
    edits.extend(ends.into_iter().map(|span| Edit {
        span,
        replacement: ";".to_owned(),
    }));
    error.with_edits(help, edits)
}

fn duplicate_number(
    first: &crate::schema::EnumValue,
    second: &crate::schema::EnumValue,
    span: Span,
    start: Span,
) -> Diagnostic {
    let (a, b) = (&first.name, &second.name);
    Diagnostic::new(
        Code::DuplicateNumber,
        span,
        format!("value {} is used by `{a}` and `{b}`", second.number),
        "used again here",
    )
    .with_label(first.span, format!("`{a}` has the same number"))
    .with_fix("add `@alias` if that is intended", start, "@alias ")
}

fn no_alias(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::UselessConstraint,
        span,
        format!("`@alias` has no effect: no value before `{name}` has its number"),
        "is no alias",
    )
    .with_fix("remove it", span, "")
}

fn reserved_number(number: Number, span: Span, reserved: Span) -> Diagnostic {
    Diagnostic::new(
        Code::ReservedId,
        span,
        format!("value {number} is reserved"),
        "not free",
    )
    .with_label(reserved, "reserved here")
    .with_help("use a number that is free")
}

fn bad_flag(name: &str, text: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::BadFlag,
        span,
        format!("flag `{name}` = {text} is neither one bit nor a combination of earlier flags"),
        "several bits, not all of them declared before",
    )
    .with_help("write one bit, such as `1 << 3`, or join earlier flags: `A | B`")
}
