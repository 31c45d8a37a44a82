//! Enums and flags: numbers, aliases, single bits.

use std::collections::BTreeMap;

use num_bigint::BigInt;

use super::members::{MAX_VALUES, empty_closed, names};
use super::reserved::Kept;
use crate::ast::{self, EnumValue, Item, ItemKind, Scalar};
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::naming::Style;
use crate::resolve::Resolved;
use crate::resolve::widths::bounds;
use crate::schema::{DeclKind, Enum};
use crate::source::{SourceMap, Span};

/// Reports what is wrong with the values of enums and flags.
pub(super) fn check(resolved: &Resolved<'_>, sources: &SourceMap, sink: &mut Sink) {
    for (entry, decl) in resolved.names.decls.iter().zip(&resolved.decls) {
        let (ItemKind::Enum(written) | ItemKind::Flags(written)) = &entry.item.kind else {
            continue;
        };
        shape(entry.item, written, sink);
        match decl.as_ref().map(|decl| &decl.kind) {
            Some(DeclKind::Enum(e)) => numbers(written, e, false, sources, sink),
            Some(DeclKind::Flags(e)) => numbers(written, e, true, sources, sink),
            Some(_) | None => {}
        }
    }
}

/// What can be said without numbers.
fn shape(item: &Item, written: &ast::Enum, sink: &mut Sink) {
    let list = || written.values.iter().map(|v| &v.name);
    names(&item.name, list(), Style::Pascal, MAX_VALUES, sink);
    let closed = written.closed.filter(|_| written.values.is_empty());
    if let Some(closed) = closed {
        let kind = if matches!(item.kind, ItemKind::Flags(_)) {
            "flags"
        } else {
            "enum"
        };
        sink.push(empty_closed(kind, "value", &item.name, closed));
    }
    missing_numbers(written, sink);
}

fn missing_numbers(written: &ast::Enum, sink: &mut Sink) {
    let mut next = BigInt::from(0);
    for value in &written.values {
        match &value.value {
            Some(expr) => {
                if let ast::ExprKind::Int(number) = &expr.kind {
                    next = number + 1;
                }
            }
            None => {
                sink.push(missing_number(value, &next));
                next += 1;
            }
        }
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
            let bits = value.number.cast_unsigned();
            if !bits.is_power_of_two() && bits & !earlier != 0 {
                let text = sources.slice(number);
                sink.push(bad_flag(&value.name, text, number));
            }
            earlier |= bits;
        }
    }
}

/// Reports reserved numbers that no value can have.
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

fn missing_number(value: &EnumValue, next: &BigInt) -> Diagnostic {
    Diagnostic::new(
        Code::MissingNumber,
        value.name.span,
        format!("enum values need an explicit number; next is {next}"),
        "has no number",
    )
    .with_fix(
        format!("give it the number {next}"),
        value.name.span.after(),
        format!(" = {next}"),
    )
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

fn reserved_number(number: i128, span: Span, reserved: Span) -> Diagnostic {
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
