//! Fields of structs, exceptions and variants; parameters.

use super::Comparison;
use super::constraints::Held;
use super::effect::{Effect, Harm};
use super::finding::Finding;
use super::members::{Change, changes};
use super::presence::{Presence, presence_rule};
use super::renamed::{renamed, renumbered, reused, swapped, used_although_reserved};
use super::reserved::{Gone, Keeper};
use super::spelling::spelled;
use super::types::TypeChange;
use super::values::{Of, same};
use crate::diagnostics::Code;
use crate::schema::{Field, Number, Type};
use crate::source::Span;

/// The owner of some fields.
#[derive(Clone, Copy)]
pub(super) struct Owner<'a> {
    /// As in messages: `Order`.
    pub(super) name: &'a str,
    /// Span of that name.
    pub(super) span: Span,
    /// Names of its type parameters.
    pub(super) params: &'a [String],
    /// Its `reserved` lines, if it can have any.
    pub(super) keeper: Option<Keeper<'a>>,
    /// Whether it is a method, whose fields are its parameters.
    pub(super) callers: bool,
}

/// Fields with type arguments in place of their owner's type parameters.
pub(super) fn instantiated(fields: &[Field], args: &[Type]) -> Vec<Field> {
    let field = |field: &Field| Field {
        ty: field.ty.instantiate(args),
        ..field.clone()
    };
    fields.iter().map(field).collect()
}

/// The old and the new version of something.
pub(super) struct Both<T> {
    pub(super) old: T,
    pub(super) new: T,
}

