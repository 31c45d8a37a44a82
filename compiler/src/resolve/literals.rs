//! Literals of built-in types, except numbers with a fraction.

use num_bigint::BigInt;

use super::integers::{Failure, out_of_range};
use super::mismatch::wrong_value;
use super::targets::describe;
use super::{Place, Resolver};
use crate::ast::{BinaryOp, Expr, ExprKind, UnaryOp};
use crate::diagnostics::{Code, Diagnostic};
use crate::parse::is_literal;
use crate::schema::{Scalar, Type, Value};
use crate::source::Span;

/// Largest size of a string constant in bytes.
const MAX_STRING: usize = 65_536;

impl<'a> Resolver<'a, '_> {
    /// The value of an expression other than a name, as a built-in type.
    pub(crate) fn scalar(
        &mut self,
        expr: &'a Expr,
        scalar: Scalar,
        place: &Place<'a>,
    ) -> Option<Value> {
        match (&expr.kind, scalar) {
            (ExprKind::Bool(value), Scalar::Bool) => Some(Value::Bool(*value)),
            (ExprKind::Str(text), Scalar::String) => {
                self.spend_text(text.len(), expr.span)?;
                Some(Value::String(text.clone()))
            }
            (ExprKind::Binary(BinaryOp::Add, left, right), Scalar::String) => {
                self.joined(left, right, expr.span, place)
            }
            (ExprKind::Bytes(bytes), Scalar::Bytes) => {
                self.spend_text(bytes.len(), expr.span)?;
                Some(Value::Bytes(bytes.clone()))
            }
            (ExprKind::Uuid(bytes), Scalar::Uuid) => Some(Value::Uuid(*bytes)),
            (ExprKind::Timestamp(nanos), Scalar::Timestamp) => self
                .nanoseconds(*nanos, scalar, expr.span)
                .map(Value::Timestamp),
            (ExprKind::Date(days), Scalar::Date) => self.days(*days, expr.span),
            (_, Scalar::F32 | Scalar::F64) => self.float(expr, scalar, place),
            (_, Scalar::Duration) => self.duration(expr, place),
            (_, Scalar::Decimal) => self.decimal(expr, place),
            (_, Scalar::I8 | Scalar::I16 | Scalar::I32 | Scalar::I64 | Scalar::I128)
            | (_, Scalar::U8 | Scalar::U16 | Scalar::U32 | Scalar::U64 | Scalar::U128) => {
                self.integer_value(expr, scalar, place)
            }
            (_, Scalar::Bool | Scalar::String | Scalar::Bytes)
            | (_, Scalar::Uuid | Scalar::Timestamp | Scalar::Date) => {
                self.wrong_scalar(scalar, expr);
                None
            }
        }
    }

    pub(super) fn wrong_scalar(&mut self, scalar: Scalar, expr: &Expr) {
        let hint = form(scalar).to_owned();
        let error = wrong_value(scalar.word(), describe(expr), hint, expr.span);
        let text = self.sources.slice(expr.span);
        self.sink.push(match meant(expr, scalar, text) {
            Some((message, literal)) => error.with_fix(message, expr.span, literal),
            None => error,
        });
    }

    fn integer_value(
        &mut self,
        expr: &'a Expr,
        scalar: Scalar,
        place: &Place<'a>,
    ) -> Option<Value> {
        match self.integer(expr, place) {
            Ok(number) => self.fitting(&number, scalar, expr.span, place),
            Err(Failure::Reported) => None,
            Err(Failure::NotInteger(span, found)) => {
                let error = wrong_value(scalar.word(), found, form(scalar).to_owned(), span);
                let is_number = |text: &&str| text.parse::<BigInt>().is_ok();
                self.sink.push(match expr.text().filter(is_number) {
                    Some(text) => error.with_fix("write a number", expr.span, text),
                    None => error,
                });
                None
            }
        }
    }

    fn joined(
        &mut self,
        left: &'a Expr,
        right: &'a Expr,
        span: Span,
        place: &Place<'a>,
    ) -> Option<Value> {
        let string = Type::Scalar(Scalar::String);
        let (left, right) = (
            self.value(left, &string, place),
            self.value(right, &string, place),
        );
        let (Value::String(mut left), Value::String(right)) = (left?, right?) else {
            return None;
        };
        if left.len() + right.len() > MAX_STRING {
            self.sink.push(long_string(span));
            return None;
        }
        left.push_str(&right);
        Some(Value::String(left))
    }

    fn duration(&mut self, expr: &'a Expr, place: &Place<'a>) -> Option<Value> {
        let (mut negative, mut inner) = expr.signed();
        while let ExprKind::Unary(UnaryOp::Neg | UnaryOp::Plus, _) = &inner.kind {
            let (again, operand) = inner.signed();
            (negative, inner) = (negative != again, operand);
        }
        let nanos = if let ExprKind::Duration(nanos) = &inner.kind {
            *nanos
        } else if let ExprKind::Path(_) = &inner.kind {
            let ty = Type::Scalar(Scalar::Duration);
            let Value::Duration(nanos) = self.value(inner, &ty, place)? else {
                return None;
            };
            nanos.into()
        } else {
            self.wrong_scalar(Scalar::Duration, expr);
            return None;
        };
        let nanos = if negative {
            nanos.saturating_neg()
        } else {
            nanos
        };
        self.nanoseconds(nanos, Scalar::Duration, expr.span)
            .map(Value::Duration)
    }

    fn nanoseconds(&mut self, nanos: i128, scalar: Scalar, span: Span) -> Option<i64> {
        let fits = i64::try_from(nanos).ok();
        if fits.is_none() {
            self.sink
                .push(time_out_of_range(self.sources.slice(span), scalar, span));
        }
        fits
    }

    fn days(&mut self, days: i64, span: Span) -> Option<Value> {
        let fits = i32::try_from(days).ok();
        if fits.is_none() {
            let error = time_out_of_range(self.sources.slice(span), Scalar::Date, span);
            self.sink.push(error);
        }
        fits.map(Value::Date)
    }
}

