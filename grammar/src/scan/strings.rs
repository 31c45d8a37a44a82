//! Where strings end.

use super::{Error, ErrorKind, Place, Scanner};

impl Scanner<'_> {
    /// A string that begins at `start`, with its prefix; `self.pos` is at the quote.
    pub(super) fn string(&mut self, start: usize, place: Place) {
        self.pos += 1;
        loop {
            match &self.bytes[self.pos..] {
                [] | [b'\n', ..] | [b'\r', b'\n', ..] => return self.unterminated_string(start),
                [b'"', ..] => {
                    self.pos += 1;
                    self.open_string = None;
                    return;
                }
                [b'\\', b'"' | b'\\', ..] if place == Place::String => self.pos += 2,
                _ => self.character(place),
            }
        }
    }

    fn unterminated_string(&mut self, start: usize) {
        if self.is_far_end(start) {
            return;
        }
        let text = self.text[start..self.pos].trim_end();
        let in_front = self.text[self.line_start..start].trim();
        let is_import = matches!(in_front, "import" | "include");
        let inside = match is_import {
            true => path(text),
            false => self.without_brackets(text.trim_end_matches([';', ','])),
        };
        let close_at = start + inside.len();
        let end = start + text.len();
        let kind = ErrorKind::UnterminatedString {
            close_at,
            far_end: None,
        };
        self.open_string = (!is_import).then_some(self.errors.len());
        self.error(start..end, kind);
    }

    /// Whether the quote at `start` ends the string that was not closed last, on a line before: nothing but closing signs
    /// are behind it, and between them is no other string and no declaration. Takes that down, and forgets what was said
    /// of the text between them.
    fn is_far_end(&mut self, start: usize) -> bool {
        let in_front = self.text[self.line_start..start].trim_end();
        let is_opened = in_front.ends_with(['=', '(', '[', '{', ',', ':']);
        let (_, behind) = self.text[start..self.pos]
            .split_once('"')
            .expect("a string begins here");
        let is_closed = behind
            .trim_matches([' ', '\t', ';', ',', ')', ']', '}'])
            .is_empty();
        let line = self.line_start;
        let Some(open) = self.open_string.filter(|_| is_closed && !is_opened) else {
            return false;
        };
        match self.errors.get_mut(open) {
            Some(Error {
                range,
                kind: ErrorKind::UnterminatedString { far_end, .. },
            }) if range.end < line => {
                *far_end = Some(self.pos - behind.len());
                self.errors.truncate(open + 1);
                self.open_string = None;
                true
            }
            _ => false,
        }
    }

    /// `'…'` and `“…”`: text in quotes of other languages and of word processors. Skips the
    /// whole text if it ends on this line, so that nothing is said about what is inside.
    pub(super) fn foreign_quote(&mut self, found: char) {
        let start = self.pos;
        if found == '\'' && (self.is_lifetime() || self.is_between_digits()) {
            return;
        }
        let inner = start + found.len_utf8();
        let closes = |c: char| match found {
            '\'' => c == '\'',
            _ => matches!(c, '"' | '“' | '”' | '„' | '‘' | '’' | '«' | '»'),
        };
        let rest = &self.text[inner..];
        let mut line = rest.char_indices().take_while(|&(_, c)| c != '\n');
        let mut escaped = false;
        let end = line.find(|&(_, c)| {
            let is_end = closes(c) && !escaped;
            escaped = c == '\\' && !escaped;
            is_end
        });
        let (range, instead) = match end {
            Some((at, c)) => {
                let text = rest[..at].replace("\\'", "'");
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

    /// `1'000`, as C++ has it. Skips and refuses the sign.
    fn is_between_digits(&mut self) -> bool {
        let start = self.pos;
        let digit = |at: usize| self.bytes.get(at).is_some_and(u8::is_ascii_digit);
        let is_between = start.checked_sub(1).is_some_and(digit) && digit(start + 1);
        if is_between {
            self.pos += 1;
            let found = '\'';
            let instead = Some((start..start + 1, "_".to_owned()));
            self.error(start..start + 1, ErrorKind::Character { found, instead });
        }
        is_between
    }

    /// `<'a>` or `&'a T`, as Rust has them: to be removed as a whole. Skips and refuses it.
    fn is_lifetime(&mut self) -> bool {
        let start = self.pos;
        let in_front = self.text[..start].trim_end();
        let behind = &self.text[start + 1..];
        let length = behind
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(behind.len());
        let rest = &behind[length..];
        if length == 0 || rest.starts_with('\'') || !in_front.ends_with(['<', '&']) {
            return false;
        }
        let mut range = start..start + 1 + length;
        self.pos = range.end;
        if in_front.ends_with('<') && rest.starts_with('>') {
            range = in_front.len() - 1..range.end + 1;
        } else {
            let blank = rest.trim_start_matches([' ', ',']);
            range.end += rest.len() - blank.len();
        }
        let found = '\'';
        let instead = Some((range, String::new()));
        self.error(start..start + 1, ErrorKind::Character { found, instead });
        true
    }
}

/// The file in `"common.idl as c;`, with its quote.
fn path(text: &str) -> &str {
    let end = text.find([' ', '{', ';', ',']);
    &text[..end.unwrap_or(text.len())]
}
