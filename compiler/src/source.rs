//! Source text: files, places in them, and where files come from.
//!
//! Everything that later says "here" says it with a [`Span`]. Nothing in this
//! module knows the language.

use std::collections::BTreeMap;
use std::io;

/// Identifies a file in a [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(u32);

/// A range of bytes in a file, `start..end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// The span of `start..end` in `file`.
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self {
            file,
            start: clamp(start),
            end: clamp(end),
        }
    }

    /// From the start of `self` to the end of `last`.
    pub fn to(self, last: Span) -> Span {
        Span {
            file: self.file,
            start: self.start,
            end: last.end.max(self.start),
        }
    }

    /// The empty span in front of `self`.
    pub fn before(self) -> Span {
        Span {
            end: self.start,
            ..self
        }
    }

    /// The empty span behind `self`.
    pub fn after(self) -> Span {
        Span {
            start: self.end,
            ..self
        }
    }
}

/// A file that was read.
#[derive(Debug)]
pub struct SourceFile {
    /// Path relative to the root it was found under, with forward slashes; what users are shown.
    pub name: String,
    /// The text.
    pub text: String,
}

/// Every file that was read, in the order of their ids.
#[derive(Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// An empty map.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file and gives it the next id.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(SourceFile {
            name: name.into(),
            text: text.into(),
        });
        id
    }

    /// The file with this id.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// The text at `span`; empty where the span does not lie on character boundaries.
    pub fn slice(&self, span: Span) -> &str {
        self.file(span.file)
            .text
            .get(span.start as usize..span.end as usize)
            .unwrap_or("")
    }

    /// All files with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        (0u32..).map(FileId).zip(&self.files)
    }
}

/// Where files come from: the disk, memory, or an editor's unsaved buffers.
///
/// Names are relative to a root and use forward slashes, on every platform.
pub trait FileLoader {
    /// Reads the file that `name` stands for.
    ///
    /// # Errors
    /// What the underlying store says; [`io::ErrorKind::NotFound`] makes the
    /// compiler look in the next place.
    fn read(&self, name: &str) -> io::Result<Vec<u8>>;

    /// Names to suggest when `name` was not found.
    fn names(&self) -> Vec<String> {
        Vec::new()
    }

    /// What to tell the user was searched when a name was not found.
    fn searched(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Files held in memory, by name.
#[derive(Clone, Debug, Default)]
pub struct MemoryLoader(BTreeMap<String, Vec<u8>>);

impl MemoryLoader {
    /// Adds or replaces a file.
    pub fn insert(&mut self, name: impl Into<String>, text: impl Into<Vec<u8>>) {
        self.0.insert(name.into(), text.into());
    }
}

impl FileLoader for MemoryLoader {
    fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        self.0
            .get(name)
            .cloned()
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn names(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }
}
