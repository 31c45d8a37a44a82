//! Forms of C++, FIDL, Swift and Avro IDL that are simple enough to translate.

use super::{Slip, is_number};
use crate::ast::is_builtin_type;
use crate::diagnostics::{Edit, Fix};
use crate::parse::syntax::is_name;
use crate::parse::translate::is_path;
use crate::parse::words::old_type;

/// `std::vector<std::string> tags`
pub(super) fn standard_library(slip: &Slip<'_>) -> Option<Fix> {
    const STD: &str = "std::";
    let start = slip.before().strip_suffix("std")?.len();
    if slip.kind.is_empty() && slip.first() == "namespace" || !slip.rest().starts_with("::") {
        return None;
    }
    let line = slip.parser.text[start..].split([';', '\n']).next()?;
    let edits = line.match_indices(STD).map(|(at, _)| Edit {
        span: slip.parser.span(start + at, start + at + STD.len()),
        replacement: String::new(),
    });
    Some(Fix {
        message: format!("remove `{STD}`"),
        edits: edits.collect(),
    })
}

/// `enum class State : u8 {`
pub(super) fn enum_class(slip: &Slip<'_>) -> Option<Fix> {
    let front = slip.before().strip_suffix("class")?;
    let is_meant = slip.first() == "enum" && front.trim_end().ends_with("enum");
    let place = front.len()..slip.wrong.found.start;
    (is_meant && is_name(slip.found())).then(|| slip.written("remove `class`", place, ""))?
}

/// `u8 raw[16];`
pub(super) fn length_behind(slip: &Slip<'_>) -> Option<Fix> {
    let (length, behind) = slip.rest().strip_prefix('[')?.split_once(']')?;
    let start = slip.first.start as usize;
    let (ty, name) = slip
        .before()
        .get(start..)?
        .split_once(char::is_whitespace)?;
    let (name, length) = (name.trim_start(), length.trim());
    let is_array = slip.expects("`;`") && is_number(length) && is_path(ty) && is_path(name);
    let written = format!("array<{ty}, {length}> {name}");
    let place = start..slip.parser.text.len() - behind.len();
    is_array.then(|| slip.written(format!("write `{written}`"), place, &written))?
}

/// `name string:64;`, `tags vector<string>:<16, optional>;`, `note string:optional;`
pub(super) fn bound_behind_type(slip: &Slip<'_>) -> Option<Fix> {
    let start = slip.first.start as usize;
    let line = slip.parser.text.get(start..)?.split([';', '\n']).next()?;
    if slip.kind != "struct" || !matches!(slip.found(), ":" | "<") || !slip.expects("`;`") {
        return None;
    }
    let (name, ty) = line.split_once(char::is_whitespace)?;
    let (ty, bounds) = ty.split_once(':').unwrap_or((ty, ""));
    let (ty, bounds) = (ty.trim(), bounds.trim_matches(['<', '>', ' ']));
    let word = &ty[..ty.find('<').unwrap_or(ty.len())];
    let is_type = is_builtin_type(word) || old_type(word).is_some() || word == "vector";
    if !is_name(name) || !is_type {
        return None;
    }
    let (mut optional, mut length) = ("", String::new());
    for bound in bounds.split(',').map(str::trim) {
        match bound {
            "optional" => optional = "optional ",
            "" => {}
            most if is_number(most) => length = format!("@len(..={most}) "),
            _ => return None,
        }
    }
    let ty = ty.replace("vector<", "list<");
    let written = format!("{optional}{ty} {name}");
    let message = match length.trim_end() {
        "" => format!("write `{written}`"),
        length => format!("write `{length}` in front, and `{written}`"),
    };
    let mut fix = slip.written(message, start..start + line.trim_end().len(), &written)?;
    if !length.is_empty() {
        let front = slip.wrong.skipped.start;
        fix.edits.insert(
            0,
            Edit {
                span: slip.parser.span(front, front),
                replacement: length,
            },
        );
    }
    Some(fix)
}

/// `void ping() oneway;`
pub(super) fn oneway_behind(slip: &Slip<'_>) -> Option<Fix> {
    if slip.kind != "service" || slip.found() != "oneway" || !slip.expects("`;`") {
        return None;
    }
    let place = slip.before().len()..slip.wrong.found.end;
    let mut fix = slip.written("write `oneway` in front", place, "")?;
    let start = slip.first.start as usize;
    fix.edits.push(Edit {
        span: slip.parser.span(start, start),
        replacement: "oneway ".to_owned(),
    });
    Some(fix)
}

/// `union { null, string } note`
pub(super) fn union_with_null(slip: &Slip<'_>) -> Option<Fix> {
    let (inside, behind) = slip.rest().strip_prefix('{')?.split_once('}')?;
    let (one, other) = inside.split_once(',')?;
    let ty = match (one.trim(), other.trim()) {
        ("null", ty) | (ty, "null") => ty,
        _ => return None,
    };
    let start = slip.first.start as usize;
    let is_meant = slip.kind == "struct" && slip.first() == "union" && is_path(ty);
    let written = format!("optional {ty}");
    let place = start..slip.parser.text.len() - behind.len();
    is_meant.then(|| slip.written(format!("write `{written}`"), place, &written))?
}

/// `array<string> tags`
pub(super) fn array_without_length(slip: &Slip<'_>) -> Option<Fix> {
    let before = slip.before();
    let of = before.len() - before.trim_end_matches(is_type_sign).len();
    let front = before[..before.len() - of].strip_suffix("array<")?;
    let place = front.len()..front.len() + "array".len();
    let is_meant = slip.found() == ">" && slip.expects("`,`") && of > 0;
    is_meant.then(|| slip.written("write `list`", place, "list"))?
}

/// `map<long> counts` of Avro IDL, whose keys are strings
pub(super) fn map_without_key(slip: &Slip<'_>) -> Option<Fix> {
    let before = slip.before();
    let of = before.len() - before.trim_end_matches(is_type_sign).len();
    let front = &before[..before.len() - of];
    // The value type must be a word of Avro: with one of ours, the value may be what is missing.
    let is_theirs = old_type(&before[front.len()..]).is_some();
    let is_meant =
        slip.found() == ">" && slip.expects("`,`") && front.ends_with("map<") && is_theirs;
    is_meant.then(|| {
        slip.written(
            "write the type of the keys in front",
            front.len()..front.len(),
            "string, ",
        )
    })?
}

fn is_type_sign(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.')
}

/// `decimal(9, 2) price`
pub(super) fn digits_of_decimal(slip: &Slip<'_>) -> Option<Fix> {
    let (inside, _) = slip.rest().strip_prefix('(')?.split_once(')')?;
    let is_digits = inside.split(',').all(|digits| is_number(digits.trim()));
    let is_meant = is_digits && slip.before().ends_with("decimal") && !slip.kind.is_empty();
    let length = inside.len() + "()".len();
    is_meant.then(|| slip.replaced("a `decimal` has the digits that it needs", length, ""))?
}

/// `enum State { … } = OPEN;`
pub(super) fn default_of_enum(slip: &Slip<'_>) -> Option<Fix> {
    let line = slip.rest().split(['\n', ';']).next()?;
    let value = line.strip_prefix('=')?.trim();
    let is_behind = slip.before().ends_with('}') && slip.expects("a declaration");
    let place = slip.before().len()..slip.wrong.skipped.end;
    (is_behind && is_name(value) && is_path(value))
        .then(|| slip.written("remove it: a field says its default", place, ""))?
}
