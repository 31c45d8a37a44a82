//! Whether a field must be given, and the consequences of a change.

use super::effect::{Effect, Harm};
use crate::diagnostics::Code;
use crate::schema::Field;

/// Whether a field must be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    Required,
    Optional,
    Defaulted,
}

impl Presence {
    pub(super) fn of(field: &Field) -> Presence {
        match (field.ty.is_optional(), field.default.is_some()) {
            (true, _) => Presence::Optional,
            (false, true) => Presence::Defaulted,
            (false, false) => Presence::Required,
        }
    }

    /// The word for it in messages.
    pub(super) fn word(self) -> &'static str {
        match self {
            Presence::Required => "required",
            Presence::Optional => "optional",
            Presence::Defaulted => "given a default",
        }
    }
}

/// The consequences of a change of presence.
pub(super) struct Rule {
    pub(super) code: Code,
    pub(super) effect: Effect,
    /// Label for the field in the new version.
    pub(super) label: &'static str,
    pub(super) note: Option<&'static str>,
    pub(super) help: Option<&'static str>,
}

/// The rule for a change of presence; `None` if it has no consequences.
pub(super) fn presence_rule(old: Presence, new: Presence) -> Option<Rule> {
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
