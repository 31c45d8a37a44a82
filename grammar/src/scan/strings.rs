//! Where strings end.

use super::{ErrorKind, Place, Scanner};

impl Scanner<'_> {
    /// A string that begins at `start`, with its prefix; `self.pos` is at the quote.
    pub(super) fn string(&mut self, start: usize, place: Place) {
        self.pos += 1;
        loop {
            match &self.bytes[self.pos..] {
                [] | [b'\n', ..] | [b'\r', b'\n', ..] => return self.unterminated_string(start),
                [b'"', ..] => {
                    self.pos += 1;
                    return;
                }
                [b'\\', b'"' | b'\\', ..] if place == Place::String => self.pos += 2,
                _ => self.character(place),
            }
        }
    }

    fn unterminated_string(&mut self, start: usize) {
        let text = self.text[start..self.pos].trim_end();
        let inside = text.trim_end_matches([';', ',']);
        let close_at = start + inside.len();
        let end = start + text.len();
        self.error(start..end, ErrorKind::UnterminatedString { close_at });
    }

    /// `'…'` and `“…”`: text in quotes of other languages and of word processors. Skips the
    /// whole text if it ends on this line, so that nothing is said about what is inside.
    pub(super) fn foreign_quote(&mut self, found: char) {
        let start = self.pos;
        let inner = start + found.len_utf8();
        let closes = |c: char| match found {
            '\'' => c == '\'',
            _ => matches!(c, '"' | '“' | '”' | '„' | '‘' | '’' | '«' | '»'),
        };
        let rest = &self.text[inner..];
        let mut line = rest.char_indices().take_while(|&(_, c)| c != '\n');
        let end = line.find(|&(_, c)| closes(c));
        let (range, instead) = match end {
            Some((at, c)) => {
                let text = &rest[..at];
                self.pos = inner + at + c.len_utf8();
                let instead = (!text.contains(['"', '\\'])).then(|| format!("\"{text}\""));
                (start..self.pos, instead)
            }
            None => {
                let line = rest.split_at(rest.find('\n').unwrap_or(rest.len())).0;
                let text = line.trim_end().trim_end_matches([';', ',']);
                self.pos = inner + text.len();
                (start..self.pos, Some(format!("\"{text}\"")))
            }
        };
        let instead = instead.map(|text| (range, text));
        self.error(start..inner, ErrorKind::Character { found, instead });
    }
}
