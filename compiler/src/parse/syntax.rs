//! Diagnostics for what the grammar skipped or only tolerated.

use std::ops::Range;

use sinew_grammar::{MAX_ERRORS, Rule, Unexpected, explain, token_at};

use super::Parser;
use super::bodies::Body;
use super::cursor::{self, Cursor, Node};
use super::foreign;
use super::habits::innermost;
use super::throughout::Habit;
use super::translate::options;
use super::unknown::{needless, unknown_declaration};
use super::words::{DECLARATIONS, METHOD_MODIFIERS, ONEOF, old_declaration, old_member};
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::source::Span;

/// The first words of what was skipped.
pub(super) struct FirstWords<'i> {
    pub(super) first: &'i str,
    pub(super) place: Span,
    pub(super) second: &'i str,
    pub(super) second_place: Span,
}

impl<'i> Parser<'i, '_> {
    /// Reports a `bad_…` pair, unless lexical errors in it suffice.
    pub(super) fn skipped(&mut self, pair: &Node<'i>, body: Option<&Body<'_>>) {
        self.partial = true;
        if body.is_some() {
            let number = &self.text[token_at(self.text, pair.as_span().start())];
            self.lost_ids.extend(number.parse::<u16>());
        } else {
            let names = self.names_in_front(pair);
            self.lost.extend(names);
        }
        if self.reported >= MAX_ERRORS {
            return;
        }
        let wrong = explain(pair);
        if self.refused_in(&wrong.skipped) {
            return;
        }
        let words = self.first_words(pair);
        let oneof = words.place.start as usize..wrong.skipped.end;
        // After an id alone, the word begins a line that is parsed separately.
        let is_oneof = words.first == "oneof" && !oneof.is_empty();
        if let Some(body) = body.filter(|_| is_oneof && !self.unclosed) {
            let moved = self.union_of(&oneof, body);
            return self.found_nested(old_form(words.place, "oneof", ONEOF), moved);
        }
        let found = self.span(wrong.found.start, wrong.found.end);
        let found_text = &self.text[wrong.found.clone()];
        let diagnostic = match body {
            _ if found_text == "where" => Some(not_supported_yet(found, found_text)),
            None if found_text == ";" && self.is_ahead(&words, found) => Some(ahead(
                &words,
                self.span(wrong.skipped.start, wrong.skipped.end),
            )),
            None => self.wrong_declaration(&words, &wrong.skipped),
            Some(body) => self.wrong_member(&words, &wrong.skipped, body),
        };
        let diagnostic = self.wrong_lead(pair, &words).or(diagnostic);
        let diagnostic = diagnostic.unwrap_or_else(|| self.unexpected(&words, &wrong, body));
        let diagnostic = match body {
            None => foreign::with_forms(diagnostic, &self.text[wrong.skipped.clone()]),
            Some(_) => diagnostic,
        };
        self.refuse_mended(&diagnostic, wrong.skipped.end);
        match body.and(Habit::of(&diagnostic)) {
            Some(habit) => self.report_habit(habit, diagnostic),
            None => self.report(diagnostic),
        }
    }

    /// An unexpected token, or what is missing before it.
    fn unexpected(
        &self,
        words: &FirstWords<'i>,
        wrong: &Unexpected,
        body: Option<&Body<'_>>,
    ) -> Diagnostic {
        let error = |wrong: &Unexpected| {
            let span = self.span(wrong.found.start, wrong.found.end);
            let found = &self.text[wrong.found.clone()];
            let error = unexpected_token(&wrong.expected, found, span, body);
            self.with_habit(error, words, wrong, body)
        };
        let here = error(wrong);
        let line = self.unfinished(words, wrong, body);
        let behind = line.map(|line| with_end(error(&line), &line.expected));
        behind
            .filter(|behind| behind.fixes.len() >= here.fixes.len())
            .unwrap_or(here)
    }

    /// What is missing at the end of a line, if the next line is not at fault: it begins a method where parameters are
    /// not closed, or continues with what cannot follow.
    fn unfinished(
        &self,
        words: &FirstWords<'i>,
        wrong: &Unexpected,
        body: Option<&Body<'_>>,
    ) -> Option<Unexpected> {
        let code = self.code();
        let (start, found) = (words.place.start as usize, wrong.found.start);
        let line = code.get(start..found)?.rfind('\n')? + start + 1;
        let end = code[..line].trim_end().len();
        let said = code.get(start..end).filter(|said| !said.is_empty())?;
        let in_service = body.is_some_and(|body| body.kind == "service");
        let expected = if in_service && innermost(said) == Some('(') && is_method(&code[line..]) {
            vec!["`)`"]
        } else if code[line..found].trim().is_empty() && !goes_on(said, &code[found..]) {
            wrong.expected.clone()
        } else {
            return None;
        };
        Some(Unexpected {
            found: end..end,
            expected,
            skipped: wrong.skipped.clone(),
        })
    }

    /// Whether `struct Node;` is a forward declaration.
    fn is_ahead(&mut self, words: &FirstWords<'i>, end: Span) -> bool {
        let between = words.second_place.end as usize..end.start as usize;
        let is_alone = self
            .text
            .get(between)
            .is_some_and(|it| it.trim().is_empty());
        DECLARATIONS.contains(&words.first) && is_alone && self.declares(words.second)
    }

    /// The names at the beginning of a declaration, one of which is its own.
    fn names_in_front(&self, pair: &Node<'i>) -> Vec<String> {
        const MOST: usize = 8;
        let mut at = pair.as_span().start();
        let tokens = std::iter::from_fn(|| {
            let token = token_at(self.text, at);
            at = token.end;
            Some(&self.text[token])
        });
        let front = tokens
            .take(MOST)
            .take_while(|token| !matches!(*token, "" | "{" | "=" | ";" | ":"));
        let named = front.filter(|token| token.starts_with(|c: char| c.is_ascii_alphabetic()));
        named.map(str::to_owned).collect()
    }

    /// Suppresses errors after `end` that the fix of `diagnostic` also fixes.
    fn refuse_mended(&mut self, diagnostic: &Diagnostic, end: usize) {
        let edits = diagnostic.fixes.first().map_or(&[][..], |fix| &fix.edits);
        let mended = edits.iter().map(|edit| edit.span.end as usize).max();
        if let Some(mended) = mended.filter(|mended| *mended > end) {
            let at = self.refused.partition_point(|range| range.start < end);
            self.refused.insert(at, end..mended);
        }
    }

    /// Whether a lexical error was reported in or next to this range.
    fn refused_in(&self, slice: &Range<usize>) -> bool {
        let before_end = self
            .refused
            .partition_point(|range| range.start < slice.end);
        self.refused[..before_end]
            .last()
            .is_some_and(|last| last.end >= slice.start)
    }

    /// The words after annotations, modifiers and an id.
    fn first_words(&self, pair: &Node<'i>) -> FirstWords<'i> {
        let mut cursor = Cursor::new(pair);
        let mut at = pair.as_span().start();
        while let Some(lead) = cursor
            .take(Rule::annotation)
            .or_else(|| cursor.take(Rule::modifier))
        {
            at = cursor::end_of(&lead);
        }
        let mut first = token_at(self.text, at);
        let colon = token_at(self.text, first.end);
        let is_id = self.text[first.clone()].bytes().all(|b| b.is_ascii_digit());
        if is_id && &self.text[colon.clone()] == ":" {
            first = token_at(self.text, colon.end);
        }
        let second = token_at(self.text, first.end);
        FirstWords {
            place: self.span(first.start, first.end),
            first: &self.text[first],
            second_place: self.span(second.start, second.end),
            second: &self.text[second],
        }
    }

    fn wrong_member(
        &self,
        words: &FirstWords<'i>,
        skipped: &Range<usize>,
        body: &Body<'_>,
    ) -> Option<Diagnostic> {
        let word = words.first;
        if word == "option" && (words.second == "(" || body.kind == "service") {
            let line = self.span(words.place.start as usize, skipped.end);
            return Some(needless(words.place, word, line));
        }
        if !is_name(word) || !is_name(words.second) {
            return None;
        }
        let is_ours = body.kind == "service" && METHOD_MODIFIERS.contains(&word);
        if let Some(help) = old_member(word).filter(|_| !is_ours) {
            let mut error = old_form(words.place, word, help);
            let written = self.translated(body.kind, words, skipped);
            error
                .fixes
                .extend(written.or_else(|| self.without_word(words, skipped)));
            return Some(error);
        }
        let third = token_at(self.text, words.second_place.end as usize);
        if let Some(ours) = old_declaration(word).filter(|_| &self.text[third] == "{") {
            let error = old_word(words.place, word, ours);
            return Some(error.with_help(format!("and move it out of {}", body.title())));
        }
        let near = nearest(word, DECLARATIONS);
        // Only if a brace is missing can a declaration end up here.
        (self.unclosed && !near.is_empty()).then(|| unknown_declaration(words.place, word, &near))
    }
}

