//! Finds and reads a project's `sinew.toml`: the nearest one, in a folder or above it.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use crate::load::Unreadable;
use crate::project::{BadProject, FILE_NAME, Project};

/// Largest size of the file in bytes.
const MAX_BYTES: u64 = 1 << 20;
/// The folder of `.idl` files in a project that does not name its roots.
const DEFAULT_ROOT: &str = "idl";

/// A project and its location.
#[derive(Clone, Debug)]
pub struct FoundProject {
    /// The folder of its `sinew.toml`, relative to the base of the search.
    pub folder: PathBuf,
    /// The settings in the file.
    pub project: Project,
}

impl FoundProject {
    /// The path of the `sinew.toml`.
    pub fn file(&self) -> PathBuf {
        self.folder.join(FILE_NAME)
    }

    /// The import roots, if the file has any.
    pub fn roots(&self) -> Vec<PathBuf> {
        let roots = self.project.roots.iter();
        roots.map(|root| self.folder.join(root)).collect()
    }

    /// The folder with the project's own files: its first root, else `idl` if that exists, else the folder of the
    /// project. `base` is the base of the search.
    pub fn main_root(&self, base: &Path) -> PathBuf {
        let default = || self.folder.join(DEFAULT_ROOT);
        match self.roots().into_iter().next() {
            Some(root) => root,
            None if base.join(default()).is_dir() => default(),
            None if self.folder.as_os_str().is_empty() => PathBuf::from("."),
            None => self.folder.clone(),
        }
    }
}

/// The project of `folder`, which is relative to `base`: that of the nearest `sinew.toml`, in the folder or above it.
///
/// # Errors
/// If the file cannot be read, is longer than 1 MiB, or is invalid.
pub fn find_project(base: &Path, folder: &Path) -> Result<Option<FoundProject>, ProjectError> {
    let mut folder = folder.to_owned();
    // Ends at the root of the file system, or at a folder that does not exist.
    while let Ok(real) = fs::canonicalize(base.join(&folder)) {
        let path = folder.join(FILE_NAME);
        if real.join(FILE_NAME).is_file() {
            let name = shown(&path);
            let text = read(&real.join(FILE_NAME)).map_err(|error| {
                let name = name.clone();
                ProjectError::Unreadable(Unreadable { name, error })
            })?;
            let project = Project::parse(&name, &text).map_err(ProjectError::Bad)?;
            return Ok(Some(FoundProject { folder, project }));
        }
        if real.parent().is_none() {
            break;
        }
        folder = above(&folder);
    }
    Ok(None)
}

/// Why a project cannot be used.
#[derive(Debug)]
pub enum ProjectError {
    /// Its file cannot be read.
    Unreadable(Unreadable),
    /// Its file is invalid.
    Bad(BadProject),
}

impl fmt::Display for ProjectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ProjectError::Unreadable(error) => error.fmt(f),
            ProjectError::Bad(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ProjectError {}

fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    let length = File::open(path)?
        .take(MAX_BYTES + 1)
        .read_to_string(&mut text)?;
    if length as u64 > MAX_BYTES {
        return Err(io::Error::other("it is larger than 1 MiB"));
    }
    Ok(text)
}

/// The parent of `folder`, by its name if possible.
fn above(folder: &Path) -> PathBuf {
    match folder.components().next_back() {
        Some(Component::Normal(_)) => folder.parent().map(Path::to_owned).unwrap_or_default(),
        Some(Component::CurDir) => PathBuf::from(".."),
        Some(Component::ParentDir | Component::RootDir | Component::Prefix(_)) | None => {
            folder.join("..")
        }
    }
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}
