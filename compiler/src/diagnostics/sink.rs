//! Where steps put their diagnostics.

use super::{Diagnostic, Severity};
use crate::source::Span;

/// Collects diagnostics.
#[derive(Debug, Default)]
pub struct Sink {
    diagnostics: Vec<Diagnostic>,
}

impl Sink {
    /// An empty sink.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a diagnostic.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Adds diagnostics.
    pub fn extend(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        self.diagnostics.extend(diagnostics);
    }

    /// Whether any error was reported.
    pub fn has_errors(&self) -> bool {
        self.diagnostics
            .iter()
            .any(|d| d.code.severity() == Severity::Error)
    }

    /// The places of the errors that were reported.
    pub(crate) fn error_places(&self) -> impl Iterator<Item = Span> + '_ {
        let errors = self.diagnostics.iter();
        let errors = errors.filter(|d| d.code.severity() == Severity::Error);
        errors.map(|d| d.primary.span)
    }

    /// Everything that was reported, in order of place and code, without repetition.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        let key = |d: &Diagnostic| (d.primary.span, d.code);
        let order = |a: &Diagnostic, b: &Diagnostic| {
            key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message))
        };
        self.diagnostics.sort_by(order);
        self.diagnostics
            .dedup_by(|a, b| a.code == b.code && a.primary.span == b.primary.span);
        self.diagnostics
    }
}
