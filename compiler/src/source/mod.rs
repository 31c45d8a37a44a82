//! Source text: files, and places in them. `loader` says where files come from.
//!
//! Every place is a [`Span`]. Nothing in this module knows the language.

mod hidden;
mod loader;
mod set;

use std::sync::OnceLock;

pub(crate) use hidden::is_hidden;
pub use loader::{FileLoader, MemoryLoader};
pub use set::{BadSources, SourceSet};

/// Identifies a file in a [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(u32);

/// A range of bytes in a file, `start..end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[must_use]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
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

    /// Whether `other` is within it.
    pub(crate) fn contains(self, other: Span) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }

    /// Whether this offset in a file is within it or at its end.
    pub fn holds(self, file: FileId, offset: u32) -> bool {
        self.file == file && self.start <= offset && offset <= self.end
    }

    /// From the start of `self` to the start of `next`.
    pub fn up_to(self, next: Span) -> Span {
        self.to(next.before())
    }

    /// The empty span before `self`.
    pub fn before(self) -> Span {
        Span {
            end: self.start,
            ..self
        }
    }

    /// The empty span after `self`.
    pub fn after(self) -> Span {
        Span {
            start: self.end,
            ..self
        }
    }
}

/// A source file.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// What users are shown: the path as the [`FileLoader`] knows it, with forward slashes.
    pub name: String,
    /// The text.
    pub text: String,
    /// Other paths by which files have imported it: roots inside each other and links can give a file several.
    pub also: Vec<String>,
    /// The files that it imports.
    pub imports: Vec<FileId>,
    /// Length of the import root at the start of `name`.
    root: usize,
    line_starts: OnceLock<Vec<u32>>,
    /// How many characters begin before each multiple of [`STRIDE`] bytes.
    marks: OnceLock<Vec<u32>>,
}

/// Every so many bytes the number of characters before is stored, so that positions in a very long line are found as
/// quickly as others.
const STRIDE: usize = 256;

impl SourceFile {
    /// The path by which this file is imported: its name below the import root.
    pub fn import_path(&self) -> &str {
        &self.name[self.root..]
    }

    /// The position of the byte at `offset`. An offset inside a character counts as after it, one past the text as its
    /// end.
    pub fn position(&self, offset: u32) -> Position {
        let starts = self.line_starts();
        let line = starts
            .partition_point(|start| *start <= offset)
            .saturating_sub(1);
        let (start, text) = self.line(line);
        let start = start as usize;
        let end = (offset as usize).min(start + text.len());
        Position {
            line: line + 1,
            column: (self.chars_before(end) - self.chars_before(start)) as usize + 1,
        }
    }

    /// How many characters begin in the first `offset` bytes.
    fn chars_before(&self, offset: usize) -> u32 {
        let bytes = self.text.as_bytes();
        let marks = self.marks.get_or_init(|| {
            let mut before = 0;
            let strides = bytes.chunks(STRIDE).map(|stride| {
                before += characters(stride);
                before
            });
            std::iter::once(0).chain(strides).collect()
        });
        let mark = offset / STRIDE;
        marks[mark] + characters(&bytes[mark * STRIDE..offset])
    }

    /// The line with this index (from 0) without its line ending, and the offset at which it starts.
    ///
    /// # Panics
    /// If the file has no such line; [`SourceFile::position`] names lines that exist.
    pub(crate) fn line(&self, index: usize) -> (u32, &str) {
        let starts = self.line_starts();
        let start = starts[index] as usize;
        let end = starts
            .get(index + 1)
            .map_or(self.text.len(), |next| *next as usize);
        let line = &self.text[start..end];
        let line = line.strip_suffix('\n').unwrap_or(line);
        (starts[index], line.strip_suffix('\r').unwrap_or(line))
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let ends = self.text.match_indices('\n');
            let next = ends.map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX));
            std::iter::once(0).chain(next).collect()
        })
    }
}

/// How many characters begin in `bytes` of UTF-8.
fn characters(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .map(|byte| u32::from(byte & 0xC0 != 0x80))
        .sum()
}

/// A position as people count it: lines and columns start at 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line; lines end with `\n`.
    pub line: usize,
    /// The column, in Unicode scalar values.
    pub column: usize,
}

