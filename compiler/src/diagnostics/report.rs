//! Diagnostics together with the text that they are about.

use std::fmt;

use super::render::{Options, render};
use super::{Diagnostic, Severity};
use crate::source::SourceMap;

/// Everything that one run has to say. `Display` and `Debug` show the whole report, so that `?`
/// and `unwrap` in a test or a build script are readable.
pub struct Diagnostics {
    sources: SourceMap,
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// `list`, whose places lie in `sources`.
    pub fn new(sources: SourceMap, list: Vec<Diagnostic>) -> Self {
        Self { sources, list }
    }

    /// The files that were read.
    pub fn sources(&self) -> &SourceMap {
        &self.sources
    }

    /// The diagnostics, in order of their places.
    pub fn list(&self) -> &[Diagnostic] {
        &self.list
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether any of them is an error.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|d| d.severity == Severity::Error)
    }

    /// The report as text.
    pub fn render(&self, options: &Options) -> String {
        render(&self.sources, &self.list, options)
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(&Options::default()))
    }
}

impl fmt::Debug for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{self}")
    }
}

impl std::error::Error for Diagnostics {}
