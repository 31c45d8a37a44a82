//! Reads and parses the files of a compilation: those that were named, and everything they import.
//!
//! Each file is read once, under the name by which it was reached first. Knows where imports are searched for, and
//! nothing about what is declared in a file.

mod import_path;
mod refused;
mod unreadable;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;

use crate::ast;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::parse::parse;
use crate::source::{FileId, FileLoader, SourceMap, Span};
use import_path::{PathProblem, join, segments, under};
use refused::{no_such_import, unreadable_import};
pub use unreadable::Unreadable;
pub(crate) use unreadable::reason;

/// Largest size of one file in bytes.
const MAX_FILE_BYTES: usize = 16 << 20;
/// Largest size of all files of a compilation in bytes.
const MAX_TOTAL_BYTES: usize = 64 << 20;
/// Largest number of files in a compilation.
const MAX_FILES: usize = 4096;

/// Every file of a compilation.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    /// In order of their ids. Files that are not UTF-8 are left out.
    pub(crate) files: Vec<LoadedFile>,
}

/// A parsed file.
#[derive(Debug)]
pub(crate) struct LoadedFile {
    /// Its syntax tree.
    pub(crate) ast: ast::File,
    /// The file that each import of `ast` refers to; `None` if that could not be read, which was reported.
    pub(crate) imports: Vec<Option<FileId>>,
}

/// Reads and parses the files called `names`, in any order, and what they import.
///
/// # Errors
/// If one of `names` cannot be read. An import that cannot be read is a diagnostic.
pub(crate) fn load(
    loader: &dyn FileLoader,
    names: &[String],
    sources: &mut SourceMap,
    sink: &mut Sink,
) -> Result<Loaded, Unreadable> {
    let mut loading = Loading::new(loader, sources, sink);
    for name in names.iter().collect::<BTreeSet<_>>() {
        loading.named(name)?;
    }
    Ok(loading.follow_imports())
}

/// Reads and parses the file called `name`, but none of its imports. Returns no file if it cannot be parsed at all,
/// which was reported.
///
/// # Errors
/// If the file cannot be read.
pub(crate) fn load_alone(
    loader: &dyn FileLoader,
    name: &str,
    sources: &mut SourceMap,
    sink: &mut Sink,
) -> Result<Option<FileId>, Unreadable> {
    Loading::new(loader, sources, sink).named(name)
}

/// A file that an import could mean.
struct Candidate {
    name: String,
    /// Its path below its root.
    path: String,
}

/// The state of a load.
struct Loading<'a> {
    loader: &'a dyn FileLoader,
    roots: Vec<String>,
    sources: &'a mut SourceMap,
    sink: &'a mut Sink,
    /// Files by identity; `None` for a file that exists and cannot be used.
    known: BTreeMap<String, Option<FileId>>,
    /// Files whose imports have not been loaded yet.
    parsed: VecDeque<ast::File>,
    bytes: usize,
    /// A limit for all files together has been reached and reported: no more files are read.
    full: bool,
}

impl<'a> Loading<'a> {
    fn new(loader: &'a dyn FileLoader, sources: &'a mut SourceMap, sink: &'a mut Sink) -> Self {
        Self {
            loader,
            roots: loader.roots(),
            sources,
            sink,
            known: BTreeMap::new(),
            parsed: VecDeque::new(),
            bytes: 0,
            full: false,
        }
    }

    fn named(&mut self, name: &str) -> Result<Option<FileId>, Unreadable> {
        let unreadable = |error| Unreadable {
            name: name.to_owned(),
            error,
        };
        self.file(name).map_err(unreadable)
    }

    fn follow_imports(mut self) -> Loaded {
        let mut files = Vec::new();
        while let Some(ast) = self.parsed.pop_front() {
            let imports = ast.imports.iter();
            let imports = imports.map(|import| self.import(ast.id, import)).collect();
            files.push(LoadedFile { ast, imports });
        }
        Loaded { files }
    }

