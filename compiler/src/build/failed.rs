//! Why a build failed: text, which a build script shows.

use std::fmt;

use crate::diagnostics::render::{self, Options};

/// Why a build failed. `Debug` and `Display` are the whole report with its snippets, so that a
/// build script shows it whether it uses `?`, `unwrap` or `main -> Result`.
pub struct BuildFailed {
    report: String,
}

impl BuildFailed {
    pub(super) fn new(message: impl fmt::Display) -> Self {
        let report = render::failure(&message.to_string(), &Options::default());
        Self { report }
    }

    /// With a report that is complete.
    pub(super) fn reported(report: String) -> Self {
        Self { report }
    }
}

impl fmt::Display for BuildFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{}", self.report)
    }
}

impl fmt::Debug for BuildFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl std::error::Error for BuildFailed {}
