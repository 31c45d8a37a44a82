//! A change that somebody may want to know of, and how it is told.

use super::effect::{Effect, Harm};
use super::{Asked, Direction};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::{Moved, Span};

/// A change that breaks something for somebody.
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
    /// An insertion into the new version.
    fix: Option<(String, Span, String)>,
}

impl Finding {
    /// A change that shows at `span` of the new version.
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
            fix: None,
        }
    }

    /// What was at `span` of the old version.
    #[must_use]
    pub(super) fn before(mut self, span: Span, label: impl Into<String>) -> Self {
        self.there = Some((span, label.into()));
        self
    }

    /// The same with another message.
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

    /// Offers to insert a text at `span` of the new version.
    #[must_use]
    pub(super) fn fix(mut self, message: impl Into<String>, span: Span, text: String) -> Self {
        self.fix = Some((message.into(), span, text));
        self
    }

    /// What is told to somebody who asks; nothing if it is none of their business. `moved` leads
    /// from places in the old version to where they are shown.
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
            .extend(broken(self.effect, asked.direction).map(str::to_owned));
        diagnostic.help.extend(self.help.clone());
        if let Some((message, span, text)) = &self.fix {
            diagnostic = diagnostic.with_fix(message, *span, text);
        }
        Some(diagnostic)
    }
}

/// Who cannot read whom, of those that somebody asked for.
fn broken(effect: Effect, asked: Direction) -> Option<&'static str> {
    let backward = Some(effect.backward).filter(|_| asked != Direction::Forward);
    let forward = Some(effect.forward).filter(|_| asked != Direction::Backward);
    let is_bad = |harm: &Harm| *harm >= Harm::Corrupts;
    Some(match (backward.filter(is_bad), forward.filter(is_bad)) {
        (Some(Harm::Corrupts), Some(Harm::Corrupts)) => {
            "new and old code read what the other one writes as something else"
        }
        (Some(_), Some(_)) => "new and old code cannot read what the other one writes",
        (Some(_), None) => "new code cannot read what old code wrote",
        (None, Some(_)) => "old code cannot read what new code writes",
        (None, None) => return None,
    })
}
