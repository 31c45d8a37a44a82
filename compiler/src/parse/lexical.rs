//! What the scan of the characters refuses, as diagnostics.

use sinew_grammar::{Error, ErrorKind, MAX_NAME, MAX_NESTING, Place};

use super::Parser;
use crate::diagnostics::{Code, Diagnostic, Edit};
use crate::source::{FileId, Span};

impl Parser<'_, '_> {
    pub(super) fn lexical(&mut self, error: Error) {
        let span = self.span(error.range.start, error.range.end);
        let place = |range: std::ops::Range<usize>| self.span(range.start, range.end);
        let diagnostic = match error.kind {
            ErrorKind::Character { found: '!', .. } if self.is_behind_type(error.range.start) => {
                self.always_there(error.range)
            }
            ErrorKind::Character { found: '$', .. } if self.is_version(error.range.end) => {
                version(span, self.line_from(error.range.start))
            }
            ErrorKind::Character { found, instead } => character(
                span,
                found,
                instead.map(|(range, text)| (place(range), text)),
            ),
            ErrorKind::Control { found, place } => control(span, found, place),
            ErrorKind::HashComment if self.text[error.range.end..].starts_with('[') => {
                hash_attribute(span, self.derives(error.range.start))
            }
            ErrorKind::HashComment if self.text[error.range.end..].starts_with("include") => {
                let word = self.span(error.range.start, error.range.end + "include".len());
                hash_include(word)
            }
            ErrorKind::HashComment => hash_comment(span),
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
            } => unterminated_string(span, place(close_at..close_at)),
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

    /// Whether `version:` begins at `at`.
    fn is_version(&self, at: usize) -> bool {
        let behind = self.text[at..].strip_prefix("version");
        behind.is_some_and(|rest| rest.trim_start().starts_with(':'))
    }

    /// From `start` to the end of the line.
    fn line_from(&self, start: usize) -> Span {
        let line = self.text[start..].lines().next().unwrap_or("");
        self.span(start, start + line.trim_end().len())
    }

    /// `#[derive(…)]` that begins at `start`, if that is what stands there.
    fn derives(&self, start: usize) -> Option<Span> {
        let text = &self.text[start..];
        let inside = text.strip_prefix("#[derive(")?.split_once(")]")?.0;
        let is_path = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | ',' | ' ');
        let end = start + "#[derive()]".len() + inside.len();
        inside.chars().all(is_path).then(|| self.span(start, end))
    }

    /// Whether what stands in front of `at` can be the end of a type.
    fn is_behind_type(&self, at: usize) -> bool {
        self.text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, ']' | '>'))
    }

    /// `"""…"""`, as in GraphQL and Python; `quotes` are the first ones.
    fn description(&self, quotes: Span, end: Option<usize>) -> Diagnostic {
        let message = "`\"\"\"` does not begin a description; use `/**`";
        let error = Diagnostic::new(
            Code::UnexpectedCharacter,
            quotes,
            message,
            "not part of the language",
        );
        let Some(end) = end else {
            return error.with_help("write a doc comment, `/** … */`");
        };
        let last = self.span(end - 3, end);
        let inside = &self.text[quotes.end as usize..last.start as usize];
        let error = error.with_label(last, "ends here");
        if inside.contains("/*") || inside.contains("*/") {
            return error.with_help("write a doc comment, each line of it behind `///`");
        }
        let blank = char::is_whitespace;
        let gap = |is_there| if is_there { "" } else { " " };
        let edit = |span, replacement| Edit { span, replacement };
        let edits = vec![
            edit(quotes, format!("/**{}", gap(inside.starts_with(blank)))),
            edit(last, format!("{}*/", gap(inside.ends_with(blank)))),
        ];
        error.with_edits("write a doc comment, `/** … */`", edits)
    }

    /// A string that begins in `first`, which is on one line, and ends at `end` on another.
    fn string_over_lines(&self, first: Span, end: usize) -> Diagnostic {
        let start = first.start as usize;
        let error = Diagnostic::new(
            Code::UnterminatedString,
            first,
            "a string ends on the line that it begins on",
            "no closing `\"` on this line",
        )
        .with_label(self.span(end - 1, end), "ends here");
        if !self.text[start..].starts_with(['"', 'b']) {
            return error.with_help("write it on one line");
        }
        let ends = self.text[start..end].match_indices('\n');
        let edits = ends.map(|(at, _)| {
            let at = start + at;
            let line = self.text[..at].strip_suffix('\r').map_or(at, str::len);
            Edit {
                span: self.span(line, at + 1),
                replacement: "\\n".to_owned(),
            }
        });
        error.with_edits("write line ends as `\\n`", edits.collect())
    }
}

