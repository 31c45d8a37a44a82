//! Lines of source as they are shown: cut to a width, with control characters escaped.

use crate::source::{SourceFile, Span, is_hidden};

/// Characters of a source line that are shown, at most.
const MAX_CHARS: usize = 200;
/// Characters that are shown in front of the place that matters, where a line is cut.
const CHARS_IN_FRONT: usize = 60;

/// What is written where something of the compiler's own is drawn beside source text.
#[derive(Clone, Copy)]
pub(super) struct Signs {
    /// Stands where a line is cut.
    cut: char,
    /// Stands behind the number of a line.
    pub(super) bar: char,
    /// Whether other signs of the compiler are written in ASCII too.
    ascii: bool,
}

impl Signs {
    /// For terminals with Unicode or without.
    pub(super) fn new(ascii: bool) -> Self {
        let (cut, bar) = if ascii { ('~', '|') } else { ('…', '│') };
        Self { cut, bar, ascii }
    }

    /// What the compiler says, as it is shown.
    pub(super) fn words(self, text: &str) -> String {
        let text = visible(text);
        match self.ascii {
            true => text.replace('…', "...").replace('→', "->"),
            false => text,
        }
    }

    /// For what is left out of a list.
    pub(super) fn more(self) -> &'static str {
        if self.ascii { "..." } else { "…" }
    }
}

/// `text` with every character escaped that would change how what is around it looks: what others have written may go to a terminal then.
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

/// A line of source as it is shown.
pub(super) struct Excerpt {
    /// What is shown.
    pub(super) text: String,
    /// Where in the line each shown character comes from, and where it is in `text`; ascending,
    /// the end of the excerpt last.
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

    /// Where the byte at `offset` of the line is in the text; the nearest end if it is cut off.
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
    // What fits as a whole from the start is not cut there.
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

/// The part of a span that lies on its first line: index of the line, and the bytes within it.
pub(super) fn first_line(file: &SourceFile, span: Span) -> (usize, usize, usize) {
    let index = file.position(span.start).line - 1;
    let (start, line) = file.line(index);
    let within = |offset: u32| (offset.saturating_sub(start) as usize).min(line.len());
    (index, within(span.start), within(span.end))
}
