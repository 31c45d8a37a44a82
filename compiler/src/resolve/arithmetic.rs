//! Integer expressions, evaluated with up to 1,024 bits.

use num_bigint::{BigInt, Sign};

use super::integers::{Failure, Integer};
use super::targets::{Target, describe};
use super::{Place, Resolver};
use crate::ast::{BinaryOp, Expr, ExprKind, Path, UnaryOp};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

/// Largest size in bits of an integer, including intermediate results.
const MAX_BITS: u64 = 1024;

impl<'a> Resolver<'a, '_> {
    /// The value of the integer expression `expr`. Recurses as deep as the expression is nested, which the parser
    /// limits.
    pub(crate) fn integer(&mut self, expr: &'a Expr, place: &Place<'a>) -> Result<BigInt, Failure> {
        let value = match &expr.kind {
            ExprKind::Int(value) => value.clone(),
            ExprKind::Path(path) => self.integer_named(path, place)?,
            ExprKind::Unary(op, operand) => {
                let value = self.integer(operand, place)?;
                match op {
                    UnaryOp::Plus => value,
                    UnaryOp::Neg => -value,
                    UnaryOp::Not => -(value + BigInt::from(1)),
                }
            }
            ExprKind::Binary(op, left, right) => {
                let left = self.integer(left, place);
                let (left, value) = (left?, self.integer(right, place)?);
                self.binary(*op, &left, &value, right.span)?
            }
            ExprKind::Float(_)
            | ExprKind::Str(_)
            | ExprKind::Bytes(_)
            | ExprKind::Uuid(_)
            | ExprKind::Timestamp(_)
            | ExprKind::Date(_)
            | ExprKind::Duration(_)
            | ExprKind::Bool(_)
            | ExprKind::Inf
            | ExprKind::Nan
            | ExprKind::Struct(..)
            | ExprKind::List(_)
            | ExprKind::Map(_) => return Err(Failure::NotInteger(expr.span, describe(expr))),
        };
        if value.bits() > MAX_BITS {
            self.sink.push(too_wide(expr.span));
            return Err(Failure::Reported);
        }
        Ok(value)
    }

    fn integer_named(&mut self, path: &Path, place: &Place<'a>) -> Result<BigInt, Failure> {
        let integer = match self.target(path, place) {
            Some(Target::Const(id)) => self.integers[id.0 as usize].clone(),
            Some(Target::EnumValue(id, at)) => self.numbers[id.0 as usize][at as usize].clone(),
            Some(Target::Variant(..)) => {
                return Err(Failure::NotInteger(path.span, "a union value"));
            }
            None => Integer::Broken,
        };
        match integer {
            Integer::Known(value) => Ok(value),
            Integer::Broken => Err(Failure::Reported),
            Integer::Other => Err(Failure::NotInteger(path.span, "a constant of another type")),
        }
    }

    fn binary(
        &mut self,
        op: BinaryOp,
        left: &BigInt,
        right: &BigInt,
        span: Span,
    ) -> Result<BigInt, Failure> {
        Ok(match op {
            BinaryOp::Add => left + right,
            BinaryOp::Sub => left - right,
            BinaryOp::Mul => left * right,
            BinaryOp::And => left & right,
            BinaryOp::Xor => left ^ right,
            BinaryOp::Or => left | right,
            BinaryOp::Div | BinaryOp::Rem if right.sign() == Sign::NoSign => {
                self.sink.push(division_by_zero(span));
                return Err(Failure::Reported);
            }
            BinaryOp::Div => left / right,
            BinaryOp::Rem => left % right,
            BinaryOp::Shl => left << self.shift(right, span)?,
            BinaryOp::Shr => left >> self.shift(right, span)?,
        })
    }

    /// The number of bits of a shift.
    fn shift(&mut self, by: &BigInt, span: Span) -> Result<u64, Failure> {
        let bits = u64::try_from(by).ok().filter(|bits| *bits <= MAX_BITS);
        bits.ok_or_else(|| {
            self.sink.push(bad_shift(by, span));
            Failure::Reported
        })
    }
}

fn division_by_zero(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::BadArithmetic,
        span,
        "division by zero in a constant",
        "this is zero",
    )
}

fn bad_shift(by: &BigInt, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::BadArithmetic,
        span,
        format!("shift by {by} in a constant"),
        format!("must be from 0 to {MAX_BITS}"),
    )
}

fn too_wide(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::LimitExceeded,
        span,
        format!("integer is wider than {MAX_BITS} bits"),
        "too wide",
    )
    .with_help("no type is wider than 128 bits; keep the steps of an expression narrower")
}
