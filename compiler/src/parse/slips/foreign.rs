//! Types, options and other forms of other languages.

use sinew_grammar::token_at;

use super::{Slip, is_number};
use crate::diagnostics::{Edit, Fix};
use crate::naming::Style;
use crate::parse::syntax::is_name;
use crate::parse::translate::{is_path, options};

/// `List(Text) names`
pub(super) fn list_parentheses(slip: &Slip<'_>) -> Option<Fix> {
    let start = slip.before().strip_suffix("List")?.len();
    let inside = slip.rest().strip_prefix('(')?;
    let (ty, _) = inside.split_once(')')?;
    let end = slip.wrong.found.end + ty.len() + ")".len();
    let ty = ty.trim();
    let is_meant = slip.expects("a name") && is_path(ty);
    is_meant.then(|| written(slip, start..end, format!("list<{ty}>")))?
}

/// `[string] names`, `[string: u32] counts`
pub(super) fn type_in_brackets(slip: &Slip<'_>) -> Option<Fix> {
    let inside = slip.rest().strip_prefix('[')?;
    let (ty, _) = inside.split_once(']')?;
    let end = slip.wrong.found.end + ty.len() + "]".len();
    let (is_meant, meant) = match ty.split_once(':') {
        Some((key, ty)) => {
            let (key, ty) = (key.trim(), ty.trim());
            (is_path(key) && is_path(ty), format!("map<{key}, {ty}>"))
        }
        None => (is_path(ty.trim()), format!("list<{}>", ty.trim())),
    };
    (is_meant && slip.expects("a type"))
        .then(|| written(slip, slip.wrong.found.start..end, meant))?
}

/// `2?: string name`
pub(super) fn question_behind_id(slip: &Slip<'_>) -> Option<Fix> {
    let is_behind_id = slip.before().ends_with(|c: char| c.is_ascii_digit());
    if slip.found() != "?" || slip.wrong.expected != ["`:`"] || !is_behind_id {
        return None;
    }
    let colon = token_at(slip.parser.text, slip.wrong.found.end);
    let place = slip.wrong.found.start..colon.end;
    let is_colon = &slip.parser.text[colon] == ":";
    let message = "write `optional` in front of the type";
    is_colon.then(|| slip.written(message, place, ": optional"))?
}

/// `readonly string name`
pub(super) fn word_in_front(slip: &Slip<'_>) -> Option<Fix> {
    let is_word = matches!(slip.first(), "readonly" | "const" | "final" | "mutable");
    let is_type = slip.expects("`;`") && is_name(slip.found());
    if slip.kind != "struct" || !is_word || !is_type {
        return None;
    }
    let start = slip.first.start as usize;
    let next = token_at(slip.parser.text, slip.first.end as usize);
    slip.written("remove the word", start..next.start, "")
}

/// `1: string name [deprecated = true];`, `1: u32 zoom [default = 3];`
pub(super) fn option(slip: &Slip<'_>) -> Option<Fix> {
    let (options, length) = options(&slip.parser.code()[slip.wrong.found.start..])?;
    if !slip.expects("`;`") {
        return None;
    }
    let start = slip.wrong.skipped.start;
    let mut place = slip.before().len()..slip.wrong.found.start + length;
    let said = |name| options.iter().find(|option| option.0 == name);
    let (mut front, mut behind) = (String::new(), String::new());
    let mut message = NO_OPTIONS.to_owned();
    if said("deprecated").is_some_and(|(_, value)| *value == "true") {
        front.push_str("@deprecated ");
        message = "write `@deprecated` in front".to_owned();
    }
    // An id that is left behind its field could be taken for a default later.
    if let Some((field, id)) = slip.before()[start..].rsplit_once('=')
        && slip.kind == "struct"
        && !field.contains(':')
        && is_number(id.trim())
    {
        place.start = start + field.trim_end().len();
        front.push_str(&format!("{}: ", id.trim()));
    }
    if let Some((_, value)) = said("default") {
        behind = format!(" = {value}");
        message = format!("write `= {value}`");
    }
    let mut fix = slip.written(message, place, &behind)?;
    if !front.is_empty() {
        fix.edits.push(Edit {
            span: slip.parser.span(start, start),
            replacement: front,
        });
    }
    Some(fix)
}

/// What is done about options that say nothing here.
pub(in crate::parse) const NO_OPTIONS: &str = "remove what is for other programs";

