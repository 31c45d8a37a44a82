//! Fields of structs, exceptions and variants; parameters.

use super::Comparison;
use super::effect::{Effect, Harm};
use super::finding::Finding;
use super::members::{Change, Member, changes};
use super::reserved::{Gone, Keeper};
use super::spelling::spelled;
use super::values::{Of, same};
use crate::diagnostics::Code;
use crate::schema::{Field, Type};
use crate::source::Span;

/// What fields belong to.
#[derive(Clone, Copy)]
pub(super) struct Owner<'a> {
    /// As messages name it: `Order`.
    pub(super) name: &'a str,
    /// Where that stands.
    pub(super) span: Span,
    /// Names of its type parameters.
    pub(super) params: &'a [String],
    /// Its `reserved` lines, if it can have some.
    pub(super) keeper: Option<Keeper<'a>>,
    /// Whether it is a method, and the fields are its parameters.
    pub(super) callers: bool,
}

/// Fields with the arguments for the type parameters of their owner.
pub(super) fn instantiated(fields: &[Field], args: &[Type]) -> Vec<Field> {
    let field = |field: &Field| Field {
        ty: field.ty.instantiate(args),
        ..field.clone()
    };
    fields.iter().map(field).collect()
}

/// Old and new of something.
pub(super) struct Both<T> {
    pub(super) old: T,
    pub(super) new: T,
}

/// Whether a field must be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Presence {
    Required,
    Optional,
    Defaulted,
}

impl Presence {
    fn of(field: &Field) -> Presence {
        match (field.ty.is_optional(), field.default.is_some()) {
            (true, _) => Presence::Optional,
            (false, true) => Presence::Defaulted,
            (false, false) => Presence::Required,
        }
    }

    /// The word for it, as messages use it.
    fn word(self) -> &'static str {
        match self {
            Presence::Required => "required",
            Presence::Optional => "optional",
            Presence::Defaulted => "given a default",
        }
    }
}

/// What it means that a field becomes another one.
struct Rule {
    code: Code,
    effect: Effect,
    /// What is so at the new place.
    label: &'static str,
    note: Option<&'static str>,
    help: Option<&'static str>,
}

/// The rule for a field whose presence changes; none where nobody notices.
fn presence_rule(old: Presence, new: Presence) -> Option<Rule> {
    use Presence::{Defaulted, Optional, Required};
    Some(match (old, new) {
        (Required, Optional) => Rule {
            code: Code::RequiredToOptional,
            effect: Effect::on_wire(Harm::Nothing, Harm::Breaks).and_source(),
            label: "may be absent, where old code needs a value",
            note: None,
            help: Some(
                "give it a default instead; once all readers know that, it may become `optional`",
            ),
        },
        (Optional, Required) => Rule {
            code: Code::OptionalToRequired,
            effect: Effect::on_wire(Harm::Breaks, Harm::Nothing).and_source(),
            label: "needs a value, which old code may leave out",
            note: None,
            help: Some("give it a default instead"),
        },
        (Optional, Defaulted) => Rule {
            code: Code::OptionalToDefault,
            effect: Effect::on_wire(Harm::Differs, Harm::Nothing).and_source(),
            label: "is never absent",
            note: Some("new code takes the default where old code said that there is no value"),
            help: None,
        },
        (Defaulted, Optional) => Rule {
            code: Code::DefaultToOptional,
            effect: Effect::on_wire(Harm::Nothing, Harm::Differs).and_source(),
            label: "may be absent",
            note: Some("old code takes its default where new code says that there is no value"),
            help: None,
        },
        (Defaulted, Required) => Rule {
            code: Code::DefaultToRequired,
            effect: Effect::on_wire(Harm::Differs, Harm::Nothing),
            label: "needs a value",
            note: Some("new code refuses what was written before the field was there at all"),
            help: Some("keep the default as long as such data or such callers are around"),
        },
        (Required, Defaulted) => return None,
        (Required, Required) | (Optional, Optional) | (Defaulted, Defaulted) => return None,
    })
}

