//! Types that may be absent unless `!` follows them, as in GraphQL.

use std::ops::Range;

use super::Parser;
use super::translate::{is_name, is_path};
use crate::diagnostics::{Code, Diagnostic, Edit};

/// GraphQL's name for a 64-bit float; in other languages it has 32 bits.
const FLOAT: &str = "Float";
/// Delimiter of a description.
const QUOTES: &str = "\"\"\"";

impl Parser<'_, '_> {
    /// Reports a `!` after a type. The first report also covers types without `!`, because once all `!` are removed
    /// nobody can tell which had one.
    pub(super) fn always_there(&mut self, at: Range<usize>) -> Diagnostic {
        let span = self.span(at.start, at.end);
        let message = "unexpected character `!` (U+0021)";
        let label = "not part of the language";
        let error = Diagnostic::new(Code::UnexpectedCharacter, span, message, label)
            .with_note("what is not `optional` is always present");
        let in_front = self.text[..at.start].strip_suffix(FLOAT);
        let float = in_front.filter(|text| !text.ends_with(is_word));
        let mut edits = vec![match float {
            Some(text) => self.edit(text.len()..at.end, "f64"),
            None => self.edit(at.clone(), ""),
        }];
        let line = self.text[..at.start].rfind('\n').map_or(0, |end| end + 1);
        if !self.marks_nullable && typed(&self.text[line..at.end]).is_some() {
            self.marks_nullable = true;
            edits.extend(self.nullable());
        }
        match edits.len() {
            1 => error.with_edits("remove it", edits),
            _ => error.with_edits("remove it, and write `optional` where there is none", edits),
        }
    }

    /// Edits to `f64` for all floats in `name: Float` and `name: [Float]` at `place`.
    pub(super) fn floats(&self, place: &Range<usize>) -> impl Iterator<Item = Edit> {
        let code = &self.code()[place.clone()];
        let places = code.match_indices(FLOAT).filter(|(at, _)| {
            let (in_front, behind) = (&code[..*at], &code[at + FLOAT.len()..]);
            in_front.trim_end_matches(['[', ' ']).ends_with(':') && !behind.starts_with(is_word)
        });
        places.map(|(at, _)| {
            let at = place.start + at;
            self.edit(at..at + FLOAT.len(), "f64")
        })
    }

    /// Edits that add `optional` to all types in `name: Type` without `!`, and `f64` for those of them that are floats.
    fn nullable(&self) -> impl Iterator<Item = Edit> {
        let types = typed_lines(self.text).into_iter();
        types.flat_map(|ty| {
            let text = &self.text[ty.clone()];
            let item = text.trim_start_matches('[');
            let start = ty.end - item.len();
            let behind = item.strip_prefix(FLOAT).filter(|behind| {
                !behind.starts_with('!') && behind.trim_end_matches(['!', ']']).is_empty()
            });
            let float = behind.map(|_| start..start + FLOAT.len());
            let optional = (!text.ends_with('!')).then_some(ty.start..ty.start);
            match (optional, float) {
                // Both at the same position must be one edit.
                (Some(at), Some(word)) if at.start == word.start => {
                    vec![self.edit(word, "optional f64")]
                }
                (optional, float) => {
                    let optional = optional.map(|at| self.edit(at, "optional "));
                    let float = float.map(|word| self.edit(word, "f64"));
                    optional.into_iter().chain(float).collect()
                }
            }
        })
    }

    fn edit(&self, place: Range<usize>, text: &str) -> Edit {
        Edit {
            span: self.span(place.start, place.end),
            replacement: text.to_owned(),
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Spans of the types in lines such as `name: Type` and `name: [Type!]!`.
fn typed_lines(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    let mut in_description = false;
    let mut found = Vec::new();
    for line in text.split_inclusive('\n') {
        let quotes = line.matches(QUOTES).count();
        if quotes == 0 && !in_description {
            found.extend(typed(line).map(|ty| start + ty.start..start + ty.end));
        }
        in_description ^= quotes % 2 == 1;
        start += line.len();
    }
    found
}

fn typed(line: &str) -> Option<Range<usize>> {
    let (name, behind) = line.split_once(':')?;
    let ty = behind.split_whitespace().next()?;
    let item = ty.trim_start_matches('[').trim_end_matches(['!', ']']);
    let start = line.len() - behind.trim_start().len();
    let is_id = name.trim_start().starts_with(|c: char| c.is_ascii_digit());
    (is_name(name.trim()) && !is_id && is_path(item)).then_some(start..start + ty.len())
}
