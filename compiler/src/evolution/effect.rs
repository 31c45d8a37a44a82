//! How severe a change is, for whom, and how it is therefore reported.

use super::{Asked, Direction, Level};
use crate::diagnostics::Severity;

/// What happens when code of one version reads what code of the other one has written. In ascending order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Harm {
    /// The value is what the writer meant.
    #[default]
    Nothing,
    /// The value may differ from what the writer meant.
    Differs,
    /// An error, but only for values that the reader's version does not allow.
    Limits,
    /// A wrong value that nobody notices.
    Corrupts,
    /// An error for values that the writer's version has always allowed.
    Breaks,
}

/// The consequences of a change for both sides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Effect {
    /// For new code that reads what old code wrote.
    pub(super) backward: Harm,
    /// For old code that reads what new code writes.
    pub(super) forward: Harm,
    /// The same for JSON, if that is worse: backward and forward.
    pub(super) json: (Harm, Harm),
    /// A later version may corrupt data without anybody noticing.
    pub(super) later: bool,
    /// Rust code that was written for the old version has to be changed.
    pub(super) source: bool,
}

impl Effect {
    /// Only code that uses the generated Rust has to be changed.
    pub(super) const SOURCE: Effect = Effect {
        source: true,
        ..Effect::on_wire(Harm::Nothing, Harm::Nothing)
    };
    /// Nothing breaks yet.
    pub(super) const LATER: Effect = Effect {
        later: true,
        ..Effect::on_wire(Harm::Nothing, Harm::Nothing)
    };

    /// Consequences for bytes only.
    pub(super) const fn on_wire(backward: Harm, forward: Harm) -> Effect {
        Effect {
            backward,
            forward,
            json: (Harm::Nothing, Harm::Nothing),
            later: false,
            source: false,
        }
    }

    /// Adds consequences for JSON.
    #[must_use]
    pub(super) const fn in_json(self, backward: Harm, forward: Harm) -> Effect {
        Effect {
            json: (backward, forward),
            ..self
        }
    }

    /// Adds that the generated Rust changes incompatibly.
    #[must_use]
    pub(super) const fn and_source(self) -> Effect {
        Effect {
            source: true,
            ..self
        }
    }

    /// The consequences of two changes together.
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

    /// The worst consequence for bytes in either direction.
    pub(super) fn worst(self) -> Harm {
        self.backward.max(self.forward)
    }

    /// The consequences at a level of compatibility: backward and forward.
    pub(super) fn harms(self, level: Level) -> (Harm, Harm) {
        match level {
            Level::Wire | Level::Source => (self.backward, self.forward),
            Level::Json => (
                self.backward.max(self.json.0),
                self.forward.max(self.json.1),
            ),
        }
    }

    /// The severity for what was asked; `None` if the change does not affect that.
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
