//! Why a build failed, as text that a build script prints.

use std::fmt;

use crate::diagnostics::render::{self, Options};

/// Why a build failed. `Debug` and `Display` show the whole report with source lines, so that a build script prints it
/// whether it uses `?`, `unwrap` or `main -> Result`.
pub struct BuildFailed {
    report: String,
}

impl BuildFailed {
    pub(super) fn new(message: impl fmt::Display) -> Self {
        let report = render::failure(&message.to_string(), &Options::default());
        Self { report }
    }

    /// A build that failed with a complete report.
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
