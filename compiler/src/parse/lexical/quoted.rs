//! Strings, descriptions and comments that do not end, or end in the wrong place.

use crate::diagnostics::{Code, Diagnostic, Edit};
use crate::parse::Parser;
use crate::source::Span;

impl Parser<'_, '_> {
    /// `"""…"""`, as in GraphQL and Python. `quotes` is the span of the opening ones.
    pub(super) fn description(&self, quotes: Span, end: Option<usize>) -> Diagnostic {
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
            return error.with_help("write a doc comment, each line of it after `///`");
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

    /// A string that begins in `first` and ends at `end` on another line.
    pub(super) fn string_over_lines(&self, first: Span, end: usize) -> Diagnostic {
        let start = first.start as usize;
        let error = Diagnostic::new(
            Code::UnterminatedString,
            first,
            "a string must end on the line where it begins",
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

    /// A string that does not end on its line, and where it could; or the end of one that does not begin:
    /// `import common.idl";`
    pub(super) fn unterminated_string(&self, place: Span, close: Span) -> Diagnostic {
        let error = |place, label| {
            let message = "unterminated string literal";
            Diagnostic::new(Code::UnterminatedString, place, message, label)
        };
        let in_front = &self.text[..place.start as usize];
        let line = in_front.rsplit('\n').next().unwrap_or_default();
        let (word, file) = line.trim_start().split_once(' ').unwrap_or_default();
        let file = file.trim_start();
        let is_path = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '/' | '-');
        if matches!(word, "import" | "include") && !file.is_empty() && file.chars().all(is_path) {
            let start = self.span(in_front.len() - file.len(), in_front.len());
            return error(start.to(place), "no opening `\"` on this line").with_fix(
                "add `\"`",
                start.before(),
                "\"",
            );
        }
        error(place, "no closing `\"` on this line").with_fix("add `\"`", close, "\"")
    }
}

pub(super) fn unterminated_comment(innermost: Span, outermost: Option<Span>) -> Diagnostic {
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
