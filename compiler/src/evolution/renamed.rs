//! Diagnostics for members that have another name or id.

use super::effect::{Effect, Harm};
use super::finding::Finding;
use super::members::Member;
use super::reserved::Keeper;
use crate::diagnostics::Code;
use crate::naming::Style;
use crate::schema::Annotations;
use crate::source::Span;

/// A name in the schema, and the annotation that may override it in Rust.
pub(super) struct Named<'a> {
    pub(super) name: &'a str,
    pub(super) annotations: &'a Annotations,
    pub(super) span: Span,
    pub(super) style: Style,
    /// Whether it is used in JSON.
    pub(super) in_json: bool,
}

impl Named<'_> {
    /// Its name in Rust.
    pub(super) fn in_rust(&self) -> String {
        self.annotations.rust_name(self.name, self.style)
    }
}

pub(super) fn renamed(old: &impl Member, new: &impl Member) -> Option<Finding> {
    renamed_to(&named(old), &named(new))
}

fn named(member: &impl Member) -> Named<'_> {
    Named {
        name: member.name(),
        annotations: member.annotations(),
        span: member.span(),
        style: member.style(),
        in_json: true,
    }
}

/// A member, method or error whose name has changed in Rust or in JSON.
pub(super) fn renamed_to(old: &Named<'_>, new: &Named<'_>) -> Option<Finding> {
    renamed_as(Code::MemberRenamed, old, new)
}

/// The same with a specific code.
pub(super) fn renamed_as(code: Code, old: &Named<'_>, new: &Named<'_>) -> Option<Finding> {
    let (before, now) = (old.in_rust(), new.in_rust());
    let in_json = new.in_json && old.name != new.name;
    if before == now && !in_json {
        return None;
    }
    let harm = if in_json { Harm::Breaks } else { Harm::Nothing };
    let effect = Effect {
        source: before != now,
        ..Effect::default().in_json(harm, harm)
    };
    let (message, was) = match old.name == new.name {
        true => (format!("`{}` is `{now}` in Rust now", new.name), &*before),
        false => (
            format!("`{}` is renamed to `{}`", old.name, new.name),
            old.name,
        ),
    };
    let finding = Finding::new(code, effect, message, new.span, "another name");
    Some(finding.before(old.span, format!("`{was}` here")))
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

/// A member with an id that was reserved.
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
