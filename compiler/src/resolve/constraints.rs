//! Applies the constraints of annotations to types.

use super::annotations::Applied;
use super::annotations::args::Given;
use super::annotations::builtin::Rule;
use super::kinds::with_article;
use super::patterns::{bad_pattern, compile_pattern};
use super::types::Typed;
use super::{Place, Resolver};
use crate::ast::{ArgValue, Expr, ItemKind};
use crate::diagnostics::{Code, Diagnostic};
use crate::schema::{Constraint, DeclId, Scalar, Type};
use crate::source::Span;

impl<'a> Resolver<'a, '_> {
    /// The constraints of values of `typed`: those of its aliases, then those `applied`.
    pub(super) fn constraints(
        &mut self,
        applied: &[(Rule, Applied<'a>)],
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
        (rule, one): &(Rule, Applied<'a>),
        ty: &Type,
        place: &Place<'a>,
    ) -> Option<Constraint> {
        let base = self.base_type(ty)?;
        match rule {
            Rule::Len => self.length(one, one.arg("range")?, &base, place),
            Rule::Range => self.range(one, one.arg("range")?, &base, place),
            Rule::Pattern => self.pattern(one, one.arg("pattern")?, &base),
            Rule::Each => self.each(one, &base, place),
            Rule::Unique if matches!(base, Type::List(_)) => Some(Constraint::Unique),
            Rule::Unique => self.inapplicable(one, &base, "lists"),
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
        if one.is_bare() {
            self.no_effect(one, "no constraint is given");
        }
        Some(Constraint::Each(inner))
    }

    /// The type whose values a constraint applies to: without `optional` and newtypes.
    fn base_type(&mut self, ty: &Type) -> Option<Type> {
        let mut ty = ty.unwrap_optional().clone();
        for _ in 0..=self.names.decls.len() {
            let Type::Named(id, _) = ty else {
                return Some(ty);
            };
            let ItemKind::Newtype(inner) = &self.names.decl(id).item.kind else {
                return Some(ty);
            };
            let inner = self.type_at(inner, &self.place(id))?.ty;
            ty = inner.unwrap_optional().clone();
        }
        None
    }

    fn length(
        &mut self,
        one: &Applied<'a>,
        arg: &Given<'a>,
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
        let Given::Length(value) = arg else {
            return None;
        };
        let (min, max) = match value {
            ArgValue::Expr(expr) => {
                let exact = self.count(expr, place)?;
                (exact, Some(exact))
            }
            ArgValue::Range(range) => {
                let count = |this: &mut Self, end| this.count(end, place);
                let ends = self.ends(range, Some(0), u64::partial_cmp, count)?;
                let last = |max: u64| if range.inclusive { max } else { max - 1 };
                (ends.min.unwrap_or(0), ends.max.map(last))
            }
        };
        if min == 0 && max.is_none() {
            self.no_effect(one, "every length is allowed anyway");
            return None;
        }
        Some(Constraint::Len { min, max })
    }

    fn count(&mut self, expr: &'a Expr, place: &Place<'a>) -> Option<u64> {
        let number = self.integer_at(expr, place, "a length")?;
        let count = u64::try_from(&number).ok();
        if count.is_none() {
            let error = super::literals::number_error(&number, Scalar::U64, expr.span);
            self.sink.push(error);
        }
        count
    }

    fn pattern(&mut self, one: &Applied<'a>, arg: &Given<'a>, base: &Type) -> Option<Constraint> {
        if *base != Type::Scalar(Scalar::String) {
            return self.inapplicable(one, base, "strings");
        }
        let Given::Text(pattern) = arg else {
            return None;
        };
        if let Err(error) = compile_pattern(&pattern.text) {
            self.sink.push(bad_pattern(&error, pattern.span));
            return None;
        }
        Some(Constraint::Pattern(pattern.text.as_str().into()))
    }

    pub(super) fn no_effect(&mut self, one: &Applied<'a>, why: &str) {
        let error = no_effect(one.builtin.name, why, one.written.span);
        self.sink.push(error);
    }

    pub(super) fn inapplicable(
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

fn inapplicable(name: &str, ty: &str, applies_to: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::InapplicableConstraint,
        span,
        format!("`@{name}` does not apply to `{ty}`"),
        format!("is on {}", with_article(ty)),
    )
    .with_help(format!("it applies to {applies_to}"))
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
