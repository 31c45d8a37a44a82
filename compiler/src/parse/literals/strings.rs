//! Strings, and literals with quotes: bytes, hex, UUIDs.

use super::{Decoded, Fault, MAX_TEXT};
use crate::diagnostics::Code;

/// `"…"`
pub(super) fn string(text: &str) -> Decoded<String> {
    let mut out = String::new();
    unescape(text, 1, |c| out.push(c))?;
    limited(text, out.len()).map(|()| out)
}

/// `r"…"`
pub(super) fn raw(text: &str) -> Decoded<String> {
    let inner = inside(text, 2);
    limited(text, inner.len()).map(|()| inner.to_owned())
}

/// `b"…"`: ASCII and escapes up to `\xFF`.
pub(super) fn bytes(text: &str) -> Decoded<Vec<u8>> {
    if let Some((at, c)) = text.char_indices().find(|(_, c)| !c.is_ascii()) {
        let message = format!("`{c}` is not ASCII, and `b\"…\"` holds bytes");
        let fault = Fault::new(Code::BadLiteral, at..at + c.len_utf8(), message);
        return Err(fault.help("write its bytes as `\\x…`, or use a `string`"));
    }
    let mut out = Vec::new();
    let mut wide = None;
    unescape(text, 2, |c| match u8::try_from(u32::from(c)) {
        Ok(byte) => out.push(byte),
        Err(_) => wide = Some(c),
    })?;
    if let Some(c) = wide {
        let message = format!("`\\u{{{:x}}}` is more than one byte", u32::from(c));
        return Err(Fault::new(Code::BadLiteral, 0..text.len(), message));
    }
    limited(text, out.len()).map(|()| out)
}

/// `x"CAFE BABE"`
pub(super) fn hex(text: &str) -> Decoded<Vec<u8>> {
    let inner = inside(text, 2);
    let mut digits = Vec::new();
    for (at, c) in inner.char_indices() {
        match c.to_digit(16) {
            Some(digit) => digits.push(digit as u8),
            None if c == ' ' => {}
            None => {
                let at = 2 + at;
                let message = format!("malformed hex literal: `{c}` is no hex digit");
                return Err(Fault::new(Code::BadLiteral, at..at + c.len_utf8(), message)
                    .help("write two hex digits for each byte, with spaces where you like: `x\"CAFE 00\"`"));
            }
        }
    }
    if digits.len() % 2 == 1 {
        let message = "malformed hex literal: an odd number of digits";
        return Err(Fault::new(Code::BadLiteral, 0..text.len(), message)
            .help("write two hex digits for each byte"));
    }
    limited(text, digits.len() / 2)?;
    Ok(digits
        .chunks_exact(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect())
}

/// `uuid"00000000-0000-0000-0000-000000000000"`
pub(super) fn uuid(text: &str) -> Decoded<[u8; 16]> {
    let inner = inside(text, 5);
    let fault = |why: &str| {
        Fault::new(
            Code::BadLiteral,
            0..text.len(),
            format!("malformed uuid literal: {why}"),
        )
        .help("write 8-4-4-4-12 hex digits: `uuid\"123e4567-e89b-12d3-a456-426614174000\"`")
    };
    let groups: Vec<usize> = inner.split('-').map(str::len).collect();
    if groups != [8, 4, 4, 4, 12] {
        return Err(fault("the groups of digits are not 8-4-4-4-12"));
    }
    let mut out = [0; 16];
    let mut digits = inner.chars().filter(|c| *c != '-');
    for byte in &mut out {
        for _ in 0..2 {
            let digit = digits.next().and_then(|c| c.to_digit(16));
            *byte = *byte << 4 | digit.ok_or_else(|| fault("not all are hex digits"))? as u8;
        }
    }
    Ok(out)
}

/// The text between the quotes of a literal. Prefix and opening quote take `prefix` bytes.
pub(super) fn inside(text: &str, prefix: usize) -> &str {
    &text[prefix..text.len() - 1]
}

fn limited(text: &str, length: usize) -> Decoded<()> {
    if length <= MAX_TEXT {
        return Ok(());
    }
    let message = format!("a string may have up to {MAX_TEXT} bytes, this has {length}");
    Err(Fault::new(Code::LimitExceeded, 0..text.len(), message))
}

/// Calls `push` with each character between the quotes.
fn unescape(text: &str, prefix: usize, mut push: impl FnMut(char)) -> Decoded<()> {
    let inner = inside(text, prefix);
    let mut chars = inner.char_indices();
    while let Some((at, c)) = chars.next() {
        if c != '\\' {
            push(c);
            continue;
        }
        let (_, letter) = chars
            .next()
            .expect("the grammar lets no string end in `\\`");
        let plain = match letter {
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            '0' => Some('\0'),
            '\\' | '"' | '\'' => Some(letter),
            _ => None,
        };
        let (c, length) = match (plain, letter) {
            (Some(c), _) => (c, 2),
            (None, 'x') => hex_escape(inner, at, prefix)?,
            (None, 'u') => unicode_escape(inner, at, prefix).map_err(|fault| Fault {
                instead: with_braces(text),
                ..fault
            })?,
            (None, _) => return Err(unknown_escape(prefix + at, letter)),
        };
        push(c);
        while chars.offset() < at + length {
            chars.next();
        }
    }
    Ok(())
}

/// `\x41`, and its length.
fn hex_escape(inner: &str, at: usize, prefix: usize) -> Decoded<(char, usize)> {
    let digits = inner
        .get(at + 2..at + 4)
        .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
    match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
        Some(byte) if prefix == 1 && byte > 0x7F => {
            let at = prefix + at;
            let message =
                format!("`\\x{byte:02X}` is no character; in a string `\\x` goes up to `\\x7F`");
            Err(
                Fault::new(Code::BadUnicodeEscape, at..at + 4, message).help(format!(
                    "write `\\u{{{byte:x}}}` for the character, or `b\"…\"` for bytes"
                )),
            )
        }
        Some(byte) => Ok((char::from(byte), 4)),
        None => {
            let at = prefix + at;
            Err(Fault::new(
                Code::UnknownEscape,
                at..at + 2,
                "`\\x` needs two hex digits",
            )
            .help("such as `\\x0A`"))
        }
    }
}

