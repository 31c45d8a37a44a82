//! Reads `.idl` files from disk. Only regular files below the import roots are read.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use crate::load::Unreadable;
use crate::source::FileLoader;

/// How deep nested folders are searched for files.
const MAX_FOLDER_DEPTH: usize = 64;
/// How many files a search finds. A compilation accepts no more.
const MAX_FOUND: usize = 4096;

/// Files on disk.
///
/// Their names are paths relative to a base folder, and are shown to users. Several paths of one file, including
/// symbolic links, mean the same file. Files outside the import roots are refused, whichever path or link leads there,
/// and so is anything but a regular file.
#[derive(Clone, Debug)]
pub struct DiskLoader {
    base: PathBuf,
    roots: Vec<Root>,
    /// Canonical paths of files that may be read wherever they are.
    named: BTreeSet<PathBuf>,
}

#[derive(Clone, Debug)]
struct Root {
    name: String,
    real: PathBuf,
}

impl Root {
    /// Whether a file with this name is below this root.
    fn holds(&self, name: &str) -> bool {
        match self.name.as_str() {
            "" => !name.starts_with('/') && name.split('/').next() != Some(".."),
            root => name
                .strip_prefix(root)
                .is_some_and(|rest| rest.starts_with('/')),
        }
    }
}

impl DiskLoader {
    /// A loader without import roots, for paths relative to `base`.
    pub fn new(base: impl Into<PathBuf>) -> Self {
        Self {
            base: base.into(),
            roots: Vec::new(),
            named: BTreeSet::new(),
        }
    }

    /// Adds an import root, after those that were added before.
    ///
    /// # Errors
    /// If `path` is not a folder that can be read.
    pub fn add_root(&mut self, path: &Path) -> Result<(), Unreadable> {
        let name = self.name(path);
        match fs::canonicalize(self.base.join(path)) {
            Ok(real) if !real.is_dir() => {
                let error = io::Error::other("it is not a folder");
                return Err(Unreadable { name, error });
            }
            Ok(real) => {
                let name = self.straight(name, &real);
                if self.roots.iter().all(|root| root.name != name) {
                    self.roots.push(Root { name, real });
                }
            }
            Err(error) => return Err(Unreadable { name, error }),
        }
        Ok(())
    }

    /// Allows a file outside the roots, and returns its name.
    ///
    /// # Errors
    /// If there is no such file.
    pub fn add_file(&mut self, path: &Path) -> Result<String, Unreadable> {
        let name = self.name(path);
        match fs::canonicalize(self.base.join(path)) {
            Ok(real) => {
                if path.to_str().is_none() {
                    let error = not_unicode();
                    return Err(Unreadable { name, error });
                }
                self.named.insert(real);
                Ok(name)
            }
            Err(error) => Err(Unreadable { name, error }),
        }
    }

    /// The names of all `.idl` files in a folder and its subfolders, in order. Folders that are hidden, marked as a
    /// cache (`CACHEDIR.TAG`) or symbolic links are skipped, and so is anything but a regular file, such as a pipe.
    ///
    /// # Errors
    /// If a folder cannot be read, or if there are no such files or more than 4096.
    pub fn files_below(&self, path: &Path) -> Result<Vec<String>, Unreadable> {
        let mut found = BTreeSet::new();
        let name = self.name(path);
        let searched = search(&self.base.join(path), &name, 0, &mut found);
        let error = match searched {
            Ok(()) if found.is_empty() => io::Error::other("there is no `.idl` file in it"),
            Ok(()) => return Ok(found.into_iter().collect()),
            Err(error) => error,
        };
        // The base itself has an empty name.
        let name = if name.is_empty() {
            ".".to_owned()
        } else {
            name
        };
        Err(Unreadable { name, error })
    }

    /// The name of the file `name` as seen from the root that it is below: `shop/a.idl` for `../idl/shop/a.idl` if the
    /// folder `idl` is the base and a root. So nothing depends on how a path was given.
    pub fn below_a_root(&self, name: String) -> String {
        if self.roots.iter().any(|root| root.holds(&name)) {
            return name;
        }
        let Ok(real) = fs::canonicalize(self.base.join(&name)) else {
            return name;
        };
        let around = self
            .roots
            .iter()
            .filter(|root| real.starts_with(&root.real));
        let innermost = around.max_by_key(|root| root.real.as_os_str().len());
        let below = innermost.and_then(|root| Some((root, real.strip_prefix(&root.real).ok()?)));
        below.map_or(name, |(root, below)| {
            self.name(&Path::new(&root.name).join(below))
        })
    }

