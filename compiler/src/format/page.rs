//! The formatted text while it is being written: the current indentation and column.

use super::comment::{Comment, Form};

/// Columns per level of indentation.
const INDENT: usize = 4;

/// A text being written.
#[derive(Default)]
pub(super) struct Page {
    out: String,
    /// Levels of indentation of new lines.
    pub(super) depth: usize,
    /// Columns written on this line.
    pub(super) column: usize,
    /// The current entry continues on a new line, indented by another level.
    pub(super) continued: bool,
}

impl Page {
    /// The whole text.
    pub(super) fn into_text(self) -> String {
        self.out
    }

    /// Writes a comment. The layout of its lines is kept.
    pub(super) fn comment(&mut self, comment: &Comment<'_>) {
        let mut lines = comment.text.lines();
        self.text(lines.next().unwrap_or_default());
        let starred = lines.clone().all(|line| line.trim_start().starts_with('*'));
        for line in lines {
            self.out.push('\n');
            self.column = 0;
            if starred {
                self.text(" ");
                self.text(line.trim());
            } else {
                self.out.push_str(line.trim_end());
                self.column = line.trim_end().chars().count();
            }
        }
        debug_assert!(comment.form() != Form::DocBlock || comment.text.ends_with("*/"));
    }

    /// Writes text without line breaks. At the beginning of a line, indentation comes first.
    pub(super) fn text(&mut self, text: &str) {
        if self.column == 0 && !text.is_empty() {
            self.indent(self.depth);
        }
        self.out.push_str(text);
        self.column += text.chars().count();
    }

    /// Ends the line, unless it is empty.
    pub(super) fn line_end(&mut self) {
        if self.column > 0 {
            self.out.truncate(self.out.trim_end_matches(' ').len());
            self.out.push('\n');
            self.column = 0;
        }
    }

    /// Ends the line and leaves one empty.
    pub(super) fn blank_line(&mut self) {
        self.line_end();
        self.out.push('\n');
    }

    /// Continues on a new line, indented by another level.
    pub(super) fn continue_line(&mut self) {
        self.depth += usize::from(!self.continued);
        self.continued = true;
        if !self.continues() {
            self.line_end();
            self.indent(self.depth);
        }
    }

    /// Whether this is the still empty continuation of a line.
    pub(super) fn continues(&self) -> bool {
        self.column > 0 && self.out.ends_with(' ') && self.out.trim_end_matches(' ').ends_with('\n')
    }

    fn indent(&mut self, depth: usize) {
        self.column = depth * INDENT;
        self.out.extend(std::iter::repeat_n(' ', self.column));
    }
}
