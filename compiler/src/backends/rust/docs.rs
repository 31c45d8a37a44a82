//! Translates doc comments to rustdoc, so that they look the same and no code in them runs.
//!
//! Code blocks that rustdoc would test as Rust are marked as text, links to members of the schema become links to Rust
//! items, and every other `[x]` and `<x>` becomes plain text.

use proc_macro2::Ident;

use super::code::Code;
use super::names;
use super::scope::Scope;

impl Scope<'_> {
    /// The `#[doc]` attributes of an item.
    pub(super) fn docs(&self, doc: Option<&str>) -> Code {
        match doc {
            Some(text) => attributes(&self.rustdoc(text)),
            None => Code::new(),
        }
    }

    /// The same, followed by a list of names with their docs.
    pub(super) fn docs_with_list(&self, doc: Option<&str>, list: &[(Ident, &str)]) -> Code {
        if list.is_empty() {
            return self.docs(doc);
        }
        let mut text = doc.map_or_else(String::new, |doc| self.rustdoc(doc) + "\n\n");
        for (name, doc) in list {
            let doc = self.rustdoc(doc).replace('\n', "\n  ");
            // Anything but a paragraph would be parsed as one right after the name.
            let gap = if fence_of(&doc).is_some() {
                "\n\n  "
            } else {
                " "
            };
            text.push_str(&format!("* `{}`:{gap}{doc}\n", names::plain(name)));
        }
        attributes(&text)
    }

    /// `text` for rustdoc.
    fn rustdoc(&self, text: &str) -> String {
        let mut out = Vec::new();
        let mut paragraph = String::new();
        let flush = |paragraph: &mut String, out: &mut Vec<String>| {
            if !paragraph.is_empty() {
                out.push(self.inline(paragraph));
                paragraph.clear();
            }
        };
        for block in blocks(text) {
            match block {
                Line::Text("") => {
                    flush(&mut paragraph, &mut out);
                    out.push(String::new());
                }
                Line::Text(line) if paragraph.is_empty() => paragraph.push_str(line),
                Line::Text(line) => {
                    paragraph.push('\n');
                    paragraph.push_str(line);
                }
                Line::Code(line) => {
                    flush(&mut paragraph, &mut out);
                    out.push(line);
                }
            }
        }
        flush(&mut paragraph, &mut out);
        out.join("\n")
    }

    /// A paragraph with its links resolved. Code spans are unchanged.
    fn inline(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        let mut end = 0;
        while let Some(at) = rest.find(['`', '[', '<', '\\']) {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            let start = text.len() - rest.len();
            let (written, length) = match rest.as_bytes()[0] {
                b'`' => code_span(rest),
                b'[' => {
                    // Searched for once per end: many brackets may have the same one, or none.
                    if end <= start {
                        end = start + rest.find([']', '\n']).unwrap_or(rest.len());
                    }
                    self.bracket(rest, end - start)
                }
                b'<' => angle(rest),
                _ => escape(rest),
            };
            out.push_str(&written);
            rest = &rest[length..];
        }
        out.push_str(rest);
        out
    }

    /// The replacement for the `[` at the start of `text`, and how much of `text` it replaces. The line or the
    /// bracket's content ends at `end`.
    fn bracket(&self, text: &str, end: usize) -> (String, usize) {
        if text[end..].starts_with("](") {
            return ("[".to_owned(), 1);
        }
        let inner = text[1..end].trim_matches('`');
        let is_closed = text[end..].starts_with(']') && !inner.contains('[');
        match is_closed.then(|| self.linked(inner)).flatten() {
            Some(target) => (format!("[{}]({target})", &text[1..end]), end + 1),
            None => ("\\[".to_owned(), 1),
        }
    }
}

/// `#[doc]` attributes for Markdown text, one per line.
pub(super) fn attributes(markdown: &str) -> Code {
    Code::lines(markdown.lines().map(|line| match line.trim_end() {
        "" => Code::doc(""),
        line => Code::doc(&format!(" {line}")),
    }))
}

/// A line of Markdown.
enum Line<'a> {
    /// Text, headings, lists.
    Text(&'a str),
    /// Part of a code block, including its fences.
    Code(String),
}

/// The lines of `text`, with fenced and marked code blocks.
fn blocks(text: &str) -> Vec<Line<'_>> {
    let mut out = Vec::new();
    let mut fence: Option<(&str, &str)> = None;
    let mut indented: Option<usize> = None;
    let mut list = 0;
    let mut after_blank = true;
    for line in text.lines() {
        let (prefix, content) = split_prefix(line);
        if let Some((_, open)) = fence {
            let closes = content.trim_end().trim_end_matches(&open[..1]).is_empty()
                && content.trim_end().len() >= open.len();
            out.push(Line::Code(line.to_owned()));
            fence = fence.filter(|_| !closes);
            continue;
        }
        if let Some(margin) = indented {
            if content.is_empty() || indent(line) >= margin + 4 {
                out.push(Line::Code(line.to_owned()));
                continue;
            }
            close(&mut out, margin);
            indented = None;
        }
        if content.is_empty() && prefix.trim().is_empty() {
            after_blank = true;
            out.push(Line::Text(""));
            continue;
        }
        if after_blank && indent(line) < list {
            list = 0;
        }
        if let Some(open) = fence_of(content) {
            fence = Some((prefix, open));
            let language = language(&content[open.len()..]);
            out.push(Line::Code(format!("{prefix}{open}{language}")));
        } else if after_blank && indent(line) >= list + 4 {
            indented = Some(list);
            out.push(Line::Code(format!("{:list$}```text", "")));
            out.push(Line::Code(line.to_owned()));
        } else {
            out.push(Line::Text(line));
        }
        if is_item(prefix) {
            list = prefix.len();
        }
        after_blank = false;
    }
    if let Some(margin) = indented {
        close(&mut out, margin);
    }
    if let Some((prefix, open)) = fence {
        let inside = prefix.replace(|c| c != '>', " ");
        out.push(Line::Code(format!("{inside}{open}")));
    }
    out
}

