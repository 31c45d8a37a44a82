//! Slips with brackets and their contents.

use super::{Slip, is_number};
use crate::diagnostics::Fix;
use crate::parse::syntax::is_name;

/// How many lines of a body are searched for its end.
const MOST_LINES: usize = 1000;

/// `ping(1: string name;`, `[1, 2;`, `map<string, i32 ages;`
pub(super) fn closing(slip: &Slip<'_>) -> Option<Fix> {
    let (message, bracket) = match slip.found() {
        ";" if slip.expects("`)`") => ("add `)`", ")"),
        ";" if slip.expects("`]`") => ("add `]`", "]"),
        found if is_name(found) && slip.expects("`>`") && is_whole(slip) => ("add `>`", ">"),
        _ => return None,
    };
    slip.inserted(message, bracket)
}

/// Whether everything between `<` and `>` is there. `map<string` lacks more than its end.
fn is_whole(slip: &Slip<'_>) -> bool {
    let head = slip.before().rsplit_once('<').map(|(head, _)| head);
    !slip.expects("`,`") || head.is_some_and(|head| head.ends_with("stream"))
}

/// `struct Order` before indented lines, with `}` below
pub(super) fn opening(slip: &Slip<'_>) -> Option<Fix> {
    let behind = &slip.parser.code()[slip.before().len()..];
    let is_last = behind
        .trim_start_matches([' ', '\t', '\r'])
        .starts_with('\n');
    if !slip.kind.is_empty() || !slip.expects("`{`") || !is_last {
        return None;
    }
    let below = behind.lines().skip(1).take(MOST_LINES);
    let mut flush = below.filter(|line| line.starts_with(|c: char| !c.is_whitespace()));
    let is_closed = flush.next()?.starts_with('}');
    is_closed.then(|| slip.inserted("add `{`", " {"))?
}

/// `map<string i32>`, `get(1: string name 2: u32 size)`
pub(super) fn comma(slip: &Slip<'_>) -> Option<Fix> {
    let is_number = is_number(slip.found());
    let is_missing = match slip.kind {
        "service" => slip.expects("`,`") && slip.expects("`)`") && is_number,
        _ => slip.wrong.expected == ["`,`"] && is_name(slip.found()),
    };
    is_missing.then(|| slip.inserted("add `,`", ","))?
}

/// `throws 1: NotFound not_found;`
pub(super) fn thrown(slip: &Slip<'_>) -> Option<Fix> {
    let is_number = is_number(slip.found());
    let entries = slip.rest().split(';').next()?.trim_end();
    let is_list =
        slip.before().ends_with("throws") && is_number && !entries.contains(['(', ')', '\n']);
    let message = "put them in parentheses";
    is_list.then(|| slip.replaced(message, entries.len(), &format!("({entries})")))?
}

/// `1: string names[];`
pub(super) fn list_brackets(slip: &Slip<'_>) -> Option<Fix> {
    let inside = slip.rest().strip_prefix('[')?.trim_start();
    if slip.kind != "struct" || !slip.expects("`;`") || !inside.starts_with(']') {
        return None;
    }
    let text = &slip.parser.text[slip.first.start as usize..slip.wrong.found.start];
    let (ty, name) = text.trim_end().rsplit_once(' ')?;
    let length = slip.rest().len() - inside.len() + 1;
    let written = format!("list<{}> {name}", ty.trim_end());
    let place = slip.first.start as usize..slip.wrong.found.start + length;
    slip.written(format!("write `{written}`"), place, &written)
}

/// `get(1: u64[] ids)`, `Order[] list()`
pub(super) fn list_in_method(slip: &Slip<'_>) -> Option<Fix> {
    let behind = slip
        .rest()
        .strip_prefix('[')?
        .trim_start()
        .strip_prefix(']')?;
    let before = slip.before();
    let is_path = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    let start = before.trim_end_matches(is_path).len();
    let written = format!("list<{}>", &before[start..]);
    let is_type = slip.kind == "service" && slip.expects("a name") && start < before.len();
    let place = start..slip.parser.text.len() - behind.len();
    is_type.then(|| slip.written(format!("write `{written}`"), place, &written))?
}

/// `1: optional<string> name;`
pub(super) fn optional_brackets(slip: &Slip<'_>) -> Option<Fix> {
    if slip.found() != "<" || !slip.before().ends_with("optional") {
        return None;
    }
    let mut depth = 0_usize;
    let end = slip.rest().find(|c| {
        match c {
            '<' => depth += 1,
            '>' => depth -= 1,
            _ => {}
        }
        depth == 0 || c == ';'
    })?;
    let inner = slip.rest().get(1..end)?.trim();
    if !slip.rest()[end..].starts_with('>') || inner.is_empty() {
        return None;
    }
    let place = slip.before().len()..slip.wrong.found.start + end + 1;
    let message = format!("write `optional {inner}`");
    slip.written(message, place, &format!(" {inner}"))
}

/// `list<list<string>>> names`
pub(super) fn needless_bracket(slip: &Slip<'_>) -> Option<Fix> {
    let is_behind_one = slip.before().ends_with('>') && slip.expects("a name");
    (slip.found() == ">" && is_behind_one).then(|| slip.replaced("remove it", 1, ""))?
}

/// `stream Order watch()`
pub(super) fn streamed_type(slip: &Slip<'_>) -> Option<Fix> {
    let before = slip.before();
    let is_path = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    let start = before.trim_end_matches(is_path).len();
    let head = before[..start].trim_end().strip_suffix("stream")?;
    if slip.kind != "service" || head.ends_with(is_path) || !is_name(slip.found()) {
        return None;
    }
    let ty = format!("stream<{}>", &before[start..]);
    slip.written(format!("write `{ty}`"), head.len()..before.len(), &ty)
}
