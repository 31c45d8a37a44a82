//! A lossless lexer: white space and comments are tokens, too.
//!
//! For tools that need what the grammar skips, such as the formatter. It accepts any text; unknown characters are
//! tokens of their own.

use std::ops::Range;

/// A piece of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Its bytes.
    pub range: Range<usize>,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// White space, line ends and a byte order mark.
    Blank,
    /// From `//` to the end of the line, which is not part of it.
    LineComment,
    /// `/* … */`, which nests.
    BlockComment,
    /// A keyword or a name, backticks included.
    Word,
    /// A number or a duration, without its sign.
    Number,
    /// A string with its quotes and prefix: `"…"`, `uuid"…"`.
    Text,
    /// Punctuation: `..=`, `..`, `<<`, or one character. `>>` is two tokens, because it may close two types.
    Sign,
    /// A character that the language does not use.
    Other,
}

/// Splits `text` into tokens that cover it from the first byte to the last. Never fails, and is linear in the length of
/// the text. An unterminated comment extends to the end of the text, an unterminated string to the end of its line.
pub fn lex(text: &str) -> impl Iterator<Item = Token> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let token = token(text, at)?;
        at = token.range.end;
        Some(token)
    })
}

/// The token at `at`, which is a character boundary; `None` at the end.
fn token(text: &str, at: usize) -> Option<Token> {
    let rest = &text[at..];
    let bytes = rest.as_bytes();
    let (kind, length) = match *bytes.first()? {
        b' ' | b'\t' | b'\r' | b'\n' => (TokenKind::Blank, blank(bytes)),
        b'/' if bytes.get(1) == Some(&b'/') => (TokenKind::LineComment, line_comment(bytes)),
        b'/' if bytes.get(1) == Some(&b'*') => (TokenKind::BlockComment, block_comment(bytes)),
        b'"' => (TokenKind::Text, string(bytes, true)),
        b'`' => quoted_name(bytes),
        b'0'..=b'9' => (TokenKind::Number, number(bytes)),
        byte if is_word(byte) => word(rest),
        b'.' if bytes.starts_with(b"..=") => (TokenKind::Sign, 3),
        b'.' if bytes.starts_with(b"..") => (TokenKind::Sign, 2),
        b'<' if bytes.starts_with(b"<<") => (TokenKind::Sign, 2),
        byte if b"{}()[]<>;,:.=@?+-~*/%&|^".contains(&byte) => (TokenKind::Sign, 1),
        _ if at == 0 && rest.starts_with('\u{FEFF}') => (TokenKind::Blank, '\u{FEFF}'.len_utf8()),
        _ => (TokenKind::Other, rest.chars().next()?.len_utf8()),
    };
    let range = at..at + length;
    Some(Token { kind, range })
}

