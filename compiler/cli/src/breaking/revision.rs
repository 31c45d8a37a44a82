//! The files of a git revision, read with the `git` command. File names are paths from the top of the repository, as in
//! git.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use sinew_compiler::source::FileLoader;

use crate::input::{Input, folder_of, is_stdin};

/// The `.idl` files of a revision.
pub(crate) struct Revision {
    /// The object id of each regular file, by file name.
    objects: BTreeMap<String, String>,
    roots: Vec<String>,
    store: RefCell<Store>,
    /// The names of the files to compile: those of the input that exist in the revision.
    pub(crate) names: Vec<String>,
}

impl Revision {
    /// Finds the files of `input` as they were at `revision`.
    pub(crate) fn find(revision: &str, input: &Input) -> Result<Revision, GitError> {
        let Some(first) = input.paths.iter().find(|path| !is_stdin(path)) else {
            let message = "the standard input has no revisions: give a path";
            return Err(GitError(message.to_owned()));
        };
        let folder = folder_of(first);
        let tree = tree(&folder, revision)?;
        let objects = objects(&folder, &tree)?;
        let (top, _) = place(&folder)?;
        let mut names = Vec::new();
        for path in &input.paths {
            let (here, below) = place(&folder_of(path))?;
            if here != top {
                let path = path.display();
                return Err(GitError(format!("`{path}` lies in another repository")));
            }
            match path.file_name().filter(|_| !path.is_dir()) {
                Some(file) => names.push(format!("{below}{}", file.to_string_lossy())),
                None => names.extend(files_below(&below, &objects)),
            }
        }
        names.retain(|name| objects.contains_key(name));
        names.sort();
        names.dedup();
        if names.is_empty() {
            return Err(GitError(format!(
                "`{revision}` has none of these files; where they lay elsewhere, check it out and give that folder"
            )));
        }
        let roots = input.roots();
        let roots = roots
            .iter()
            .filter_map(|root| place(&folder_of(Path::new(root))).ok());
        let roots = roots.filter(|(here, _)| *here == top);
        let roots = roots
            .map(|(_, below)| below.trim_end_matches('/').to_owned())
            .collect();
        let store = RefCell::new(Store::open(&folder)?);
        Ok(Revision {
            objects,
            roots,
            store,
            names,
        })
    }
}

impl FileLoader for Revision {
    fn read(&self, name: &str, limit: usize) -> io::Result<Vec<u8>> {
        let object = self.objects.get(name).ok_or(io::ErrorKind::NotFound)?;
        self.store.borrow_mut().read(object, limit)
    }

    fn roots(&self) -> Vec<String> {
        self.roots.clone()
    }

    fn import_paths(&self) -> Vec<String> {
        let below = |root: &'_ String| match root.as_str() {
            "" => String::new(),
            root => format!("{root}/"),
        };
        let roots: Vec<_> = self.roots.iter().map(below).collect();
        let paths = roots.iter().flat_map(|root| {
            let names = files_below(root, &self.objects);
            names.map(|name| name[root.len()..].to_owned())
        });
        paths.collect()
    }
}

/// The names of all `.idl` files below a folder, except in hidden folders.
fn files_below(folder: &str, objects: &BTreeMap<String, String>) -> impl Iterator<Item = String> {
    let names = objects
        .keys()
        .filter_map(|name| Some((name, name.strip_prefix(folder)?)));
    let names = names.filter(|(name, below)| {
        name.ends_with(".idl") && !below.split('/').any(|part| part.starts_with('.'))
    });
    names
        .map(|(name, _)| name.clone())
        .collect::<Vec<_>>()
        .into_iter()
}

/// The top of the repository that contains a folder, and the folder's path from there: empty, or ending with a slash.
fn place(folder: &Path) -> Result<(String, String), GitError> {
    let out = git(folder, &["rev-parse", "--show-toplevel", "--show-prefix"])?;
    let mut lines = out.lines();
    let mut line = || lines.next().unwrap_or_default().to_owned();
    Ok((line(), line()))
}

