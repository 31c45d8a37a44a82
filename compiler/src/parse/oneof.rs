//! Protobuf's `oneof`: becomes a union, and a field of that type.

use std::ops::Range;

use super::Parser;
use super::bodies::Body;
use super::nested::Moved;
use super::translate::{end_of_part, is_name, is_path, numbered};
use crate::naming::Style;

impl Parser<'_, '_> {
    /// The union and the field for `oneof payment { string card = 4; }`, if its form is simple enough.
    pub(super) fn union_of(&mut self, oneof: &Range<usize>, body: &Body<'_>) -> Option<Moved> {
        // Comments are blanks in the code.
        let code = &self.code()[oneof.clone()];
        let (head, _) = code.split_once('{')?;
        let name = head.strip_prefix("oneof")?.trim();
        let mut at = head.len() + "{".len();
        let end = at + end_of_part(&code[at..], &['}'])?;
        let mut variants = String::new();
        let mut first = None;
        while !code[at..end].trim().is_empty() {
            let behind = at + end_of_part(&code[at..end], &[';'])? + ";".len();
            let start = behind - code[at..behind].trim_start().len();
            add_comments(&mut variants, &self.text[oneof.clone()][at..start]);
            let member = &code[start..behind];
            at = behind;
            if member.starts_with("option ") {
                continue;
            }
            let (id, ty, variant) = plain_member(member)?;
            first.get_or_insert(id);
            variants.push_str(&format!("    {id}: {ty} {variant};\n"));
        }
        add_comments(&mut variants, &self.text[oneof.clone()][at..end]);
        if !is_name(name) {
            return None;
        }
        let own = Style::Pascal.apply(name);
        let names = [own.clone(), format!("{}{own}", body.name)];
        let union = names.iter().find(|union| !self.declares(union))?;
        Some(Moved {
            place: self.span(oneof.start, oneof.start + end + "}".len()),
            stays: format!("{}: optional {union} {name};", first?),
            declaration: format!("union {union} {{\n{variants}}}"),
        })
    }
}

/// Adds the lines of comments that stand between two variants; the first may be behind one.
fn add_comments(variants: &mut String, text: &str) {
    let is_behind = variants.ends_with('\n') && !text.starts_with('\n');
    let lines = text.lines().map(str::trim).enumerate();
    for (position, line) in lines.filter(|(_, line)| !line.is_empty()) {
        if is_behind && position == 0 {
            variants.pop();
            variants.push_str(&format!(" {line}\n"));
        } else {
            variants.push_str(&format!("    {line}\n"));
        }
    }
}

/// Id, type and name of `string card = 4;`
fn plain_member(text: &str) -> Option<(&str, &str, &str)> {
    let (ty, rest) = text.split_once(char::is_whitespace)?;
    let (id, name) = numbered(rest)?;
    is_path(ty).then_some((id, ty, name))
}
