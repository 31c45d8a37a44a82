//! Types that may be absent unless `!` stands behind them, as in GraphQL.

use std::ops::Range;

use super::Parser;
use super::translate::{is_name, is_path};
use crate::diagnostics::{Code, Diagnostic, Edit};

/// Around a description.
const QUOTES: &str = "\"\"\"";

impl Parser<'_, '_> {
    /// A `!` behind a type. The first one also says what to write where there is none: once all
    /// are gone, nobody can tell.
    pub(super) fn always_there(&mut self, at: Range<usize>) -> Diagnostic {
        let span = self.span(at.start, at.end);
        let message = "unexpected character `!` (U+0021)";
        let label = "not part of the language";
        let error = Diagnostic::new(Code::UnexpectedCharacter, span, message, label)
            .with_note("what is not `optional` is always there");
        let mut edits = vec![Edit {
            span,
            replacement: String::new(),
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

    /// `optional` in front of all types in `name: Type` that have no `!`.
    fn nullable(&self) -> impl Iterator<Item = Edit> {
        let types = typed_lines(self.text).into_iter();
        let nullable = types.filter(|ty| !self.text[ty.clone()].ends_with('!'));
        nullable.map(|ty| Edit {
            span: self.span(ty.start, ty.start),
            replacement: "optional ".to_owned(),
        })
    }
}

/// Where the types stand in lines like `name: Type` and `name: [Type!]!`.
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
