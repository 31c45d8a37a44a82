//! Frozen structs: members are identified by position and cannot change.

use super::Comparison;
use super::effect::{Effect, Harm};
use super::fields::Both;
use super::finding::Finding;
use super::forms::{Form, form};
use super::renamed::{Named, renamed_to};
use super::scalars;
use super::spelling::spelled;
use crate::diagnostics::Code;
use crate::naming::Style;
use crate::schema::{Decl, Frozen, FrozenField, Scalar, Type};

impl Comparison<'_> {
    /// Compares the members of two frozen structs.
    pub(super) fn frozen(&mut self, decls: &Both<&Decl>, old: &Frozen, new: &Frozen) {
        if old.fields.len() != new.fields.len() {
            let (before, now) = (old.fields.len(), new.fields.len());
            let message = format!(
                "frozen struct `{}` has {now} members instead of {before}",
                decls.new.name
            );
            let finding = Finding::new(
                Code::FrozenChanged,
                BREAKS,
                message,
                decls.new.span,
                "another layout",
            );
            return self.report(
                finding
                    .before(decls.old.span, "the layout here")
                    .help(RECIPE),
            );
        }
        for (before, now) in old.fields.iter().zip(&new.fields) {
            self.frozen_member(before, now, old);
        }
    }

    fn frozen_member(&mut self, old: &FrozenField, new: &FrozenField, all: &Frozen) {
        let (before, now) = (
            spelled(self.old, &[], &old.ty),
            spelled(self.new, &[], &new.ty),
        );
        let changes = self.types(&old.ty, &new.ty);
        let breaks = !self.is_laid_out_alike(&old.ty, &new.ty);
        if old.name != new.name && all.fields.iter().any(|field| field.name == new.name) {
            let message = format!("`{}` stands where `{}` was", new.name, old.name);
            let effect = Effect::on_wire(Harm::Corrupts, Harm::Corrupts);
            let finding = Finding::new(
                Code::FrozenChanged,
                effect,
                message,
                new.span,
                "another position",
            );
            return self.report(finding.before(old.span, "the layout here").help(RECIPE));
        }
        if breaks {
            let name = &new.name;
            let message = match before == now {
                true => format!("the type `{now}` of `{name}` has another layout"),
                false => format!("the type of `{name}` changes from `{before}` to `{now}`"),
            };
            let finding = Finding::new(
                Code::FrozenChanged,
                BREAKS,
                message,
                new.ty_span,
                "another layout",
            );
            return self.report(
                finding
                    .before(old.ty_span, format!("`{before}` here"))
                    .help(RECIPE),
            );
        }
        let places = Both {
            old: old.ty_span,
            new: new.ty_span,
        };
        for change in changes {
            self.report(change.finding(&new.name, (&before, &now), &places));
        }
        let [before, now] = [old, new].map(|field| Named {
            name: &field.name,
            annotations: &field.annotations,
            span: field.span,
            style: Style::Snake,
            in_json: true,
        });
        self.findings.extend(renamed_to(&before, &now));
    }

    /// Whether values of both types have the same size and layout. The members of nested frozen structs are compared
    /// separately.
    fn is_laid_out_alike(&self, old: &Type, new: &Type) -> bool {
        match (form(self.old, old), form(self.new, new)) {
            (Form::Array(before, count), Form::Array(now, new_count)) => {
                count == new_count && self.is_laid_out_alike(before, now)
            }
            (Form::Frozen, Form::Frozen) => true,
            (before, now) => number(&before)
                .zip(number(&now))
                .is_some_and(|(before, now)| scalars::is_same_size(before, now)),
        }
    }
}

/// The scalar that a value is encoded as, if it is one.
fn number(form: &Form<'_>) -> Option<Scalar> {
    match form {
        Form::Scalar(scalar) => Some(*scalar),
        Form::Numbers(it) => Some(it.base),
        Form::List(..) | Form::Map(..) | Form::Array(..) | Form::Optional(_) => None,
        Form::Struct | Form::Frozen | Form::Union | Form::Param(_) => None,
    }
}

const BREAKS: Effect = Effect::on_wire(Harm::Breaks, Harm::Breaks).and_source();
const RECIPE: &str = "declare another frozen struct, and a new field or variant for it";
