//! Which files are meant: paths of files and folders, or the standard input.

use std::env;
use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use clap::Args;
use sinew_compiler::build::DiskLoader;
use sinew_compiler::source::FileLoader;

/// What the standard input is called in diagnostics.
const STDIN: &str = "<stdin>";

/// Arguments that name files.
#[derive(Args)]
pub(crate) struct InputArgs {
    /// Files, folders (every `.idl` file in them), or `-` for the standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Folder that imports are looked for in; may be repeated. Without it: the folders that are
    /// given, and those of the files
    #[arg(short = 'I', long, value_name = "DIR")]
    root: Vec<PathBuf>,
}

/// The files of a run.
pub(crate) struct Input {
    disk: DiskLoader,
    /// The names of the files to compile.
    pub(crate) names: Vec<String>,
}

impl InputArgs {
    /// Finds the files.
    pub(crate) fn find(&self) -> Result<Input, NotFound> {
        let base = env::current_dir().map_err(|error| NotFound::new(Path::new("."), error))?;
        let mut disk = DiskLoader::new(base);
        for root in self.roots() {
            disk.add_root(&root).map_err(|e| NotFound::new(&root, e))?;
        }
        let mut names = Vec::new();
        for path in &self.paths {
            if path.as_os_str() == "-" {
                names.push(STDIN.to_owned());
            } else if path.is_dir() {
                names.extend(files_in(&disk, path)?);
            } else {
                names.push(disk.add_file(path).map_err(|e| NotFound::new(path, e))?);
            }
        }
        Ok(Input { disk, names })
    }

    /// The import roots: those given, then the folders of the paths that lie below none of them.
    fn roots(&self) -> Vec<PathBuf> {
        let mut roots = self.root.clone();
        let mut folders: Vec<_> = self.paths.iter().map(|path| folder_of(path)).collect();
        folders.sort();
        for folder in folders {
            if !roots.iter().any(|root| is_below(&folder, root)) {
                roots.push(folder);
            }
        }
        roots
    }
}

fn files_in(disk: &DiskLoader, folder: &Path) -> Result<Vec<String>, NotFound> {
    let names = disk
        .files_below(folder)
        .map_err(|e| NotFound::new(folder, e))?;
    if names.is_empty() {
        let error = io::Error::other("there is no `.idl` file in it");
        return Err(NotFound::new(folder, error));
    }
    Ok(names)
}

fn folder_of(path: &Path) -> PathBuf {
    if path.as_os_str() == "-" {
        return PathBuf::from(".");
    }
    if path.is_dir() {
        return path.to_owned();
    }
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        Some(_) | None => PathBuf::from("."),
    }
}

fn is_below(folder: &Path, root: &Path) -> bool {
    match (folder.canonicalize(), root.canonicalize()) {
        (Ok(folder), Ok(root)) => folder.starts_with(root),
        (_, _) => folder == root,
    }
}

impl FileLoader for Input {
    fn read(&self, name: &str, limit: usize) -> io::Result<Vec<u8>> {
        if name != STDIN {
            return self.disk.read(name, limit);
        }
        let mut bytes = Vec::new();
        let limit = u64::try_from(limit).unwrap_or(u64::MAX);
        io::stdin().lock().take(limit).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn roots(&self) -> Vec<String> {
        self.disk.roots()
    }

    fn identity(&self, name: &str) -> String {
        self.disk.identity(name)
    }

    fn import_paths(&self) -> Vec<String> {
        self.disk.import_paths()
    }
}

/// A path that leads nowhere.
#[derive(Debug)]
pub(crate) struct NotFound {
    path: PathBuf,
    error: io::Error,
}

impl NotFound {
    fn new(path: &Path, error: io::Error) -> Self {
        let path = path.to_owned();
        Self { path, error }
    }
}

impl fmt::Display for NotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match self.error.kind() {
            io::ErrorKind::NotFound => {
                write!(f, "cannot read `{path}`: there is no such file or folder")
            }
            _ => write!(f, "cannot read `{path}`: {}", self.error),
        }
    }
}

impl std::error::Error for NotFound {}