impl Comparison<'_> {
    /// Compares the fields of one owner.
    pub(super) fn fields(&mut self, owner: &Both<Owner<'_>>, old: &[Field], new: &[Field]) {
        for change in changes(old, new) {
            match change {
                Change::Kept(before, now) => self.kept_field(owner, before, now),
                Change::Swapped(before, now, other) => self.report(swapped(before, now, other)),
                Change::Renumbered(before, now) => self.report(renumbered(before, now)),
                Change::Removed(before) => self.removed_field(owner, before),
                Change::Added(now, before) => self.added_field(owner, now, before),
            }
        }
        if let (Some(before), Some(now)) = (owner.old.keeper, owner.new.keeper) {
            let used: Vec<Number> = new.iter().map(|field| field.id.into()).collect();
            self.kept(before, now, &used);
        }
    }

    fn kept_field(&mut self, owner: &Both<Owner<'_>>, old: &Field, new: &Field) {
        let held = [(self.old, old), (self.new, new)].map(|(schema, field)| Held {
            schema,
            ty: field.ty.unwrap_optional(),
            own: &field.constraints,
        });
        let types = self.placed(&held[0], &held[1]);
        let breaks = |change: &TypeChange| change.effect.worst() >= Harm::Corrupts;
        // With both another name and another type, it is another field.
        if old.name != new.name && types.iter().any(breaks) {
            return self.report(reused(old, new));
        }
        self.findings.extend(renamed(old, new));
        let shown = |owner: &Owner<'_>, schema, ty: &Type| spelled(schema, owner.params, ty);
        let before = shown(&owner.old, self.old, old.ty.unwrap_optional());
        let now = shown(&owner.new, self.new, new.ty.unwrap_optional());
        let places = Both {
            old: old.ty_span,
            new: new.ty_span,
        };
        for change in types {
            self.report(change.finding(&new.name, (&before, &now), &places));
        }
        self.presence(old, new);
        let places = (old.span, new.span);
        self.constraints(&new.name, places, &held[0], &held[1]);
    }

    fn presence(&mut self, old: &Field, new: &Field) {
        let (before, now) = (Presence::of(old), Presence::of(new));
        let finding = match presence_rule(before, now) {
            Some(rule) => {
                let (was, is) = (before.word(), now.word());
                let message = format!("`{}` was {was} and is {is} now", new.name);
                let finding = Finding::new(rule.code, rule.effect, message, new.span, rule.label);
                let finding = finding.before(old.span, format!("{was} here"));
                let finding = rule.note.into_iter().fold(finding, Finding::note);
                rule.help.into_iter().fold(finding, Finding::help)
            }
            None => match (&old.default, &new.default) {
                (Some(old_value), Some(new_value))
                    if !same(Of(self.old, old_value), Of(self.new, new_value)) =>
                {
                    other_default(old, new)
                }
                (_, _) => return,
            },
        };
        self.report(finding);
    }

    fn removed_field(&mut self, owner: &Both<Owner<'_>>, field: &Field) {
        let name = &field.name;
        let is_param = owner.new.callers;
        let presence = Presence::of(field);
        let (mut code, effect, label, note, help) = match presence {
            Presence::Optional => (
                Code::OptionalFieldRemoved,
                Effect::SOURCE,
                "is gone",
                None,
                None,
            ),
            Presence::Defaulted => (
                Code::DefaultedFieldRemoved,
                Effect::on_wire(Harm::Nothing, Harm::Differs).and_source(),
                "is gone",
                Some("old code takes its default, whatever new code would have said"),
                None,
            ),
            Presence::Required => (
                Code::RequiredFieldRemoved,
                Effect::on_wire(Harm::Nothing, Harm::Breaks).and_source(),
                "is gone, and old code needs it",
                None,
                Some("keep it and give it a default; once all readers know that, it may go"),
            ),
        };
        if is_param {
            code = Code::ParameterRemoved;
        }
        let kind = if is_param { "parameter" } else { "field" };
        let word = match presence {
            Presence::Required => "required ",
            Presence::Optional => "optional ",
            Presence::Defaulted => "",
        };
        let effect = effect.in_json(Harm::Breaks, Harm::Nothing);
        let message = format!("{word}{kind} `{name}` is removed from `{}`", owner.new.name);
        let label = format!("`{name}` {label}");
        let finding = Finding::new(code, effect, message, owner.new.span, label);
        let finding = finding.before(field.span, "was here");
        let finding = note.into_iter().fold(finding, Finding::note);
        self.report(help.into_iter().fold(finding, Finding::help));
        if let Some(keeper) = owner.new.keeper {
            let gone = Gone {
                name,
                number: field.id.into(),
                span: field.span,
            };
            self.gone(keeper, &gone);
        }
    }

    fn added_field(&mut self, owner: &Both<Owner<'_>>, new: &Field, old: Option<&Field>) {
        if let Some(old) = old {
            self.report(reused(old, new));
        } else if let Some(keeper) = owner.old.keeper.filter(|it| it.keeps(new.id.into())) {
            self.report(used_although_reserved(keeper, new));
        }
        let is_param = owner.new.callers;
        let presence = Presence::of(new);
        // JSON only omits absent fields, and readers reject unknown names.
        let in_json = match presence {
            Presence::Optional => Harm::Limits,
            Presence::Required | Presence::Defaulted => Harm::Breaks,
        };
        let needed = Effect::on_wire(Harm::Breaks, Harm::Nothing).and_source();
        let (code, effect, label) = match (presence, is_param) {
            (Presence::Required, false) => (
                Code::RequiredFieldAdded,
                needed,
                "needs a value, which old code does not write",
            ),
            (Presence::Required, true) => (
                Code::RequiredParameterAdded,
                needed,
                "needs a value, which old callers do not send",
            ),
            (Presence::Optional | Presence::Defaulted, true) => (
                Code::ParameterAdded,
                Effect::SOURCE,
                "an argument more for implementations and callers",
            ),
            (Presence::Optional | Presence::Defaulted, false) => (
                Code::FieldAdded,
                Effect::default(),
                "a name that old code refuses in JSON",
            ),
        };
        let effect = effect.in_json(Harm::Nothing, in_json);
        let kind = if is_param { "parameter" } else { "field" };
        let (word, help) = match presence {
            Presence::Required => (
                "required ",
                Some("make it `optional`, or give it a default"),
            ),
            Presence::Optional | Presence::Defaulted => ("", None),
        };
        let (name, owners) = (&new.name, owner.new.name);
        let message = format!("{word}{kind} `{name}` is added to `{owners}`");
        let finding = Finding::new(code, effect, message, new.span, label);
        let finding = help.into_iter().fold(finding, Finding::help);
        let label = format!("has no `{}`", new.name);
        self.report(finding.before(owner.old.span, label));
    }
}

fn other_default(old: &Field, new: &Field) -> Finding {
    let message = format!("`{}` has another default", new.name);
    let effect = Effect::on_wire(Harm::Differs, Harm::Differs);
    let finding = Finding::new(
        Code::DefaultChanged,
        effect,
        message,
        new.span,
        "another default",
    );
    let finding = finding.before(old.span, "the old one");
    finding.note("where a writer does not know the field, each version reads its own default")
}
