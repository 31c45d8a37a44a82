//! One pass over the characters before the grammar is applied.
//!
//! It reports what no grammar rule could report well, and keeps texts from the grammar that would take too much stack.
//! It does not understand words, with one exception: a line that begins a declaration, indented no deeper than an open
//! `{`, shows that this `{` was never closed.

mod brackets;
mod characters;
mod comments;
mod conflicts;
mod error;
mod strings;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;

use brackets::Brackets;
use comments::{QUOTES, without_comments};
pub use error::{Error, ErrorKind, Place};

/// The result of the scan.
#[derive(Debug)]
pub struct Scan<'t> {
    /// The errors, in order of place.
    pub errors: Vec<Error>,
    /// Every doc comment, in order.
    pub docs: Vec<Doc>,
    /// The text for the grammar. `None` if nothing could be parsed: after a comment without end, or with nesting that
    /// is too deep.
    pub code: Option<Code<'t>>,
}

/// Text that is safe to parse, with comments replaced by white space. Offsets are unchanged.
#[derive(Debug)]
pub struct Code<'t>(Cow<'t, str>);

impl Code<'_> {
    /// The text.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// A doc comment: one `///` or `//!` line, or one `/** */`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doc {
    /// The whole comment, markers included, line end excluded.
    pub range: Range<usize>,
    /// Its form.
    pub kind: DocKind,
    /// Offset of the next token, which it documents; the length of the text if there is none.
    pub next: usize,
    /// Whether a token stands in front of it on the same line.
    pub trailing: bool,
}

/// The forms of doc comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocKind {
    /// `///`
    Line,
    /// `//!`
    Inner,
    /// `/** */`
    Block,
}

/// Walks over `text`; linear in its length.
pub fn scan(text: &str) -> Scan<'_> {
    let mut scanner = Scanner {
        text,
        bytes: text.as_bytes(),
        pos: if text.starts_with('\u{FEFF}') { 3 } else { 0 },
        line_start: 0,
        line_text: 0,
        fresh_line: true,
        brackets: Brackets::default(),
        open_string: None,
        others: 0..0,
        undocumented: 0,
        errors: Vec::new(),
        docs: Vec::new(),
        comments: Vec::new(),
        hopeless: false,
    };
    while scanner.pos < text.len() && !scanner.hopeless {
        scanner.step();
    }
    scanner.finish()
}

struct Scanner<'t> {
    text: &'t str,
    bytes: &'t [u8],
    pos: usize,
    /// Offset of the first byte of the current line.
    line_start: usize,
    /// Offset of the first token of the line of the token that was seen last.
    line_text: usize,
    /// No token has been seen on the current line yet.
    fresh_line: bool,
    brackets: Brackets,
    /// Index of the last error about an unclosed string, while the string may still end on this line.
    open_string: Option<usize>,
    /// The versions of a conflict except the first. Past the end of the text once it is known that there are no more
    /// conflicts.
    others: Range<usize>,
    /// Index of the first doc comment that no token has followed yet.
    undocumented: usize,
    errors: Vec<Error>,
    docs: Vec<Doc>,
    comments: Vec<Range<usize>>,
    hopeless: bool,
}

impl<'t> Scanner<'t> {
    fn step(&mut self) {
        let byte = self.bytes[self.pos];
        match byte {
            b'\n' => self.line_end(),
            b'<' | b'|' | b'=' | b'>' if self.skip_conflict() => {}
            b' ' | b'\t' => self.pos += 1,
            b'\r' if self.bytes.get(self.pos + 1) == Some(&b'\n') => self.pos += 1,
            b'/' if self.bytes.get(self.pos + 1) == Some(&b'/') => self.line_comment(),
            b'/' if self.bytes.get(self.pos + 1) == Some(&b'*') => self.block_comment(),
            b'#' => self.hash_comment(),
            b'"' if self.text[self.pos..].starts_with(QUOTES) => self.description(),
            _ => {
                if self.fresh_line {
                    self.line_text = self.pos;
                }
                self.token(byte);
                self.fresh_line = false;
            }
        }
    }

