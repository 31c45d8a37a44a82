//! Protobuf's `oneof`: becomes a union, and a field of that type.

use std::ops::Range;

use super::Parser;
use super::bodies::Body;
use super::nested::Moved;
use super::translate::{is_name, is_path, numbered};
use crate::naming::Style;

impl Parser<'_, '_> {
    /// The union and the field for `oneof payment { string card = 4; }`, if its form is simple enough.
    pub(super) fn union_of(&mut self, oneof: &Range<usize>, body: &Body<'_>) -> Option<Moved> {
        let (whole, _) = self.text[oneof.clone()].split_once('}')?;
        let (name, members) = whole.strip_prefix("oneof")?.split_once('{')?;
        let (name, members) = (name.trim(), members.trim());
        let mut variants = String::new();
        let mut first = None;
        for member in members.split_inclusive(';') {
            let (id, ty, variant) = plain_member(member.trim())?;
            first.get_or_insert(id);
            variants.push_str(&format!("    {id}: {ty} {variant};\n"));
        }
        if !is_name(name) {
            return None;
        }
        let own = Style::Pascal.apply(name);
        let names = [own.clone(), format!("{}{own}", body.name)];
        let union = names.iter().find(|union| !self.declares(union))?;
        Some(Moved {
            place: self.span(oneof.start, oneof.start + whole.len() + "}".len()),
            stays: format!("{}: optional {union} {name};", first?),
            declaration: format!("union {union} {{\n{variants}}}"),
        })
    }
}

/// Id, type and name of `string card = 4;`
fn plain_member(text: &str) -> Option<(&str, &str, &str)> {
    let (ty, rest) = text.split_once(char::is_whitespace)?;
    let (id, name) = numbered(rest)?;
    is_path(ty).then_some((id, ty, name))
}
