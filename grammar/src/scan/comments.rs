//! Comments: their ends, their nesting, and which of them are documentation.

use super::{Doc, DocKind, ErrorKind, Place, Scanner};
use crate::MAX_NESTING;

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
        self.doc(start, kind);
    }

    /// `# …`, which is refused but read as a comment.
    pub(super) fn hash_comment(&mut self) {
        self.error(self.pos..self.pos + 1, ErrorKind::HashComment);
        self.skip_line();
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
                        self.out.hopeless = true;
                        return self.error(self.pos..self.pos + 2, ErrorKind::TooDeep);
                    }
                    open.push(self.pos);
                    self.pos += 2;
                }
                [b'\n', ..] => {
                    self.pos += 1;
                    self.line_start = self.pos;
                }
                _ => self.character(Place::Comment),
            }
            debug_assert!(innermost < self.pos);
        }
        // `/**/` and `/***` are no documentation.
        let kind = match &self.bytes[start + 2..self.pos] {
            [b'*', b'/'] | [b'*', b'*', ..] => None,
            [b'*', ..] => Some(DocKind::Block),
            _ => None,
        };
        self.doc(start, kind);
    }

    fn unterminated(&mut self, open: &[usize]) {
        self.out.hopeless = true;
        let range = |at: usize| at..at + 2;
        if let (Some(&first), Some(&last)) = (open.first(), open.last()) {
            let outermost = (first != last).then(|| range(first));
            self.error(range(last), ErrorKind::UnterminatedComment { outermost });
        }
    }

    fn doc(&mut self, start: usize, kind: Option<DocKind>) {
        let Some(kind) = kind else { return };
        let text = self.text[start..self.pos].trim_end_matches('\r');
        self.out.docs.push(Doc {
            range: start..start + text.len(),
            kind,
            next: self.text.len(),
            trailing: !self.fresh_line,
        });
    }
}
