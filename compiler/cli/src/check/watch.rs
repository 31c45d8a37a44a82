//! `sinew check --watch`: checks again whenever a file changes that the last check has looked at.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, SystemTime};

use sinew_compiler::build::DiskLoader;
use sinew_compiler::source::FileLoader;

use crate::input::{Input, InputArgs, base, folder_of};
use crate::output::Output;

/// Time between two looks at the files.
const PAUSE: Duration = Duration::from_millis(200);

/// Runs `check` now and after each change, until the process is ended.
pub(crate) fn forever(
    args: &InputArgs,
    output: &Output,
    check: impl Fn(&Input, &dyn FileLoader) -> ExitCode,
) -> ExitCode {
    if args.has_stdin() {
        return output.usage_error("the standard input does not change: watch files or folders");
    }
    if output.shows_at_the_end() {
        return output.usage_error("`--watch` has no end, where SARIF would be shown");
    }
    let base = match base() {
        Ok(base) => base,
        Err(error) => return output.io_error(&error),
    };
    let mut paths = args.paths.clone();
    loop {
        let seen = Seen::of(&base, &paths);
        output.clear();
        // If the input cannot be found, that was reported, and may be fixed while we watch.
        if let Ok(mut input) = args.find(output) {
            if input.paths != paths {
                // The project has other paths now: note their state before reading them.
                paths = input.paths;
                continue;
            }
            input.names.iter().for_each(|name| seen.note(name));
            input.leave_unreadable(output);
            check(
                &input,
                &Watched {
                    input: &input,
                    seen: &seen,
                },
            );
        }
        output.note(&format!("{} checked; waiting for changes", seen.count()));
        seen.wait();
    }
}

/// Modification time and size of a file; `None` if it does not exist.
type State = Option<(SystemTime, u64)>;

/// The state of everything that a check depends on, from before the check.
struct Seen<'a> {
    base: &'a Path,
    paths: Vec<PathBuf>,
    /// The files in each of the paths that is a folder.
    listings: Vec<Vec<String>>,
    files: RefCell<BTreeMap<PathBuf, State>>,
}

impl<'a> Seen<'a> {
    /// Begins with what decides which files there are: the paths, and every `sinew.toml` that could belong to them.
    fn of(base: &'a Path, paths: &[PathBuf]) -> Self {
        let seen = Self {
            base,
            paths: paths.to_vec(),
            listings: listings(base, paths),
            files: RefCell::default(),
        };
        for path in paths.iter().filter(|path| !base.join(path).is_dir()) {
            seen.note(path);
        }
        let folders = paths.iter().map(|path| base.join(folder_of(path)));
        for folder in folders.chain([base.to_owned()]) {
            let real = folder.canonicalize().unwrap_or(folder);
            let projects = real.ancestors().map(|folder| folder.join("sinew.toml"));
            projects.for_each(|file| seen.note(file));
        }
        seen
    }

    /// Notes the state of a file. Called before the file is read for the first time.
    fn note(&self, name: impl AsRef<Path>) {
        let path = self.base.join(name);
        let mut files = self.files.borrow_mut();
        files.entry(path).or_insert_with_key(|path| state(path));
    }

    /// How many schema files there were.
    fn count(&self) -> String {
        let files = self.files.borrow();
        let schemas = files.iter().filter(|(path, state)| {
            state.is_some() && path.extension().is_some_and(|it| it == "idl")
        });
        match schemas.count() {
            1 => "1 file".to_owned(),
            count => format!("{count} files"),
        }
    }

    /// Waits until something changes.
    fn wait(&self) {
        while self.is_as_it_was() {
            thread::sleep(PAUSE);
        }
    }

    fn is_as_it_was(&self) -> bool {
        let files = self.files.borrow();
        files.iter().all(|(path, was)| state(path) == *was)
            && listings(self.base, &self.paths) == self.listings
    }
}

fn state(path: &Path) -> State {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

fn listings(base: &Path, paths: &[PathBuf]) -> Vec<Vec<String>> {
    let disk = DiskLoader::new(base);
    let folders = paths.iter().filter(|path| base.join(path).is_dir());
    let listed = folders.map(|path| disk.files_below(path).unwrap_or_default());
    listed.collect()
}

/// Loads files for a check and notes the state of each before it is read, even if it does not exist.
struct Watched<'a> {
    input: &'a Input,
    seen: &'a Seen<'a>,
}

impl FileLoader for Watched<'_> {
    fn read(&self, name: &str, limit: usize) -> io::Result<Vec<u8>> {
        self.seen.note(name);
        self.input.read(name, limit)
    }

    fn roots(&self) -> Vec<String> {
        self.input.roots()
    }

    fn identity(&self, name: &str) -> String {
        self.input.identity(name)
    }

    fn import_paths(&self) -> Vec<String> {
        self.input.import_paths()
    }
}
