//! What is said of members that have another name or id than they had.

use super::effect::{Effect, Harm};
use super::finding::Finding;
use super::members::Member;
use super::reserved::Keeper;
use crate::diagnostics::Code;
use crate::source::Span;

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
