//! Ranges of annotations: their bounds, and the constraint of `@range`.

use std::cmp::Ordering;

use super::annotations::Applied;
use super::annotations::args::Given;
use super::compare::by_value;
use super::{Place, Resolver};
use crate::ast::{Expr, RangeExpr};
use crate::diagnostics::{Code, Diagnostic};
use crate::schema::{Constraint, Scalar, Type, Value};
use crate::source::Span;

/// The bounds of a range, if it has any.
pub(super) struct Ends<T> {
    pub(super) min: Option<T>,
    pub(super) max: Option<T>,
}

impl<'a> Resolver<'a, '_> {
    /// The constraint of `@range`.
    pub(super) fn range(
        &mut self,
        one: &Applied<'a>,
        arg: &Given<'a>,
        base: &Type,
        place: &Place<'a>,
    ) -> Option<Constraint> {
        let scalar = match base {
            Type::Scalar(scalar) if has_range(*scalar) => *scalar,
            Type::Scalar(_)
            | Type::Optional(_)
            | Type::List(_)
            | Type::Set(_)
            | Type::Map(..)
            | Type::Array(..)
            | Type::Named(..)
            | Type::Param(_) => {
                return self.inapplicable(one, base, "numbers, times and durations");
            }
        };
        let Given::Range(range) = arg else {
            return None;
        };
        let value = |this: &mut Self, end| this.value_at(end, base, place).map(shortest);
        let Ends { min, max } = self.ends(range, least(scalar), by_value, value)?;
        let min = min.filter(|_| range.start.is_some());
        if covers(scalar, &min, &max, range) {
            let why = format!("every `{}` lies in this range", scalar.word());
            self.no_effect(one, &why);
            return None;
        }
        Some(Constraint::Range {
            min,
            max,
            inclusive: range.inclusive,
        })
    }

    /// The bounds of a range. `least` is the lower bound if none is written. `None` if something was reported,
    /// including a range that is empty.
    pub(super) fn ends<T>(
        &mut self,
        range: &'a RangeExpr,
        least: Option<T>,
        order: fn(&T, &T) -> Option<Ordering>,
        mut end: impl FnMut(&mut Self, &'a Expr) -> Option<T>,
    ) -> Option<Ends<T>> {
        let min = match &range.start {
            Some(start) => Some(end(self, start)?),
            None => least,
        };
        let max = match &range.end {
            Some(last) => Some(end(self, last)?),
            None => None,
        };
        let both = min.is_some() && max.is_some();
        // Values without an order, such as NaN, make a range empty.
        let (low, high) = (min.as_ref().or(max.as_ref()), max.as_ref().or(min.as_ref()));
        let is_empty = match low.zip(high).map(|(low, high)| order(low, high)) {
            None => false,
            Some(None) => true,
            Some(Some(order)) => order.is_gt() || (order.is_eq() && both && !range.inclusive),
        };
        if is_empty {
            let text = self.sources.slice(range.span);
            self.sink.push(empty_range(text, range.span));
            return None;
        }
        Some(Ends { min, max })
    }
}

/// The bound with the fewest digits. Ranges compare decimals by value, so the scale does not matter.
fn shortest(bound: Value) -> Value {
    match bound {
        Value::Decimal(coefficient, scale) if scale > 0 && coefficient % 10 == 0 => {
            shortest(Value::Decimal(coefficient / 10, scale - 1))
        }
        bound => bound,
    }
}

fn has_range(scalar: Scalar) -> bool {
    match scalar {
        Scalar::Bool | Scalar::String | Scalar::Bytes | Scalar::Uuid => false,
        Scalar::F32 | Scalar::F64 | Scalar::Decimal => true,
        Scalar::Timestamp | Scalar::Duration | Scalar::Date => true,
        Scalar::I8 | Scalar::I16 | Scalar::I32 | Scalar::I64 | Scalar::I128 => true,
        Scalar::U8 | Scalar::U16 | Scalar::U32 | Scalar::U64 | Scalar::U128 => true,
    }
}

/// The least value of an integer type.
fn least(scalar: Scalar) -> Option<Value> {
    let is_integer = super::widths::is_integer(scalar);
    let least = is_integer.then(|| super::widths::bounds(scalar).0)?;
    super::literals::integer_value(&least, scalar)
}

/// Whether the bounds include every value of an integer type.
fn covers(scalar: Scalar, min: &Option<Value>, max: &Option<Value>, range: &RangeExpr) -> bool {
    if !super::widths::is_integer(scalar) {
        return min.is_none() && max.is_none();
    }
    let (least, greatest) = super::widths::bounds(scalar);
    let is = |value: &Value, bound| {
        super::literals::integer_value(&bound, scalar).as_ref() == Some(value)
    };
    min.as_ref().is_none_or(|min| is(min, least))
        && max
            .as_ref()
            .is_none_or(|max| range.inclusive && is(max, greatest))
}

fn empty_range(text: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::EmptyRange,
        span,
        format!("empty range {text}: no value is valid"),
        "nothing lies in this range",
    )
    .with_help("write the smaller bound first; `..=` includes the upper bound, `..` does not")
}
