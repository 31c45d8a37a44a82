//! Literals of numbers with a fraction: floating-point numbers, which may be rounded, and decimals, which may not.

use std::num::FpCategory;

use num_bigint::BigInt;

use super::integers::Failure;
use super::{Place, Resolver};
use crate::ast::{Expr, ExprKind, UnaryOp};
use crate::diagnostics::{Code, Diagnostic};
use crate::schema::{Scalar, Type, Value};
use crate::source::Span;

/// Largest number of digits after the point of a decimal.
const MAX_SCALE: usize = 28;

impl<'a> Resolver<'a, '_> {
    /// A number of the floating-point type `scalar`.
    pub(super) fn float(
        &mut self,
        expr: &'a Expr,
        scalar: Scalar,
        place: &Place<'a>,
    ) -> Option<Value> {
        if let ExprKind::Path(_) = &expr.kind {
            return self.value(expr, &Type::Scalar(scalar), place);
        }
        if let ExprKind::Unary(UnaryOp::Neg | UnaryOp::Plus, _) = &expr.kind {
            let (negative, inner) = expr.signed();
            let value = self.float(inner, scalar, place)?;
            return Some(match value {
                Value::F32(value) if negative => Value::F32(-value),
                Value::F64(value) if negative => Value::F64(-value),
                value => value,
            });
        }
        let text = self.text_of_number(expr, scalar, place)?;
        match expr.kind {
            ExprKind::Inf => Some(match scalar {
                Scalar::F32 => Value::F32(f32::INFINITY),
                _ => Value::F64(f64::INFINITY),
            }),
            _ => self.rounded(&text, scalar, expr.span),
        }
    }

    /// An integer as a floating-point number or a `decimal`.
    pub(super) fn fraction(&mut self, digits: &str, scalar: Scalar, span: Span) -> Option<Value> {
        match scalar {
            Scalar::Decimal => self.exact(digits, span),
            _ => self.rounded(digits, scalar, span),
        }
    }

    /// The floating-point number nearest to a decimal number.
    fn rounded(&mut self, text: &str, scalar: Scalar, span: Span) -> Option<Value> {
        let (value, class) = if scalar == Scalar::F32 {
            let value: f32 = text.parse().ok()?;
            (Value::F32(value), value.classify())
        } else {
            let value: f64 = text.parse().ok()?;
            (Value::F64(value), value.classify())
        };
        let wrong = match class {
            FpCategory::Infinite => rounds_to_infinity,
            FpCategory::Zero if has_digit_but_zero(text) => rounds_to_zero,
            FpCategory::Zero => return Some(value),
            FpCategory::Nan | FpCategory::Subnormal | FpCategory::Normal => return Some(value),
        };
        self.sink.push(wrong(text, scalar, span));
        None
    }

    /// The text of a literal, or of the integer that an expression with operators evaluates to.
    fn text_of_number(
        &mut self,
        expr: &'a Expr,
        scalar: Scalar,
        place: &Place<'a>,
    ) -> Option<String> {
        if let ExprKind::Binary(..) | ExprKind::Unary(..) = &expr.kind {
            return match self.integer(expr, place) {
                Ok(number) => Some(number.to_string()),
                Err(Failure::Reported) => None,
                Err(Failure::NotInteger(span, _)) => {
                    self.sink.push(no_float_arithmetic(scalar, span));
                    None
                }
            };
        }
        if let ExprKind::Inf = expr.kind {
            return Some("inf".to_owned());
        }
        if let ExprKind::Nan = expr.kind {
            return Some("nan".to_owned());
        }
        self.plain_number(expr, scalar)
    }

    /// The digits of a literal; reports other expressions.
    fn plain_number(&mut self, expr: &Expr, scalar: Scalar) -> Option<String> {
        let digits = expr.digits();
        if digits.is_none() {
            self.wrong_scalar(scalar, expr);
        }
        digits
    }

    pub(super) fn decimal(&mut self, expr: &'a Expr, place: &Place<'a>) -> Option<Value> {
        if let ExprKind::Path(_) = &expr.kind {
            return self.value(expr, &Type::Scalar(Scalar::Decimal), place);
        }
        let (negative, inner) = expr.signed();
        let text = if let ExprKind::Path(_) | ExprKind::Unary(UnaryOp::Neg | UnaryOp::Plus, _) =
            &inner.kind
        {
            let Value::Decimal(digits, scale) = self.decimal(inner, place)? else {
                return None;
            };
            format!("{digits}e-{scale}")
        } else if let ExprKind::Binary(..) | ExprKind::Unary(..) = &inner.kind {
            self.text_of_number(inner, Scalar::Decimal, place)?
        } else {
            self.plain_number(inner, Scalar::Decimal)?
        };
        // The least integer has no positive counterpart, so its digits include the sign.
        let text = match (negative, text.strip_prefix('-')) {
            (true, Some(positive)) => positive.to_owned(),
            (true, None) => format!("-{text}"),
            (false, _) => text,
        };
        self.exact(&text, expr.span)
    }

    fn exact(&mut self, digits: &str, span: Span) -> Option<Value> {
        let value = exact_decimal(digits);
        if value.is_none() {
            self.sink.push(inexact_decimal(digits, span));
        }
        value
    }
}

