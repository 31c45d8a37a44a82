//! What the grammar skipped or only tolerated, as diagnostics.

use std::ops::Range;

use sinew_grammar::{MAX_ERRORS, Rule, explain, token_at};

use super::Parser;
use super::bodies::Body;
use super::cursor::{self, Cursor, Node};
use super::words::{
    DECLARATIONS, LATER_DECLARATIONS, ONEOF, needless_line, old_declaration, old_line, old_member,
    old_modifier,
};
use crate::ast::is_builtin_type;
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::source::Span;

/// The first words of what was skipped.
pub(super) struct FirstWords<'i> {
    pub(super) first: &'i str,
    pub(super) place: Span,
    second: &'i str,
    pub(super) second_place: Span,
}

impl<'i> Parser<'i, '_> {
    /// Reports a `bad_…` pair, unless the scan said enough about something in it.
    pub(super) fn skipped(&mut self, pair: &Node<'i>, body: Option<&Body<'_>>) {
        self.partial = true;
        if self.reported >= MAX_ERRORS {
            return;
        }
        let wrong = explain(pair);
        if self.refused_in(&wrong.skipped) {
            return;
        }
        let words = self.first_words(pair);
        if let Some(body) = body.filter(|_| words.first == "oneof" && !self.unclosed) {
            let oneof = words.place.start as usize..wrong.skipped.end;
            let moved = self.union_of(&oneof, body);
            return self.found_nested(old_form(words.place, "oneof", ONEOF), moved);
        }
        let found = self.span(wrong.found.start, wrong.found.end);
        let found_text = &self.text[wrong.found.clone()];
        let diagnostic = match body {
            _ if found_text == "where" => Some(not_supported_yet(found, found_text)),
            None => self.wrong_declaration(&words, &wrong.skipped),
            Some(body) => self.wrong_member(&words, &wrong.skipped, body),
        };
        self.report(diagnostic.unwrap_or_else(|| {
            let error = unexpected_token(&wrong.expected, found_text, found, body);
            self.with_habit(error, &words, &wrong, body)
        }));
    }

    /// Whether the scan reported something in or at the edge of this slice.
    fn refused_in(&self, slice: &Range<usize>) -> bool {
        let before_end = self
            .refused
            .partition_point(|range| range.start < slice.end);
        self.refused[..before_end]
            .last()
            .is_some_and(|last| last.end >= slice.start)
    }

    /// The words behind annotations, modifiers and an id.
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

    fn wrong_declaration(
        &self,
        words: &FirstWords<'i>,
        skipped: &Range<usize>,
    ) -> Option<Diagnostic> {
        let word = words.first;
        let names = is_name(words.second);
        if word == "import" && words.second == "public" {
            return Some(not_supported_yet(words.second_place, "import public"));
        }
        if !is_name(word) || DECLARATIONS.contains(&word) {
            return None;
        }
        if names && LATER_DECLARATIONS.contains(&word) {
            return Some(not_supported_yet(words.place, word));
        }
        if let Some(ours) = old_modifier(word) {
            let removed = words.place.to(words.second_place.before());
            return Some(old_word_in_front(words.place, removed, word, ours));
        }
        if let Some(why) = needless_line(word) {
            let line = self.whole_line(skipped.clone());
            let error = not_written(words.place, word).with_note(why);
            return Some(error.with_fix("remove it", line, ""));
        }
        if let Some(help) = old_line(word) {
            return Some(not_written(words.place, word).with_help(help));
        }
        if old_declaration(word) == Some(words.second) {
            return Some(word_too_many(words.place, words.second_place, word));
        }
        if let Some(ours) = old_declaration(word) {
            return Some(self.named_form(words).unwrap_or_else(|| {
                let holds_fields = word == "interface" && self.holds_fields(words);
                old_word(
                    words.place,
                    word,
                    if holds_fields { "struct" } else { ours },
                )
            }));
        }
        let near = nearest(word, DECLARATIONS);
        if near.is_empty() && names && is_builtin_type(word) {
            return Some(type_as_declaration(words.place, word));
        }
        Some(unknown_declaration(words.place, word, &near))
    }

    /// `type Point = struct {`, `using Name = string;`: a name that is given to a form or a type.
    fn named_form(&self, words: &FirstWords<'i>) -> Option<Diagnostic> {
        let equals = token_at(self.text, words.second_place.end as usize);
        if !matches!(words.first, "type" | "using") || &self.text[equals.clone()] != "=" {
            return None;
        }
        let mut form = token_at(self.text, equals.end);
        while matches!(&self.text[form.clone()], "strict" | "flexible" | "resource") {
            form = token_at(self.text, form.end);
        }
        let form_word = &self.text[form.clone()];
        let known = DECLARATIONS.into_iter().find(|word| *word == form_word);
        match known.or_else(|| old_declaration(form_word)) {
            Some("import") => Some(old_form(
                words.place,
                words.first,
                "write `import \"common.idl\" as common;`",
            )),
            Some(ours) => {
                let written = format!("{ours} {}", words.second);
                let whole = words.place.to(self.span(form.start, form.end));
                Some(old_declared(
                    words.place,
                    words.first,
                    ours,
                    whole,
                    &written,
                ))
            }
            None => Some(old_word(words.place, words.first, "typedef")),
        }
    }

    /// `interface Order { id: string; }`, as in languages where an interface is not a service.
    fn holds_fields(&self, words: &FirstWords<'i>) -> bool {
        let brace = token_at(self.text, words.second_place.end as usize);
        let name = token_at(self.text, brace.end);
        let behind = token_at(self.text, name.end);
        &self.text[brace] == "{" && matches!(&self.text[behind], ":" | "?")
    }

    fn wrong_member(
        &self,
        words: &FirstWords<'i>,
        skipped: &Range<usize>,
        body: &Body<'_>,
    ) -> Option<Diagnostic> {
        let word = words.first;
        if !is_name(word) || !is_name(words.second) {
            return None;
        }
        if let Some(help) = old_member(word) {
            let mut error = old_form(words.place, word, help);
            error.fixes.extend(self.translated(words, skipped));
            return Some(error);
        }
        let third = token_at(self.text, words.second_place.end as usize);
        if let Some(ours) = old_declaration(word).filter(|_| &self.text[third] == "{") {
            let error = old_word(words.place, word, ours);
            return Some(error.with_help(format!("and move it out of {}", body.title())));
        }
        let near = nearest(word, DECLARATIONS);
        // Only where a brace is missing can a declaration have got here.
        (self.unclosed && !near.is_empty()).then(|| unknown_declaration(words.place, word, &near))
    }
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

