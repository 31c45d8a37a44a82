//! Writes generated files.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::backends::GeneratedFile;
use crate::load::reason;

/// Writes `files` below `folder`, which is created if necessary. A file that already has the right text is not touched,
/// so that its modification time does not trigger builds.
///
/// # Errors
/// If a file cannot be written. If possible it is restored; files before it have been written.
pub fn write_files(folder: &Path, files: &[GeneratedFile]) -> Result<(), Unwritable> {
    for file in files {
        let path = folder.join(&file.path);
        write(&path, &file.text).map_err(|error| Unwritable { path, error })?;
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let old = fs::read(path).ok();
    if old.as_deref() == Some(text.as_bytes()) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let is_new = fs::symlink_metadata(path).is_err();
    fs::write(path, text).inspect_err(|_| {
        // If the disk is full, a truncated file must neither remain nor replace what may be the only copy of the other
        // text.
        if is_new {
            _ = fs::remove_file(path);
        } else if let Some(old) = old.filter(|old| fs::read(path).is_ok_and(|now| now != *old)) {
            _ = fs::write(path, old);
        }
    })
}

/// A file that could not be written.
#[derive(Debug)]
pub struct Unwritable {
    /// The file.
    pub path: PathBuf,
    /// Why.
    pub error: io::Error,
}

impl fmt::Display for Unwritable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (path, reason) = (self.path.display(), reason(&self.error));
        write!(f, "cannot write `{path}`: {reason}")
    }
}

impl std::error::Error for Unwritable {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}
