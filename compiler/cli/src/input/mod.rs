//! Which files a command reads: given files and folders, the standard input, or those of the project.

pub(crate) mod project;

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::env;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use sinew_compiler::Unreadable;
use sinew_compiler::build::DiskLoader;
use sinew_compiler::diagnostics::Levels;
use sinew_compiler::source::FileLoader;

use crate::output::Output;

/// The name of the standard input in diagnostics.
pub(crate) const STDIN: &str = "<stdin>";

/// At most this many bytes of a file are searched for imports.
const MAX_FILE: usize = 16 << 20;

/// Arguments that name files.
#[derive(Args)]
pub(crate) struct InputArgs {
    /// Files, folders (every `.idl` file in them), or `-` for standard input. Default: the
    /// folder of the nearest `sinew.toml`
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Folder to search for imports; may be repeated. Default: the roots
    /// of `sinew.toml`, the given folders, and the folders of the given files
    #[arg(short = 'I', long, value_name = "DIR")]
    pub(crate) root: Vec<PathBuf>,
}

/// The files of a run.
pub(crate) struct Input {
    disk: DiskLoader,
    /// The name of the standard input.
    stdin: String,
    /// The content of the standard input, once it has been read.
    stdin_bytes: OnceCell<Vec<u8>>,
    /// The given files and folders.
    pub(crate) paths: Vec<PathBuf>,
    /// The names of the files to compile.
    pub(crate) names: Vec<String>,
    /// The lint levels of their project.
    pub(crate) levels: Levels,
}

impl InputArgs {
    /// Finds the files. Errors have been reported; `Err` is the exit code.
    pub(crate) fn find(&self, output: &Output) -> Result<Input, ExitCode> {
        let base = base().map_err(|error| output.io_error(&error))?;
        let project = project::of(&base, &self.paths, output)?;
        let paths = project::paths(&base, &self.paths, project.as_ref(), output)?;
        let roots = match (&self.root[..], &project) {
            ([], Some(project)) => project.roots(),
            (given, _) => given.to_vec(),
        };
        let input = Input::find(&paths, &roots, STDIN);
        let mut input = input.map_err(|error| output.io_error(&error))?;
        input.levels = project.map(|p| p.project.levels).unwrap_or_default();
        Ok(input)
    }

    /// Finds the files of another version at `path`. Their imports are searched there first, then in the roots of
    /// `input`.
    pub(crate) fn find_other(&self, path: &Path, input: &Input) -> Result<Input, Unreadable> {
        let mut roots = vec![folder_of(path)];
        roots.extend(input.roots().into_iter().map(PathBuf::from));
        Input::find(&[path.to_owned()], &roots, STDIN)
    }

    /// Whether the standard input is one of the paths.
    pub(crate) fn has_stdin(&self) -> bool {
        self.paths.iter().any(|path| is_stdin(path))
    }

    /// Whether the standard input is one of several paths.
    pub(crate) fn has_stdin_and_more(&self) -> bool {
        self.has_stdin() && self.paths.len() > 1
    }
}

impl Input {
    /// Finds the files at `paths`; `stdin` is the name of the standard input.
    pub(crate) fn find(
        paths: &[PathBuf],
        roots: &[PathBuf],
        stdin: &str,
    ) -> Result<Input, Unreadable> {
        let mut disk = DiskLoader::new(base()?);
        let mut names = Vec::new();
        for path in paths {
            if is_stdin(path) {
                names.push(stdin.to_owned());
            } else if path.is_dir() {
                names.extend(disk.files_below(path)?);
            } else {
                names.push(disk.add_file(path)?);
            }
        }
        for root in import_roots(paths, roots) {
            disk.add_root(&root)?;
        }
        let names = names
            .into_iter()
            .map(|name| disk.below_a_root(name))
            .collect();
        let stdin = stdin.to_owned();
        Ok(Input {
            disk,
            stdin,
            stdin_bytes: OnceCell::new(),
            paths: paths.to_vec(),
            names,
            levels: Levels::default(),
        })
    }

    /// Reports files that cannot be read, such as broken links, and leaves them out so that the others are still
    /// processed. Returns the exit code if there were any.
    pub(crate) fn leave_unreadable(&mut self, output: &Output) -> Option<ExitCode> {
        let mut code = None;
        let names = std::mem::take(&mut self.names);
        for name in names {
            match self.opens(&name) {
                Ok(()) => self.names.push(name),
                Err(error) => code = Some(output.io_error(&Unreadable { name, error })),
            }
        }
        code
    }

    fn opens(&self, name: &str) -> io::Result<()> {
        match name == self.stdin {
            true => Ok(()),
            false => self.disk.read(name, 0).map(|_| ()),
        }
    }

    /// Other files below the import roots that mention the name of one of these files in quotes, as imports do. Files
    /// and folders that cannot be read are ignored.
    pub(crate) fn importers(&self) -> Vec<String> {
        let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        let named: BTreeSet<String> = self.names.iter().map(|name| last(name)).collect();
        let imports = |name: &String| {
            let text = self.disk.read(name, MAX_FILE).unwrap_or_default();
            let text = String::from_utf8_lossy(&text);
            text.split('"').any(|part| named.contains(&last(part)))
        };
        let roots = self.disk.roots();
        let folders = roots
            .iter()
            .map(|root| self.disk.files_below(Path::new(root)));
        let mut others: BTreeSet<String> = folders.flat_map(Result::unwrap_or_default).collect();
        for name in &self.names {
            others.remove(name);
        }
        others.into_iter().filter(imports).collect()
    }

    /// The name of the file at `path`.
    pub(crate) fn name_of(&self, path: &Path) -> String {
        self.disk.below_a_root(self.disk.name(path))
    }

    /// The content of the standard input, if it has been read.
    pub(crate) fn stdin(&self) -> &[u8] {
        self.stdin_bytes.get().map_or(&[], Vec::as_slice)
    }

    /// Reads the standard input, once.
    fn read_stdin(&self, limit: usize) -> io::Result<&[u8]> {
        if self.stdin_bytes.get().is_none() {
            let mut bytes = Vec::new();
            let limit = u64::try_from(limit).unwrap_or(u64::MAX);
            io::stdin().lock().take(limit).read_to_end(&mut bytes)?;
            _ = self.stdin_bytes.set(bytes);
        }
        Ok(self.stdin())
    }
}

/// The folder that relative paths start from.
pub(crate) fn base() -> Result<PathBuf, Unreadable> {
    env::current_dir().map_err(|error| Unreadable {
        name: ".".to_owned(),
        error,
    })
}

/// The import roots: the given ones, then the folder of each path that is below none of them.
fn import_roots(paths: &[PathBuf], given: &[PathBuf]) -> Vec<PathBuf> {
    let mut roots = given.to_vec();
    let mut folders: Vec<_> = paths.iter().map(|path| folder_of(path)).collect();
    folders.sort();
    for folder in folders {
        if !roots.iter().any(|root| is_below(&folder, root)) {
            roots.push(folder);
        }
    }
    roots
}

pub(crate) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

pub(crate) fn folder_of(path: &Path) -> PathBuf {
    if is_stdin(path) {
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
        if name != self.stdin {
            return self.disk.read(name, limit);
        }
        let bytes = self.read_stdin(limit)?;
        Ok(bytes[..bytes.len().min(limit)].to_vec())
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