/// `\u{2603}`, and its length.
fn unicode_escape(inner: &str, at: usize, prefix: usize) -> Decoded<(char, usize)> {
    let body = &inner[at + 2..];
    let digits = body
        .strip_prefix('{')
        .and_then(|rest| rest.split_once('}'))
        .map(|(digits, _)| digits);
    let value = digits
        .filter(|digits| {
            (1..=6).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit())
        })
        .and_then(|digits| u32::from_str_radix(digits, 16).ok())
        .and_then(char::from_u32);
    match (value, digits) {
        (Some(c), Some(digits)) => Ok((c, digits.len() + 4)),
        _ => {
            let length = digits.map_or(2, |digits| digits.len() + 4);
            let at = prefix + at;
            let message = "`\\u{…}` needs 1 to 6 hex digits that name a Unicode scalar value";
            Err(Fault::new(Code::BadUnicodeEscape, at..at + length, message)
                .help("such as `\\u{2603}`; surrogates `D800` to `DFFF` are no characters"))
        }
    }
}

/// The same literal with `\u00e9` written as `\u{00e9}`. `None` if it has no such escapes, or if one is not a
/// character.
fn with_braces(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut found = false;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let digits = escape
            .strip_prefix("\\u")
            .and_then(|behind| behind.get(..4));
        let digits = digits.filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let length = match digits {
            Some(digits) => {
                char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
                let short = digits.trim_start_matches('0');
                out.push_str(&format!(
                    "\\u{{{}}}",
                    if short.is_empty() { "0" } else { short }
                ));
                found = true;
                "\\u0000".len()
            }
            None => {
                let length = 1 + escape[1..].chars().next()?.len_utf8();
                out.push_str(&escape[..length]);
                length
            }
        };
        rest = &escape[length..];
    }
    out.push_str(rest);
    found.then_some(out)
}

fn unknown_escape(at: usize, letter: char) -> Fault {
    Fault::new(Code::UnknownEscape, at..at + 1 + letter.len_utf8(), format!("unknown escape `\\{letter}`"))
        .help("escapes are `\\n` `\\r` `\\t` `\\0` `\\\\` `\\\"` `\\'` `\\x41` `\\u{2603}`; for a backslash write `\\\\`, or use a raw string `r\"…\"`")
}
