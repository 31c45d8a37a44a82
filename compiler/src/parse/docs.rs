//! Doc comments: which declaration each belongs to, and their text without markers.

use std::ops::Range;

use sinew_grammar::{Doc, DocKind};

use super::Parser;
use crate::ast;

/// The doc comments of a file, each of which documents at most one thing.
pub(super) struct Docs {
    all: Vec<Doc>,
    claimed: Vec<bool>,
}

impl Docs {
    pub(super) fn new(all: Vec<Doc>) -> Self {
        let claimed = vec![false; all.len()];
        Self { all, claimed }
    }

    /// Nothing more is said about doc comments of which nobody knows what they documented.
    pub(super) fn forget_all(&mut self) {
        self.claimed.fill(true);
    }

    /// Nothing is said about doc comments in and in front of text that was skipped.
    pub(super) fn forget(&mut self, skipped: &Range<usize>) {
        let first = self.all.partition_point(|doc| doc.next < skipped.start);
        let last = self
            .all
            .partition_point(|doc| doc.range.start < skipped.end);
        if let Some(claimed) = self.claimed.get_mut(first..last) {
            claimed.fill(true);
        }
    }

    /// The doc comments directly in front of the token at `next`, which take no other.
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
    /// The doc comment of what begins with the tokens at `starts`: its annotations and its
    /// first word. It may stand in front of any of them.
    pub(super) fn doc(&mut self, starts: impl IntoIterator<Item = usize>) -> Option<ast::Doc> {
        let mut found = Vec::new();
        for start in starts {
            let range = self.docs.claim(start);
            found.extend(range.filter(|&at| self.docs.claimed[at]));
        }
        self.joined(&found)
    }

    /// The `//!` lines in front of the first token.
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

    fn joined(&self, found: &[usize]) -> Option<ast::Doc> {
        let first = &self.docs.all[*found.first()?];
        let last = &self.docs.all[*found.last()?];
        let mut lines: Vec<String> = Vec::new();
        for &at in found {
            let doc = &self.docs.all[at];
            lines.extend(without_markers(doc.kind, &self.text[doc.range.clone()]));
        }
        let text = lines.join("\n").trim_matches('\n').to_owned();
        Some(ast::Doc {
            text,
            span: self.span(first.range.start, last.range.end),
        })
    }
}

fn without_markers(kind: DocKind, text: &str) -> Vec<String> {
    match kind {
        DocKind::Line | DocKind::Inner => {
            let text = text[3..].trim_end();
            vec![text.strip_prefix(' ').unwrap_or(text).to_owned()]
        }
        DocKind::Block => block_lines(text[3..].trim_end_matches("*/")),
    }
}

/// The lines of a `/** */`, without the stars or the indentation that they share.
fn block_lines(inner: &str) -> Vec<String> {
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
    out
}
