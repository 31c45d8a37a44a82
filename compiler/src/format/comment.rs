//! Comments: their forms, and how they are written.

use std::borrow::Cow;

use sinew_grammar::lex::TokenKind;

use crate::parse::block_lines;

/// A comment, and its position on its line.
#[derive(Clone, Debug)]
pub(super) struct Comment<'t> {
    /// The comment with its markers.
    pub(super) text: Cow<'t, str>,
    /// Only white space precedes it on its line.
    pub(super) own_line: bool,
    /// Nothing but white space follows it on its line.
    pub(super) ends_line: bool,
    /// An empty line precedes it.
    pub(super) blank: bool,
}

/// The forms of comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    /// `// …`
    Line,
    /// `/* … */`
    Block,
    /// `//! …`
    Inner,
    /// `/// …`
    Doc,
    /// `/** … */`
    DocBlock,
}

impl Form {
    /// The form of a comment.
    pub(super) fn of(text: &str) -> Form {
        let markers = |prefix: &str, not: &str| text.starts_with(prefix) && !text.starts_with(not);
        if text.starts_with("//!") {
            Form::Inner
        } else if markers("///", "////") {
            Form::Doc
        } else if text.starts_with("//") {
            Form::Line
        } else if markers("/**", "/***") && text != "/**/" {
            Form::DocBlock
        } else {
            Form::Block
        }
    }
}

impl<'t> Comment<'t> {
    pub(super) fn new(kind: TokenKind, text: &'t str) -> Self {
        let text = match kind {
            TokenKind::LineComment => text.trim_end(),
            _ => text,
        };
        let text = Cow::Borrowed(text);
        Self {
            text,
            own_line: false,
            ends_line: false,
            blank: false,
        }
    }

    pub(super) fn form(&self) -> Form {
        Form::of(&self.text)
    }

    /// Whether it documents what follows it.
    pub(super) fn is_doc(&self) -> bool {
        matches!(self.form(), Form::Doc | Form::DocBlock)
    }

    /// Whether it has a single line, and other text may follow on that.
    pub(super) fn is_inline(&self) -> bool {
        match self.form() {
            Form::Line | Form::Inner | Form::Doc => false,
            Form::Block | Form::DocBlock => !self.text.contains('\n'),
        }
    }

    /// Whether it must be the last thing on its line.
    pub(super) fn takes_line(&self) -> bool {
        match self.form() {
            Form::Line | Form::Inner | Form::Doc => true,
            Form::Block | Form::DocBlock => false,
        }
    }

    /// Its width, if it is on one line.
    pub(super) fn width(&self) -> usize {
        self.text.chars().count()
    }

    /// Documentation as `///` lines. Other comments are unchanged.
    pub(super) fn into_doc_lines(self) -> Vec<Comment<'t>> {
        if self.form() != Form::DocBlock {
            return vec![self];
        }
        let lines = doc_lines(&self.text);
        let mut blank = self.blank;
        let line = |text: &String| Comment {
            text: Cow::Owned(format!("/// {text}").trim_end().to_owned()),
            own_line: true,
            ends_line: true,
            blank: std::mem::take(&mut blank),
        };
        lines.iter().map(line).collect()
    }
}

/// The text of a `/** … */` without markers; at least one line.
pub(super) fn doc_lines(block: &str) -> Vec<String> {
    let mut lines = block_lines(block);
    if lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_has_a_form() {
        let forms = [
            ("//", Form::Line),
            ("// a", Form::Line),
            ("//// a", Form::Line),
            ("/// a", Form::Doc),
            ("//! a", Form::Inner),
            ("/* a */", Form::Block),
            ("/**/", Form::Block),
            ("/*** a */", Form::Block),
            ("/** a */", Form::DocBlock),
        ];
        for (text, form) in forms {
            assert_eq!(Form::of(text), form, "{text}");
        }
    }

    #[test]
    fn documentation_in_a_block_becomes_lines() {
        assert_eq!(doc_lines("/** One. */"), ["One."]);
        assert_eq!(
            doc_lines("/**\n * One.\n *\n *   two\n */"),
            ["One.", "", "  two"]
        );
        assert_eq!(doc_lines("/** */"), [""]);
    }
}
