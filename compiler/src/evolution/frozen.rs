//! Frozen structs: members by position, without any freedom.

use super::Comparison;
use super::effect::{Effect, Harm};
use super::fields::Both;
use super::finding::Finding;
use super::renamed::{Named, renamed_to};
use super::spelling::spelled;
use crate::diagnostics::Code;
use crate::naming::Style;
use crate::schema::{Decl, Frozen, FrozenField};

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
        let breaks = changes.iter().any(|change| is_other_layout(change.code));
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
            let message = format!(
                "the type of `{}` changes from `{before}` to `{now}`",
                new.name
            );
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
}

/// Whether a change of a type is one of its layout. Other integers of the same kind have another one.
fn is_other_layout(code: Code) -> bool {
    let same = [
        Code::OtherMeaning,
        Code::NewtypeChanged,
        Code::NumberOrEnum,
        Code::TypeReplaced,
    ];
    !same.contains(&code)
}

const BREAKS: Effect = Effect::on_wire(Harm::Breaks, Harm::Breaks).and_source();
const RECIPE: &str = "declare another frozen struct, and a new field or variant for it";
