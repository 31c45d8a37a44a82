//! Constraints of annotations, as they apply to a type.

use super::annotations::Applied;
use super::annotations::args::value_span;
use super::compare::compare;
use super::types::Typed;
use super::{Place, Resolver};
use crate::ast::{AnnotationArg, ArgValue, Expr, ExprKind, ItemKind, RangeExpr};
use crate::diagnostics::{Code, Diagnostic};
use crate::schema::{Constraint, DeclId, Scalar, Type, Value};
use crate::source::Span;

impl<'a> Resolver<'a, '_> {
    /// What values of `typed` must satisfy: the constraints of its aliases, then those `applied`.
    pub(super) fn constraints(
        &mut self,
        applied: &[Applied<'a>],
        typed: &Typed,
        place: &Place<'a>,
    ) -> Vec<Constraint> {
        let mut all = Vec::new();
        for alias in &typed.aliases {
            all.extend(self.alias_constraints(*alias));
        }
        for one in applied {
            all.extend(self.constraint(one, &typed.ty, place));
        }
        all
    }

    /// The constraints that an alias itself adds.
    pub(super) fn alias_constraints(&mut self, id: DeclId) -> Vec<Constraint> {
        if let Some(known) = &self.alias_constraints[id.0 as usize] {
            return known.clone();
        }
        let item = self.names.decl(id).item;
        let place = self.place(id);
        let read = self.annotations(&item.annotations, "typedef", &place);
        let mut own = Vec::new();
        if let Some(typed) = self.typedefs[id.0 as usize].clone() {
            for one in &read.constraints {
                own.extend(self.constraint(one, &typed.ty, &place));
            }
        }
        self.alias_constraints[id.0 as usize] = Some(own.clone());
        self.alias_annotations.insert(id, read);
        own
    }

    fn constraint(
        &mut self,
        one: &Applied<'a>,
        ty: &Type,
        place: &Place<'a>,
    ) -> Option<Constraint> {
        let base = self.base_type(ty)?;
        match one.builtin.name {
            "len" => self.length(one, one.arg("range")?, &base, place),
            "range" => self.range(one, one.arg("range")?, &base, place),
            "pattern" => self.pattern(one, one.arg("pattern")?, &base),
            "unique" => match base {
                Type::List(_) => Some(Constraint::Unique),
                _ => self.inapplicable(one, &base, "lists"),
            },
            _ => self.each(one, &base, place),
        }
    }

    fn each(&mut self, one: &Applied<'a>, base: &Type, place: &Place<'a>) -> Option<Constraint> {
        let element = match base {
            Type::List(t) | Type::Set(t) | Type::Array(t, _) | Type::Map(_, t) => t.as_ref(),
            Type::Optional(_) | Type::Scalar(_) | Type::Named(..) | Type::Param(_) => {
                return self.inapplicable(one, base, "lists, sets, arrays and maps");
            }
        };
        let element = self.base_type(element)?;
        let mut inner = Vec::new();
        if let Some(arg) = one.arg("len") {
            inner.extend(self.length(one, arg, &element, place));
        }
        if let Some(arg) = one.arg("range") {
            inner.extend(self.range(one, arg, &element, place));
        }
        if let Some(arg) = one.arg("pattern") {
            inner.extend(self.pattern(one, arg, &element));
        }
        if one.args.is_empty() {
            self.sink.push(no_effect(
                "each",
                "no constraint is given",
                one.written.span,
            ));
        }
        Some(Constraint::Each(inner))
    }

    /// The type whose values a constraint judges: without `optional` and newtypes.
    fn base_type(&mut self, ty: &Type) -> Option<Type> {
        let mut ty = ty.unwrap_optional().clone();
        for _ in 0..=self.names.decls.len() {
            let Type::Named(id, _) = ty else {
                return Some(ty);
            };
            let ItemKind::Newtype(inner) = &self.names.decl(id).item.kind else {
                return Some(ty);
            };
            ty = self
                .type_at(inner, &self.place(id))?
                .ty
                .unwrap_optional()
                .clone();
        }
        None
    }

    fn length(
        &mut self,
        one: &Applied<'a>,
        arg: &'a AnnotationArg,
        base: &Type,
        place: &Place<'a>,
    ) -> Option<Constraint> {
        let fits = match base {
            Type::Scalar(Scalar::String | Scalar::Bytes) => true,
            Type::List(_) | Type::Set(_) | Type::Map(..) => true,
            Type::Scalar(_)
            | Type::Optional(_)
            | Type::Array(..)
            | Type::Named(..)
            | Type::Param(_) => false,
        };
        if !fits {
            return self.inapplicable(one, base, "strings, bytes, lists, sets and maps");
        }
        let (min, max) = match &arg.value {
            ArgValue::Expr(expr) => {
                let exact = self.count(expr, place)?;
                (exact, Some(exact))
            }
            ArgValue::Range(range) => {
                let min = range
                    .start
                    .as_ref()
                    .map_or(Some(0), |e| self.count(e, place));
                let max = match &range.end {
                    Some(end) => Some(self.count(end, place)?),
                    None => None,
                };
                match max {
                    Some(0) if !range.inclusive => {
                        self.sink
                            .push(empty_range(self.sources.slice(range.span), range.span));
                        return None;
                    }
                    Some(max) if !range.inclusive => (min?, Some(max - 1)),
                    max => (min?, max),
                }
            }
        };
        if max.is_some_and(|max| max < min) {
            let span = value_span(&arg.value);
            self.sink.push(empty_range(self.sources.slice(span), span));
            return None;
        }
        if min == 0 && max.is_none() {
            let why = "every length is allowed anyway";
            self.sink
                .push(no_effect(one.builtin.name, why, one.written.span));
            return None;
        }
        Some(Constraint::Len { min, max })
    }

    fn count(&mut self, expr: &'a Expr, place: &Place<'a>) -> Option<u64> {
        let number = self.integer_at(expr, place, "a length")?;
        let count = u64::try_from(&number).ok();
        if count.is_none() {
            self.sink.push(super::literals::number_error(
                &number,
                Scalar::U64,
                expr.span,
            ));
        }
        count
    }

    fn range(
        &mut self,
        one: &Applied<'a>,
        arg: &'a AnnotationArg,
        base: &Type,
        place: &Place<'a>,
    ) -> Option<Constraint> {
        let Type::Scalar(scalar) = base else {
            return self.inapplicable(one, base, "numbers, times and durations");
        };
        if !has_range(*scalar) {
            return self.inapplicable(one, base, "numbers, times and durations");
        }
        let ArgValue::Range(range) = &arg.value else {
            return None;
        };
        let min = self.bound(range.start.as_ref(), base, place)?;
        let max = self.bound(range.end.as_ref(), base, place)?;
        if let (Some(min), Some(max)) = (&min, &max) {
            let order = compare(min, max);
            if order.is_gt() || (order.is_eq() && !range.inclusive) {
                self.sink
                    .push(empty_range(self.sources.slice(range.span), range.span));
                return None;
            }
        }
        if covers(*scalar, &min, &max, range) {
            let why = format!("every `{}` lies in this range", scalar.word());
            self.sink
                .push(no_effect(one.builtin.name, &why, one.written.span));
            return None;
        }
        Some(Constraint::Range {
            min,
            max,
            inclusive: range.inclusive,
        })
    }

    /// A bound, if there is one; `None` after a report.
    fn bound(
        &mut self,
        expr: Option<&'a Expr>,
        base: &Type,
        place: &Place<'a>,
    ) -> Option<Option<Value>> {
        match expr {
            Some(expr) => self.value_at(expr, base, place).map(Some),
            None => Some(None),
        }
    }

    fn pattern(
        &mut self,
        one: &Applied<'a>,
        arg: &AnnotationArg,
        base: &Type,
    ) -> Option<Constraint> {
        if *base != Type::Scalar(Scalar::String) {
            return self.inapplicable(one, base, "strings");
        }
        let ArgValue::Expr(expr) = &arg.value else {
            return None;
        };
        let ExprKind::Str(text) = &expr.kind else {
            return None;
        };
        if let Err(error) = compile_pattern(text) {
            self.sink.push(bad_pattern(&error, expr.span));
            return None;
        }
        Some(Constraint::Pattern(text.clone()))
    }

    fn inapplicable(
        &mut self,
        one: &Applied<'a>,
        base: &Type,
        applies_to: &str,
    ) -> Option<Constraint> {
        let (name, ty) = (one.builtin.name, self.names.type_text(base));
        self.sink
            .push(inapplicable(name, &ty, applies_to, one.written.span));
        None
    }
}

