//! Assigns every comment to a token.

use sinew_grammar::lex::{TokenKind, lex};

use super::comment::{Comment, Form};

/// A token with its comments.
#[derive(Debug)]
pub(super) struct Lexeme<'t> {
    pub(super) kind: TokenKind,
    pub(super) text: &'t str,
    /// Comments before it: on lines of their own, or before it on its line.
    pub(super) before: Vec<Comment<'t>>,
    /// Comments after it that end its line.
    pub(super) after: Vec<Comment<'t>>,
    /// An empty line directly precedes it.
    pub(super) blank: bool,
}

/// The tokens of a file.
#[derive(Debug, Default)]
pub(super) struct Lexemes<'t> {
    pub(super) tokens: Vec<Lexeme<'t>>,
    /// Comments after the last token, on lines of their own.
    pub(super) end: Vec<Comment<'t>>,
}

/// The tokens of `text` with their comments.
pub(super) fn attach(text: &str) -> Lexemes<'_> {
    let mut lexemes = Lexemes::default();
    let mut gap = Gap {
        newlines: 0,
        comments: Vec::new(),
        late_doc: None,
        is_fresh: true,
        first: true,
    };
    for token in lex(text) {
        let text = &text[token.range];
        match token.kind {
            TokenKind::Blank => gap.blank(text),
            TokenKind::LineComment | TokenKind::BlockComment => gap.comment(token.kind, text),
            TokenKind::Word
            | TokenKind::Number
            | TokenKind::Text
            | TokenKind::Sign
            | TokenKind::Other => {
                let blank = gap.newlines > 1;
                let before = gap.split(lexemes.tokens.last_mut(), false);
                lexemes.tokens.push(Lexeme {
                    kind: token.kind,
                    text,
                    before,
                    after: Vec::new(),
                    blank,
                });
            }
        }
    }
    lexemes.end = gap.split(lexemes.tokens.last_mut(), true);
    lexemes
}

/// The space between two tokens.
struct Gap<'t> {
    /// Line endings since the last token or comment.
    newlines: usize,
    comments: Vec<Comment<'t>>,
    /// A `///` after a token on its line, which documents nothing, wherever further comments are.
    late_doc: Option<Comment<'t>>,
    /// There was a line ending since the last token, inside a comment or not.
    is_fresh: bool,
    /// There was no token yet.
    first: bool,
}

impl<'t> Gap<'t> {
    fn blank(&mut self, text: &str) {
        self.newlines += text.matches('\n').count();
        self.is_fresh |= self.newlines > 0;
        if let (Some(comment), true) = (self.comments.last_mut(), self.newlines > 0) {
            comment.ends_line = true;
        }
    }

    fn comment(&mut self, kind: TokenKind, text: &'t str) {
        let own_line = self.newlines > 0 || (self.first && self.comments.is_empty());
        let blank = self.newlines > 1;
        let ends_line = kind == TokenKind::LineComment;
        let comment = Comment {
            own_line,
            blank,
            ends_line,
            ..Comment::new(kind, text)
        };
        match comment.form() == Form::Doc && !self.is_fresh {
            true => self.late_doc = Some(comment),
            false => self.comments.push(comment),
        }
        self.is_fresh |= text.contains('\n');
        self.newlines = 0;
    }

    /// Moves the comments that belong to the preceding token to `last`, and returns those of the next one.
    ///
    /// A comment on the same line as both tokens belongs to the next one, and so does documentation.
    fn split(&mut self, last: Option<&mut Lexeme<'t>>, at_end: bool) -> Vec<Comment<'t>> {
        self.newlines = 0;
        self.is_fresh = false;
        self.first = false;
        let mut comments = std::mem::take(&mut self.comments);
        let late_doc = self.late_doc.take();
        if at_end && let Some(comment) = comments.last_mut() {
            comment.ends_line = true;
        }
        let Some(last) = last else { return comments };
        let on_line = |comment: &Comment<'_>| !comment.own_line && !comment.ends_line;
        if late_doc.is_none() && comments.iter().all(on_line) {
            return comments;
        }
        let same_line =
            |comment: &Comment<'_>| !comment.own_line && comment.form() != Form::DocBlock;
        let count = comments
            .iter()
            .take_while(|comment| same_line(comment))
            .count();
        last.after = comments.drain(..count).collect();
        last.after.extend(late_doc);
        comments
    }
}