/// Adds the end of a line that could end there.
fn with_end(error: Diagnostic, expected: &[&str]) -> Diagnostic {
    let place = error.primary.span;
    match error.fixes.is_empty() && expected.contains(&"`;`") {
        true => error.with_fix("add `;`", place, ";"),
        false => error,
    }
}

/// Whether a line that ends like this continues on the next one, which begins with `next`.
fn goes_on(line: &str, next: &str) -> bool {
    !next.starts_with('@') && line.ends_with([',', '(', '[', '{', '<', '=', '|'])
        || options(next).is_some()
}

/// Whether the first line of `code` is a method: words before `(`, and no id.
fn is_method(code: &str) -> bool {
    let line = code.lines().next().unwrap_or_default();
    let head = line.split_once('(').map_or("", |(head, _)| head);
    let is_part = |c: char| c.is_ascii_alphanumeric() || "_.,<> \t".contains(c);
    head.trim().contains(' ') && head.chars().all(is_part)
}

fn unexpected_token(
    expected: &[&str],
    found: &str,
    span: Span,
    body: Option<&Body<'_>>,
) -> Diagnostic {
    let expected = listed(expected);
    let place = body
        .map(|body| format!(" in {}", body.title()))
        .unwrap_or_default();
    let found = if found.is_empty() {
        String::new()
    } else {
        format!(", found `{found}`")
    };
    let message = format!("expected {expected}{place}{found}");
    Diagnostic::new(
        Code::UnexpectedToken,
        span,
        message,
        format!("expected {expected}"),
    )
}

