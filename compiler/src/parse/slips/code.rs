//! Forms of programming languages: references, tuples, slices, blocks around a file.

use sinew_grammar::token_at;

use super::{Slip, is_number};
use crate::diagnostics::{Edit, Fix};
use crate::parse::syntax::is_name;
use crate::parse::translate::{is_path, without_self};
use crate::parse::words::DECLARATIONS;

/// `&str name`, `*Order next`, `list<Order> & orders`
pub(super) fn reference(slip: &Slip<'_>) -> Option<Fix> {
    let behind = slip.rest().strip_prefix(['&', '*'])?.trim_start();
    let ty = ["mut ", "const "]
        .iter()
        .find_map(|word| behind.strip_prefix(word));
    let ty = ty.unwrap_or(behind).trim_start();
    let is_in_front = slip.expects("a type") && ty.starts_with(|c: char| is_name_or_bracket(c));
    let is_behind = slip.expects("a name") && is_name(ty) && slip.kind == "struct";
    let is_meant = is_in_front || is_behind;
    let length = slip.rest().len() - ty.len();
    let is_between = is_behind && slip.before().len() == slip.wrong.found.start;
    let gap = if is_between { " " } else { "" };
    is_meant.then(|| slip.replaced("write the type alone: there are no references", length, gap))?
}

fn is_name_or_bracket(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '['
}

/// `get(&self, id: u64)`
pub(super) fn receiver(slip: &Slip<'_>) -> Option<Fix> {
    if slip.kind != "service" || slip.found() != "&" || !slip.before().ends_with('(') {
        return None;
    }
    let length = slip.rest().len() - without_self(slip.rest()).len();
    (length > 0).then(|| slip.replaced("remove it: a method has no `self`", length, ""))?
}

/// `[]byte raw`, `[u8; 16] key`, `map[string]i32 counts`
pub(super) fn go_brackets(slip: &Slip<'_>) -> Option<Fix> {
    let (inside, behind) = slip.rest().strip_prefix('[')?.split_once(']')?;
    let to_bracket = slip.rest().len() - behind.len();
    let ty = &behind[..behind
        .find(|c: char| !is_path_sign(c))
        .unwrap_or(behind.len())];
    let start = slip.wrong.found.start;
    let (place, written) = if let Some(map) = slip.before().strip_suffix("map") {
        let is_map = is_path(inside) && is_path(ty);
        let place = map.len()..start + to_bracket + ty.len();
        is_map.then(|| (place, format!("map<{inside}, {ty}>")))?
    } else if !slip.expects("a type") && !slip.expects("a field") {
        return None;
    } else if inside.is_empty() && is_path(ty) {
        let written = match ty {
            "byte" | "uint8" | "u8" => "bytes".to_owned(),
            ty => format!("list<{ty}>"),
        };
        (start..start + to_bracket + ty.len(), written)
    } else {
        let (ty, length) = inside.split_once(';')?;
        let (ty, length) = (ty.trim(), length.trim());
        let is_array = is_path(ty) && length.bytes().all(|byte| byte.is_ascii_digit());
        let written = is_array.then(|| format!("array<{ty}, {length}>"))?;
        (start..start + to_bracket, written)
    };
    slip.written(format!("write `{written}`"), place, &written)
}

fn is_path_sign(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.')
}

/// `string | null name`
pub(super) fn or_nothing(slip: &Slip<'_>) -> Option<Fix> {
    let behind = slip.rest().strip_prefix('|')?.trim_start();
    let nothing = ["null", "undefined", "nil", "None"];
    let rest = nothing.iter().find_map(|word| behind.strip_prefix(word))?;
    let start = slip.first.start as usize;
    let ty = slip.before().get(start..)?;
    let is_end = !rest.starts_with(is_path_sign);
    if slip.kind != "struct" || !slip.expects("a name") || !is_end || !is_path(ty) {
        return None;
    }
    let end = slip.parser.text.len() - rest.len();
    let written = format!("optional {ty}");
    slip.written(format!("write `{written}`"), start..end, &written)
}

/// `struct Id(u64);`, `struct Empty;`
pub(super) fn tuple_struct(slip: &Slip<'_>) -> Option<Fix> {
    let name = slip.before().get(slip.first.end as usize..)?.trim();
    if slip.first() != "struct" || !slip.expects("`{`") || !is_path(name) {
        return None;
    }
    if slip.found() == ";" {
        return slip.replaced("write `{ }`", 1, " { }");
    }
    let (inside, behind) = slip.rest().strip_prefix('(')?.split_once(')')?;
    let ty = inside.trim().trim_start_matches("pub ").trim();
    let end = slip.parser.text.len() - behind.len();
    let written = format!("newtype {ty} {name}");
    let is_one = is_path(ty) && behind.trim_start().starts_with(';');
    let place = slip.first.start as usize..end;
    is_one.then(|| slip.written(format!("write `{written};`"), place, &written))?
}

/// `struct order-line`, `u64 order-id`
pub(super) fn dash_in_name(slip: &Slip<'_>) -> Option<Fix> {
    let text = &slip.parser.text[..slip.wrong.found.start];
    let word = &text[text.trim_end_matches(is_path_sign).len()..];
    let behind = slip.rest().strip_prefix('-')?;
    let is_meant = is_name(word) && behind.starts_with(|c: char| c.is_ascii_alphabetic());
    is_meant.then(|| slip.replaced("write `_`", 1, "_"))?
}

