//! The project that paths belong to, and the default paths.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use sinew_compiler::build::{FoundProject, find_project};

use crate::input::{base, folder_of};
use crate::output::Output;

/// The project of all `paths`, or of the folder `base` if there are none. Errors have been reported; `Err` is the exit
/// code.
pub(crate) fn of(
    base: &Path,
    paths: &[PathBuf],
    output: &Output,
) -> Result<Option<FoundProject>, ExitCode> {
    let find = |folder: &Path| {
        let found = find_project(base, folder);
        found.map_err(|error| output.project_error(&error))
    };
    let [first, others @ ..] = paths else {
        return find(Path::new(""));
    };
    let project = find(&folder_of(first))?;
    for other in others {
        let another = find(&folder_of(other))?;
        if file(base, project.as_ref()) != file(base, another.as_ref()) {
            let (first, other) = (first.display(), other.display());
            let message = format!("`{first}` and `{other}` belong to different projects");
            return Err(output.usage_error(&message));
        }
    }
    Ok(project)
}

/// `given`, or the main root of `project` if it is empty.
pub(crate) fn paths(
    base: &Path,
    given: &[PathBuf],
    project: Option<&FoundProject>,
    output: &Output,
) -> Result<Vec<PathBuf>, ExitCode> {
    match (given, project) {
        ([], Some(project)) => Ok(vec![project.main_root(base)]),
        ([], None) => {
            let message = "no schema is given, and there is no `sinew.toml` here or further up";
            Err(output.usage_error(message))
        }
        (given, _) => Ok(given.to_vec()),
    }
}

/// `given`, or the main root of the project here if it is empty.
pub(crate) fn default_paths(given: &[PathBuf], output: &Output) -> Result<Vec<PathBuf>, ExitCode> {
    if !given.is_empty() {
        return Ok(given.to_vec());
    }
    let base = base().map_err(|error| output.io_error(&error))?;
    let project = of(&base, given, output)?;
    paths(&base, given, project.as_ref(), output)
}

fn file(base: &Path, project: Option<&FoundProject>) -> Option<PathBuf> {
    base.join(project?.file()).canonicalize().ok()
}
