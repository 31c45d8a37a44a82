//! The interface between cargo and build scripts: environment variables, and lines on standard output.

use std::collections::BTreeSet;
use std::env;
use std::path::PathBuf;

use super::{BuildFailed, Result};
use crate::diagnostics::Diagnostics;
use crate::diagnostics::render::{Format, Options};

/// How many warnings are shown.
const MAX_WARNINGS: usize = 10;

/// The folder of the package being built.
pub(super) fn folder_of_package() -> Result<PathBuf> {
    folder("CARGO_MANIFEST_DIR")
}

/// The folder for generated files.
pub(super) fn out_dir() -> Result<PathBuf> {
    folder("OUT_DIR")
}

fn folder(variable: &str) -> Result<PathBuf> {
    let missing = || {
        let message = format!("`{variable}` is not set; this is for build scripts run by cargo");
        BuildFailed::new(message)
    };
    env::var_os(variable).map(PathBuf::from).ok_or_else(missing)
}

/// Whether this runs in continuous integration, where nothing must be changed.
pub(super) fn is_ci() -> bool {
    is_set("CI")
}

/// Whether cargo runs this as a build script rather than a test.
pub(super) fn is_build_script() -> bool {
    env::var_os("OUT_DIR").is_some() && env::var_os("NUM_JOBS").is_some()
}

fn is_set(variable: &str) -> bool {
    env::var(variable).is_ok_and(|value| !value.is_empty() && value != "0")
}

/// Whether the report is coloured: `SINEW_COLOR` decides, then the variables that cargo and others use. A build script
/// does not see the terminal, so the default is no.
pub(super) fn color() -> bool {
    let is = |variable: &str, value: &str| env::var(variable).is_ok_and(|v| v == value);
    if is("SINEW_COLOR", "always") {
        return true;
    }
    // It counts if it is set to anything but the empty string: <https://no-color.org>
    let is_unwanted = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if is("SINEW_COLOR", "never") || is_unwanted {
        return false;
    }
    is("CARGO_TERM_COLOR", "always") || is_set("CLICOLOR_FORCE")
}

/// Tells cargo what the build depends on (the files that were read, and those in `watched`), the warnings, and the
/// notes.
///
/// Only after a successful build: cargo repeats a failed one anyway, and would print these lines before the report.
pub(super) fn tell(watched: BTreeSet<String>, warnings: &Diagnostics, notes: &[String]) {
    let sources = warnings.sources().iter();
    let files = sources.map(|(_, file)| file.name.clone());
    for path in files.chain(watched).collect::<BTreeSet<_>>() {
        println!("cargo::rerun-if-changed={path}");
    }
    for variable in [
        "SINEW_COLOR",
        "NO_COLOR",
        "CARGO_TERM_COLOR",
        "CLICOLOR_FORCE",
        "CI",
    ] {
        println!("cargo::rerun-if-env-changed={variable}");
    }
    let options = Options {
        format: Format::Short,
        max_errors: 0,
        ..Options::default()
    };
    for note in notes {
        println!("cargo::warning={note}");
    }
    let report = warnings.render(&options);
    for line in report.lines().take(MAX_WARNINGS) {
        println!("cargo::warning={line}");
    }
    let more = report.lines().count().saturating_sub(MAX_WARNINGS);
    if more > 0 {
        println!("cargo::warning=and {more} more; `sinew check` shows all");
    }
}