/// A file whose lines end as they did on a Macintosh: one mistake, however many lines it has.
pub(super) fn returns_alone(text: &str, file: FileId) -> Option<Diagnostic> {
    let (first, last) = (text.find('\r')?, text.rfind('\r')?);
    if text.contains('\n') {
        return None;
    }
    let message = "lines end in carriage returns (U+000D) without line feeds";
    let label = "invisible here, as in every line";
    let feeds = text[first..=last].replace('\r', "\n");
    let error = Diagnostic::new(
        Code::ControlCharacter,
        Span::new(file, first, first + 1),
        message,
        label,
    );
    let all = Span::new(file, first, last + 1);
    Some(error.with_fix("write line feeds", all, feeds))
}

fn character(span: Span, found: char, instead: Option<(Span, String)>) -> Diagnostic {
    let code_point = format!("U+{:04X}", u32::from(found));
    let message = if found.is_control() || found.is_whitespace() || is_invisible(found) {
        format!("unexpected character {code_point}")
    } else {
        format!("unexpected character `{found}` ({code_point})")
    };
    let diagnostic = Diagnostic::new(
        Code::UnexpectedCharacter,
        span,
        message,
        "not part of the language",
    );
    match instead {
        Some((edit, text)) if text.trim().is_empty() && text.is_empty() => {
            diagnostic.with_fix("remove it", edit, text)
        }
        Some((edit, text)) if text.trim().is_empty() => {
            diagnostic.with_fix("write a plain space", edit, text)
        }
        Some((edit, text)) => diagnostic.with_fix(format!("write `{text}`"), edit, text),
        None => diagnostic,
    }
}

fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}'
    )
}

fn control(span: Span, found: char, place: Place) -> Diagnostic {
    let code_point = format!("U+{:04X}", u32::from(found));
    let reorders = !found.is_control();
    let kind = if reorders {
        "bidirectional control character"
    } else {
        "control character"
    };
    let message = format!("{kind} {code_point} is not allowed here");
    let mut diagnostic = Diagnostic::new(Code::ControlCharacter, span, message, "invisible here");
    if reorders {
        diagnostic =
            diagnostic.with_note("it makes text look different from what the compiler reads");
    }
    match (place, found) {
        (Place::String, _) => {
            let escape = format!("\\u{{{:x}}}", u32::from(found));
            diagnostic.with_fix(format!("write `{escape}`"), span, escape)
        }
        (Place::Code | Place::Comment, '\r' | '\u{85}') => {
            diagnostic.with_fix("write a line feed", span, "\n")
        }
        (Place::Code | Place::Comment, _) => diagnostic.with_fix("remove it", span, ""),
        (Place::RawString, _) => {
            diagnostic.with_help("write it as an escape in a plain string `\"…\"`")
        }
    }
}

fn hash_comment(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::HashComment,
        span,
        "`#` does not start a comment; use `//`",
        "not a comment",
    )
    .with_fix("write `//`", span, "//")
}

/// `#include "common.idl"`
fn hash_include(span: Span) -> Diagnostic {
    let message = "`#include` is spelled `import` here";
    Diagnostic::new(Code::HashComment, span, message, "not a comment").with_fix(
        "write `import`",
        span,
        "import",
    )
}

/// `$version: "2"`
fn version(sign: Span, line: Span) -> Diagnostic {
    let message = "unexpected character `$` (U+0024)";
    let label = "not part of the language";
    Diagnostic::new(Code::UnexpectedCharacter, sign, message, label)
        .with_note("the language has no editions")
        .with_fix("remove the line", line, "")
}

/// `#[derive(Hash)]`, `#[serde(default)]`
fn hash_attribute(span: Span, derives: Option<Span>) -> Diagnostic {
    let message = "annotations begin with `@`, not with `#[`";
    let error = Diagnostic::new(Code::HashComment, span, message, "not an annotation");
    match derives {
        Some(all) => error
            .with_note("generated types derive what they can; `@rust.derive(\"Hash\")` adds to it")
            .with_fix("remove it", all, ""),
        None => {
            error.with_help("write `@deprecated`, or `@rust.derive(\"Hash\")` for generated Rust")
        }
    }
}

fn unterminated_comment(innermost: Span, outermost: Option<Span>) -> Diagnostic {
    let message = "unterminated block comment opened here";
    let diagnostic = Diagnostic::new(
        Code::UnterminatedComment,
        innermost,
        message,
        "never closed",
    );
    match outermost {
        Some(outer) => diagnostic
            .with_label(outer, "inside this one")
            .with_help("block comments nest: each `/*` needs its own `*/`"),
        None => diagnostic.with_help("close it with `*/`"),
    }
}

fn unterminated_string(span: Span, close: Span) -> Diagnostic {
    Diagnostic::new(
        Code::UnterminatedString,
        span,
        "unterminated string literal",
        "no closing `\"` on this line",
    )
    .with_fix("add `\"`", close, "\"")
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
