//! How bad a change is, for whom, and what is made of it.

use super::{Asked, Direction, Level};
use crate::diagnostics::Severity;

/// What code of one version makes of what code of the other one writes. The worst is last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Harm {
    /// What the writer meant.
    #[default]
    Nothing,
    /// A value that may not be what the writer meant.
    Differs,
    /// An error, but only for values that the reader's version does not allow.
    Limits,
    /// Something else, and nobody notices.
    Corrupts,
    /// An error for values that the writer's version has always allowed.
    Breaks,
}

/// What a change does to each side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Effect {
    /// To new code that reads what old code wrote.
    pub(super) backward: Harm,
    /// To old code that reads what new code writes.
    pub(super) forward: Harm,
    /// What JSON adds to that: new code reads what old code wrote, and the other way round.
    pub(super) json: (Harm, Harm),
    /// A version after this one may break without anybody noticing.
    pub(super) later: bool,
    /// Rust code that was written for the old version has to follow.
    pub(super) source: bool,
}

impl Effect {
    /// Code that uses the generated Rust has to follow, and nothing else.
    pub(super) const SOURCE: Effect = Effect {
        source: true,
        ..Effect::on_wire(Harm::Nothing, Harm::Nothing)
    };
    /// Nothing breaks yet.
    pub(super) const LATER: Effect = Effect {
        later: true,
        ..Effect::on_wire(Harm::Nothing, Harm::Nothing)
    };

    /// What happens to bytes, and nothing else.
    pub(super) const fn on_wire(backward: Harm, forward: Harm) -> Effect {
        Effect {
            backward,
            forward,
            json: (Harm::Nothing, Harm::Nothing),
            later: false,
            source: false,
        }
    }

    /// The same, and this to values as JSON.
    #[must_use]
    pub(super) const fn in_json(self, backward: Harm, forward: Harm) -> Effect {
        Effect {
            json: (backward, forward),
            ..self
        }
    }

    /// The same, and the generated Rust is another.
    #[must_use]
    pub(super) const fn and_source(self) -> Effect {
        Effect {
            source: true,
            ..self
        }
    }

    /// What two changes do together.
    #[must_use]
    pub(super) fn and(self, other: Effect) -> Effect {
        Effect {
            backward: self.backward.max(other.backward),
            forward: self.forward.max(other.forward),
            json: (self.json.0.max(other.json.0), self.json.1.max(other.json.1)),
            later: self.later || other.later,
            source: self.source || other.source,
        }
    }

    /// The worst that happens to bytes in either direction.
    pub(super) fn worst(self) -> Harm {
        self.backward.max(self.forward)
    }

    /// What happens to those who are asked about, backward and forward.
    pub(super) fn harms(self, level: Level) -> (Harm, Harm) {
        match level {
            Level::Wire | Level::Source => (self.backward, self.forward),
            Level::Json => (
                self.backward.max(self.json.0),
                self.forward.max(self.json.1),
            ),
        }
    }

    /// How serious this is to somebody who asks; `None` if it is none of their business.
    pub(super) fn severity(self, asked: &Asked) -> Option<Severity> {
        let (backward, forward) = self.harms(asked.level);
        let harm = match asked.direction {
            Direction::Backward => backward,
            Direction::Forward => forward,
            Direction::Both => backward.max(forward),
        };
        let source = self.source && asked.level == Level::Source;
        match harm {
            _ if source || self.later => Some(Severity::Error),
            Harm::Corrupts | Harm::Breaks => Some(Severity::Error),
            Harm::Differs | Harm::Limits => Some(Severity::Warning),
            Harm::Nothing => None,
        }
    }
}
