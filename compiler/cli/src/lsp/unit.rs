//! The files that are checked together with an open text: those of its project, as `sinew check` would find them.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use lsp_types::{Position, Range};
use sinew_compiler::build::find_project;
use sinew_compiler::index::Index;
use sinew_compiler::source::{FileId, FileLoader, SourceFile, Span};
use sinew_compiler::{Checked, check_and_index};

use super::documents::{Documents, real};
use super::places::Columns;
use crate::input::{Input, STDIN, base};
use crate::lang::Lang;

/// The conventional folder of schemas, for files without a project.
const CUSTOM: &str = "idl";

/// Files that were checked together, with the editor's texts.
pub(super) struct Unit {
    pub(super) checked: Checked,
    pub(super) index: Index,
    /// The open text for which they were checked.
    document: PathBuf,
    /// The canonical path of each file.
    paths: BTreeMap<FileId, PathBuf>,
    /// The paths that imports can name.
    pub(super) import_paths: Vec<String>,
    columns: Columns,
}

impl Unit {
    /// Checks the document and the project that it belongs to.
    ///
    /// # Errors
    /// If it cannot be read; the error is for people.
    pub(super) fn around(document: &Path, documents: &Documents) -> Result<Self, String> {
        let base = base().map_err(|error| error.to_string())?;
        let input = find(&base, document)?;
        let buffers = Buffers {
            base: &base,
            input: &input,
            documents,
        };
        let mut names = input.names.clone();
        if !names.iter().any(|name| buffers.path(name) == document) {
            names.push(input.name_of(document));
        }
        names.retain(|name| buffers.read(name, 0).is_ok());
        let found = check_and_index(&buffers, &names, &input.levels);
        let (checked, index) = found.map_err(|error| error.to_string())?;
        let checked = checked.against(&*Lang::Rust.backend());
        let files = checked.sources.iter();
        let paths = files.map(|(id, file)| (id, buffers.path(&file.name)));
        Ok(Self {
            document: document.to_owned(),
            paths: paths.collect(),
            import_paths: buffers.import_paths(),
            columns: documents.columns,
            checked,
            index,
        })
    }

    /// Checks again with other texts.
    ///
    /// # Errors
    /// As [`Unit::around`].
    pub(super) fn with(&self, documents: &Documents) -> Result<Self, String> {
        Self::around(&self.document, documents)
    }

    /// The file at a canonical path.
    pub(super) fn file_at(&self, path: &Path) -> Option<FileId> {
        let mut paths = self.paths.iter();
        paths.find_map(|(id, it)| (it == path).then_some(*id))
    }

    /// How many files there are.
    pub(super) fn files(&self) -> usize {
        self.paths.len()
    }

    /// A file and its canonical path.
    pub(super) fn file(&self, id: FileId) -> (&SourceFile, &Path) {
        let path = self.paths.get(&id).map_or(Path::new(""), PathBuf::as_path);
        (self.checked.sources.file(id), path)
    }

    /// The protocol's range for a span.
    pub(super) fn range(&self, span: Span) -> Range {
        let file = self.checked.sources.file(span.file);
        self.columns.range(file, span)
    }

    /// The byte offset of a position in a file.
    pub(super) fn offset(&self, file: FileId, position: Position) -> u32 {
        let text = &self.checked.sources.file(file).text;
        self.columns.offset(text, position)
    }
}

/// The files of the project, or of the nearest folder `idl`; else the document alone, with its own folder as import
/// root.
fn find(base: &Path, document: &Path) -> Result<Input, String> {
    let folder = document.parent().unwrap_or(Path::new("."));
    let project = find_project(base, folder).map_err(|error| error.to_string())?;
    let mut roots = project.as_ref().map(|it| it.roots()).unwrap_or_default();
    let custom = || {
        let mut folders = folder.ancestors();
        folders.find(|it| it.ends_with(CUSTOM)).map(Path::to_owned)
    };
    let main = project
        .as_ref()
        .map(|it| it.main_root(base))
        .or_else(custom);
    let is_there = |main: &PathBuf| base.join(main).is_dir();
    let main = main.filter(|main| document.starts_with(real(&base.join(main))) && is_there(main));
    let paths = match main {
        Some(main) => vec![main],
        None if document.is_file() => vec![document.to_owned()],
        None => {
            roots.extend(folder.is_dir().then(|| folder.to_owned()));
            Vec::new()
        }
    };
    let input = Input::find(&paths, &roots, STDIN);
    let mut input = input.map_err(|error| error.to_string())?;
    input.levels = project.map(|it| it.project.levels).unwrap_or_default();
    Ok(input)
}

/// Loads files with the editor's texts where they are open, else from the disk.
struct Buffers<'a> {
    base: &'a Path,
    input: &'a Input,
    documents: &'a Documents,
}

impl Buffers<'_> {
    fn path(&self, name: &str) -> PathBuf {
        real(&self.base.join(name))
    }
}

impl FileLoader for Buffers<'_> {
    fn read(&self, name: &str, limit: usize) -> io::Result<Vec<u8>> {
        match self.documents.get(&self.path(name)) {
            Some(document) => {
                let text = document.text.as_bytes();
                Ok(text[..text.len().min(limit)].to_vec())
            }
            None => self.input.read(name, limit),
        }
    }

    fn roots(&self) -> Vec<String> {
        self.input.roots()
    }

    fn identity(&self, name: &str) -> String {
        self.path(name).to_string_lossy().into_owned()
    }

    fn import_paths(&self) -> Vec<String> {
        self.input.import_paths()
    }
}
