//! Which comments a line of the tree begins with, and which stay at its end.

use super::build::Builder;
use super::comment::{Comment, Form};
use super::tree::{Line, Run};

impl<'t> Builder<'t> {
    /// Begins a line: takes the comments in front of the next token.
    pub(super) fn line(&mut self) -> Line<'t> {
        let mut line = Line {
            lead: std::mem::take(&mut self.carry),
            ..Line::default()
        };
        if let Some(lexeme) = self.tokens.peek_mut() {
            line.gap = lexeme.blank;
            line.lead.append(&mut lexeme.before);
        }
        line
    }

    /// Takes the documentation in front of the next token.
    pub(super) fn documentation(&mut self) -> Vec<Comment<'t>> {
        let Some(lexeme) = self.tokens.peek_mut() else {
            return Vec::new();
        };
        let (docs, rest) = std::mem::take(&mut lexeme.before)
            .into_iter()
            .partition(Comment::is_doc);
        lexeme.before = rest;
        docs
    }

    /// The comments between the last token and the next one, which has `before`.
    pub(super) fn between(&mut self, run: &Run<'t>, before: Vec<Comment<'t>>) -> Vec<Comment<'t>> {
        let mut comments = std::mem::take(&mut self.behind);
        comments.extend(before);
        debug_assert!(!run.nodes.is_empty() || comments.is_empty());
        comments
    }

    /// Ends a run: what stands behind its last token and in front of `;`, `,` or `{` stays there
    /// as far as that can be; the rest is for the end of the line.
    pub(super) fn end(&mut self, run: &mut Run<'t>, before: Vec<Comment<'t>>) -> Vec<Comment<'t>> {
        let mut comments = std::mem::take(&mut self.behind);
        comments.extend(before);
        let count = comments
            .iter()
            .take_while(|comment| comment.is_inline())
            .count();
        run.end = comments.drain(..count).collect();
        let mut tail = Vec::new();
        self.keep_on_line(&mut tail, comments);
        tail
    }

    /// Adds comments to the end of a line. Documentation in a block, and what comes behind a `//`,
    /// is carried to the next line.
    pub(super) fn keep_on_line(&mut self, tail: &mut Vec<Comment<'t>>, comments: Vec<Comment<'t>>) {
        for comment in comments {
            let is_block = comment.form() == Form::DocBlock;
            let fits = !is_block && !tail.last().is_some_and(Comment::takes_line);
            if fits && self.carry.is_empty() {
                tail.push(comment);
            } else {
                self.carry.push(comment);
            }
        }
    }
}

impl Line<'_> {
    /// Makes documentation `///` lines and decides where empty lines stay. Only the first line of
    /// something may have one in front of it.
    pub(super) fn settle(&mut self, first: bool) {
        let lead = std::mem::take(&mut self.lead);
        self.blank = lead.first().map_or(self.gap, |comment| comment.blank) && first;
        self.gap &= lead.last().is_some_and(|comment| !comment.is_doc());
        for comment in lead {
            if comment.is_doc()
                && let Some(last) = self.lead.last_mut()
            {
                last.ends_line = true;
            }
            self.lead.extend(comment.into_doc_lines());
        }
    }
}
