//! A change, and how it is reported.

use super::effect::{Effect, Harm};
use super::{Asked, Direction, Level};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::{Moved, Span};

/// A change with possible consequences.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    pub(super) code: Code,
    pub(super) effect: Effect,
    pub(super) message: String,
    /// In the new version.
    here: (Span, String),
    /// In the old version.
    there: Option<(Span, String)>,
    notes: Vec<String>,
    help: Option<String>,
    /// Whether it affects calls rather than values.
    calls: bool,
    /// A fix that inserts text into the new version.
    fix: Option<(String, Span, String)>,
}

impl Finding {
    /// A change at `span` of the new version.
    pub(super) fn new(
        code: Code,
        effect: Effect,
        message: impl Into<String>,
        span: Span,
        label: impl Into<String>,
    ) -> Self {
        Self {
            code,
            effect,
            message: message.into(),
            here: (span, label.into()),
            there: None,
            notes: Vec::new(),
            help: None,
            calls: false,
            fix: None,
        }
    }

    /// Its span in the new version.
    pub(super) fn span(&self) -> Span {
        self.here.0
    }

    /// Adds the span in the old version.
    #[must_use]
    pub(super) fn before(mut self, span: Span, label: impl Into<String>) -> Self {
        self.there = Some((span, label.into()));
        self
    }

    /// Marks it as affecting calls rather than values.
    #[must_use]
    pub(super) fn of_calls(mut self) -> Self {
        self.calls = true;
        self
    }

    /// Replaces the message.
    #[must_use]
    pub(super) fn saying(mut self, message: String) -> Self {
        self.message = message;
        self
    }

    #[must_use]
    pub(super) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    #[must_use]
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a fix that inserts a text at `span` of the new version.
    #[must_use]
    pub(super) fn fix(mut self, message: impl Into<String>, span: Span, text: String) -> Self {
        self.fix = Some((message.into(), span, text));
        self
    }

    /// The diagnostic for what was asked; `None` if the change does not affect that. `moved` translates spans of the
    /// old version.
    pub(super) fn diagnostic(&self, asked: &Asked, moved: &Moved) -> Option<Diagnostic> {
        let severity = self.effect.severity(asked)?;
        let (span, label) = &self.here;
        let mut diagnostic = Diagnostic::new(self.code, *span, &self.message, label);
        diagnostic.severity = severity;
        if let Some((span, label)) = &self.there {
            diagnostic = diagnostic.with_label(moved.span(*span), label);
        }
        diagnostic.notes.extend(self.notes.iter().cloned());
        diagnostic
            .notes
            .extend(self.broken(asked).map(str::to_owned));
        diagnostic.help.extend(self.help.clone());
        if let Some((message, span, text)) = &self.fix {
            diagnostic = diagnostic.with_fix(message, *span, text);
        }
        Some(diagnostic)
    }

    /// Which side of those asked for cannot read the other.
    fn broken(&self, asked: &Asked) -> Option<&'static str> {
        let asked_for = |(backward, forward)| match asked.direction {
            Direction::Backward => (backward, Harm::Nothing),
            Direction::Forward => (Harm::Nothing, forward),
            Direction::Both => (backward, forward),
        };
        let (backward, forward) = asked_for(self.effect.harms(Level::Wire));
        let on_wire = match self.calls {
            true => failing(backward == Harm::Breaks, forward == Harm::Breaks),
            false => unread(backward, forward),
        };
        let (backward, forward) = asked_for(self.effect.harms(asked.level));
        on_wire.or_else(|| unread_json(backward >= Harm::Corrupts, forward >= Harm::Corrupts))
    }
}

/// Which side cannot read the other's bytes.
fn unread(backward: Harm, forward: Harm) -> Option<&'static str> {
    Some(match (backward, forward) {
        (Harm::Corrupts, Harm::Corrupts) => {
            "new and old code read what the other one writes as something else"
        }
        (backward, forward) => match (backward >= Harm::Corrupts, forward >= Harm::Corrupts) {
            (true, true) => "new and old code cannot read what the other one writes",
            (true, false) => "new code cannot read what old code wrote",
            (false, true) => "old code cannot read what new code writes",
            (false, false) => return None,
        },
    })
}

/// Which side cannot read the other's JSON.
fn unread_json(backward: bool, forward: bool) -> Option<&'static str> {
    Some(match (backward, forward) {
        (true, true) => "new and old code cannot read the JSON of the other one",
        (true, false) => "new code cannot read the JSON of old code",
        (false, true) => "old code cannot read the JSON of new code",
        (false, false) => return None,
    })
}

/// Which side's calls fail.
fn failing(backward: bool, forward: bool) -> Option<&'static str> {
    Some(match (backward, forward) {
        (true, true) => "calls between new and old code fail",
        (true, false) => "calls of old code fail at new servers",
        (false, true) => "calls of new code fail at old servers",
        (false, false) => return None,
    })
}