/// The tree object of a revision.
fn tree(folder: &Path, revision: &str) -> Result<String, GitError> {
    // First, so that problems with the repository are not blamed on the revision's name.
    place(folder)?;
    let name = format!("{revision}^{{tree}}");
    let args = [
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        &name,
    ];
    let found = git(folder, &args).map(|out| out.trim().to_owned());
    found.map_err(|error| match error.0.is_empty() {
        true if is_shallow(folder) => GitError(format!(
            "`{revision}` is not in this clone, which is shallow: `git fetch --unshallow --tags` brings what it lacks"
        )),
        true => GitError(format!(
            "`{revision}` is neither a file or folder nor a git revision"
        )),
        false => error,
    })
}

/// Whether this is a shallow clone, as CI systems often make.
fn is_shallow(folder: &Path) -> bool {
    let answer = git(folder, &["rev-parse", "--is-shallow-repository"]);
    answer.is_ok_and(|answer| answer.trim() == "true")
}

/// The object ids of the regular files of a tree.
fn objects(folder: &Path, tree: &str) -> Result<BTreeMap<String, String>, GitError> {
    let out = git(folder, &["ls-tree", "-r", "-z", "--full-tree", tree])?;
    let entry = |entry: &str| {
        let (about, name) = entry.split_once('\t')?;
        let mut about = about.split(' ');
        let is_file = about.next()?.starts_with("100");
        let object = about.nth(1)?;
        is_file.then(|| (name.to_owned(), object.to_owned()))
    };
    Ok(out.split('\0').filter_map(entry).collect())
}

/// Runs `git` in a folder and returns its output.
fn git(folder: &Path, args: &[&str]) -> Result<String, GitError> {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(args)
        .output()
        .map_err(not_run)?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(GitError(first_line(&output.stderr))),
    }
}

fn first_line(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    match text.lines().next() {
        Some(line) => format!("git says: {}", line.trim_start_matches("fatal: ")),
        None => String::new(),
    }
}

/// `git cat-file --batch`, which returns one object per request.
struct Store {
    git: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Store {
    fn open(folder: &Path) -> Result<Store, GitError> {
        let mut command = Command::new("git");
        command.arg("-C").arg(folder).args(["cat-file", "--batch"]);
        let mut git = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(not_run)?;
        let ask = git.stdin.take().expect("its input is piped");
        let answers = git.stdout.take().expect("its output is piped");
        Ok(Store {
            git,
            ask,
            answers: BufReader::new(answers),
        })
    }

    fn read(&mut self, object: &str, limit: usize) -> io::Result<Vec<u8>> {
        self.ask.write_all(format!("{object}\n").as_bytes())?;
        self.ask.flush()?;
        let mut about = String::new();
        self.answers.read_line(&mut about)?;
        let size = about
            .trim()
            .rsplit(' ')
            .next()
            .and_then(|size| size.parse::<u64>().ok());
        let size = size.ok_or_else(|| io::Error::other("git does not have it"))?;
        let mut bytes = Vec::new();
        // Read to the end of the object, including the line feed after it, to be in place for the next one.
        let mut answer = (&mut self.answers).take(size + 1);
        let wanted = size.min(u64::try_from(limit).unwrap_or(u64::MAX));
        (&mut answer).take(wanted).read_to_end(&mut bytes)?;
        io::copy(&mut answer, &mut io::sink())?;
        Ok(bytes)
    }
}

impl Drop for Store {
    /// Does not leave a zombie behind.
    fn drop(&mut self) {
        _ = self.git.kill();
        _ = self.git.wait();
    }
}

fn not_run(error: io::Error) -> GitError {
    GitError(format!("cannot run `git`: {error}"))
}

/// Why a revision cannot be read.
#[derive(Debug)]
pub(crate) struct GitError(String);

impl fmt::Display for GitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for GitError {}
