//! Open brackets: how deep they nest, and which braces are never closed.

use super::{ErrorKind, Scanner};
use crate::MAX_NESTING;

/// The brackets that are open, outermost first.
#[derive(Default)]
pub(super) struct Brackets {
    open: Vec<Bracket>,
    /// Braces that were given up as never closed, and that the grammar still has open.
    given_up: usize,
}

struct Bracket {
    kind: u8,
    at: usize,
    /// Where the text of its line begins, as an offset in the file and from the line's start.
    line: usize,
    indent: usize,
}

/// What starts a declaration, and so shows that the one before should have ended.
const DECLARATIONS: [&str; 13] = [
    "struct",
    "union",
    "enum",
    "flags",
    "exception",
    "service",
    "annotation",
    "typedef",
    "newtype",
    "const",
    "closed",
    "frozen",
    "internal",
];

impl Scanner<'_> {
    pub(super) fn bracket(&mut self, byte: u8) {
        match byte {
            b'{' | b'(' | b'[' => self.open(byte),
            b'<' if self.bytes.get(self.pos + 1) == Some(&b'<') => self.pos += 1,
            b'<' => self.open(byte),
            b'}' => self.close_brace(),
            b')' => self.close(b'('),
            b']' => self.close(b'['),
            b'>' => self.close(b'<'),
            _ => self.leave_expression(),
        }
        self.pos += 1;
    }

    fn open(&mut self, kind: u8) {
        if self.brackets.open.len() + self.brackets.given_up >= MAX_NESTING {
            self.hopeless = true;
            return self.error(self.pos..self.pos + 1, ErrorKind::TooDeep);
        }
        self.brackets.open.push(Bracket {
            kind,
            at: self.pos,
            line: self.line_text,
            indent: self.line_text - self.line_start,
        });
    }

    /// Closes the nearest bracket of this kind, if none but unclosed angles stand between.
    fn close(&mut self, kind: u8) {
        let open = &mut self.brackets.open;
        let kept = open
            .iter()
            .rposition(|b| b.kind != b'<')
            .filter(|_| kind != b'<');
        let at = kept.unwrap_or(open.len().wrapping_sub(1));
        if open.get(at).is_some_and(|b| b.kind == kind) {
            open.truncate(at);
        }
    }

    /// A `;`: whatever is open but braces was not closed, which the grammar will say.
    fn leave_expression(&mut self) {
        let open = &mut self.brackets.open;
        let inner = open
            .iter()
            .rposition(|b| b.kind == b'{')
            .map_or(0, |at| at + 1);
        open.truncate(inner);
    }

    /// A `}`. If it begins a line, left of what it would close and right below something
    /// further out, then what is between was never closed.
    fn close_brace(&mut self) {
        self.leave_expression();
        if self.fresh_line {
            let indent = self.pos - self.line_start;
            let open = &self.brackets.open;
            let own = open.iter().rposition(|b| b.indent == indent);
            if let (Some(own), Some(last)) = (own, open.last())
                && last.indent > indent
            {
                self.unclosed(own + 1, self.pos..self.pos + 1);
            }
        }
        if self.brackets.open.pop().is_none() {
            self.brackets.given_up = self.brackets.given_up.saturating_sub(1);
        }
    }

    /// A word from `start` to here begins a line. If it begins a declaration, braces that
    /// were opened on lines no less indented should have been closed.
    pub(super) fn notice_declaration(&mut self, start: usize) {
        if !DECLARATIONS.contains(&&self.text[start..self.pos]) {
            return;
        }
        let behind = self.text[self.pos..].trim_start_matches([' ', '\t']);
        if !behind.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            return;
        }
        self.open_string = None;
        let indent = start - self.line_start;
        if let Some(first) = self
            .brackets
            .open
            .iter()
            .position(|b| b.kind == b'{' && b.indent >= indent)
        {
            self.unclosed(first, start..self.pos);
        }
    }

    /// A string without its end, up to the brackets behind it that close what was opened on its line. The grammar, which
    /// takes them for text, still has them open.
    pub(super) fn without_brackets<'t>(&mut self, mut text: &'t str) -> &'t str {
        while let Some(last) = self.brackets.open.last() {
            let close = match last.kind {
                b'{' => '}',
                b'(' => ')',
                b'[' => ']',
                _ => '>',
            };
            let Some(inside) = text
                .strip_suffix(close)
                .filter(|_| last.line == self.line_text)
            else {
                break;
            };
            self.brackets.given_up += usize::from(last.kind == b'{');
            self.brackets.open.pop();
            text = inside.trim_end_matches([' ', '\t', ';', ',']);
        }
        text
    }

    pub(super) fn unclosed_at_end(&mut self) {
        self.unclosed(0, self.text.len()..self.text.len());
    }

    /// If every brace was closed after all, only the indentation was odd, which is no error.
    pub(super) fn forget_odd_indentation(&mut self) {
        if self.brackets.given_up == 0 {
            let is_unclosed = |kind: &ErrorKind| matches!(kind, ErrorKind::UnclosedBrace { .. });
            self.errors.retain(|error| !is_unclosed(&error.kind));
        }
    }

    /// Gives up the brackets from `first` on and reports the braces among them.
    fn unclosed(&mut self, first: usize, noticed: std::ops::Range<usize>) {
        for bracket in self.brackets.open.split_off(first) {
            if bracket.kind == b'{' {
                self.brackets.given_up += 1;
                let head = bracket.line..bracket.at;
                let kind = ErrorKind::UnclosedBrace {
                    head,
                    noticed: noticed.clone(),
                };
                self.error(bracket.at..bracket.at + 1, kind);
            }
        }
    }
}