fn blank(bytes: &[u8]) -> usize {
    count(bytes, |byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
}

fn line_comment(bytes: &[u8]) -> usize {
    let length = count(bytes, |byte| byte != b'\n');
    if bytes[..length].ends_with(b"\r") {
        length - 1
    } else {
        length
    }
}

fn block_comment(bytes: &[u8]) -> usize {
    let (mut at, mut depth) = (0, 0usize);
    while at < bytes.len() {
        match &bytes[at..] {
            [b'/', b'*', ..] => (at, depth) = (at + 2, depth + 1),
            [b'*', b'/', ..] if depth == 1 => return at + 2,
            [b'*', b'/', ..] => (at, depth) = (at + 2, depth - 1),
            _ => at += 1,
        }
    }
    at
}

/// A name or keyword, or a string with a prefix.
fn word(text: &str) -> (TokenKind, usize) {
    let bytes = text.as_bytes();
    let length = count(bytes, is_word);
    if bytes.get(length) != Some(&b'"') {
        return (TokenKind::Word, length);
    }
    match &text[..length] {
        "r" | "x" | "uuid" | "ts" | "date" => {
            (TokenKind::Text, length + string(&bytes[length..], false))
        }
        "b" => (TokenKind::Text, length + string(&bytes[length..], true)),
        _ => (TokenKind::Word, length),
    }
}

/// The length of a string: to the closing quote, or to the end of the line.
fn string(bytes: &[u8], escapes: bool) -> usize {
    let mut at = 1;
    loop {
        match &bytes[at..] {
            [] | [b'\n', ..] | [b'\r', b'\n', ..] => return at,
            [b'"', ..] => return at + 1,
            [b'\\', b'"' | b'\\', ..] if escapes => at += 2,
            _ => at += 1,
        }
    }
}

fn quoted_name(bytes: &[u8]) -> (TokenKind, usize) {
    let length = count(&bytes[1..], is_word);
    match bytes.get(1 + length) {
        Some(b'`') if length > 0 => (TokenKind::Word, length + 2),
        Some(_) | None => (TokenKind::Other, 1),
    }
}

/// The length of a number with its suffix: `1_000`, `0xFF`, `2.5e-3`, `1h30m`. The `1` of `1..=2` ends before the dots.
fn number(bytes: &[u8]) -> usize {
    let based = matches!(bytes, [b'0', b'x' | b'o' | b'b', ..]);
    let mut at = 1;
    loop {
        match &bytes[at..] {
            [b'.', b'0'..=b'9', ..] => at += 2,
            [b'e' | b'E', b'+' | b'-', b'0'..=b'9', ..] if !based => at += 3,
            [byte, ..] if is_word(*byte) => at += 1,
            [..] => return at,
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn count(bytes: &[u8], belongs: impl Fn(u8) -> bool) -> usize {
    let end = bytes.iter().position(|byte| !belongs(*byte));
    end.unwrap_or(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<(TokenKind, &str)> {
        let tokens = lex(text).filter(|token| token.kind != TokenKind::Blank);
        tokens
            .map(|token| (token.kind, &text[token.range]))
            .collect()
    }

    fn words(text: &str) -> Vec<&str> {
        tokens(text).into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn nothing_is_lost_whatever_the_text() {
        let texts = [
            "",
            "\u{FEFF}namespace a;\r\n",
            "a /* b /* c */ d",
            "/* a /* b */ c */d",
            "\"never closed\n`x `` é — \u{FEFF}\\ \"\\",
            "// only a comment",
            "1..=2 1.5.x 0x 0xE+1 5e-324 1e 1h30m",
            "r\"\\\" b\"\\\"\" q\"",
        ];
        for text in texts {
            let mut end = 0;
            for token in lex(text) {
                assert_eq!(token.range.start, end, "{text:?}");
                assert!(!token.range.is_empty(), "{text:?}");
                end = token.range.end;
            }
            assert_eq!(end, text.len(), "{text:?}");
        }
    }

    #[test]
    fn numbers_end_where_they_end() {
        assert_eq!(words("1..=2"), ["1", "..=", "2"]);
        assert_eq!(words("-273.15..1e9"), ["-", "273.15", "..", "1e9"]);
        assert_eq!(words("0xE+1"), ["0xE", "+", "1"]);
        assert_eq!(words("5e-324-1h30m"), ["5e-324", "-", "1h30m"]);
        assert_eq!(words("1:a"), ["1", ":", "a"]);
    }

    #[test]
    fn angles_close_one_by_one_and_shift_together() {
        assert_eq!(words("a<b<c>>"), ["a", "<", "b", "<", "c", ">", ">"]);
        assert_eq!(words("1<<2"), ["1", "<<", "2"]);
    }

    #[test]
    fn a_prefix_belongs_to_its_string() {
        use TokenKind::{Text, Word};
        assert_eq!(tokens(r#"ts"1""#), [(Text, r#"ts"1""#)]);
        assert_eq!(
            tokens(r#"r"\" b"\"""#),
            [(Text, r#"r"\""#), (Text, r#"b"\"""#)]
        );
        assert_eq!(tokens(r#"y"1""#), [(Word, "y"), (Text, r#""1""#)]);
        assert_eq!(tokens("`struct`"), [(Word, "`struct`")]);
    }

    #[test]
    fn comments_end_before_the_line_end() {
        assert_eq!(words("// a\r\nb"), ["// a", "b"]);
        assert_eq!(words("/* a /* b */ */c"), ["/* a /* b */ */", "c"]);
    }
}
