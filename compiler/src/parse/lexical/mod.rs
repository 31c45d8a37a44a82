//! Diagnostics for lexical errors.

mod characters;
mod quoted;

pub(super) use characters::returns_alone;

use sinew_grammar::{Error, ErrorKind, MAX_NAME, MAX_NESTING};

use characters::{
    character, control, hash_attribute, hash_comment, hash_include, raw_name, version,
};
use quoted::unterminated_comment;

use super::Parser;
use super::throughout::Habit;
use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

impl Parser<'_, '_> {
    pub(super) fn lexical(&mut self, error: Error) {
        let span = self.span(error.range.start, error.range.end);
        let place = |range: std::ops::Range<usize>| self.span(range.start, range.end);
        let diagnostic = match error.kind {
            ErrorKind::Character { found: '!', .. } if self.is_behind_type(error.range.start) => {
                let error = self.always_there(error.range);
                return self.report_habit(Habit::AlwaysThere, error);
            }
            ErrorKind::Character { found: '$', .. } if self.is_version(error.range.end) => {
                version(span, self.line_from(error.range.start))
            }
            ErrorKind::Character { found: '`', .. } => {
                return self.in_backticks(span, character(span, '`', None));
            }
            ErrorKind::Character { found, instead } => {
                let instead = instead.map(|(range, text)| (place(range), text));
                let in_place = instead.as_ref().map(|(_, text)| text.starts_with('"'));
                let is_quoted = found == '\'' && in_place == Some(true);
                let error = character(span, found, instead);
                match is_quoted {
                    true => return self.report_habit(Habit::SingleQuotes, error),
                    false => error,
                }
            }
            ErrorKind::Control { found, place } => control(span, found, place),
            ErrorKind::Conflict { others, end } => conflict(span, place(others), place(end)),
            ErrorKind::HashComment if self.text[error.range.end..].starts_with('[') => {
                hash_attribute(span, self.derives(error.range.start))
            }
            ErrorKind::HashComment if self.text[error.range.end..].starts_with("include") => {
                let word = self.span(error.range.start, error.range.end + "include".len());
                hash_include(word)
            }
            ErrorKind::RawName => raw_name(span),
            ErrorKind::HashComment => {
                return self.report_habit(Habit::HashComment, hash_comment(span));
            }
            ErrorKind::Description { end } => self.description(span, end),
            ErrorKind::UnterminatedComment { outermost } => {
                unterminated_comment(span, outermost.map(place))
            }
            ErrorKind::UnterminatedString {
                far_end: Some(end), ..
            } => self.string_over_lines(span, end),
            ErrorKind::UnterminatedString {
                close_at,
                far_end: None,
            } => self.unterminated_string(span, place(close_at..close_at)),
            ErrorKind::ForeignName { ascii } => foreign_name(span, &ascii),
            ErrorKind::LongName => long_name(span),
            ErrorKind::TooDeep => too_deep(span),
            ErrorKind::TooMuchWork => too_much_work(span),
            ErrorKind::UnclosedBrace { head, noticed } => {
                let head = self.text[head].trim();
                unclosed_brace(span, head, place(noticed))
            }
        };
        self.report(diagnostic);
    }

    /// `` `json:"id"` ``, and other text in backticks that is not a name
    fn in_backticks(&mut self, span: Span, error: Diagnostic) {
        let text = &self.text[span.start as usize..span.end as usize];
        if text.contains(":\"") {
            let error = error.with_note("fields have ids, so they need no tags");
            self.report_habit(Habit::Tag, error.with_fix("remove it", span, ""));
        } else {
            self.report(error);
        }
    }

    /// Whether `version:` begins at `at`.
    fn is_version(&self, at: usize) -> bool {
        let behind = self.text[at..].strip_prefix("version");
        behind.is_some_and(|rest| rest.trim_start().starts_with(':'))
    }

    /// The span from `start` to the end of the line.
    fn line_from(&self, start: usize) -> Span {
        let line = self.text[start..].lines().next().unwrap_or("");
        self.span(start, start + line.trim_end().len())
    }

    /// The span of a `#[derive(…)]` that begins at `start`, if there is one.
    fn derives(&self, start: usize) -> Option<Span> {
        let text = &self.text[start..];
        let inside = text.strip_prefix("#[derive(")?.split_once(")]")?.0;
        let is_path = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | ',' | ' ');
        let end = start + "#[derive()]".len() + inside.len();
        inside.chars().all(is_path).then(|| self.span(start, end))
    }

    /// Whether a type may end before `at`.
    fn is_behind_type(&self, at: usize) -> bool {
        self.text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, ']' | '>'))
    }
}

fn conflict(first: Span, others: Span, end: Span) -> Diagnostic {
    let message = "a merge is not finished here";
    let error = Diagnostic::new(Code::MergeConflict, first, message, "one version");
    let error = match others == end {
        true => error,
        false => error.with_label(others, "another version"),
    };
    error
        .with_label(end, "ends here")
        .with_note("of what is between, only the first version was checked")
        .with_help("keep what you want, and delete the lines of the merge")
}

fn foreign_name(span: Span, ascii: &str) -> Diagnostic {
    let message = "a name may contain only `A-Z a-z 0-9 _`";
    let diagnostic = Diagnostic::new(Code::ForeignName, span, message, "has other letters");
    if ascii.is_empty() {
        diagnostic.with_help("other letters may stand in strings and comments")
    } else {
        diagnostic.with_help(format!(
            "call it `{ascii}`; other letters may stand in strings and comments"
        ))
    }
}

fn long_name(span: Span) -> Diagnostic {
    let length = span.end - span.start;
    let message = format!("name is {length} bytes long; the limit is {MAX_NAME}");
    Diagnostic::new(Code::LongName, span, message, "too long")
}

fn too_deep(span: Span) -> Diagnostic {
    let message = format!("nesting deeper than {MAX_NESTING}");
    Diagnostic::new(Code::LimitExceeded, span, message, "one too many").with_help(
        "give the inner part a name of its own: a `typedef` for a type, a `const` for a value",
    )
}

fn too_much_work(span: Span) -> Diagnostic {
    let message = "this file takes more steps to read than any file should need";
    Diagnostic::new(Code::LimitExceeded, span, message, "given up here")
}

fn unclosed_brace(span: Span, head: &str, noticed: Span) -> Diagnostic {
    let message = if head.is_empty() {
        "unclosed `{`".to_owned()
    } else {
        format!("unclosed `{{` of `{head}`")
    };
    let place = if noticed.start == noticed.end {
        "the file ends without `}`"
    } else {
        "`}` expected before this"
    };
    Diagnostic::new(Code::UnclosedBrace, span, message, "never closed")
        .with_label(noticed, place)
        .with_help("add `}` where the body ends")
}
