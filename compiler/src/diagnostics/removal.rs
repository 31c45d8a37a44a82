//! White space around removed text: an edit also removes it, so that no trailing or double blanks and no empty lines
//! remain.

use super::Edit;
use crate::source::{SourceMap, Span};

/// Extends an edit that removes something over white space that would otherwise remain. An edit that itself begins or
/// ends with white space is left alone.
pub(super) fn widen(edit: &mut Edit, sources: &SourceMap) {
    let text = &sources.file(edit.span.file).text;
    let removed = sources.slice(edit.span);
    let is_blank = |c: char| matches!(c, ' ' | '\t');
    let is_bare = !removed.is_empty() && removed.trim() == removed;
    if !edit.replacement.is_empty() || !is_bare {
        return;
    }
    let behind_start = edit.span.end as usize;
    let before = &text[..edit.span.start as usize];
    let kept = before.trim_end_matches(is_blank);
    let rest = text[behind_start..].trim_start_matches(is_blank);
    let begins_line = kept.is_empty() || kept.ends_with('\n');
    let line_end = ["\r\n", "\n"].iter().find(|end| rest.starts_with(**end));
    let ends_line = rest.is_empty() || line_end.is_some();
    let is_closed = rest.starts_with([';', ',', ')', '>', ']']);
    let is_opened = kept.len() < before.len() || kept.ends_with(['(', '<', '[']);
    let (start, end) = (kept.len(), text.len() - rest.len());
    let (from, to) = match (begins_line, ends_line) {
        (true, true) => (start, end + line_end.map_or(0, |end| end.len())),
        (false, true) => (start, end),
        (false, false) if is_closed => (start, behind_start),
        (true, false) => (before.len(), end),
        (false, false) if is_opened => (before.len(), end),
        (false, false) => return,
    };
    edit.span = Span::new(edit.span.file, from, to);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `text` without what is between `[[` and `]]`, and the white space removed with it.
    fn without(text: &str) -> String {
        let (start, end) = (text.find("[["), text.find("]]"));
        let (start, end) = (start.expect("it is marked"), end.expect("it is marked"));
        let mut sources = SourceMap::new();
        let plain = text.replace("[[", "").replace("]]", "");
        let file = sources.add("a.idl", plain.as_str());
        let mut edit = Edit {
            span: Span::new(file, start, end - "[[".len()),
            replacement: String::new(),
        };
        widen(&mut edit, &sources);
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        format!("{}{}", &plain[..start], &plain[end..])
    }

    #[test]
    fn no_white_space_is_left_over() {
        assert_eq!(without("a [[b]] c"), "a c");
        assert_eq!(without("a [[b]];"), "a;");
        assert_eq!(without("a([[b]] c)"), "a(c)");
        assert_eq!(without("  [[a]] b"), "  b");
        assert_eq!(without("a [[b]]  \nc"), "a\nc");
        assert_eq!(without("a[[<T>]] {"), "a {");
    }

    #[test]
    fn a_line_with_nothing_else_goes() {
        assert_eq!(without("a\n  [[b]]\n  c"), "a\n  c");
        assert_eq!(without("a\r\n[[b]]\r\nc"), "a\r\nc");
        assert_eq!(without("a\n[[b]]"), "a\n");
    }

    #[test]
    fn what_begins_or_ends_with_white_space_stays_as_it_is() {
        assert_eq!(without("a [[b ]]c"), "a c");
        assert_eq!(without("[[a\n]]  b"), "  b");
    }
}
