//! Doc comments: which declaration each belongs to, and its text without markers.

use std::ops::Range;

use sinew_grammar::{Doc, DocKind};

use super::Parser;
use crate::ast;
use crate::diagnostics::{Code, Diagnostic, Edit, Fix};
use crate::source::Span;

/// Largest size of a doc comment in bytes.
const MAX_DOC: usize = 64 * 1024;

/// The doc comments of a file. Each documents at most one thing.
pub(super) struct Docs {
    all: Vec<Doc>,
    claimed: Vec<bool>,
}

impl Docs {
    pub(super) fn new(all: Vec<Doc>) -> Self {
        Self {
            claimed: vec![false; all.len()],
            all,
        }
    }

    /// Takes the unclaimed doc comments directly before the token at `next`.
    fn claim(&mut self, next: usize) -> Range<usize> {
        let first = self.all.partition_point(|doc| doc.next < next);
        let mut end = first;
        while self.all.get(end).is_some_and(|doc| doc.next == next) {
            let doc = &self.all[end];
            let fits = doc.kind != DocKind::Inner && !(doc.trailing && doc.kind == DocKind::Line);
            self.claimed[end] |= fits;
            end += 1;
        }
        first..end
    }
}

impl Parser<'_, '_> {
    /// The doc comment of what begins with the tokens at `starts`: its annotations, and its first word. The comment may
    /// be before any of them.
    pub(super) fn doc(&mut self, starts: impl IntoIterator<Item = usize>) -> Option<ast::Doc> {
        let mut found = Vec::new();
        for start in starts {
            let range = self.docs.claim(start);
            found.extend(range.filter(|&at| self.docs.claimed[at]));
        }
        self.joined(&found)
    }

    /// The `//!` lines before the first token.
    pub(super) fn file_doc(&mut self, first_token: usize) -> Option<ast::Doc> {
        let top = self
            .docs
            .all
            .iter()
            .take_while(|doc| doc.range.start < first_token);
        let found: Vec<usize> = top
            .enumerate()
            .filter(|(_, doc)| doc.kind == DocKind::Inner)
            .map(|(at, _)| at)
            .collect();
        for &at in &found {
            self.docs.claimed[at] = true;
        }
        self.joined(&found)
    }

    /// Reports doc comments that belong to nothing.
    pub(super) fn lonely_docs(&mut self) {
        for at in 0..self.docs.all.len() {
            let doc = self.docs.all[at].clone();
            if !self.docs.claimed[at] {
                let diagnostic = self.lonely_doc(&doc);
                self.report(diagnostic);
            }
        }
    }

    fn lonely_doc(&self, doc: &Doc) -> Diagnostic {
        let span = self.span(doc.range.start, doc.range.end);
        let marker = self.span(doc.range.start, doc.range.start + 3);
        let next = self.text[doc.next..].strip_prefix("namespace");
        let is_namespace = next.is_some_and(|rest| rest.starts_with(char::is_whitespace));
        if doc.kind == DocKind::Line && is_namespace {
            return misplaced(span, marker);
        }
        let before = &self.text[..doc.range.start];
        if !doc.trailing || doc.kind != DocKind::Line || !before.trim_end().ends_with([';', ',']) {
            return lonely(span, marker, doc.kind);
        }
        let line = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
        let indent = &line[..line.len() - line.trim_start().len()];
        let start = doc.range.start - line.len() + indent.len();
        let removed = self.span(before.trim_end().len(), doc.range.end);
        let moved = format!("{}\n{indent}", &self.text[doc.range.clone()]);
        trailing(span, &moved, self.span(start, start), removed)
    }

    fn joined(&mut self, found: &[usize]) -> Option<ast::Doc> {
        let first = &self.docs.all[*found.first()?];
        let last = &self.docs.all[*found.last()?];
        let mut lines: Vec<String> = Vec::new();
        for &at in found {
            let doc = &self.docs.all[at];
            lines.extend(without_markers(doc.kind, &self.text[doc.range.clone()]));
        }
        let text = lines.join("\n").trim_matches('\n').to_owned();
        let span = self.span(first.range.start, last.range.end);
        if text.len() > MAX_DOC {
            self.report(long_doc(span, text.len()));
        }
        Some(ast::Doc { text, span })
    }
}

fn long_doc(span: Span, length: usize) -> Diagnostic {
    let message = format!("a doc comment may have up to {MAX_DOC} bytes, this has {length}");
    Diagnostic::new(Code::LimitExceeded, span, message, "too long")
        .with_help("say what a user needs here, and the rest in a page of its own")
}

fn lonely(span: Span, marker: Span, kind: DocKind) -> Diagnostic {
    let plain = match kind {
        DocKind::Line | DocKind::Inner => "//",
        DocKind::Block => "/*",
    };
    Diagnostic::new(
        Code::LonelyDoc,
        span,
        "doc comment documents nothing",
        "nothing follows that it could be about",
    )
    .with_fix("make it a plain comment", marker, plain)
}

fn misplaced(span: Span, marker: Span) -> Diagnostic {
    Diagnostic::new(
        Code::LonelyDoc,
        span,
        "doc comment documents nothing",
        "a namespace has no documentation",
    )
    .with_fix("write `//!` to document the file", marker, "//!")
}

fn trailing(span: Span, text: &str, start: Span, removed: Span) -> Diagnostic {
    let message = "doc comment comes after what it documents";
    let mut diagnostic = Diagnostic::new(Code::LonelyDoc, span, message, "documents nothing here");
    let insert = Edit {
        span: start,
        replacement: text.to_owned(),
    };
    let remove = Edit {
        span: removed,
        replacement: String::new(),
    };
    diagnostic.fixes.push(Fix {
        message: "move it in front".to_owned(),
        edits: vec![insert, remove],
    });
    diagnostic
}

fn without_markers(kind: DocKind, text: &str) -> Vec<String> {
    match kind {
        DocKind::Line | DocKind::Inner => {
            let text = text[3..].trim_end();
            vec![text.strip_prefix(' ').unwrap_or(text).to_owned()]
        }
        DocKind::Block => block_lines(text),
    }
}

/// The lines of a `/** */` without stars and common indentation, from the first to the last that is not empty.
pub(crate) fn block_lines(comment: &str) -> Vec<String> {
    let inner = comment.get(3..).unwrap_or_default();
    let inner = inner.trim_end_matches("*/");
    let mut lines = inner.lines().map(str::trim_end);
    let first = lines.next().unwrap_or_default();
    let rest: Vec<&str> = lines.collect();
    let written = || rest.iter().filter(|line| !line.is_empty());
    let starred = written().all(|line| line.trim_start().starts_with('*'));
    let indent = written()
        .map(|line| line.len() - line.trim_start_matches(' ').len())
        .min()
        .unwrap_or(0);
    let mut out = vec![first.trim_start().to_owned()];
    out.extend(rest.iter().map(|line| {
        if starred {
            let line = line.trim_start().trim_start_matches('*');
            line.strip_prefix(' ').unwrap_or(line).to_owned()
        } else {
            line.get(indent..).unwrap_or_default().to_owned()
        }
    }));
    let says = |line: &String| !line.is_empty();
    let end = out.iter().rposition(says).map_or(0, |last| last + 1);
    out.truncate(end);
    out.drain(..out.iter().position(says).unwrap_or(0));
    out
}
