//! Recognizes the language of a file by a line that no Sinew schema has.

use std::ops::Range;

use super::languages::{LANGUAGES, Language};

/// The first language that `text` has a line of, and that line. A file with a Sinew namespace is already being
/// translated.
pub(super) fn found(text: &str) -> Option<(&'static Language, Range<usize>)> {
    let namespace = text.lines().find_map(Namespace::of);
    let mut possible = LANGUAGES.iter().filter(|language| match namespace {
        Some(Namespace::Ours) => false,
        Some(Namespace::Any) => language.namespaces,
        None => true,
    });
    possible.find_map(|language| Some((language, language.line_in(text)?)))
}

/// A line that begins with the word.
enum Namespace {
    /// `namespace shop.orders;`
    Ours,
    /// `namespace java shop`, `Namespace shop;`
    Any,
}

impl Namespace {
    fn of(line: &str) -> Option<Self> {
        let line = line.trim_start_matches('\u{feff}');
        let (word, rest) = line.split_once(' ')?;
        let path = rest.split_once(';').map_or("", |(path, _)| path.trim());
        let is_part =
            |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.');
        match word {
            "namespace" if !path.is_empty() && path.chars().all(is_part) => Some(Self::Ours),
            word if word.eq_ignore_ascii_case("namespace") => Some(Self::Any),
            _ => None,
        }
    }
}

impl Language {
    /// The language that has such a line, if no Sinew schema has one.
    pub(super) fn of_line(line: &str) -> Option<&'static Self> {
        LANGUAGES.iter().find(|language| language.has(line))
    }

    /// The first line in `text` that only this language has.
    fn line_in(&self, text: &str) -> Option<Range<usize>> {
        let mut end = 0;
        let mut lines = text.split_inclusive('\n').map(|line| {
            end += line.len();
            let rest = line.trim_start_matches('\u{feff}');
            (end - rest.len(), rest.trim_end())
        });
        let (start, line) = lines.find(|(_, line)| self.has(line))?;
        let blanks = line.len() - line.trim_start().len();
        Some(start + blanks..start + line.len())
    }

    fn has(&self, line: &str) -> bool {
        let mut signs = self.lines.iter();
        signs.any(|(begin, behind)| {
            let rest = line.strip_prefix(begin);
            rest.is_some_and(|rest| rest.contains(behind))
        })
    }
}
