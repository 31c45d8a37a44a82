//! What is on the disk: which files a path means, where imports are looked for, and what a file says.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use sinew_compiler::Unreadable;

use crate::input::folder_of;
use crate::output::Output;

/// Bytes of a file.
const MAX_FILE: u64 = 16 << 20;
/// Folders inside each other.
const MAX_DEPTH: usize = 64;

/// Why nothing was read.
pub(super) enum Problem {
    Usage(String),
    Unreadable(Unreadable),
}

impl Problem {
    pub(super) fn report(self, output: &Output) -> ExitCode {
        match self {
            Self::Usage(message) => output.usage_error(&message),
            Self::Unreadable(error) => output.io_error(&error),
        }
    }
}

/// The folders in which imports are looked for.
pub(super) fn roots(paths: &[PathBuf], include: &[PathBuf]) -> Vec<PathBuf> {
    let mut roots = include.to_vec();
    let mut folders: Vec<PathBuf> = paths.iter().map(|path| folder_of(path)).collect();
    folders.sort();
    folders.push(PathBuf::from("."));
    for folder in folders {
        let is_below = |root: &PathBuf| match (folder.canonicalize(), root.canonicalize()) {
            (Ok(folder), Ok(root)) => folder.starts_with(root),
            (_, _) => folder == *root,
        };
        if !roots.iter().any(is_below) {
            roots.push(folder);
        }
    }
    roots
}

/// The files at `path`: itself, or every `.proto` file below it.
pub(super) fn protos(path: &Path) -> Result<Vec<PathBuf>, Problem> {
    if path.is_dir() {
        let mut found = Vec::new();
        collect(path, 0, &mut found).map_err(|error| unreadable(path, error))?;
        return match found.is_empty() {
            true => Err(Problem::Usage(format!(
                "there is no `.proto` file in `{}`",
                path.display()
            ))),
            false => Ok(found),
        };
    }
    let extension = path.extension().unwrap_or_default();
    match extension == "proto" {
        true => Ok(vec![path.to_owned()]),
        false => Err(Problem::Usage(other_language(path))),
    }
}

fn collect(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if entry.file_type()?.is_dir() && depth < MAX_DEPTH {
            collect(&path, depth + 1, found)?;
        } else if path.extension().is_some_and(|it| it == "proto") && path.is_file() {
            found.push(path);
        }
    }
    Ok(())
}

/// The text of a file without its byte order mark, and where it is none.
pub(super) fn text_of(mut bytes: Vec<u8>) -> (String, Option<usize>) {
    if bytes.starts_with(b"\xef\xbb\xbf") {
        bytes.drain(..3);
    }
    match String::from_utf8(bytes) {
        Ok(text) => (text, None),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes());
            (text.into_owned(), Some(at))
        }
    }
}

/// What a file says.
pub(super) fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(MAX_FILE + 1)
        .read_to_end(&mut bytes)?;
    match u64::try_from(bytes.len()) {
        Ok(length) if length <= MAX_FILE => Ok(bytes),
        Ok(_) | Err(_) => Err(io::Error::other("it has more than 16 MiB")),
    }
}

/// A path with forward slashes, without the dot of the current folder.
pub(super) fn shown(path: &Path) -> String {
    let path = path.to_string_lossy().replace('\\', "/");
    path.strip_prefix("./").unwrap_or(&path).to_owned()
}

/// Why a file is not read.
pub(super) fn unreadable(path: &Path, error: io::Error) -> Problem {
    let name = shown(path);
    Problem::Unreadable(Unreadable { name, error })
}

fn other_language(path: &Path) -> String {
    let path = path.display();
    format!(
        "`{path}` is no `.proto` file, and only these are imported; `sinew fix` translates what it can of a copy \
         called `.idl`"
    )
}
