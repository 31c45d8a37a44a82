//! Mistakes that run through a whole declaration or file. Each is reported once, with the edits for all places.

use super::Parser;
use super::ids::MAX_NUMBERED;
use super::slips::COLON_AFTER_ID;
use super::slips::foreign::NO_OPTIONS;
use crate::diagnostics::{Diagnostic, Edit, Fix, MAX_SHOWN};

/// A mistake that people make in every member or line, or in none.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Habit {
    /// `1: string name` and a line break
    NoEnd,
    /// `1: name: string;`
    NameFirst,
    /// `1 string name;`
    NoColon,
    /// `name: String!`
    AlwaysThere,
    /// `case open`
    Case,
    /// `string name [(api.rule) = true];`
    Option,
    /// `option (api.rule) = true;`
    OptionLine,
    /// `'a text'`
    SingleQuotes,
    /// `# a comment`
    HashComment,
    /// `` name string `json:"name"` ``
    Tag,
}

impl Parser<'_, '_> {
    /// Keeps the report until the end of the declaration, to combine it with others of its kind. Beyond the size of one
    /// report, they stay separate.
    pub(super) fn report_habit(&mut self, habit: Habit, diagnostic: Diagnostic) {
        match self.throughout.len() < MAX_NUMBERED {
            true => self.throughout.push((habit, diagnostic)),
            false => self.report(diagnostic),
        }
    }

    /// Reports what was kept until the end of a declaration.
    pub(super) fn report_habits(&mut self, found: Vec<(Habit, Diagnostic)>) {
        let mut left = found;
        while let Some(&(habit, _)) = left.first() {
            let (same, others) = left.into_iter().partition(|(other, _)| *other == habit);
            left = others;
            self.report(habit.of_all(same));
        }
    }
}

impl Habit {
    /// The mistake that the fix of an error corrects, if that may run through a whole body.
    pub(super) fn of(error: &Diagnostic) -> Option<Self> {
        match error.fixes.as_slice() {
            [fix] if fix.message == COLON_AFTER_ID => Some(Self::NoColon),
            [fix] if fix.message == NO_OPTIONS => Some(Self::Option),
            [fix] if fix.message == "remove it" && error.message.starts_with("`option` ") => {
                Some(Self::OptionLine)
            }
            _ => None,
        }
    }

    /// Combines everything `found` into one report.
    fn of_all(self, found: Vec<(Self, Diagnostic)>) -> Diagnostic {
        let mut found: Vec<_> = found.into_iter().map(|(_, error)| error).collect();
        // Fields get their ids after all of them have been parsed.
        found.sort_by_key(|error| error.primary.span.start);
        let mut found = found.into_iter();
        let mut all = found.next().expect("something was found");
        if found.len() == 0 {
            return all;
        }
        if self == Self::NoEnd {
            all.message = format!("{} and {} more", all.message, found.len());
        }
        let one = all.fixes.first().map(|fix| fix.message.clone());
        let mut edits = edits(std::mem::take(&mut all.fixes));
        for (at, error) in found.enumerate() {
            if at < MAX_SHOWN {
                all = all.with_label(error.primary.span, "here, too");
            }
            edits.extend(self::edits(error.fixes));
        }
        all.with_edits(self.mended(&one.unwrap_or_default()), edits)
    }

    /// The message of the combined fix; `one` is that of the first.
    fn mended(self, one: &str) -> String {
        let all = match self {
            Self::NoEnd => "add `;` to each of them",
            Self::NameFirst => "write the types before the names",
            Self::NoColon => "write `:` after the ids",
            Self::SingleQuotes => "write `\"` around texts",
            Self::HashComment => "write `//`",
            Self::AlwaysThere | Self::Case | Self::Option | Self::OptionLine | Self::Tag => {
                return one.replacen("remove it", "remove them", 1);
            }
        };
        all.to_owned()
    }
}

/// The edits of the best fix.
fn edits(fixes: Vec<Fix>) -> Vec<Edit> {
    fixes
        .into_iter()
        .next()
        .map(|fix| fix.edits)
        .unwrap_or_default()
}
