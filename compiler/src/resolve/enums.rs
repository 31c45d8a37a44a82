//! Enums and flags: their base types and the numbers of their values.

use std::collections::BTreeMap;

use num_bigint::BigInt;

use super::decls::{doc, reserved};
use super::integers::Integer;
use super::kinds::with_article;
use super::widths::{bounds, is_integer, signed, wider};
use super::{Place, Resolver};
use crate::ast::{self, ExprKind, ItemKind, Scalar, TypeKind};
use crate::diagnostics::{Code, Diagnostic};
use crate::schema::{DeclId, Enum, EnumValue, Number};
use crate::source::Span;

impl<'a> Resolver<'a, '_> {
    pub(super) fn enum_decl(&mut self, id: DeclId, e: &'a ast::Enum, place: &Place<'a>) -> Enum {
        let flags = matches!(self.names.decl(id).item.kind, ItemKind::Flags(_));
        let base = self.base_of(id);
        let good = base.is_some_and(|b| !flags || signed(b) == Some(false));
        if let Some(written) = e.base.as_ref().filter(|_| !good) {
            self.sink.push(bad_base(
                flags,
                self.sources.slice(written.span),
                written.span,
            ));
        }
        let mut values: Vec<EnumValue> = Vec::new();
        let mut first: BTreeMap<Number, u32> = BTreeMap::new();
        for (at, value) in e.values.iter().enumerate() {
            let read = self.annotations(&value.annotations, "value", place);
            let number = match &self.numbers[id.0 as usize][at] {
                Integer::Known(number) => Number::nearest(number),
                Integer::Other | Integer::Broken => continue,
            };
            let position = u32::try_from(values.len()).unwrap_or(u32::MAX);
            let alias_of = first.get(&number).copied();
            first.entry(number).or_insert(position);
            values.push(EnumValue {
                name: value.name.name.clone(),
                span: value.name.span,
                doc: doc(&value.doc),
                annotations: read.annotations,
                number,
                number_span: value.value.as_ref().map_or(value.span, |expr| expr.span),
                alias_of,
            });
        }
        Enum {
            base: base.unwrap_or(Scalar::U32),
            closed: e.closed.is_some(),
            values,
            reserved: reserved(&e.reserved),
        }
    }

    /// Evaluates the number of a value, which is an integer of the base type.
    pub(super) fn evaluate_number(&mut self, id: DeclId, value: &'a ast::EnumValue) -> Integer {
        let (Some(expr), Some(base)) = (&value.value, self.base_of(id)) else {
            return Integer::Broken;
        };
        if let ExprKind::Str(_) = &expr.kind {
            let text = value.name.span.after().to(expr.span);
            self.sink.push(text_for_number(base, expr.span, text));
            return Integer::Broken;
        }
        let place = self.place(id);
        let item = self.names.decl(id).item;
        let (ItemKind::Enum(e) | ItemKind::Flags(e)) = &item.kind else {
            return Integer::Other;
        };
        let (name, base_span) = (&item.name, e.base.as_ref().map(|base| base.span));
        self.in_range(expr, &place, base, |number, base, span| {
            number_out_of_range(number, base, span, base_span, name)
        })
    }

    /// The base type of an enum or flags; `None` if it is not an integer type.
    pub(crate) fn base_of(&self, id: DeclId) -> Option<Scalar> {
        let (ItemKind::Enum(e) | ItemKind::Flags(e)) = &self.names.decl(id).item.kind else {
            return None;
        };
        match e.base.as_ref().map(|base| &base.kind) {
            None => Some(Scalar::U32),
            Some(TypeKind::Scalar(scalar)) if is_integer(*scalar) => Some(*scalar),
            Some(_) => None,
        }
    }
}

/// `RED = "red"`. `text` is the span of everything after the name.
fn text_for_number(base: Scalar, found: Span, text: Span) -> Diagnostic {
    let message = format!(
        "expected {} value, found a string",
        with_article(base.word())
    );
    Diagnostic::new(Code::WrongValue, found, message, "not an integer")
        .with_note("a value is its name and a number; no text is sent")
        .with_fix("remove it", text, "")
}

fn bad_base(flags: bool, text: &str, span: Span) -> Diagnostic {
    let (message, help) = if flags {
        (
            "the base type of flags must be an unsigned integer type",
            "use `u8`, `u16`, `u32`, `u64` or `u128`",
        )
    } else {
        (
            "the base type of an enum must be an integer type",
            "use `u32`, or another integer type",
        )
    };
    Diagnostic::new(
        Code::BadBaseType,
        span,
        format!("{message}, not `{text}`"),
        "cannot hold the numbers",
    )
    .with_help(help)
    .with_fix("use `u32`", span, "u32")
}

fn number_out_of_range(
    number: &BigInt,
    base: Scalar,
    span: Span,
    base_span: Option<Span>,
    name: &ast::Ident,
) -> Diagnostic {
    let (min, max) = bounds(base);
    let word = base.word();
    let mut error = Diagnostic::new(
        Code::NumberOutOfRange,
        span,
        format!("value {number} does not fit `{word}` ({min}..={max})"),
        format!("does not fit `{word}`"),
    );
    error = match base_span {
        Some(span) => error.with_label(span, "the base type"),
        None => error.with_label(name.span, "has base type `u32` unless it names another"),
    };
    let Some(wider) = wider(number, base).map(Scalar::word) else {
        return error.with_help("choose a smaller number");
    };
    let message = format!("use base type `{wider}`");
    match base_span {
        Some(span) => error.with_fix(message, span, wider),
        None => error.with_fix(message, name.span.after(), format!(" : {wider}")),
    }
}