/// `number` as a value of an integer type, if it fits.
pub(crate) fn integer_value(number: &BigInt, scalar: Scalar) -> Option<Value> {
    let (min, max) = super::widths::bounds(scalar);
    if *number < min || *number > max {
        return None;
    }
    match scalar == Scalar::U128 {
        true => u128::try_from(number).ok().map(Value::Uint),
        false => i128::try_from(number).ok().map(Value::Int),
    }
}

/// What `expr`, written as `text`, was probably meant to be if a `scalar` is expected: the message and text of a fix.
fn meant(expr: &Expr, scalar: Scalar, text: &str) -> Option<(String, String)> {
    let write = |what: &str, literal: &str| Some((format!("write {what}"), literal.to_owned()));
    match (&expr.kind, scalar) {
        (ExprKind::Str(s), _) => {
            let literal = unquoted(scalar, s, text)?;
            write(&format!("`{literal}`"), &literal)
        }
        (ExprKind::Int(n), Scalar::Bool) if *n == BigInt::from(0) => write("`false`", "false"),
        (ExprKind::Int(n), Scalar::Bool) if *n == BigInt::from(1) => write("`true`", "true"),
        (ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::Bool(_), Scalar::String) => {
            write("a string", &format!("\"{text}\""))
        }
        (ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::Bytes(_) | ExprKind::Uuid(_), _)
        | (ExprKind::Timestamp(_) | ExprKind::Date(_) | ExprKind::Duration(_), _)
        | (ExprKind::Bool(_) | ExprKind::Inf | ExprKind::Nan | ExprKind::Path(_), _)
        | (ExprKind::Struct(..) | ExprKind::List(_) | ExprKind::Map(_), _)
        | (ExprKind::Unary(..) | ExprKind::Binary(..), _) => None,
    }
}

