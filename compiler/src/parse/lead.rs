//! Annotations that are none: an `@` without a name, and arguments without parentheses.

use sinew_grammar::{Rule, parse, scan};

use super::Parser;
use super::cursor::{self, Cursor, Node};
use super::syntax::FirstWords;
use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

/// Bytes of a line, at most, that are read as arguments.
const MOST: usize = 1024;

impl<'i> Parser<'i, '_> {
    /// What is said of something that begins with such an annotation.
    pub(super) fn wrong_lead(&self, pair: &Node<'i>, words: &FirstWords<'i>) -> Option<Diagnostic> {
        // `@0xdbb9ad1f14bf0b36;` is the id of a file, and `1: @len(1..=8)` only in the wrong place.
        let is_alone = words.first == "@" && !words.second.starts_with("0x");
        let behind = &self.text[words.place.end as usize..];
        match is_alone && !behind.starts_with(|c: char| c.is_ascii_alphabetic()) {
            true => Some(nameless(words.place)),
            false => self.bare_arguments(pair),
        }
    }

    /// `@error fault = Fault.CLIENT`, `@deprecated "use Name"`, `@timeout = 5s`: what is right in parentheses.
    fn bare_arguments(&self, pair: &Node<'i>) -> Option<Diagnostic> {
        let last = Cursor::new(pair).take_all(Rule::annotation).pop()?;
        let name = last.as_str().trim_end();
        let end = cursor::end_of(&last);
        let rest = &self.code()[end..];
        let ends = rest.bytes().take(MOST).position(|byte| byte == b'\n');
        let line = &rest[..ends.or((rest.len() < MOST).then_some(rest.len()))?];
        let place = self.span(end, end + line.trim_end().len());
        let bare = line.trim().trim_start_matches(['=', ':']);
        let bare = bare.trim_end_matches([';', ',']).trim();
        let bare = unwrapped(bare, '{', '}')
            .or_else(|| unwrapped(bare, '[', ']'))
            .unwrap_or(bare);
        let is_meant =
            !name.ends_with(')') && !bare.is_empty() && is_read(&format!("{name}({bare})"));
        is_meant.then(|| without_parentheses(place, name, bare))
    }
}

fn unwrapped(text: &str, first: char, last: char) -> Option<&str> {
    Some(text.strip_prefix(first)?.strip_suffix(last)?.trim())
}

/// Whether the grammar takes this for an annotation.
fn is_read(annotation: &str) -> bool {
    let text = format!("{annotation} struct S {{ }}");
    let scanned = scan(&text);
    let Some(code) = scanned.code.filter(|_| scanned.errors.is_empty()) else {
        return false;
    };
    let Ok(file) = parse(&code) else {
        return false;
    };
    let mut items = file.into_inner();
    items.all(|item| matches!(item.as_rule(), Rule::item | Rule::EOI))
}

fn nameless(place: Span) -> Diagnostic {
    let message = "expected the name of an annotation after `@`";
    Diagnostic::new(Code::UnexpectedToken, place, message, "annotates nothing").with_fix(
        "remove it",
        place,
        "",
    )
}

fn without_parentheses(place: Span, name: &str, bare: &str) -> Diagnostic {
    let message = format!("what `{name}` says belongs in parentheses");
    let written = format!("({bare})");
    Diagnostic::new(Code::UnexpectedToken, place, message, "expected `(`").with_fix(
        format!("write `{name}{written}`"),
        place,
        written,
    )
}