/// `namespace shop:orders@1.0.0;`
pub(super) fn colon_in_namespace(slip: &Slip<'_>) -> Option<Fix> {
    if slip.first() != "namespace" || slip.found() != ":" {
        return None;
    }
    let length = if slip.rest().starts_with("::") { 2 } else { 1 };
    let mut fix = slip.replaced("join names with `.`", length, ".")?;
    let line = slip.rest().split(['\n', ';']).next()?;
    if let Some((name, version)) = line.split_once('@') {
        let start = slip.wrong.found.start + name.len();
        fix.edits.push(Edit {
            span: slip.parser.span(start, start + "@".len() + version.len()),
            replacement: String::new(),
        });
    }
    Some(fix)
}

/// `namespace shop { … }` around a whole file
pub(super) fn block_of_file(slip: &Slip<'_>) -> Option<Fix> {
    if slip.first() != "namespace" || slip.found() != "{" {
        return None;
    }
    let text = slip.parser.text;
    let mut at = slip.wrong.found.end;
    let mut depth = 1_usize;
    while depth > 0 {
        let token = token_at(text, at);
        match &text[token.clone()] {
            "" => return None,
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        at = token.end;
    }
    let mut end = token_at(text, at);
    let closer = at - 1..match &text[end.clone()] {
        ";" => {
            let end_of_sign = end.end;
            end = token_at(text, end_of_sign);
            end_of_sign
        }
        _ => at,
    };
    let mut fix = slip.written(
        "end it with `;`",
        slip.before().len()..slip.wrong.found.end,
        ";",
    )?;
    fix.edits.push(Edit {
        span: slip.parser.span(closer.start, closer.end),
        replacement: String::new(),
    });
    text[end].is_empty().then_some(fix)
}

/// `5: reserved;`
pub(super) fn reserved_id(slip: &Slip<'_>) -> Option<Fix> {
    let is_end = slip.found() == ";" && slip.first() == "reserved" && slip.expects("a name");
    let start = slip.wrong.skipped.start;
    let id = slip.before().get(start..slip.first.start as usize)?;
    let id = id.trim_end().strip_suffix(':')?.trim_end();
    let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    let written = format!("reserved {id}");
    (is_end && is_id).then(|| {
        slip.written(
            format!("write `{written};`"),
            start..slip.before().len(),
            &written,
        )
    })?
}

/// `0: RED;` in an enum
pub(super) fn number_in_front(slip: &Slip<'_>) -> Option<Fix> {
    if !matches!(slip.kind, "enum" | "flags") || !is_number(slip.found()) {
        return None;
    }
    let text = slip.parser.text;
    let colon = token_at(text, slip.wrong.found.end);
    let name = token_at(text, colon.end);
    let end = token_at(text, name.end);
    let is_value = &text[colon] == ":" && is_name(&text[name.clone()]);
    let place = slip.wrong.found.start..name.end;
    let written = format!("{} = {}", &text[name], slip.found());
    (is_value && matches!(&text[end], ";" | "," | "}"))
        .then(|| slip.written(format!("write `{written}`"), place, &written))?
}

/// `struct internal Order`
pub(super) fn modifier_behind(slip: &Slip<'_>) -> Option<Fix> {
    let (start, first) = (slip.first.start as usize, slip.first());
    let modifier = slip.before().get(start..)?.strip_prefix(first)?.trim();
    let fits = match modifier {
        "internal" => DECLARATIONS.contains(&first),
        "closed" => matches!(first, "enum" | "union"),
        "frozen" => first == "struct",
        _ => false,
    };
    let written = format!("{modifier} {first}");
    (fits && slip.kind.is_empty() && is_name(slip.found())).then(|| {
        slip.written(
            format!("write `{written}`"),
            start..slip.before().len(),
            &written,
        )
    })?
}

/// `public string Name { get; set; }`
pub(super) fn accessors(slip: &Slip<'_>) -> Option<Fix> {
    let (inside, behind) = slip.rest().strip_prefix('{')?.split_once('}')?;
    let is_accessor = |word: &str| matches!(word, "get" | "set" | "init" | "private" | "protected");
    let mut words = inside
        .split([' ', ';', '\t', '\n'])
        .filter(|word| !word.is_empty());
    let is_meant = slip.kind == "struct" && slip.expects("`;`") && words.all(is_accessor);
    let start = slip.before().len();
    let has_end = behind.trim_start().starts_with([';', '=']);
    let end = if has_end { "" } else { ";" };
    let place = start..slip.parser.text.len() - behind.len();
    (is_meant && inside.contains("get"))
        .then(|| slip.written("fields have no accessors", place, end))?
}

/// `struct User:` with fields on indented lines
pub(super) fn block_by_indent(slip: &Slip<'_>) -> Option<Fix> {
    let (end_of_line, lines) = slip.rest().strip_prefix(':')?.split_once('\n')?;
    let is_head = slip.kind.is_empty() && slip.expects("`{`") && end_of_line.trim().is_empty();
    let is_inside = |line: &&str| line.starts_with([' ', '\t']) || line.trim().is_empty();
    let body: String = lines.split_inclusive('\n').take_while(is_inside).collect();
    let length = body.trim_end().len();
    if !is_head || length == 0 {
        return None;
    }
    let gap = if slip.before().len() < slip.wrong.found.start {
        ""
    } else {
        " "
    };
    let mut fix = slip.replaced("put braces around what is indented", 1, &format!("{gap}{{"))?;
    let end = slip.parser.text.len() - lines.len() + length;
    fix.edits.push(Edit {
        span: slip.parser.span(end, end),
        replacement: "\n}".to_owned(),
    });
    Some(fix)
}
