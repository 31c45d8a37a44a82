//! Collects the diagnostics of all steps.

use super::{Diagnostic, Level, Levels, Severity};
use crate::source::{SourceMap, Span};

/// Collects diagnostics and applies the levels of lints.
#[derive(Debug, Default)]
pub struct Sink {
    levels: Levels,
    diagnostics: Vec<Diagnostic>,
}

impl Sink {
    /// An empty sink with default levels.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty sink with these levels.
    pub fn with_levels(levels: Levels) -> Self {
        Self {
            levels,
            diagnostics: Vec::new(),
        }
    }

    /// The levels of lints.
    pub fn levels(&self) -> &Levels {
        &self.levels
    }

    /// Adds a diagnostic, unless it is an allowed lint.
    pub fn push(&mut self, mut diagnostic: Diagnostic) {
        match self.levels.of(diagnostic.code) {
            Level::Allow => return,
            Level::Warn => {}
            Level::Deny => diagnostic.severity = Severity::Error,
        }
        self.diagnostics.push(diagnostic);
    }

    /// Adds diagnostics.
    pub fn extend(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        diagnostics.into_iter().for_each(|d| self.push(d));
    }

    /// Takes out the lints reported so far.
    pub(crate) fn take_lints(&mut self) -> Vec<Diagnostic> {
        let is_lint = |d: &mut Diagnostic| d.code.severity() == Severity::Warning;
        self.diagnostics.extract_if(.., is_lint).collect()
    }

    /// Whether an error was reported.
    pub fn has_errors(&self) -> bool {
        self.diagnostics
            .iter()
            .any(|d| d.severity == Severity::Error)
    }

    /// The places of the errors so far.
    pub(crate) fn error_places(&self) -> impl Iterator<Item = Span> + '_ {
        let errors = self.diagnostics.iter();
        let errors = errors.filter(|d| d.severity == Severity::Error);
        errors.map(|d| d.primary.span)
    }

    /// All diagnostics, ordered by place and code, without duplicates. Their places are in `sources`.
    pub fn finish(mut self, sources: &SourceMap) -> Vec<Diagnostic> {
        let key = |d: &Diagnostic| (d.primary.span, d.code);
        let order = |a: &Diagnostic, b: &Diagnostic| {
            key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message))
        };
        self.diagnostics.sort_by(order);
        self.diagnostics
            .dedup_by(|a, b| a.code == b.code && a.primary.span == b.primary.span);
        let found = self.diagnostics.iter_mut();
        found.for_each(|diagnostic| diagnostic.widen_removals(sources));
        self.diagnostics
    }
}
