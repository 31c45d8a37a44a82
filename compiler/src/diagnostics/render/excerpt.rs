//! Source lines for display: abbreviated, with control characters escaped.

use crate::source::{SourceFile, Span, is_hidden};

/// How many characters of a line are shown.
const MAX_CHARS: usize = 200;
/// How many characters before the relevant place are shown, if a line is abbreviated.
const CHARS_IN_FRONT: usize = 60;

/// Symbols drawn beside source text.
#[derive(Clone, Copy)]
pub(super) struct Signs {
    /// Marks where a line is abbreviated.
    cut: char,
    /// After the number of a line.
    pub(super) bar: char,
    /// Whether messages are restricted to ASCII, too.
    ascii: bool,
}

impl Signs {
    /// Symbols for terminals with or without Unicode.
    pub(super) fn new(ascii: bool) -> Self {
        let (cut, bar) = if ascii { ('~', '|') } else { ('…', '│') };
        Self { cut, bar, ascii }
    }

    /// A message for display: escaped, and in ASCII if required.
    pub(super) fn words(self, text: &str) -> String {
        let text = visible(text);
        match self.ascii {
            true => text.replace('…', "...").replace('→', "->"),
            false => text,
        }
    }

    /// Stands for the omitted part of a list.
    pub(super) fn more(self) -> &'static str {
        if self.ascii { "..." } else { "…" }
    }
}

/// `text` with all characters escaped that would change the appearance of surrounding text. Makes text from untrusted
/// sources safe for terminals.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        push_visible(&mut shown, c);
    }
    shown
}

fn push_visible(shown: &mut String, c: char) {
    if is_hidden(c) {
        shown.extend(c.escape_unicode());
    } else {
        shown.push(c);
    }
}

/// A source line for display.
pub(super) struct Excerpt {
    /// The displayed text.
    pub(super) text: String,
    /// Offsets of each displayed character in the line and in `text`, ascending. The last entry is the end.
    places: Vec<(usize, usize)>,
}

impl Excerpt {
    /// The part of `line` around the byte at `focus`.
    pub(super) fn new(line: &str, focus: usize, signs: Signs) -> Self {
        let start = window_start(line, focus);
        let mut excerpt = Self {
            text: String::new(),
            places: Vec::new(),
        };
        if start > 0 {
            excerpt.text.push(signs.cut);
        }
        let mut chars = line[start..].char_indices();
        for (at, c) in chars.by_ref().take(MAX_CHARS) {
            excerpt.places.push((start + at, excerpt.text.len()));
            push_visible(&mut excerpt.text, c);
        }
        let end = start + chars.offset();
        excerpt.places.push((end, excerpt.text.len()));
        if end < line.len() {
            excerpt.text.push(signs.cut);
        }
        excerpt
    }

    /// The offset in the text for an `offset` in the line. If that is cut off, the nearest end.
    pub(super) fn place(&self, offset: usize) -> usize {
        let next = self.places.partition_point(|(from, _)| *from < offset);
        let place = self.places.get(next).or(self.places.last());
        place.map_or(0, |(_, to)| *to)
    }
}

fn window_start(line: &str, focus: usize) -> usize {
    if line.len() <= MAX_CHARS || line.chars().nth(MAX_CHARS).is_none() {
        return 0;
    }
    let mut focus = focus.min(line.len());
    while !line.is_char_boundary(focus) {
        focus -= 1;
    }
    let before = line[..focus].char_indices().rev();
    let start = before.take(CHARS_IN_FRONT).last();
    let start = start.map_or(focus, |(at, _)| at);
    // Short enough from the start of the line to need no cut there.
    if line[..focus]
        .chars()
        .nth(MAX_CHARS - CHARS_IN_FRONT)
        .is_none()
    {
        0
    } else {
        start
    }
}

/// The first line of a span: its index, and the range of bytes within it.
pub(super) fn first_line(file: &SourceFile, span: Span) -> (usize, usize, usize) {
    let index = file.position(span.start).line - 1;
    let (start, line) = file.line(index);
    let within = |offset: u32| (offset.saturating_sub(start) as usize).min(line.len());
    (index, within(span.start), within(span.end))
}