/// The expression that matches whole values of a pattern.
///
/// # Errors
/// If it is not an expression that the runtime can match in linear time.
pub(crate) fn compile_pattern(pattern: &str) -> Result<regex_lite::Regex, regex_lite::Error> {
    regex_lite::Regex::new(pattern)?;
    regex_lite::Regex::new(&format!("^(?:{pattern})$"))
}

fn has_range(scalar: Scalar) -> bool {
    match scalar {
        Scalar::Bool | Scalar::String | Scalar::Bytes | Scalar::Uuid => false,
        Scalar::F32 | Scalar::F64 | Scalar::Decimal => true,
        Scalar::Timestamp | Scalar::Duration | Scalar::Date => true,
        Scalar::I8
        | Scalar::I16
        | Scalar::I32
        | Scalar::I64
        | Scalar::I128
        | Scalar::U8
        | Scalar::U16
        | Scalar::U32
        | Scalar::U64
        | Scalar::U128 => true,
    }
}

/// Whether every value of an integer type lies within the bounds.
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

fn inapplicable(name: &str, ty: &str, applies_to: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::InapplicableConstraint,
        span,
        format!("`@{name}` does not apply to `{ty}`"),
        format!("stands on a `{ty}`"),
    )
    .with_help(format!("it applies to {applies_to}"))
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

fn no_effect(name: &str, why: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::UselessConstraint,
        span,
        format!("`@{name}` has no effect: {why}"),
        "restricts nothing",
    )
    .with_fix("remove it", span, "")
}

fn bad_pattern(error: &regex_lite::Error, span: Span) -> Diagnostic {
    let why = error.to_string();
    let error = Diagnostic::new(
        Code::BadPattern,
        span,
        format!("pattern does not compile: {why}"),
        "not a pattern",
    );
    if why.contains("escape") || why.contains("look-around") || why.contains("backreference") {
        return error.with_note(
            "patterns match in linear time; look-around and back-references are not supported",
        );
    }
    error.with_help("write `\\\\` in front of a character that is meant as it is")
}
