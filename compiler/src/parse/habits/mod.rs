//! What people write who come from other languages, and what to do instead. Only says more about
//! what was found wrong anyway.

mod table;

use sinew_grammar::Unexpected;

use self::table::HABITS;
use super::Parser;
use super::bodies::Body;
use super::slips::is_number;
use super::syntax::{FirstWords, is_name};
use super::words::METHOD_MODIFIERS;
use crate::diagnostics::Diagnostic;

impl Parser<'_, '_> {
    /// Adds to `error` how to write what `wrong` begins with.
    pub(super) fn with_habit(
        &self,
        mut error: Diagnostic,
        words: &FirstWords<'_>,
        wrong: &Unexpected,
        body: Option<&Body<'_>>,
    ) -> Diagnostic {
        let kind = body.map_or("", |body| body.kind);
        let mended = self.mended(kind, words.place, wrong);
        if let Some(fix) = mended.or_else(|| self.translated(kind, words, &wrong.skipped)) {
            error.fixes.push(fix);
            return error;
        }
        let said = words.place.start as usize..wrong.found.start;
        let place = Place {
            kind,
            first: words.first,
            before: self.text[..wrong.found.start].trim_end(),
            inside: self.text.get(said).and_then(innermost),
            found: &self.text[wrong.found.clone()],
            expected: &wrong.expected,
        };
        match HABITS.iter().find(|habit| habit.is(&place)) {
            Some(habit) => error.with_help(habit.help),
            None => error,
        }
    }
}

/// The last bracket that `text` opens and does not close.
pub(super) fn innermost(text: &str) -> Option<char> {
    let mut open = Vec::new();
    for c in text.chars() {
        match c {
            '(' | '[' | '{' => open.push(c),
            ')' | ']' | '}' => _ = open.pop(),
            _ => {}
        }
    }
    open.pop()
}

/// A token that was not expected, and what is around it.
struct Place<'a> {
    /// The word for what it is a member of; empty for a declaration.
    kind: &'a str,
    /// The first word of the member or declaration.
    first: &'a str,
    /// The text in front of the token.
    before: &'a str,
    /// The bracket of the member or declaration that is open there.
    inside: Option<char>,
    found: &'a str,
    expected: &'a [&'static str],
}

/// What people write, and what to do instead.
struct Habit {
    found: Found,
    /// All of these must be so.
    when: &'static [When],
    help: &'static str,
}

/// The token that was not expected.
enum Found {
    Anything,
    One(&'static [&'static str]),
    Digits,
    Name,
}

/// What is so around it.
enum When {
    /// It is in a member of this; empty for a declaration.
    In(&'static str),
    NotIn(&'static str),
    /// The member or declaration begins with one of these words.
    First(&'static [&'static str]),
    /// The text in front ends with this.
    Behind(&'static str),
    /// The text in front ends with a word that says what a method promises.
    BehindModifier,
    /// It is in these brackets, which the member or declaration opens.
    Inside(char),
    Expects(&'static str),
}

impl Habit {
    fn is(&self, place: &Place<'_>) -> bool {
        let found = match &self.found {
            Found::Anything => true,
            Found::One(tokens) => tokens.contains(&place.found),
            Found::Digits => is_number(place.found),
            Found::Name => is_name(place.found),
        };
        found && self.when.iter().all(|when| when.is(place))
    }
}

impl When {
    fn is(&self, place: &Place<'_>) -> bool {
        match self {
            When::In(kind) => place.kind == *kind,
            When::NotIn(kind) => place.kind != *kind,
            When::First(words) => words.contains(&place.first),
            When::Behind(text) => place.before.ends_with(text),
            When::BehindModifier => {
                let mut words = METHOD_MODIFIERS.iter();
                words.any(|word| place.before.ends_with(word))
            }
            When::Inside(bracket) => place.inside == Some(*bracket),
            When::Expects(phrase) => place.expected.contains(phrase),
        }
    }
}