/// `string UserId`, as where a type is declared like a field.
fn type_as_declaration(place: Span, word: &str) -> Diagnostic {
    Diagnostic::new(
        Code::UnknownDeclaration,
        place,
        format!("expected a declaration, found the type `{word}`"),
        "a type",
    )
    .with_help(
        "to give a type a name, write `typedef` or `newtype` in front; a constant begins with `const`",
    )
}

fn unknown_declaration(place: Span, word: &str, near: &[&str]) -> Diagnostic {
    let Some(first) = near.first() else {
        return Diagnostic::new(
            Code::UnknownDeclaration,
            place,
            format!("unknown declaration `{word}`"),
            "unknown",
        )
        .with_help(format!(
            "declarations begin with {}",
            listed(&DECLARATIONS.map(|word| format!("`{word}`")))
        ));
    };
    let message = format!("unknown declaration `{word}`; did you mean `{first}`?");
    let mut diagnostic = Diagnostic::new(Code::UnknownDeclaration, place, message, "unknown");
    for word in near {
        diagnostic = diagnostic.with_fix(format!("write `{word}`"), place, *word);
    }
    diagnostic
}

pub(super) fn old_word(place: Span, word: &str, ours: &str) -> Diagnostic {
    old_declared(place, word, ours, place, ours)
}

/// A word that is another one here, with which `whole` is `written`.
fn old_declared(place: Span, word: &str, ours: &str, whole: Span, written: &str) -> Diagnostic {
    Diagnostic::new(
        Code::OldWord,
        place,
        format!("`{word}` is spelled `{ours}` here"),
        format!("write `{ours}`"),
    )
    .with_fix(format!("write `{written}`"), whole, written)
}

/// A word in front of a declaration that is another one here, or none.
fn old_word_in_front(place: Span, removed: Span, word: &str, ours: &str) -> Diagnostic {
    if !ours.is_empty() {
        return old_word(place, word, ours);
    }
    not_written(place, word)
        .with_note("what a file declares is public unless it is `internal`")
        .with_fix("remove it", removed, "")
}

/// `static const`: a word in front of the one that it stands for.
fn word_too_many(place: Span, second: Span, word: &str) -> Diagnostic {
    not_written(place, word).with_fix("remove it", place.to(second.before()), "")
}

fn not_written(place: Span, word: &str) -> Diagnostic {
    let message = format!("`{word}` is not written here");
    Diagnostic::new(Code::OldWord, place, message, "not known here")
}

fn old_form(place: Span, word: &str, help: &str) -> Diagnostic {
    Diagnostic::new(
        Code::OldWord,
        place,
        format!("`{word}` is written differently here"),
        "not known here",
    )
    .with_help(help)
}

/// "a, b or c"
fn listed<T: AsRef<str>>(words: &[T]) -> String {
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    match words.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [rest @ .., last] => format!("{} or {last}", rest.join(", ")),
    }
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
