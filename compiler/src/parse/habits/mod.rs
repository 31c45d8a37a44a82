//! Habits from other languages, and what to write instead. They only add help to errors that were found anyway.

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
    /// Adds to `error` how to write what begins at `wrong`.
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

/// The last bracket in `text` that is not closed.
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

/// An unexpected token and its context.
struct Place<'a> {
    /// The kind of declaration that it is in; empty between declarations.
    kind: &'a str,
    /// The first word of the member or declaration.
    first: &'a str,
    /// The text before the token.
    before: &'a str,
    /// The innermost open bracket of the member or declaration.
    inside: Option<char>,
    found: &'a str,
    expected: &'a [&'static str],
}

/// A habit, and what to write instead.
struct Habit {
    found: Found,
    /// All of these must hold.
    when: &'static [When],
    help: &'static str,
}

/// The unexpected token.
enum Found {
    Anything,
    One(&'static [&'static str]),
    Digits,
    Name,
}

/// A condition on its context.
enum When {
    /// It is in a declaration of this kind; empty for between declarations.
    In(&'static str),
    NotIn(&'static str),
    /// The member or declaration begins with one of these words.
    First(&'static [&'static str]),
    /// The text before ends with this.
    Behind(&'static str),
    /// The text before ends with a method modifier.
    BehindModifier,
    /// The innermost open bracket is this one.
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
