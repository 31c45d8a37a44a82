//! Applies the fixes of diagnostics to texts. Writes no files.

use std::collections::BTreeMap;
use std::io;

use crate::diagnostics::{Diagnostics, Edit, Fix};
use crate::load::Unreadable;
use crate::source::{FileId, FileLoader, SourceMap, Span};

/// How many rounds may leave as many diagnostics as there were. There are such rounds, because a fix can bring to light
/// what an error hid. The limit ends the loop if two fixes undo each other.
const MAX_STALLED_ROUNDS: usize = 10;

/// Applies the best fix of each diagnostic that `find` returns for the files of `loader`, and calls `find` again, until
/// no fix is left or ten rounds have not reduced the number of diagnostics.
///
/// Only files called `names` are changed. A fix that would edit another file is not applied.
///
/// # Errors
/// What `find` returns.
pub fn mend(
    loader: &dyn FileLoader,
    names: &[String],
    find: impl Fn(&dyn FileLoader) -> Result<Diagnostics, Unreadable>,
) -> Result<Mended, Unreadable> {
    let mut mended = Overlay {
        below: loader,
        files: BTreeMap::new(),
    };
    let mut fixes = 0;
    let mut left = find(&mended)?;
    let (mut least, mut stalled) = (left.list().len(), 0);
    let stopped = loop {
        let applied = apply(left.sources(), best_fixes(&left, names));
        if applied.files.is_empty() {
            break false;
        }
        if stalled == MAX_STALLED_ROUNDS {
            break true;
        }
        fixes += applied.fixes;
        mended.take(left.sources(), applied.files);
        left = find(&mended)?;
        match left.list().len() < least {
            true => least = left.list().len(),
            false => stalled += 1,
        }
    };
    let mut files: Vec<_> = mended.files.into_values().collect();
    files.retain(|file| file.before != file.after);
    Ok(Mended {
        files,
        fixes,
        left,
        stopped,
    })
}

/// The result of [`mend`].
#[derive(Debug)]
pub struct Mended {
    /// The files that have changed, in order of their names.
    pub files: Vec<MendedFile>,
    /// How many fixes were applied.
    pub fixes: usize,
    /// The diagnostics that remain. Their places are in the fixed texts.
    pub left: Diagnostics,
    /// Whether this ended with fixes left because rounds no longer reduced their number.
    pub stopped: bool,
}

/// A file that was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MendedFile {
    /// Its name.
    pub name: String,
    /// Its text before.
    pub before: String,
    /// Its text now.
    pub after: String,
}

/// The first fix of each diagnostic, if it only edits files called `names`. Syntax errors come first, as their fixes
/// may change what everything else means.
fn best_fixes<'a>(found: &'a Diagnostics, names: &'a [String]) -> impl Iterator<Item = &'a Fix> {
    let is_named = |edit: &Edit| names.contains(&found.sources().file(edit.span.file).name);
    let mut found: Vec<_> = found.list().iter().collect();
    found.sort_by_key(|it| !matches!(it.code.id().get(..3), Some("E00" | "E01")));
    let best = found.into_iter().filter_map(|it| it.fixes.first());
    best.filter(move |fix| fix.edits.iter().all(is_named))
}

/// Applies `fixes`, in this order, to the texts of their files.
///
/// A fix is applied as a whole or not at all. It is skipped if it touches one that was applied before, or if a span is
/// not valid in its file.
pub fn apply<'a>(sources: &SourceMap, fixes: impl IntoIterator<Item = &'a Fix>) -> Applied {
    let mut accepted = Accepted::default();
    let fixes = fixes.into_iter();
    let fixes = fixes.filter(|fix| accepted.take(sources, fix)).count();
    Applied {
        files: accepted.texts(sources),
        fixes,
    }
}

/// The result of [`apply`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The files that were edited, with their new texts.
    pub files: BTreeMap<FileId, String>,
    /// How many fixes were applied.
    pub fixes: usize,
}

/// Edits that do not touch each other, except within one fix.
#[derive(Default)]
struct Accepted<'a>(BTreeMap<Span, &'a str>);

impl<'a> Accepted<'a> {
    /// Adds all edits of `fix`, or none and returns `false`.
    fn take(&mut self, sources: &SourceMap, fix: &'a Fix) -> bool {
        let is_free = |edit: &Edit| is_place(sources, edit.span) && !self.touches(edit.span);
        if !fix.edits.iter().all(is_free) {
            return false;
        }
        let edits = fix.edits.iter();
        self.0
            .extend(edits.map(|edit| (edit.span, edit.replacement.as_str())));
        !fix.edits.is_empty()
    }

    /// Whether `span` overlaps an edit, or begins or ends where one does. Accepted edits do not overlap, so of those
    /// that begin before its end the last one reaches furthest.
    fn touches(&self, span: Span) -> bool {
        let end = Span {
            start: span.end,
            end: u32::MAX,
            ..span
        };
        let last = self.0.range(..=end).next_back();
        last.is_some_and(|(last, _)| last.file == span.file && last.end >= span.start)
    }

    fn texts(&self, sources: &SourceMap) -> BTreeMap<FileId, String> {
        let mut texts = BTreeMap::new();
        // From the back, so that earlier offsets stay valid.
        for (span, replacement) in self.0.iter().rev() {
            let text = &sources.file(span.file).text;
            let mended = texts.entry(span.file).or_insert_with(|| text.clone());
            mended.replace_range(span.start as usize..span.end as usize, replacement);
        }
        texts
    }
}

