//! What the grammar skipped or only tolerated, as diagnostics.

use std::ops::Range;

use sinew_grammar::{Unexpected, explain, is_keyword};

use super::Parser;
use super::bodies::Body;
use super::cursor::Node;
use crate::ast;
use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

impl<'i> Parser<'i, '_> {
    /// Reports a `bad_…` pair, unless the scan said enough about something in it.
    pub(super) fn skipped(&mut self, pair: &Node<'i>, body: Option<&Body<'_>>) {
        self.partial = true;
        let wrong = explain(pair);
        self.docs.forget(&wrong.skipped);
        let known = |range: &Range<usize>| {
            range.start < wrong.skipped.end && range.end >= wrong.skipped.start
        };
        if self.refused.iter().any(known) {
            return;
        }
        let found = self.span(wrong.found.start, wrong.found.end);
        let diagnostic = self.unexpected(&wrong, found, body);
        self.report(diagnostic);
    }

    fn unexpected(&self, wrong: &Unexpected, found: Span, body: Option<&Body<'_>>) -> Diagnostic {
        unexpected_token(
            &wrong.expected,
            &self.text[wrong.found.clone()],
            found,
            body,
        )
    }

    /// `T?`
    pub(super) fn question_mark(&mut self, ty: &ast::Type, question: &Node<'i>, add: bool) {
        let text = &self.text[ty.span.start as usize..ty.span.end as usize];
        let mark = self.place(question);
        self.report(optional_mark(text, ty.span.to(mark), add));
    }

    /// A word that a later version will know.
    pub(super) fn later_word(&mut self, span: Span, word: &str) {
        self.report(not_supported_yet(span, word));
    }

    /// The name of a declaration, which is no bare keyword.
    pub(super) fn declared_name(&mut self, name: &ast::Ident) {
        let bare = name.span.end - name.span.start == name.name.len() as u32;
        if bare && is_keyword(&name.name) && ast::Scalar::from_word(&name.name).is_none() {
            self.report(keyword_as_name(name));
        }
    }
}

fn unexpected_token(
    expected: &[&str],
    found: &str,
    span: Span,
    body: Option<&Body<'_>>,
) -> Diagnostic {
    let expected = listed(expected);
    let found = if found.is_empty() {
        "the end of the file".to_owned()
    } else {
        format!("`{found}`")
    };
    let place = body
        .map(|body| format!(" in {}", body.title()))
        .unwrap_or_default();
    let message = format!("expected {expected}{place}, found {found}");
    Diagnostic::new(
        Code::UnexpectedToken,
        span,
        message,
        format!("expected {expected}"),
    )
}

/// "a, b or c"
fn listed(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [rest @ .., last] => format!("{} or {last}", rest.join(", ")),
    }
}

fn optional_mark(ty: &str, span: Span, add: bool) -> Diagnostic {
    let written = if add {
        format!("optional {ty}")
    } else {
        ty.to_owned()
    };
    let message = format!("write `{written}` instead of `{ty}?`");
    Diagnostic::new(Code::OptionalMark, span, message, "").with_fix(
        format!("write `{written}`"),
        span,
        written,
    )
}

fn not_supported_yet(span: Span, word: &str) -> Diagnostic {
    let message =
        format!("`{word}` is part of the language, but not supported by this version yet");
    Diagnostic::new(
        Code::NotSupportedYet,
        span,
        message,
        "reserved for a later version",
    )
}

fn keyword_as_name(name: &ast::Ident) -> Diagnostic {
    let quoted = format!("`{}`", name.name);
    let message = format!("expected a name, found the keyword {quoted}");
    Diagnostic::new(Code::UnexpectedToken, name.span, message, "a keyword").with_fix(
        "put the name in backticks",
        name.span,
        quoted,
    )
}
