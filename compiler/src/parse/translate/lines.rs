//! Fields on lines of their own without `;` and with the type last, as in Go: `Name *string`

use super::{is_name, is_path, is_type};
use crate::ast::is_builtin_type;
use crate::naming::Style;
use crate::parse::words::old_type;

/// `optional string name;` for `Name *string`, line by line.
pub(super) fn fields_on_lines(text: &str) -> Option<(usize, String)> {
    let lines: Option<Vec<String>> = text.lines().map(field).collect();
    let lines = lines?;
    // A single one may just as well lack something else.
    (lines.len() > 1).then(|| (text.len(), lines.join("\n")))
}

fn field(line: &str) -> Option<String> {
    let field = line.trim();
    if field.is_empty() {
        return Some(String::new());
    }
    let indent = &line[..line.len() - line.trim_start().len()];
    let (name, ty) = field.split_once(char::is_whitespace)?;
    let is_plain = is_name(name) && !is_builtin_type(name) && old_type(name).is_none();
    let ty = match ty.trim().strip_prefix('*') {
        Some(ty) => format!("optional {}", always(ty)?),
        None => always(ty.trim())?,
    };
    is_plain.then(|| format!("{indent}{ty} {};", Style::Snake.apply(name)))
}

/// A type whose value is always present
fn always(ty: &str) -> Option<String> {
    if ty == "[]byte" {
        return Some("bytes".to_owned());
    }
    if let Some(element) = ty.strip_prefix("[]") {
        return Some(format!("list<{}>", always(without_star(element))?));
    }
    if let Some(map) = ty.strip_prefix("map[") {
        let (key, value) = map.split_once(']')?;
        let (key, value) = (always(key)?, always(without_star(value))?);
        return Some(format!("map<{key}, {value}>"));
    }
    let ours = match ty {
        "int" => "i64",
        "uint" => "u64",
        "time.Time" => "timestamp",
        "time.Duration" => "duration",
        ty => old_type(ty).unwrap_or(ty),
    };
    let is_one = is_path(ours) || is_type(ours) && ours.ends_with('>');
    is_one.then(|| ours.to_owned())
}

fn without_star(ty: &str) -> &str {
    ty.strip_prefix('*').unwrap_or(ty)
}