/// Ends an indented block. Blank lines at its end stay outside of the fence.
fn close(out: &mut Vec<Line<'_>>, margin: usize) {
    let is_blank = |line: &Line<'_>| matches!(line, Line::Code(text) if text.trim().is_empty());
    let end = out
        .iter()
        .rposition(|l| !is_blank(l))
        .map_or(0, |at| at + 1);
    let blanks = out.len() - end;
    out.truncate(end);
    out.push(Line::Code(format!("{:margin$}```", "")));
    out.extend(std::iter::repeat_with(|| Line::Text("")).take(blanks));
}

/// Splits a line after its quote and list markers.
fn split_prefix(line: &str) -> (&str, &str) {
    let mut at = 0;
    loop {
        let rest = &line[at..];
        let spaces = rest.len() - rest.trim_start().len();
        let marked = &rest[spaces..];
        let marker = match marked.as_bytes() {
            [b'>', ..] => 1,
            [b'-' | b'*' | b'+', b' ', ..] => 2,
            _ => number(marked),
        };
        if marker == 0 || spaces >= 4 {
            return line.split_at(at + spaces);
        }
        at += spaces + marker;
    }
}

/// The length of `1. ` or `1) ` at the start of `text`.
fn number(text: &str) -> usize {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    match text.as_bytes()[digits..] {
        [b'.' | b')', b' ', ..] if (1..=9).contains(&digits) => digits + 2,
        _ => 0,
    }
}

fn is_item(prefix: &str) -> bool {
    !prefix.trim_matches([' ', '>', '\t']).is_empty()
}

/// Columns of leading white space.
fn indent(line: &str) -> usize {
    let white = line.chars().take_while(|c| matches!(c, ' ' | '\t'));
    white.map(|c| if c == '\t' { 4 } else { 1 }).sum()
}

/// The backticks or tildes that open a code block.
fn fence_of(content: &str) -> Option<&str> {
    let first = content.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = content.len() - content.trim_start_matches(first).len();
    let closed_inline = first == '`' && content[length..].contains('`');
    (length >= 3 && !closed_inline).then(|| &content[..length])
}

/// The language of a code block, changed if rustdoc would run it.
fn language(info: &str) -> &str {
    let mut words = info.split([',', ' ', '\t']).filter(|word| !word.is_empty());
    let Some(first) = words.next() else {
        return "text";
    };
    if first == "rust" || words.any(|word| word == "rust") {
        return "rust,ignore";
    }
    let is_name = first
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'+');
    match is_name && !RUSTDOC.contains(&first) && !is_attribute(first) {
        true => first,
        false => "text",
    }
}

/// Words after a fence for which rustdoc treats the block as Rust.
const RUSTDOC: [&str; 8] = [
    "should_panic",
    "no_run",
    "ignore",
    "test_harness",
    "compile_fail",
    "standalone",
    "standalone_crate",
    "custom",
];

/// `edition2024`, `E0123`, `ignore-windows`
fn is_attribute(word: &str) -> bool {
    word.starts_with("edition") || word.starts_with("ignore-") || {
        let code = word.strip_prefix('E').unwrap_or("x");
        code.bytes().all(|b| b.is_ascii_digit())
    }
}

/// A code span, unchanged. Backticks that are never closed are plain text.
fn code_span(text: &str) -> (String, usize) {
    let run = text.len() - text.trim_start_matches('`').len();
    let mut at = run;
    while let Some(next) = text[at..].find('`') {
        at += next;
        let closing = text[at..].len() - text[at..].trim_start_matches('`').len();
        at += closing;
        if closing == run {
            return (text[..at].to_owned(), at);
        }
    }
    ("\\`".repeat(run), run)
}

/// `<` as text if it would begin HTML. Links in angle brackets are unchanged.
fn angle(text: &str) -> (String, usize) {
    let is_link = text.starts_with("<http://") || text.starts_with("<https://");
    let is_tag = text[1..].starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c));
    match is_tag && !is_link {
        true => ("\\<".to_owned(), 1),
        false => ("<".to_owned(), 1),
    }
}

/// A backslash and the character that it escapes
fn escape(text: &str) -> (String, usize) {
    let length = 1 + text[1..].chars().next().map_or(0, char::len_utf8);
    (text[..length].to_owned(), length)
}
