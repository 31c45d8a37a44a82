//! Ids and numbers that must stay reserved once they have been used.

use super::Comparison;
use super::effect::Effect;
use super::finding::Finding;
use crate::diagnostics::Code;
use crate::schema::{Number, Reserved};
use crate::source::Span;

/// A declaration, or a variant with fields, that can have `reserved` lines.
#[derive(Clone, Copy)]
pub(super) struct Keeper<'a> {
    pub(super) name: &'a str,
    /// Span of its name.
    pub(super) span: Span,
    pub(super) whole: Span,
    pub(super) reserved: &'a Reserved,
}

impl Keeper<'_> {
    /// Whether a number is reserved.
    pub(super) fn keeps(&self, number: Number) -> bool {
        let mut ranges = self.reserved.ranges.iter();
        ranges.any(|(from, to)| (*from..=*to).contains(&number))
    }
}

/// A member that was removed.
pub(super) struct Gone<'a> {
    pub(super) name: &'a str,
    /// Its id, or the number of an enum value.
    pub(super) number: Number,
    pub(super) span: Span,
}

impl Comparison<'_> {
    /// Reports removed members whose numbers are not reserved.
    pub(super) fn gone(&mut self, keeper: Keeper<'_>, gone: &Gone<'_>) {
        if keeper.keeps(gone.number) {
            return;
        }
        let (number, name) = (gone.number, gone.name);
        let message = format!(
            "`{name}` is removed from `{}`, and {number} is not reserved",
            keeper.name
        );
        let (place, text) = self.insertion(keeper.whole, number);
        let label = format!("{number} can be used for something else");
        let finding = Finding::new(
            Code::IdNotReserved,
            Effect::LATER,
            message,
            keeper.span,
            label,
        );
        let finding = finding.before(gone.span, format!("was {number} here"));
        self.report(finding.fix(format!("reserve {number}"), place, text));
    }

    /// Reports numbers that are no longer reserved. `used` are those of the new members.
    pub(super) fn kept(&mut self, old: Keeper<'_>, new: Keeper<'_>, used: &[Number]) {
        for (from, to) in &old.reserved.ranges {
            let lost = lost(*from, *to, new, used);
            let Some(number) = lost else { continue };
            let message = format!("{number} is no longer reserved in `{}`", new.name);
            let label = format!("{number} can be used for something else");
            let finding = Finding::new(
                Code::NoLongerReserved,
                Effect::LATER,
                message,
                new.span,
                label,
            );
            let finding = finding.before(old.span, format!("reserves {number}"));
            let (place, text) = self.insertion(new.whole, number);
            self.report(finding.fix(format!("reserve {number}"), place, text));
        }
    }

    /// Where to insert a reserved number, and the text: before the brace that closes `whole`.
    fn insertion(&self, whole: Span, number: Number) -> (Span, String) {
        let text = self.sources.slice(whole);
        let brace = text.rfind('}').unwrap_or(text.len());
        let line = text[..brace].rfind('\n').map_or(0, |at| at + 1);
        let indent = &text[line..brace];
        let at = |offset| {
            Span::new(
                whole.file,
                whole.start as usize + offset,
                whole.start as usize + offset,
            )
        };
        match line > 0 && indent.trim().is_empty() {
            true => (at(line), format!("{indent}    reserved {number};\n")),
            false => (at(brace), format!("reserved {number}; ")),
        }
    }
}

/// The first number of a range that is neither reserved nor used.
fn lost(from: Number, to: Number, new: Keeper<'_>, used: &[Number]) -> Option<Number> {
    let mut number = from;
    loop {
        let range = new
            .reserved
            .ranges
            .iter()
            .find(|(a, b)| (*a..=*b).contains(&number));
        number = match range {
            Some((_, end)) if *end >= to => return None,
            Some((_, end)) => end.next(),
            None if used.contains(&number) => match number == to {
                true => return None,
                false => number.next(),
            },
            None => return Some(number),
        };
    }
}