/// All source files, in order of their ids.
#[derive(Clone, Debug, Default)]
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
        self.add_below("", name.into(), text.into())
    }

    /// Adds a file whose name starts with an import root.
    pub(crate) fn add_below(&mut self, root: &str, name: String, text: String) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        let below = name.strip_prefix(root).unwrap_or(&name);
        let below = below.strip_prefix('/').unwrap_or(below);
        self.files.push(SourceFile {
            root: name.len() - below.len(),
            name,
            text,
            also: Vec::new(),
            imports: Vec::new(),
            line_starts: OnceLock::new(),
            marks: OnceLock::new(),
        });
        id
    }

    /// Records that the file `from` imports `to` by this path.
    pub(crate) fn add_import(&mut self, from: FileId, to: FileId, path: String) {
        self.files[from.index()].imports.push(to);
        let file = &mut self.files[to.index()];
        if file.import_path() != path && !file.also.contains(&path) {
            file.also.push(path);
        }
    }

    /// Adds the files of another map after its own. The result translates spans of that map to spans of this one.
    pub(crate) fn append(&mut self, other: SourceMap) -> Moved {
        let files = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
        let moved = Moved(files);
        self.files.extend(other.files.into_iter().map(|mut file| {
            file.imports = file.imports.iter().map(|id| moved.file(*id)).collect();
            file
        }));
        moved
    }

    /// Prefixes the name of every file, for example with the revision that it was read from.
    pub fn prefix_names(&mut self, prefix: &str) {
        for file in &mut self.files {
            file.name.insert_str(0, prefix);
            file.root += prefix.len();
        }
    }

    /// The file with this id.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.index()]
    }

    /// The text at `span`; empty if the span is not on character boundaries.
    pub fn slice(&self, span: Span) -> &str {
        self.file(span.file)
            .text
            .get(span.start as usize..span.end as usize)
            .unwrap_or("")
    }

    /// The indentation of the line in which `span` begins.
    pub(crate) fn indent(&self, span: Span) -> &str {
        let before = self.slice(Span {
            start: 0,
            end: span.start,
            ..span
        });
        let line = before.rfind('\n').map_or(before, |at| &before[at + 1..]);
        &line[..line.len() - line.trim_start().len()]
    }

    /// All files with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        (0u32..).map(FileId).zip(&self.files)
    }
}

/// Translates spans of a map that was appended to another: its file ids have increased by this number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moved(u32);

impl FileId {
    /// Its index in the order of a [`SourceMap`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl Moved {
    /// The span in the combined map.
    pub(crate) fn span(self, span: Span) -> Span {
        let file = self.file(span.file);
        Span { file, ..span }
    }

    fn file(self, id: FileId) -> FileId {
        FileId(id.0.saturating_add(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(text: &str, offset: u32) -> (usize, usize) {
        let mut sources = SourceMap::new();
        let id = sources.add("a.idl", text);
        let at = sources.file(id).position(offset);
        (at.line, at.column)
    }

    #[test]
    fn columns_count_characters() {
        assert_eq!(position("aé\nbc", 0), (1, 1));
        assert_eq!(position("é!\nbc", 2), (1, 2));
        assert_eq!(position("é!\nbc", 5), (2, 2));
        assert_eq!(position("é!\r\nbc", 4), (1, 3));
    }

    #[test]
    fn the_end_of_the_text_is_a_place() {
        assert_eq!(position("", 0), (1, 1));
        assert_eq!(position("ab\n", 3), (2, 1));
        assert_eq!(position("ab", 2), (1, 3));
        assert_eq!(position("ab", 99), (1, 3));
    }

    #[test]
    fn columns_of_a_long_line_count_characters() {
        let text = format!("a\n{}b", "é1".repeat(1_000));
        let (line, column) = position(&text, u32::try_from(text.len() - 1).expect("short"));
        assert_eq!((line, column), (2, 2_001));
        assert_eq!(position(&text, 2 + 3 * 85 + 1), (2, 172));
    }

    #[test]
    fn an_import_path_is_the_name_below_the_root() {
        let mut sources = SourceMap::new();
        let a = sources.add_below("idl", "idl/shop/a.idl".into(), String::new());
        let b = sources.add("b.idl", "");
        assert_eq!(sources.file(a).import_path(), "shop/a.idl");
        assert_eq!(sources.file(b).import_path(), "b.idl");
    }
}
