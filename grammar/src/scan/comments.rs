//! Comments: where they end, how they nest, and which are documentation.

use std::borrow::Cow;
use std::ops::Range;

use super::{Code, Doc, DocKind, ErrorKind, Place, Scanner};
use crate::MAX_NESTING;

/// Quotes around descriptions in GraphQL and similar languages.
pub(super) const QUOTES: &str = "\"\"\"";

impl Scanner<'_> {
    /// `// …`, `/// …`, `//! …`
    pub(super) fn line_comment(&mut self) {
        let start = self.pos;
        let rest = &self.bytes[start + 2..];
        let kind = match rest {
            [b'/', b'/', ..] => None,
            [b'/', ..] => Some(DocKind::Line),
            [b'!', ..] => Some(DocKind::Inner),
            _ => None,
        };
        self.skip_line();
        self.comment(start, kind);
    }

    /// `# …`, which is refused but read as a comment.
    pub(super) fn hash_comment(&mut self) {
        let start = self.pos;
        self.error(start..start + 1, ErrorKind::HashComment);
        self.skip_line();
        self.comment(start, None);
    }

    /// `"""…"""`, which is refused but read as a comment.
    pub(super) fn description(&mut self) {
        let start = self.pos;
        let inside = start + QUOTES.len();
        let length = self.text[inside..].find(QUOTES);
        let end = length.map(|length| inside + length + QUOTES.len());
        self.error(start..inside, ErrorKind::Description { end });
        self.hopeless |= end.is_none();
        self.pos = end.unwrap_or(self.text.len());
        if let Some(line) = self.text[start..self.pos].rfind('\n') {
            self.line_start = start + line + 1;
            self.fresh_line = true;
        }
        self.comment(start, None);
    }

    fn skip_line(&mut self) {
        while self.pos < self.bytes.len() && self.bytes[self.pos] != b'\n' {
            self.character(Place::Comment);
        }
    }

    /// `/* … */`, which nests.
    pub(super) fn block_comment(&mut self) {
        let start = self.pos;
        let mut open = vec![start];
        self.pos += 2;
        while let Some(&innermost) = open.last() {
            match &self.bytes[self.pos..] {
                [] => return self.unterminated(&open),
                [b'*', b'/', ..] => {
                    open.pop();
                    self.pos += 2;
                }
                [b'/', b'*', ..] => {
                    if open.len() == MAX_NESTING {
                        self.hopeless = true;
                        return self.error(self.pos..self.pos + 2, ErrorKind::TooDeep);
                    }
                    open.push(self.pos);
                    self.pos += 2;
                }
                [b'\n', ..] => self.line_end(),
                _ => self.character(Place::Comment),
            }
            debug_assert!(innermost < self.pos);
        }
        // `/**/` and `/***` do not begin documentation.
        let kind = match &self.bytes[start + 2..self.pos] {
            [b'*', b'/'] | [b'*', b'*', ..] => None,
            [b'*', ..] => Some(DocKind::Block),
            _ => None,
        };
        self.comment(start, kind);
    }

    fn unterminated(&mut self, open: &[usize]) {
        self.hopeless = true;
        let range = |at: usize| at..at + 2;
        if let (Some(&first), Some(&last)) = (open.first(), open.last()) {
            let outermost = (first != last).then(|| range(first));
            self.error(range(last), ErrorKind::UnterminatedComment { outermost });
        }
    }

    /// Records the comment from `start` to the current position.
    fn comment(&mut self, start: usize, kind: Option<DocKind>) {
        self.comments.push(start..self.pos);
        let Some(kind) = kind else { return };
        let text = self.text[start..self.pos].trim_end_matches('\r');
        self.docs.push(Doc {
            range: start..start + text.len(),
            kind,
            next: self.text.len(),
            trailing: !self.fresh_line,
        });
    }
}

/// The text with comments replaced by spaces; line ends stay.
pub(super) fn without_comments<'t>(text: &'t str, comments: &[Range<usize>]) -> Code<'t> {
    if comments.is_empty() {
        return Code(Cow::Borrowed(text));
    }
    let mut bytes = text.as_bytes().to_vec();
    for comment in comments {
        for byte in &mut bytes[comment.clone()] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    }
    let text = String::from_utf8(bytes).expect("comments begin and end between characters");
    Code(Cow::Owned(text))
}
