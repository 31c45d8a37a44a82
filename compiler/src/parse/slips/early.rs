//! Misplaced annotations inside members, and commas inside numbers.

use super::{Slip, is_number};
use crate::diagnostics::{Edit, Fix};

/// `1: @len(1..=8) string name`, `1: string @len(1..=8) name`
pub(super) fn annotation(slip: &Slip<'_>) -> Option<Fix> {
    let name = slip.rest().strip_prefix('@')?;
    let start = slip.wrong.skipped.start;
    let said = slip.before().get(start..)?;
    let is_inside = said.matches('<').count() > said.matches('>').count();
    let is_early = slip.expects("a type") || slip.expects("a name");
    let in_fields = !matches!(slip.kind, "" | "service") && !is_inside;
    if !in_fields || !is_early || !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let is_path = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    let behind = name.trim_start_matches(is_path);
    let behind = match behind.strip_prefix('(') {
        Some(arguments) => closed(arguments)?,
        None => behind,
    };
    let length = slip.rest().len() - behind.len();
    let gap = behind.len() - behind.trim_start_matches([' ', '\t']).len();
    let written = &slip.rest()[..length];
    let mut fix = slip.replaced(format!("write `{written}` in front"), length + gap, "")?;
    fix.edits.push(Edit {
        span: slip.parser.span(start, start),
        replacement: format!("{written} "),
    });
    Some(fix)
}

/// The rest of the line after the parenthesis that closes `arguments`.
fn closed(arguments: &str) -> Option<&str> {
    let mut depth = 1_usize;
    let mut in_string = false;
    let signs = arguments.char_indices().take_while(|(_, c)| *c != '\n');
    for (at, sign) in signs {
        match sign {
            '"' => in_string = !in_string,
            '(' if !in_string => depth += 1,
            ')' if !in_string => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(&arguments[at + 1..]);
        }
    }
    None
}

/// `1,000,000`
pub(super) fn grouped_digits(slip: &Slip<'_>) -> Option<Fix> {
    let text = slip.parser.text;
    let in_front = text[..slip.wrong.found.start].strip_suffix(',')?;
    let first = &in_front[in_front
        .trim_end_matches(|c: char| c.is_ascii_digit())
        .len()..];
    let groups = slip.rest().split([';', '\n']).next()?.trim_end();
    let is_group = |group: &str| group.len() == 3 && is_number(group);
    if !(1..=3).contains(&first.len()) || !groups.split(',').all(is_group) {
        return None;
    }
    let start = in_front.len() - first.len();
    let written = format!("{first}_{}", groups.replace(',', "_"));
    let place = start..slip.wrong.found.start + groups.len();
    slip.written(format!("write `{written}`"), place, &written)
}