    fn import(&mut self, from: FileId, import: &ast::Import) -> Option<FileId> {
        let candidates = match self.candidates(from, &import.path) {
            Ok(candidates) => candidates,
            Err(problem) => {
                self.sink.push(problem.report(import));
                return None;
            }
        };
        for Candidate { name, path } in candidates {
            match self.file(&name) {
                Ok(file) => {
                    if let Some(id) = file {
                        self.sources.add_import(from, id, path);
                    }
                    return file;
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => {
                    self.sink.push(unreadable_import(import, &error));
                    return None;
                }
            }
        }
        let paths = self.loader.import_paths();
        self.sink.push(no_such_import(import, &self.roots, &paths));
        None
    }

    /// The files that an import path could mean: below each root, then relative to the importing file.
    fn candidates(&self, from: FileId, path: &str) -> Result<Vec<Candidate>, PathProblem> {
        let segments = segments(path)?;
        let mut names = Vec::new();
        let candidate = |root: &str, path: String| Candidate {
            name: under(root, &path),
            path,
        };
        if let Some(path) = join(&[], &segments) {
            let roots = self.roots.iter();
            names.extend(roots.map(|root| candidate(root, path.clone())));
        }
        let file = self.sources.file(from);
        let root = &file.name[..file.name.len() - file.import_path().len()];
        let mut folder: Vec<&str> = file.import_path().split('/').collect();
        folder.pop();
        if let Some(path) = join(&folder, &segments) {
            names.push(candidate(root.trim_end_matches('/'), path));
        }
        if names.is_empty() {
            return Err(PathProblem::LeavesRoots);
        }
        Ok(names)
    }

    /// The file called `name`, read and parsed unless that has happened. `None` if it cannot be used, which was
    /// reported.
    fn file(&mut self, name: &str) -> io::Result<Option<FileId>> {
        let identity = self.loader.identity(name);
        if let Some(known) = self.known.get(&identity) {
            return Ok(*known);
        }
        if self.full {
            return Ok(None);
        }
        let bytes = self.loader.read(name, MAX_FILE_BYTES + 1)?;
        let file = self.add(name, bytes);
        self.known.insert(identity, file);
        if let Some(id) = file {
            let ast = parse(self.sources, id, self.sink);
            self.parsed.push_back(ast);
        }
        Ok(file)
    }

    /// Adds a file to the sources, unless it is not UTF-8 or is too large.
    fn add(&mut self, name: &str, bytes: Vec<u8>) -> Option<FileId> {
        let root = self.root_of(name);
        if let Some(limit) = self.exceeded(bytes.len()) {
            let id = self
                .sources
                .add_below(&root, name.to_owned(), String::new());
            self.sink.push(over_limit(Span::new(id, 0, 0), limit));
            return None;
        }
        match String::from_utf8(bytes) {
            Ok(text) => Some(self.sources.add_below(&root, name.to_owned(), text)),
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(&error.as_bytes()[..valid]).into_owned();
                let id = self.sources.add_below(&root, name.to_owned(), text);
                let place = Span::new(id, valid, valid);
                self.sink.push(not_utf8(place, error.as_bytes(), valid));
                None
            }
        }
    }

    /// The limit that one more file of this size would exceed.
    fn exceeded(&mut self, bytes: usize) -> Option<&'static str> {
        if bytes > MAX_FILE_BYTES {
            return Some("a file is larger than 16 MiB");
        }
        self.bytes += bytes;
        if self.bytes > MAX_TOTAL_BYTES {
            self.full = true;
            return Some("the files together are larger than 64 MiB");
        }
        if self.known.len() >= MAX_FILES {
            self.full = true;
            return Some("there are more than 4096 files");
        }
        None
    }

    /// The longest root that `name` is below.
    fn root_of(&self, name: &str) -> String {
        let below = |root: &&String| {
            root.is_empty()
                || name
                    .strip_prefix(root.as_str())
                    .is_some_and(|rest| rest.starts_with('/'))
        };
        let root = self
            .roots
            .iter()
            .filter(below)
            .max_by_key(|root| root.len());
        root.cloned().unwrap_or_default()
    }
}

fn over_limit(span: Span, limit: &str) -> Diagnostic {
    Diagnostic::new(Code::LimitExceeded, span, limit, "not read")
}

/// Reports that `bytes` are not UTF-8 from `offset` on.
fn not_utf8(span: Span, bytes: &[u8], offset: usize) -> Diagnostic {
    let message = match bytes {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => "file is UTF-16, not UTF-8".to_owned(),
        bytes => {
            let byte = bytes.get(offset).copied().unwrap_or_default();
            format!("file is not valid UTF-8 (byte 0x{byte:02X} at offset {offset})")
        }
    };
    Diagnostic::new(Code::InvalidUtf8, span, message, "not a character")
        .with_help("save the file as UTF-8")
}
