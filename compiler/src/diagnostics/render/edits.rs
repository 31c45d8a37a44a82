//! Lines as they are after a fix.

use super::excerpt::{Excerpt, Signs};
use crate::diagnostics::Edit;
use crate::source::SourceMap;

/// How many lines are shown.
const MAX_LINES: usize = 4;

/// The lines that `edits` change, after the change and with their numbers: `3 │ import "a.idl";`. Lines that become
/// empty are left out.
pub(super) fn edited(sources: &SourceMap, edits: &[Edit], signs: Signs) -> Vec<String> {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| edit.span);
    let (mut shown, bar) = (Vec::new(), signs.bar);
    for edits in edits.chunk_by(|a, b| on_one_line(sources, a, b)) {
        let Some(first) = edits.first() else { continue };
        let file = sources.file(first.span.file);
        let numbers = file.position(first.span.start).line..;
        let (text, mut focus) = edited_text(sources, edits);
        let excerpt = |line: &str| Excerpt::new(line, std::mem::take(&mut focus), signs).text;
        let lines = numbers.zip(text.lines().map(excerpt));
        let lines = lines.filter(|(_, line)| !line.is_empty());
        let lines = lines.map(|(number, line)| format!("{number} {bar} {line}"));
        shown.extend(lines.take(MAX_LINES + 1));
    }
    if shown.len() > MAX_LINES {
        shown.truncate(MAX_LINES);
        shown.push(signs.more().to_owned());
    }
    shown
}

fn on_one_line(sources: &SourceMap, a: &Edit, b: &Edit) -> bool {
    let file = sources.file(a.span.file);
    a.span.file == b.span.file && file.position(a.span.end).line == file.position(b.span.start).line
}

/// The text of the lines after `edits`, which are ordered and close to each other, and where in the first line they
/// begin.
fn edited_text(sources: &SourceMap, edits: &[&Edit]) -> (String, usize) {
    let (Some(first), Some(last)) = (edits.first(), edits.last()) else {
        return (String::new(), 0);
    };
    let file = sources.file(first.span.file);
    let (start, _) = file.line(file.position(first.span.start).line - 1);
    let (last_start, last_line) = file.line(file.position(last.span.end).line - 1);
    let end = last_start as usize + last_line.len();
    let mut text = String::new();
    let mut at = start as usize;
    for edit in edits {
        text += file.text.get(at..edit.span.start as usize).unwrap_or("");
        text += &edit.replacement;
        at = edit.span.end as usize;
    }
    text += file.text.get(at..end).unwrap_or("");
    (text, (first.span.start - start) as usize)
}
