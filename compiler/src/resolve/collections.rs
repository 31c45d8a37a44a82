//! Literals of lists, sets, maps and arrays.

use super::compare::compare;
use super::targets::describe;
use super::{Place, Resolver};
use crate::ast::{Expr, ExprKind};
use crate::diagnostics::{Code, Diagnostic};
use crate::schema::{Type, Value};
use crate::source::Span;

impl<'a> Resolver<'a, '_> {
    pub(super) fn list(
        &mut self,
        expr: &'a Expr,
        ty: &Type,
        element: &Type,
        place: &Place<'a>,
    ) -> Option<Vec<Value>> {
        let ExprKind::List(items) = &expr.kind else {
            self.wrong_value(ty, describe(expr), expr.span);
            return None;
        };
        let values: Vec<_> = items
            .iter()
            .map(|e| self.value(e, element, place))
            .collect();
        values.into_iter().collect()
    }

    pub(super) fn set(
        &mut self,
        expr: &'a Expr,
        ty: &Type,
        element: &Type,
        place: &Place<'a>,
    ) -> Option<Value> {
        let values = self.list(expr, ty, element, place)?;
        let ExprKind::List(items) = &expr.kind else {
            return None;
        };
        let mut keyed: Vec<_> = values.into_iter().zip(items).collect();
        keyed.sort_by(|(a, x), (b, y)| compare(a, b).then(x.span.cmp(&y.span)));
        let distinct = self.distinct(keyed.iter().map(|(v, e)| (v, e.span)), "element in set");
        distinct.then(|| Value::List(keyed.into_iter().map(|(value, _)| value).collect()))
    }

    pub(super) fn map(
        &mut self,
        expr: &'a Expr,
        ty: &Type,
        key: &Type,
        value: &Type,
        place: &Place<'a>,
    ) -> Option<Value> {
        let ExprKind::Map(entries) = &expr.kind else {
            self.wrong_value(ty, describe(expr), expr.span);
            return None;
        };
        let mut values = Vec::new();
        for (k, v) in entries {
            let (found, value) = (self.value(k, key, place), self.value(v, value, place));
            values.push(found.zip(value).map(|pair| (pair, k.span)));
        }
        let mut values: Vec<_> = values.into_iter().collect::<Option<_>>()?;
        values.sort_by(|((a, _), x), ((b, _), y)| compare(a, b).then(x.cmp(y)));
        let distinct = self.distinct(values.iter().map(|((k, _), s)| (k, *s)), "key in map");
        distinct.then(|| Value::Map(values.into_iter().map(|(pair, _)| pair).collect()))
    }

    /// Whether all of the sorted keys are different; reports those that are equal.
    fn distinct<'v>(&mut self, keys: impl Iterator<Item = (&'v Value, Span)>, what: &str) -> bool {
        let mut distinct = true;
        let mut last: Option<(&Value, Span)> = None;
        for (key, span) in keys {
            match last {
                Some((before, first)) if compare(before, key).is_eq() => {
                    distinct = false;
                    let text = self.sources.slice(span).to_owned();
                    self.sink.push(duplicate_key(what, &text, first, span));
                }
                _ => last = Some((key, span)),
            }
        }
        distinct
    }
}

pub(crate) fn wrong_length(wanted: u32, found: usize, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::WrongValue,
        span,
        format!("expected an array of {wanted} elements, found {found}"),
        format!("{found} elements"),
    )
    .with_help(format!("write exactly {wanted} elements"))
}

fn duplicate_key(what: &str, text: &str, first: Span, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::DuplicateKey,
        span,
        format!("duplicate {what}: {text}"),
        "given again here",
    )
    .with_label(first, "first given here")
    .with_help("remove one of them")
}