/// `19.90`, `1e-5` as coefficient and scale, if that is exact
fn exact_decimal(text: &str) -> Option<Value> {
    let (digits, exponent) = match text.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, exponent.parse::<i64>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let scale = i64::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
    let mut coefficient: BigInt = format!("{whole}{fraction}").parse().ok()?;
    if scale < 0 {
        let zeros = u32::try_from(-scale).ok().filter(|zeros| *zeros <= 40)?;
        coefficient *= BigInt::from(10).pow(zeros);
    }
    let scale = usize::try_from(scale.max(0))
        .ok()
        .filter(|s| *s <= MAX_SCALE)?;
    let coefficient = i128::try_from(&coefficient).ok()?;
    Some(Value::Decimal(coefficient, u8::try_from(scale).ok()?))
}

fn no_float_arithmetic(scalar: Scalar, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::WrongValue,
        span,
        format!(
            "operators work on integers, found {} value",
            super::kinds::with_article(scalar.word())
        ),
        "not an integer",
    )
    .with_help("write the result as one number")
}

/// Whether the digits before the exponent are not all zero.
fn has_digit_but_zero(text: &str) -> bool {
    let digits = text.split(['e', 'E']).next().unwrap_or(text);
    digits.contains(|c: char| matches!(c, '1'..='9'))
}

fn rounds_to_zero(text: &str, scalar: Scalar, span: Span) -> Diagnostic {
    let word = scalar.word();
    Diagnostic::new(
        Code::InexactValue,
        span,
        format!("`{text}` rounds to zero as `{word}`"),
        format!("too small for `{word}`"),
    )
    .with_help("write `0.0` if zero is meant")
}

fn rounds_to_infinity(text: &str, scalar: Scalar, span: Span) -> Diagnostic {
    let word = scalar.word();
    Diagnostic::new(
        Code::InexactValue,
        span,
        format!("`{text}` rounds to infinity as `{word}`"),
        format!("too large for `{word}`"),
    )
    .with_help("write `inf` if infinity is meant")
}

fn inexact_decimal(text: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::InexactValue,
        span,
        format!("`{text}` is not exactly representable as `decimal`"),
        "would lose digits",
    )
    .with_help(format!(
        "a decimal has up to 38 digits, {MAX_SCALE} of them after the point"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_keeps_its_scale() {
        assert_eq!(exact_decimal("19.90"), Some(Value::Decimal(1990, 2)));
        assert_eq!(exact_decimal("1e3"), Some(Value::Decimal(1000, 0)));
        assert_eq!(exact_decimal("15e-1"), Some(Value::Decimal(15, 1)));
        assert_eq!(exact_decimal("-0.5"), Some(Value::Decimal(-5, 1)));
        assert_eq!(exact_decimal(&format!("0.{}", "1".repeat(29))), None);
        assert_eq!(exact_decimal("1e99999999999999999999"), None);
    }
}