    fn token(&mut self, byte: u8) {
        let pos = self.pos;
        for doc in &mut self.docs[self.undocumented..] {
            doc.next = pos;
        }
        self.undocumented = self.docs.len();
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'_' => self.word(),
            b'0'..=b'9' => self.number(),
            b'"' => self.string(self.pos, Place::String),
            b'`' => self.quoted_name(),
            b'{' | b'}' | b'(' | b')' | b'[' | b']' | b'<' | b'>' | b';' => self.bracket(byte),
            b'@' | b':' | b',' | b'.' | b'=' | b'-' | b'+' | b'?' | b'~' | b'|' | b'^' | b'&'
            | b'*' | b'/' | b'%' => self.pos += 1,
            _ => self.odd_character(),
        }
    }

    fn line_end(&mut self) {
        self.pos += 1;
        self.line_start = self.pos;
        self.fresh_line = true;
    }

    /// A name, a keyword, or the prefix of a string.
    fn word(&mut self) {
        let start = self.pos;
        let foreign = self.skip_word();
        let word = &self.text[start..self.pos];
        if self.bytes.get(self.pos) == Some(&b'"') && !foreign {
            let place = match word {
                "r" | "x" | "uuid" | "ts" | "date" => Place::RawString,
                _ => Place::String,
            };
            return self.string(start, place);
        }
        if word == "r" && self.is_raw_name() {
            self.pos += 1;
            self.error(start..self.pos, ErrorKind::RawName);
            // Parsed as if it were not there.
            return self.comments.push(start..self.pos);
        }
        if foreign {
            self.foreign_word(start);
        } else if word.len() > crate::MAX_NAME {
            self.error(start..self.pos, ErrorKind::LongName);
        } else if self.fresh_line {
            self.notice_declaration(start);
        }
    }

    /// Whether `#` and a name follow.
    fn is_raw_name(&self) -> bool {
        let is_of_name = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_';
        self.bytes.get(self.pos) == Some(&b'#')
            && self.bytes.get(self.pos + 1).is_some_and(is_of_name)
    }

    /// Digits and the letters attached to them. The grammar and the compiler look closer.
    fn number(&mut self) {
        let start = self.pos;
        if self.skip_word() {
            self.foreign_word(start);
        }
    }

    fn quoted_name(&mut self) {
        let start = self.pos;
        self.pos += 1;
        let foreign = self.skip_word();
        let empty = self.pos == start + 1;
        if empty || self.bytes.get(self.pos) != Some(&b'`') {
            let kind = ErrorKind::Character {
                found: '`',
                instead: None,
            };
            // Everything up to the next backtick is one error, such as a struct tag of Go.
            let line = self.text[start + 1..].lines().next().unwrap_or_default();
            if let Some(length) = line.find('`') {
                self.pos = start + 1 + length + 1;
                return self.error(start..self.pos, kind);
            }
            return self.error(start..start + 1, kind);
        }
        if foreign {
            self.foreign_word(start + 1);
        } else if self.pos - start > crate::MAX_NAME + 1 {
            self.error(start..self.pos + 1, ErrorKind::LongName);
        }
        self.pos += 1;
    }

    /// Skips letters, digits and `_`; returns whether any is not ASCII.
    fn skip_word(&mut self) -> bool {
        let mut foreign = false;
        for c in self.text[self.pos..].chars() {
            match c {
                'A'..='Z' | 'a'..='z' | '0'..='9' | '_' => {}
                c if !c.is_ascii() && c.is_alphanumeric() => foreign = true,
                _ => break,
            }
            self.pos += c.len_utf8();
        }
        foreign
    }

    fn error(&mut self, range: Range<usize>, kind: ErrorKind) {
        if self.errors.len() < crate::MAX_ERRORS {
            self.errors.push(Error { range, kind });
        }
    }

    fn finish(mut self) -> Scan<'t> {
        for doc in &mut self.docs[self.undocumented..] {
            doc.next = self.text.len();
        }
        if !self.hopeless {
            self.unclosed_at_end();
            self.forget_odd_indentation();
        }
        self.errors.sort_by_key(|error| error.range.start);
        Scan {
            code: (!self.hopeless).then(|| without_comments(self.text, &self.comments)),
            errors: self.errors,
            docs: self.docs,
        }
    }
}