/// `union Content = Post | Comment;`
pub(super) fn union_of_types(slip: &Slip<'_>) -> Option<Fix> {
    let types = slip
        .rest()
        .strip_prefix('=')?
        .split([';', '\n', '}'])
        .next()?;
    if slip.first() != "union" || !slip.expects("`{`") {
        return None;
    }
    let (first, last) = (slip.wrong.found.start, slip.wrong.found.end + types.len());
    let types: Vec<&str> = types.split('|').map(str::trim).collect();
    if types.len() < 2 || !types.iter().all(|ty| is_path(ty)) {
        return None;
    }
    let variants = (1..).zip(types).map(|(id, ty)| {
        let name = Style::Snake.apply(ty.rsplit('.').next().unwrap_or(ty));
        format!("{id}: {ty} {name}; ")
    });
    let body = format!("{{ {}}}", variants.collect::<String>());
    let end = match slip.parser.text[last..].starts_with(';') {
        true => last + 1,
        false => last,
    };
    written(slip, first..end, body)
}

/// `"What it is called."` on a line of its own, before what it describes
pub(super) fn description(slip: &Slip<'_>) -> Option<Fix> {
    let text = slip.found().strip_prefix('"')?.strip_suffix('"')?;
    let (parser, end) = (slip.parser, slip.wrong.found.end);
    let next = token_at(parser.text, end);
    let is_above = parser.text[end..next.start].contains('\n');
    let begins = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_meant = is_above && parser.text[next].starts_with(begins) && !text.contains('\\');
    let comment = format!("/// {}", text.trim());
    is_meant.then(|| slip.replaced("write a doc comment", slip.found().len(), &comment))?
}

/// `senum Flavour { "plain", "extra-hot" }`
pub(super) fn quoted_value(slip: &Slip<'_>) -> Option<Fix> {
    if slip.kind != "enum" || !slip.found().starts_with('"') {
        return None;
    }
    let skipped = slip.wrong.skipped.clone();
    let mut edits = Vec::new();
    let mut at = skipped.start;
    for (position, text) in slip.parser.text[skipped].split('"').enumerate() {
        let end = at + text.len();
        if position % 2 == 1 {
            edits.push(Edit {
                span: slip.parser.span(at - 1, end + 1),
                replacement: value_name(text)?,
            });
        }
        at = end + 1;
    }
    let first = &edits.first()?.replacement;
    let message = match edits.len() {
        1 => format!("write a name: `{first}`"),
        _ => format!("write names: `{first}`, …"),
    };
    Some(Fix { message, edits })
}

/// `EXTRA_HOT` for `extra-hot`, `_2XL` for `2XL`
fn value_name(text: &str) -> Option<String> {
    let name = Style::Screaming.apply(&text.replace(|c: char| !c.is_ascii_alphanumeric(), "_"));
    match name.trim_start_matches('_').chars().next()? {
        c if c.is_ascii_digit() => Some(format!("_{}", name.trim_start_matches('_'))),
        _ => Some(name),
    }
}

/// `import common.idl;`, `import <common.idl>;`
pub(super) fn file_without_quotes(slip: &Slip<'_>) -> Option<Fix> {
    if !matches!(slip.first(), "import" | "include") || !slip.expects("a string") {
        return None;
    }
    let line = slip.rest().lines().next()?;
    let file = line.split(';').next()?.trim_end();
    let path = file.trim_matches(['<', '>']);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '/' | '-');
    if path.is_empty() || !path.chars().all(is_plain) {
        return None;
    }
    let path = match path.contains(['.', '/']) {
        true if path.ends_with(".idl") => path.to_owned(),
        true => return None,
        // `using System;` does not refer to a file.
        false if path.starts_with(|c: char| c.is_ascii_uppercase()) => return None,
        false => format!("{path}.idl"),
    };
    slip.replaced(
        format!("write `\"{path}\"`"),
        file.len(),
        &format!("\"{path}\""),
    )
}

/// `@0xdbb9ad1f14bf0b36;`
pub(super) fn file_id(slip: &Slip<'_>) -> Option<Fix> {
    let text = slip.parser.text;
    let id = token_at(text, slip.wrong.found.end);
    let end = token_at(text, id.end);
    let is_id = slip.found() == "@" && text[id].starts_with("0x");
    let place = slip.wrong.found.start..end.end;
    (slip.kind.is_empty() && is_id && &text[end] == ";")
        .then(|| slip.written("remove it: files have no ids", place, ""))?
}

/// `[Serializable]`, which does not apply to generated types
pub(super) fn attribute(slip: &Slip<'_>) -> Option<Fix> {
    let (name, _) = slip.rest().strip_prefix('[')?.split_once(']')?;
    let is_known = matches!(name, "Serializable" | "DataContract" | "DataMember");
    let length = name.len() + "[]".len();
    is_known.then(|| slip.replaced("remove it", length, ""))?
}

/// Replaces `place` by `text`, which the message quotes.
fn written(slip: &Slip<'_>, place: std::ops::Range<usize>, text: String) -> Option<Fix> {
    slip.written(format!("write `{}`", text.trim()), place, &text)
}
