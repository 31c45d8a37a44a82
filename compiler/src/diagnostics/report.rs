//! Diagnostics together with their sources.

use std::fmt;

use super::render::{Options, render};
use super::{Diagnostic, Severity};
use crate::source::SourceMap;

/// All diagnostics of a run. `Display` and `Debug` show the whole report, so that `?` and `unwrap` are readable in
/// tests and build scripts.
pub struct Diagnostics {
    sources: SourceMap,
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// `list`, whose places are in `sources`.
    pub fn new(sources: SourceMap, list: Vec<Diagnostic>) -> Self {
        Self { sources, list }
    }

    /// The sources.
    pub fn sources(&self) -> &SourceMap {
        &self.sources
    }

    /// The diagnostics, in order of their places.
    pub fn list(&self) -> &[Diagnostic] {
        &self.list
    }

    /// Whether there are no diagnostics.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether any of them is an error.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|d| d.severity == Severity::Error)
    }

    /// Renders the report.
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