fn is_place(sources: &SourceMap, span: Span) -> bool {
    let text = &sources.file(span.file).text;
    text.get(span.start as usize..span.end as usize).is_some()
}

/// A loader's files, some of them replaced by fixed texts.
struct Overlay<'a> {
    below: &'a dyn FileLoader,
    files: BTreeMap<String, MendedFile>,
}

impl Overlay<'_> {
    fn take(&mut self, sources: &SourceMap, texts: BTreeMap<FileId, String>) {
        for (id, after) in texts {
            let source = sources.file(id);
            let unchanged = || MendedFile {
                name: source.name.clone(),
                before: source.text.clone(),
                after: String::new(),
            };
            let file = self.files.entry(source.name.clone());
            file.or_insert_with(unchanged).after = after;
        }
    }
}

impl FileLoader for Overlay<'_> {
    fn read(&self, name: &str, limit: usize) -> io::Result<Vec<u8>> {
        match self.files.get(name) {
            Some(file) => {
                let bytes = file.after.as_bytes();
                Ok(bytes[..bytes.len().min(limit)].to_vec())
            }
            None => self.below.read(name, limit),
        }
    }

    fn roots(&self) -> Vec<String> {
        self.below.roots()
    }

    fn identity(&self, name: &str) -> String {
        self.below.identity(name)
    }

    fn import_paths(&self) -> Vec<String> {
        self.below.import_paths()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::{Code, Diagnostic};
    use crate::source::MemoryLoader;

    fn fix(file: FileId, edits: &[(usize, usize, &str)]) -> Fix {
        let edit = |(start, end, replacement): &(usize, usize, &str)| Edit {
            span: Span::new(file, *start, *end),
            replacement: (*replacement).to_owned(),
        };
        Fix {
            message: String::new(),
            edits: edits.iter().map(edit).collect(),
        }
    }

    /// The text after the fixes, and how many were applied.
    fn applied(text: &str, fixes: &[&[(usize, usize, &str)]]) -> (String, usize) {
        let mut sources = SourceMap::new();
        let file = sources.add("a.idl", text);
        let fixes: Vec<_> = fixes.iter().map(|edits| fix(file, edits)).collect();
        let mut applied = apply(&sources, &fixes);
        let text = applied.files.remove(&file).unwrap_or(text.to_owned());
        (text, applied.fixes)
    }

    #[test]
    fn fixes_apart_are_applied_in_any_order() {
        let fixes: [&[_]; 2] = [&[(8, 13, "3")], &[(0, 3, "1"), (4, 7, "2")]];
        assert_eq!(applied("one two three", &fixes), ("1 2 3".to_owned(), 2));
    }

    #[test]
    fn of_fixes_that_touch_the_first_is_applied() {
        let fixes: [&[_]; 3] = [&[(4, 7, "2")], &[(0, 1, "O"), (7, 8, "-")], &[(0, 1, "o")]];
        assert_eq!(applied("One two", &fixes[..2]), ("One 2".to_owned(), 1));
        assert_eq!(applied("One two", &fixes), ("one 2".to_owned(), 2));
        let twice: [&[_]; 2] = [&[(0, 0, "a")], &[(0, 0, "a")]];
        assert_eq!(applied("b", &twice), ("ab".to_owned(), 1));
    }

    /// What remains of a file of these words if each round fixes some of them, and whether fixes are left.
    fn mended(text: &str, mend_one: fn(&str) -> &str, each_round: usize) -> (String, bool) {
        let mut files = MemoryLoader::default();
        files.insert("a.idl", text);
        let find = |files: &dyn FileLoader| {
            let bytes = files.read("a.idl", usize::MAX).expect("it is there");
            let text = String::from_utf8(bytes).expect("it is text");
            let mut sources = SourceMap::new();
            let file = sources.add("a.idl", &*text);
            let words = text.split(' ').filter(|word| *word != "ok");
            let found = words.enumerate().map(|(at, word)| {
                let start = word.as_ptr() as usize - text.as_ptr() as usize;
                let span = Span::new(file, start, start + word.len());
                let found = Diagnostic::new(Code::UnknownType, span, "", "");
                match at < each_round {
                    true => found.with_fix("", span, mend_one(word)),
                    false => found,
                }
            });
            let found = found.collect();
            Ok(Diagnostics::new(sources, found))
        };
        let mended = mend(&files, &["a.idl".to_owned()], find).expect("it can be read");
        let file = mended.files.into_iter().next();
        (
            file.map_or_else(String::new, |file| file.after),
            mended.stopped,
        )
    }

    #[test]
    fn it_goes_on_as_long_as_there_is_less_to_mend() {
        let text = vec!["wrong"; 100].join(" ");
        let all = vec!["ok"; 100].join(" ");
        assert_eq!(mended(&text, |_| "ok", 3), (all, false));
    }

    #[test]
    fn it_stops_where_fixes_undo_each_other() {
        let other = |word: &str| match word {
            "left" => "right",
            _ => "left",
        };
        let (text, stopped) = mended("left left ok", other, 2);
        assert!(stopped, "{text}");
    }

    #[test]
    fn a_fix_of_no_place_is_left() {
        let fixes: [&[_]; 3] = [&[(1, 2, "e")], &[(2, 9, "")], &[]];
        assert_eq!(applied("é", &fixes), ("é".to_owned(), 0));
    }
}
