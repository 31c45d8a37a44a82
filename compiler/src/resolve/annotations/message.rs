//! Templates of `@message`: text with `{field}`. `{{` and `}}` are escaped braces.

use crate::schema::Hint;
use crate::source::{SourceMap, Span};

/// A parsed template.
pub(crate) struct Template {
    pub(crate) pieces: Vec<Piece>,
}

/// A piece of a template.
pub(crate) enum Piece {
    /// Literal text.
    Text(String),
    /// The name of a field, and its span in the file.
    Field(String, Span),
}

impl Template {
    /// Parses a template. An unmatched brace is text.
    pub(crate) fn parse(hint: &Hint, sources: &SourceMap) -> Template {
        let mut pieces = Vec::new();
        let mut text = String::new();
        let mut rest = hint.text.as_str();
        let mut from = 0;
        // After the last one no field can end.
        let last = hint
            .text
            .rfind('}')
            .map_or(usize::MAX, |last| hint.text.len() - last);
        while let Some(at) = rest.find(['{', '}']) {
            text.push_str(&rest[..at]);
            let (brace, tail) = (&rest[at..=at], &rest[at + 1..]);
            if let Some(tail) = tail.strip_prefix(brace) {
                text.push_str(brace);
                rest = tail;
                continue;
            }
            let may_close = brace == "{" && tail.len() >= last;
            match Some(tail)
                .filter(|_| may_close)
                .and_then(|tail| tail.find('}'))
            {
                Some(end) => {
                    let name = &tail[..end];
                    let span = place(name, hint.span, sources, &mut from);
                    if !text.is_empty() {
                        pieces.push(Piece::Text(std::mem::take(&mut text)));
                    }
                    pieces.push(Piece::Field(name.to_owned(), span));
                    rest = &tail[end + 1..];
                }
                None => {
                    text.push_str(brace);
                    rest = tail;
                }
            }
        }
        text.push_str(rest);
        if !text.is_empty() {
            pieces.push(Piece::Text(text));
        }
        Template { pieces }
    }
}

/// The span of `{name}` in the literal, searching from `from` on. The whole literal if escapes make it impossible to
/// find.
fn place(name: &str, literal: Span, sources: &SourceMap, from: &mut usize) -> Span {
    let written = sources.slice(literal);
    let Some(at) = written
        .get(*from..)
        .and_then(|w| w.find(&format!("{{{name}}}")))
    else {
        return literal;
    };
    let start = literal.start as usize + *from + at + 1;
    *from += at + name.len() + 2;
    Span::new(literal.file, start, start + name.len())
}