    /// The name of the file or folder at `path`: relative to the base, if it is below that.
    pub fn name(&self, path: &Path) -> String {
        let path = path.strip_prefix(&self.base).unwrap_or(path);
        let mut name = String::new();
        for component in path.components() {
            match component {
                Component::CurDir => continue,
                Component::RootDir => name.push('/'),
                Component::Prefix(_) | Component::ParentDir | Component::Normal(_) => {
                    if !name.is_empty() && !name.ends_with('/') {
                        name.push('/');
                    }
                    name.push_str(&component.as_os_str().to_string_lossy());
                }
            }
        }
        name
    }

    /// `users/idl` for `billing/../users/idl`: the usual name of the folder `real`. If `billing` is a link, these are
    /// different folders, and the name is kept.
    fn straight(&self, name: String, real: &Path) -> String {
        let mut parts: Vec<&str> = Vec::new();
        for part in name.split('/') {
            match parts.last() {
                Some(last) if part == ".." && !matches!(*last, "" | "..") => _ = parts.pop(),
                _ => parts.push(part),
            }
        }
        let straight = parts.join("/");
        match fs::canonicalize(self.base.join(&straight)) {
            Ok(there) if there == real => straight,
            _ => name,
        }
    }

    /// The path of the file or folder called `name`.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.base.join(name)
    }

    fn is_allowed(&self, real: &Path) -> bool {
        let below = |root: &Root| real.starts_with(&root.real);
        self.named.contains(real) || self.roots.iter().any(below)
    }
}

impl FileLoader for DiskLoader {
    fn read(&self, name: &str, limit: usize) -> io::Result<Vec<u8>> {
        let path = self.base.join(name);
        let real = match fs::canonicalize(&path) {
            Err(e) if e.kind() == io::ErrorKind::NotADirectory => {
                return Err(io::ErrorKind::NotFound.into());
            }
            // A file whose name is not Unicode was found under a name with replacement characters.
            Err(_) if name.contains(char::REPLACEMENT_CHARACTER) => return Err(not_unicode()),
            real => real?,
        };
        if !self.is_allowed(&real) {
            let why = "it lies outside the import roots";
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
        }
        // Must be checked before opening: opening a pipe may block forever.
        let kind = fs::metadata(&real)?;
        if kind.is_dir() {
            return Err(io::Error::other("it is a folder"));
        }
        if !kind.is_file() {
            return Err(io::Error::other("it is not a regular file"));
        }
        let mut bytes = Vec::new();
        let limit = u64::try_from(limit).unwrap_or(u64::MAX);
        File::open(&real)?.take(limit).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn roots(&self) -> Vec<String> {
        self.roots.iter().map(|root| root.name.clone()).collect()
    }

    fn identity(&self, name: &str) -> String {
        let real = fs::canonicalize(self.base.join(name));
        real.map_or_else(
            |_| name.to_owned(),
            |path| path.to_string_lossy().into_owned(),
        )
    }

    fn import_paths(&self) -> Vec<String> {
        let mut found = BTreeSet::new();
        for root in &self.roots {
            // Folders that cannot be read have no suggestions.
            _ = search(&root.real, "", 0, &mut found);
        }
        found.into_iter().collect()
    }
}

fn not_unicode() -> io::Error {
    io::Error::other("its name is not Unicode")
}

/// Whether this is a regular file, or a broken link, which should be reported rather than ignored.
fn may_be_read(path: &Path) -> bool {
    fs::metadata(path).map_or(true, |kind| kind.is_file())
}

/// Adds the names of the `.idl` files below `folder`, whose name is `name`.
fn search(folder: &Path, name: &str, depth: usize, found: &mut BTreeSet<String>) -> io::Result<()> {
    if depth > MAX_FOLDER_DEPTH {
        return Err(io::Error::other(format!(
            "folders are nested deeper than {MAX_FOLDER_DEPTH}"
        )));
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let kind = entry.file_type()?;
        let file = entry.file_name().to_string_lossy().into_owned();
        let name = match name {
            "" => file.clone(),
            name => format!("{}/{file}", name.trim_end_matches('/')),
        };
        if kind.is_dir() {
            if !file.starts_with('.') && !path.join("CACHEDIR.TAG").exists() {
                search(&path, &name, depth + 1, found)?;
            }
        } else if path.extension().is_some_and(|e| e == "idl") && may_be_read(&path) {
            found.insert(name);
        }
        if found.len() > MAX_FOUND {
            return Err(io::Error::other(format!(
                "there are more than {MAX_FOUND} files"
            )));
        }
    }
    Ok(())
}
