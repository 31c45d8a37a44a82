//! The comments of a file, each of which is taken once, in the order of the text: none can be lost.

use sinew_compiler::diagnostics::render::visible;

use super::places::Place;

/// A comment, or several on lines that follow each other.
struct Comment {
    place: Place,
    lines: Vec<String>,
}

/// The comments that nobody has taken yet begin at `next`.
pub(super) struct Comments<'a> {
    text: &'a str,
    list: Vec<Comment>,
    next: usize,
}

/// What stands above something.
#[derive(Default)]
pub(super) struct Above {
    /// Comments of their own, as `.idl` text that begins with an empty line if there is one in front of all.
    pub(super) detached: String,
    /// The lines right above it.
    pub(super) doc: Vec<String>,
}

impl<'a> Comments<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let places = places(text).into_iter();
        let comment = |place: Place| Comment {
            place,
            lines: lines(&text[place.start..place.end]),
        };
        Self {
            text,
            list: places.map(comment).collect(),
            next: 0,
        }
    }

    /// What stands in front of `start` and is not taken.
    pub(super) fn above(&mut self, start: usize) -> Above {
        let first = self.list.get(self.next).map(|comment| comment.place.start);
        let top = first.filter(|first| *first < start).unwrap_or(start);
        let mut above = Above::default();
        if ends_with_empty_line(&self.text[..top]) {
            above.detached.push('\n');
        }
        for group in self.groups(start) {
            above.detached.push_str(&plain(&above.doc));
            if !above.doc.is_empty() {
                above.detached.push('\n');
            }
            above.doc = group.lines;
            if !is_right_above(&self.text[group.place.end..start]) {
                above.detached.push_str(&plain(&above.doc));
                above.detached.push('\n');
                above.doc.clear();
            }
        }
        above.doc = said(above.doc);
        above
    }

    /// What stands in front of `end` and is not taken, as `.idl` text.
    pub(super) fn rest(&mut self, end: usize) -> String {
        let groups: Vec<String> = self.groups(end).iter().map(|g| plain(&g.lines)).collect();
        groups.join("\n")
    }

    /// What stands behind `end` on its line.
    pub(super) fn behind(&mut self, end: usize) -> Vec<String> {
        let Some(comment) = self.list.get(self.next) else {
            return Vec::new();
        };
        let between = self.text.get(end..comment.place.start);
        let is_behind = between.is_some_and(|between| {
            let is_end = |sign: char| matches!(sign, ' ' | '\t' | ';' | ',');
            between.chars().all(is_end)
        });
        // What is followed by something else on its line belongs to that.
        let rest = self.text[comment.place.end..].lines().next();
        if !is_behind || !rest.unwrap_or_default().trim().is_empty() {
            return Vec::new();
        }
        self.next += 1;
        comment.lines.clone()
    }

    /// Takes the comments in front of `end`; those on lines that follow each other are one.
    fn groups(&mut self, end: usize) -> Vec<Comment> {
        let mut groups: Vec<Comment> = Vec::new();
        while let Some(comment) = self.list.get(self.next).filter(|c| c.place.start < end) {
            self.next += 1;
            let last = groups.last_mut().filter(|last| {
                let between = &self.text[last.place.end..comment.place.start];
                is_right_above(between)
            });
            match last {
                Some(last) => {
                    last.place.end = comment.place.end;
                    last.lines.extend(comment.lines.iter().cloned());
                }
                None => groups.push(Comment {
                    place: comment.place,
                    lines: comment.lines.clone(),
                }),
            }
        }
        groups
    }
}

/// Lines as comments.
pub(super) fn plain(lines: &[String]) -> String {
    marked("//", lines)
}

/// Lines as documentation.
pub(super) fn doc(lines: &[String]) -> String {
    marked("///", lines)
}

fn marked(mark: &str, lines: &[String]) -> String {
    let line = |line: &String| format!("{mark} {line}").trim_end().to_owned() + "\n";
    lines.iter().map(line).collect()
}

/// Whether what follows this begins on the next line at the latest.
fn is_right_above(between: &str) -> bool {
    between.trim().is_empty() && between.matches('\n').count() < 2
}

fn ends_with_empty_line(text: &str) -> bool {
    let space = &text[text.trim_end().len()..];
    space.matches('\n').count() > 1
}

/// Where comments are. The parser has accepted the text, so they and strings end.
fn places(text: &str) -> Vec<Place> {
    let bytes = text.as_bytes();
    let mut places = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let rest = &text.as_bytes()[at..];
        let length = match byte {
            b'"' | b'\'' => string_length(rest),
            b'#' => line_length(rest),
            b'/' if rest.starts_with(b"//") => line_length(rest),
            b'/' if rest.starts_with(b"/*") => block_length(rest),
            _ => 1,
        };
        let end = (at + length).min(bytes.len());
        if matches!(byte, b'#') || (*byte == b'/' && length > 1) {
            places.push(Place { start: at, end });
        }
        at = end;
    }
    places
}

fn string_length(text: &[u8]) -> usize {
    let mut at = 1;
    while at < text.len() && text[at] != text[0] {
        at += if text[at] == b'\\' { 2 } else { 1 };
    }
    at + 1
}

fn line_length(text: &[u8]) -> usize {
    let end = text.iter().position(|byte| *byte == b'\n');
    end.unwrap_or(text.len())
}

fn block_length(text: &[u8]) -> usize {
    let end = text[2..].windows(2).position(|two| two == b"*/");
    end.map_or(text.len(), |end| end + 4)
}

/// What a comment says, without its marks. No character of it changes how others look.
fn lines(comment: &str) -> Vec<String> {
    let Some(block) = comment.strip_prefix("/*") else {
        let said = comment.trim_start_matches(['/', '#']);
        return vec![shown(said.strip_prefix(' ').unwrap_or(said))];
    };
    let block = block.strip_suffix("*/").unwrap_or(block);
    let indent = indent(block);
    let line = |line: &str| match line.trim_start().strip_prefix('*') {
        Some(said) => shown(said.strip_prefix(' ').unwrap_or(said)),
        None => {
            let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
            shown(&line[blanks.min(indent)..])
        }
    };
    let mut lines: Vec<String> = block.lines().map(line).collect();
    if let Some(first) = lines.first_mut() {
        *first = first.trim_start_matches(['*', ' ']).to_owned();
    }
    said(lines)
}

/// Lines without the empty ones at both ends.
fn said(mut lines: Vec<String>) -> Vec<String> {
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    let first = lines.iter().position(|line| !line.is_empty());
    lines.split_off(first.unwrap_or_default())
}

/// How far the lines of a block are indented that do not begin with a star.
fn indent(block: &str) -> usize {
    let lines = block.lines().skip(1);
    let said = lines.filter(|line| !line.trim().is_empty());
    let indents = said.map(|line| line.len() - line.trim_start_matches([' ', '\t']).len());
    indents.min().unwrap_or_default()
}

fn shown(line: &str) -> String {
    visible(&line.trim_end().replace('\t', "    "))
}