impl Comparison<'_> {
    /// Compares fields that have the same owner.
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
            let used: Vec<i128> = new.iter().map(|field| field.id.into()).collect();
            self.kept(before, now, &used);
        }
    }

    fn kept_field(&mut self, owner: &Both<Owner<'_>>, old: &Field, new: &Field) {
        let types = self.types(old.ty.unwrap_optional(), new.ty.unwrap_optional());
        if old.name != new.name {
            // Another name and another type: nothing of the old field is left.
            if types
                .iter()
                .any(|change| change.effect.worst() >= Harm::Corrupts)
            {
                return self.report(reused(old, new));
            }
            self.report(renamed(old, new));
        }
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
        self.constraints(&new.name, places, &old.constraints, &new.constraints);
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
        let finding = match (Presence::of(new), is_param) {
            (Presence::Required, false) => {
                let message = format!(
                    "required field `{}` is added to `{}`",
                    new.name, owner.new.name
                );
                let effect = Effect::on_wire(Harm::Breaks, Harm::Nothing).and_source();
                let label = "needs a value, which old code does not write";
                Finding::new(Code::RequiredFieldAdded, effect, message, new.span, label)
                    .help("make it `optional`, or give it a default")
            }
            (Presence::Required, true) => {
                let message = format!(
                    "required parameter `{}` is added to `{}`",
                    new.name, owner.new.name
                );
                let effect = Effect::on_wire(Harm::Breaks, Harm::Nothing).and_source();
                let label = "needs a value, which old callers do not send";
                Finding::new(
                    Code::RequiredParameterAdded,
                    effect,
                    message,
                    new.span,
                    label,
                )
                .help("make it `optional`, or give it a default")
            }
            (Presence::Optional | Presence::Defaulted, true) => {
                let message = format!("parameter `{}` is added to `{}`", new.name, owner.new.name);
                let label = "an argument more for implementations and callers";
                Finding::new(
                    Code::ParameterAdded,
                    Effect::SOURCE,
                    message,
                    new.span,
                    label,
                )
            }
            (Presence::Optional | Presence::Defaulted, false) => return,
        };
        let label = format!("has no `{}`", new.name);
        self.report(finding.before(owner.old.span, label));
    }
}

pub(super) fn renamed(old: &impl Member, new: &impl Member) -> Finding {
    renamed_to((old.name(), old.span()), (new.name(), new.span()))
}

/// A member, a method or an error of another name.
pub(super) fn renamed_to(old: (&str, Span), new: (&str, Span)) -> Finding {
    let (before, now) = (old.0, new.0);
    let message = format!("`{before}` is renamed to `{now}`");
    let finding = Finding::new(
        Code::MemberRenamed,
        Effect::SOURCE,
        message,
        new.1,
        "another name",
    );
    finding.before(old.1, format!("`{before}` here"))
}

const CORRUPTS: Effect = Effect::on_wire(Harm::Corrupts, Harm::Corrupts);

pub(super) fn swapped<M: Member>(old: &M, new: &M, other: &M) -> Finding {
    let (before, now) = (old.id(), new.id());
    let message = format!(
        "`{}` and `{}` have swapped their ids {before} and {now}",
        new.name(),
        other.name()
    );
    let label = format!("the id of `{}` in old code", other.name());
    let finding = Finding::new(Code::IdsSwapped, CORRUPTS, message, new.id_span(), label);
    let finding = finding.before(old.id_span(), "its id here");
    let finding = finding.note("names are not on the wire");
    finding.help("give each its own id again; the order in the file is free")
}

pub(super) fn renumbered(old: &impl Member, new: &impl Member) -> Finding {
    let (before, now, name) = (old.id(), new.id(), new.name());
    let message = format!("the id of `{name}` changes from {before} to {now}");
    let label = "another id: to other code it is another member";
    let finding = Finding::new(Code::IdChanged, CORRUPTS, message, new.id_span(), label);
    let finding = finding.before(old.id_span(), "its id here");
    finding.help(format!("give it the id {before} again"))
}

pub(super) fn reused(old: &impl Member, new: &impl Member) -> Finding {
    let (id, before, now) = (new.id(), old.name(), new.name());
    let message = format!("id {id} was `{before}`, and is `{now}` now");
    let label = format!("read as `{before}` by old code");
    let finding = Finding::new(Code::IdReused, CORRUPTS, message, new.id_span(), label);
    let finding = finding.before(old.span(), format!("has the id {id} here"));
    finding.help(format!(
        "give `{now}` an id that was never used, and reserve {id}"
    ))
}

/// A member whose id was reserved.
pub(super) fn used_although_reserved(old: Keeper<'_>, new: &impl Member) -> Finding {
    let (id, name) = (new.id(), new.name());
    let message = format!("id {id} was reserved, and is `{name}` now");
    let label = "once had another meaning";
    let finding = Finding::new(Code::IdReused, CORRUPTS, message, new.id_span(), label);
    let finding = finding.before(old.span, format!("reserves {id}"));
    finding.help(format!(
        "give `{name}` an id that was never used, and reserve {id} again"
    ))
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
