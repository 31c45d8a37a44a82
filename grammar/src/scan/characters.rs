//! Characters that do not belong in a schema, and the characters that were probably meant.

use super::{ErrorKind, Place, Scanner};

impl Scanner<'_> {
    /// Skips one character of a comment or string, and refuses control characters.
    pub(super) fn character(&mut self, place: Place) {
        if matches!(self.bytes[self.pos], b' '..=b'~' | b'\t') {
            self.pos += 1;
            return;
        }
        let Some(c) = self.text[self.pos..].chars().next() else {
            return;
        };
        let start = self.pos;
        self.pos += c.len_utf8();
        let line_end = c == '\r' && self.bytes.get(self.pos) == Some(&b'\n');
        if (is_control(c) || is_line_break(c)) && !line_end {
            self.error(start..self.pos, ErrorKind::Control { found: c, place });
        }
    }

    /// A character outside strings and comments that cannot begin a token.
    pub(super) fn odd_character(&mut self) {
        let Some(c) = self.text[self.pos..].chars().next() else {
            return;
        };
        let start = self.pos;
        match c {
            '\'' | '“' | '”' | '„' | '‘' | '’' | '«' | '»' => self.foreign_quote(c),
            c if c.is_alphanumeric() => {
                self.skip_word();
                self.foreign_word(start);
            }
            c => {
                self.pos += c.len_utf8();
                // A run of the same control character is one error, such as a hole in a file.
                while is_control(c) && self.text[self.pos..].starts_with(c) {
                    self.pos += c.len_utf8();
                }
                let range = start..self.pos;
                let kind = if is_control(c) {
                    ErrorKind::Control {
                        found: c,
                        place: Place::Code,
                    }
                } else {
                    let instead = plain(c).map(|text| (range.clone(), text.to_owned()));
                    ErrorKind::Character { found: c, instead }
                };
                self.error(range, kind);
            }
        }
    }

    /// A word at `start` with letters that are not ASCII. If all of them look like ASCII letters, those were meant;
    /// else another name is needed.
    pub(super) fn foreign_word(&mut self, start: usize) {
        let end = self.pos;
        let word = &self.text[start..end];
        let Some((at, found)) = word.char_indices().find(|(_, c)| !c.is_ascii()) else {
            return;
        };
        let twin: Option<String> = word
            .chars()
            .map(|c| if c.is_ascii() { Some(c) } else { look_alike(c) })
            .collect();
        match twin {
            Some(twin) => {
                let at = start + at;
                let instead = Some((start..end, twin));
                let kind = ErrorKind::Character { found, instead };
                self.error(at..at + found.len_utf8(), kind);
            }
            None => {
                let ascii = word
                    .chars()
                    .filter_map(|c| if c.is_ascii() { Some(c) } else { unaccented(c) });
                let kind = ErrorKind::ForeignName {
                    ascii: ascii.collect(),
                };
                self.error(start..end, kind);
            }
        }
    }
}

/// Control characters except tab and line feed, and characters that reorder text on the screen.
fn is_control(c: char) -> bool {
    match c {
        '\t' | '\n' => false,
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => true,
        c => c.is_control(),
    }
}

/// Characters that some editors treat as line breaks, so that a comment seems to end.
fn is_line_break(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}

/// The sign that was probably meant; empty for invisible characters.
fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{2010}'..='\u{2015}' | '−' | '－' => "-",
        '，' | '、' => ",",
        '；' => ";",
        '：' => ":",
        '．' | '。' | '·' => ".",
        '（' => "(",
        '）' => ")",
        '［' => "[",
        '］' => "]",
        '｛' => "{",
        '｝' => "}",
        '＜' | '‹' => "<",
        '＞' | '›' => ">",
        '＝' => "=",
        '＠' => "@",
        '＋' => "+",
        '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => {
            " "
        }
        '\u{2028}' | '\u{2029}' => "\n",
        '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' => "",
        _ => return None,
    })
}

/// The ASCII letter or digit that looks like `c`, or that is commonly written instead: `us` for `µs`.
fn look_alike(c: char) -> Option<char> {
    const FOREIGN: &str = "АВЕЅІЈКМНОРСТУХаеорсухіјѕһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧοµμ";
    const ASCII: &str = "ABESIJKMHOPCTYXaeopcyxijshdqwABEZHIKMNOPTYXouu";
    if let '\u{FF10}'..='\u{FF19}' | '\u{FF21}'..='\u{FF3A}' | '\u{FF41}'..='\u{FF5A}' = c {
        return char::from_u32(u32::from(c) - 0xFEE0);
    }
    FOREIGN
        .chars()
        .zip(ASCII.chars())
        .find(|&(foreign, _)| foreign == c)
        .map(|(_, ascii)| ascii)
}

/// `c` without its accent.
fn unaccented(c: char) -> Option<char> {
    const ACCENTED: [(&str, char); 18] = [
        ("ÀÁÂÃÄÅĀ", 'A'),
        ("àáâãäåā", 'a'),
        ("ÈÉÊËĒĘ", 'E'),
        ("èéêëēę", 'e'),
        ("ÌÍÎÏ", 'I'),
        ("ìíîïı", 'i'),
        ("ÒÓÔÕÖØŐ", 'O'),
        ("òóôõöøő", 'o'),
        ("ÙÚÛÜŰ", 'U'),
        ("ùúûüű", 'u'),
        ("ÇĆČ", 'C'),
        ("çćč", 'c'),
        ("ÑŃ", 'N'),
        ("ñń", 'n'),
        ("ŠŚŞ", 'S'),
        ("šśşß", 's'),
        ("ŽŹŻ", 'Z'),
        ("žźż", 'z'),
    ];
    ACCENTED
        .iter()
        .find(|(letters, _)| letters.contains(c))
        .map(|&(_, plain)| plain)
}