/// The literal for a value written as the string `s`; `quoted` is the string with its quotes.
fn unquoted(scalar: Scalar, s: &str, quoted: &str) -> Option<String> {
    let prefixed = |prefix: &str| {
        let literal = Some(format!("{prefix}{quoted}")).filter(|_| quoted.starts_with('"'));
        literal.filter(|literal| is_literal(scalar, literal))
    };
    match scalar {
        Scalar::Bytes => prefixed("b"),
        Scalar::Uuid => prefixed("uuid"),
        Scalar::Timestamp => prefixed("ts"),
        Scalar::Date => prefixed("date"),
        Scalar::Duration => is_duration(s).then(|| s.to_owned()),
        Scalar::Decimal => is_decimal(s).then(|| s.to_owned()),
        Scalar::Bool | Scalar::String | Scalar::F32 | Scalar::F64 => None,
        Scalar::I8 | Scalar::I16 | Scalar::I32 | Scalar::I64 | Scalar::I128 => None,
        Scalar::U8 | Scalar::U16 | Scalar::U32 | Scalar::U64 | Scalar::U128 => None,
    }
}

/// Whether `text` looks like `-19.90`.
fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    is_number(whole) && is_number(part) && (whole == "0" || !whole.starts_with('0'))
}

/// Whether `text` looks like `1h30m`.
pub(super) fn is_duration(text: &str) -> bool {
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let is_unit = |part: &str| matches!(part, "" | "d" | "h" | "m" | "s" | "ms" | "us" | "ns");
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.ends_with(|c: char| c.is_ascii_lowercase())
        && text.split(|c: char| c.is_ascii_lowercase()).all(is_number)
        && text.split(|c: char| c.is_ascii_digit()).all(is_unit)
}

/// Describes the literals of a built-in type.
pub(crate) fn form(scalar: Scalar) -> &'static str {
    match scalar {
        Scalar::Bool => "write `true` or `false`",
        Scalar::I8
        | Scalar::I16
        | Scalar::I32
        | Scalar::I64
        | Scalar::I128
        | Scalar::U8
        | Scalar::U16
        | Scalar::U32
        | Scalar::U64
        | Scalar::U128 => "write an integer, such as `42` or `0xFF`",
        Scalar::F32 | Scalar::F64 => "write a number, such as `1.5`, `inf` or `nan`",
        Scalar::String => "write a string, such as `\"text\"`",
        Scalar::Bytes => "write bytes, such as `x\"CAFE\"` or `b\"text\"`",
        Scalar::Uuid => "write a uuid, such as `uuid\"00000000-0000-0000-0000-000000000000\"`",
        Scalar::Timestamp => "write a time, such as `ts\"2026-01-31T10:00:00Z\"`",
        Scalar::Duration => "write a duration, such as `250ms` or `1h30m`",
        Scalar::Date => "write a date, such as `date\"2026-01-31\"`",
        Scalar::Decimal => "write a decimal number, such as `19.90`",
    }
}

fn long_string(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::LimitExceeded,
        span,
        format!("string is longer than {MAX_STRING} bytes"),
        "too long",
    )
}

fn time_out_of_range(text: &str, scalar: Scalar, span: Span) -> Diagnostic {
    let range = if scalar == Scalar::Timestamp {
        "1677-09-21T00:12:43.145224192Z to 2262-04-11T23:47:16.854775807Z"
    } else if scalar == Scalar::Date {
        "-2147483648 to 2147483647 days from 1970-01-01"
    } else {
        "-9223372036854775808 to 9223372036854775807 nanoseconds"
    };
    Diagnostic::new(
        Code::ValueOutOfRange,
        span,
        format!("value `{text}` does not fit `{}` ({range})", scalar.word()),
        "out of range",
    )
    .with_help("choose a value in this range")
}

/// A bound or number of a constraint that does not fit.
pub(crate) fn number_error(number: &BigInt, scalar: Scalar, span: Span) -> Diagnostic {
    out_of_range(number, scalar.word(), super::widths::bounds(scalar), span)
}
