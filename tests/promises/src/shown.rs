//! Brings the debug output of a value and of its view into a common form: a view has lists for maps and sets, borrowed
//! texts and bytes, and its own name.

use std::fmt::Debug;

/// A value as displayed: equal for a value and its view, and different for different values.
#[derive(Clone, Debug, PartialOrd, Ord, Eq)]
pub struct Shown {
    /// A name, a number, a text, or nothing.
    word: String,
    parts: Vec<Shown>,
    /// Whether the parts are those of a set or map, whose order is arbitrary if they are hashed.
    is_set: bool,
}

impl Shown {
    /// The debug output of `value`, parsed.
    pub fn of(value: &impl Debug) -> Self {
        let text = format!("{value:?}");
        Reader { rest: &text }.value()
    }

    fn word(word: impl Into<String>) -> Self {
        Self {
            word: word.into(),
            parts: Vec::new(),
            is_set: false,
        }
    }

    fn sorted(&self) -> Vec<&Self> {
        let mut parts: Vec<&Self> = self.parts.iter().collect();
        parts.sort_unstable();
        parts
    }
}

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        let same_parts = || match self.is_set && other.is_set {
            true => self.sorted() == other.sorted(),
            false => self.parts == other.parts,
        };
        self.word == other.word && same_parts()
    }
}

/// Parses what `derive(Debug)` prints.
struct Reader<'t> {
    rest: &'t str,
}

impl<'t> Reader<'t> {
    /// One value, up to the comma or bracket after it.
    fn value(&mut self) -> Shown {
        if let Some(rest) = self.rest.strip_prefix("b\"") {
            self.rest = rest;
            return bytes(self.quoted());
        }
        if let Some(rest) = self.rest.strip_prefix('"') {
            self.rest = rest;
            return Shown::word(self.quoted());
        }
        let (word, rest) = self.rest.split_at(self.word());
        self.rest = rest;
        let name = word.trim();
        let name = name.strip_suffix("View").unwrap_or(name);
        let close = match rest.chars().next() {
            Some('(') => ')',
            Some('[') => ']',
            Some('{') => '}',
            _ => return Shown::word(name),
        };
        Shown {
            is_set: name.is_empty() && close == '}',
            parts: self.parts(close),
            ..Shown::word(name)
        }
    }

    /// The length of the next word. A colon is part of it, as in times, unless it ends a key.
    fn word(&self) -> usize {
        let ends = |at: usize, sign: char| match sign {
            '(' | '[' | '{' | ')' | ']' | '}' | ',' => true,
            ':' => self.rest[at..].starts_with(": "),
            _ => false,
        };
        let mut signs = self.rest.char_indices();
        let end = signs.find(|(at, sign)| ends(*at, *sign));
        end.map_or(self.rest.len(), |(at, _)| at)
    }

    /// The contents of brackets; keys and values are pairs.
    fn parts(&mut self, close: char) -> Vec<Shown> {
        let mut parts = Vec::new();
        self.rest = &self.rest[1..];
        loop {
            self.rest = self.rest.trim_start();
            if let Some(rest) = self.rest.strip_prefix(close) {
                self.rest = rest;
                return parts;
            }
            let mut part = self.value();
            if let Some(rest) = self.rest.strip_prefix(": ") {
                self.rest = rest;
                part = Shown {
                    parts: vec![part, self.value()],
                    ..Shown::word("")
                };
            }
            parts.push(part);
            self.rest = self.rest.strip_prefix(',').unwrap_or(self.rest);
        }
    }

    /// A text with its closing quote.
    fn quoted(&mut self) -> &'t str {
        let mut escaped = false;
        let end = self.rest.find(|sign| {
            let ends = sign == '"' && !escaped;
            escaped = sign == '\\' && !escaped;
            ends
        });
        let (text, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest.strip_prefix('"').unwrap_or(rest);
        text
    }
}

/// Converts the debug output of `Bytes` to that of `[u8]`.
fn bytes(text: &str) -> Shown {
    let mut parts = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let (number, used) = match (first, tail) {
            (b'\\', [b'x', high, low, ..]) => (hexadecimal(*high, *low), 3),
            (b'\\', [sign, ..]) => (escaped(*sign), 1),
            _ => (Some(first), 0),
        };
        let number = number.expect("`Bytes` prints no other escapes");
        parts.push(Shown::word(number.to_string()));
        rest = &tail[used..];
    }
    Shown {
        parts,
        ..Shown::word("")
    }
}

fn hexadecimal(high: u8, low: u8) -> Option<u8> {
    let digit = |digit: u8| char::from(digit).to_digit(16);
    u8::try_from(16 * digit(high)? + digit(low)?).ok()
}

fn escaped(sign: u8) -> Option<u8> {
    Some(match sign {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'0' => 0,
        b'\\' | b'"' => sign,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{Reader, Shown};
    use std::collections::{BTreeMap, BTreeSet};

    #[derive(Debug)]
    #[expect(dead_code, reason = "they are printed")]
    struct Book {
        title: String,
        notes: BTreeMap<String, Option<i8>>,
        tags: BTreeSet<u8>,
        pair: (f64, ()),
    }

    #[derive(Debug)]
    #[expect(dead_code, reason = "they are printed")]
    struct BookView<'a> {
        title: &'a str,
        notes: Vec<(&'a str, Option<i8>)>,
        tags: Vec<u8>,
        pair: (f64, ()),
    }

    #[test]
    fn a_view_is_shown_as_its_value() {
        let title = "a \"title\", {of} [all]: \\";
        let value = Book {
            title: title.into(),
            notes: [("a".into(), Some(-1)), ("b".into(), None)].into(),
            tags: [1, 2].into(),
            pair: (1.5, ()),
        };
        let mut view = BookView {
            title,
            notes: vec![("a", Some(-1)), ("b", None)],
            tags: vec![1, 2],
            pair: (1.5, ()),
        };
        assert_eq!(Shown::of(&value), Shown::of(&view));
        view.tags.reverse();
        assert_ne!(Shown::of(&value), Shown::of(&view));
        let bytes = b"\0a\"\\\n\x7f\xff";
        let owned = format!("b\"{}\"", bytes.escape_ascii());
        assert_eq!(Reader { rest: &owned }.value(), Shown::of(bytes));
    }
}