pub(super) fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '`')
}

pub(super) fn old_word(place: Span, word: &str, ours: &str) -> Diagnostic {
    Diagnostic::new(
        Code::OldWord,
        place,
        format!("`{word}` is spelled `{ours}` here"),
        format!("write `{ours}`"),
    )
    .with_fix(format!("write `{ours}`"), place, ours)
}

pub(super) fn old_form(place: Span, word: &str, help: &str) -> Diagnostic {
    Diagnostic::new(
        Code::OldWord,
        place,
        format!("`{word}` is written differently here"),
        "not known here",
    )
    .with_help(help)
}

/// "a, b or c"
pub(super) fn listed<T: AsRef<str>>(words: &[T]) -> String {
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    match words.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [rest @ .., last] => format!("{} or {last}", rest.join(", ")),
    }
}

/// `struct Node;` where the struct is declared elsewhere
fn ahead(words: &FirstWords<'_>, line: Span) -> Diagnostic {
    let message = format!("`{}` needs no forward declaration", words.second);
    let label = "declared elsewhere in this file";
    Diagnostic::new(Code::UnexpectedToken, words.second_place, message, label)
        .with_note("declarations may be in any order")
        .with_fix("remove it", line, "")
}

pub(super) fn not_supported_yet(span: Span, word: &str) -> Diagnostic {
    let message =
        format!("`{word}` is part of the language, but not supported by this version yet");
    Diagnostic::new(
        Code::NotSupportedYet,
        span,
        message,
        "reserved for a later version",
    )
}
