//! Which comments precede a line of the tree, and which stay at its end.

use super::build::Builder;
use super::comment::Comment;
use super::tree::{Line, Run};

impl<'t> Builder<'t> {
    /// Begins a line: takes the comments before the next token.
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

    /// Takes the doc comments before the next token.
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

    /// The comments between the last token and the next one, whose own are `before`.
    pub(super) fn between(&mut self, run: &Run<'t>, before: Vec<Comment<'t>>) -> Vec<Comment<'t>> {
        let mut comments = std::mem::take(&mut self.behind);
        comments.extend(before);
        debug_assert!(!run.nodes.is_empty() || comments.is_empty());
        comments
    }

    /// Ends a run, and returns the comments for the end of its line. `before` and `after` are those around the `;`, `,`
    /// or `{` that follows. If possible, comments stay before that sign; those that would become documentation after it
    /// must.
    pub(super) fn end(
        &mut self,
        run: &mut Run<'t>,
        before: Vec<Comment<'t>>,
        after: Vec<Comment<'t>>,
    ) -> Vec<Comment<'t>> {
        let mut comments = std::mem::take(&mut self.behind);
        comments.extend(before);
        let inline = comments.iter().take_while(|it| it.is_inline()).count();
        // After the sign there is room for a single `///`, which documents nothing there.
        let is_taken = after.iter().any(Comment::is_doc);
        let goes_behind = |at: usize| at == inline && comments[at].takes_line() && !is_taken;
        let last = comments.iter().rposition(Comment::is_doc);
        let last = last.filter(|at| !goes_behind(*at));
        let count = last.map_or(inline, |at| inline.max(at + 1));
        run.end = comments.drain(..count).collect();
        let mut tail = Vec::new();
        self.keep_on_line(&mut tail, comments);
        self.keep_on_line(&mut tail, after);
        tail
    }

    /// Adds comments to the end of a line. Anything after a `//` moves to the next line. There a `///` would
    /// become documentation, so the `//` moves instead.
    pub(super) fn keep_on_line(&mut self, tail: &mut Vec<Comment<'t>>, comments: Vec<Comment<'t>>) {
        for comment in comments {
            match tail.last_mut().filter(|last| last.takes_line()) {
                Some(last) if comment.is_doc() => {
                    self.carry.insert(0, std::mem::replace(last, comment));
                }
                Some(_) => self.carry.push(comment),
                None => tail.push(comment),
            }
        }
    }
}

impl Line<'_> {
    /// Turns documentation into `///` lines, and decides where empty lines remain: only before the first line of an
    /// entry.
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
