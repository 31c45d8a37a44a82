//! What looks like a declaration but is not: words of other languages and of methods, and slips.

use std::ops::Range;

use sinew_grammar::token_at;

use super::Parser;
use super::modifiers::wrong_modifier;
use super::slips::is_number;
use super::syntax::{FirstWords, is_name, listed, not_supported_yet, old_form, old_word};
use super::translate::named_collection;
use super::words::{
    DECLARATIONS, LATER_DECLARATIONS, METHOD_MODIFIERS, OldModifier, is_field_word,
    is_function_word, needless_line, old_declaration, old_line, old_modifier,
};
use crate::ast::is_builtin_type;
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::source::Span;

impl<'i> Parser<'i, '_> {
    /// The diagnostic for a declaration that begins with these words, if they tell what is wrong.
    pub(super) fn wrong_declaration(
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
        if METHOD_MODIFIERS.contains(&word) && DECLARATIONS.contains(&words.second) {
            return Some(wrong_modifier(word, words.second, words.place));
        }
        match old_modifier(word) {
            Some(OldModifier::Spelled(ours)) => return Some(old_word(words.place, word, ours)),
            Some(OldModifier::Needless(why)) => {
                let error = not_written(words.place, word).with_note(why);
                return Some(error.with_fix("remove it", words.place, ""));
            }
            None => {}
        }
        if needless_line(word).is_some() {
            let line = self.span(skipped.start, skipped.end);
            return Some(needless(words.place, word, line));
        }
        if let Some(help) = old_line(word) {
            return Some(not_written(words.place, word).with_help(help));
        }
        if old_declaration(word) == Some(words.second) {
            // `static const`: a modifier before the keyword that is meant
            return Some(not_written(words.place, word).with_fix("remove it", words.place, ""));
        }
        if let Some(ours) = old_declaration(word) {
            return Some(self.named_form(words).unwrap_or_else(|| {
                let first = self.first_member(words);
                let ours = match (word, first) {
                    ("interface", Some(":" | "?")) => "struct",
                    ("type", Some("(")) => "service",
                    ("type", Some(_)) => "struct",
                    (_, _) => ours,
                };
                let mut error = old_word(words.place, word, ours);
                // In GraphQL, where floats have 64 bits.
                if let ("type", [fix]) = (word, &mut error.fixes[..]) {
                    fix.edits.extend(self.floats(skipped));
                }
                error
            }));
        }
        if let Some(error) = self.fixed(words, skipped) {
            return Some(error);
        }
        let near = nearest(word, DECLARATIONS);
        let behind = token_at(self.text, words.second_place.end as usize);
        let is_call = &self.text[behind] == "(";
        if near.is_empty() && !is_call && (names || words.second == "<") && is_builtin_type(word) {
            let error = type_as_declaration(words.place, word);
            return Some(self.with_typedef(error, words, skipped));
        }
        let is_method =
            METHOD_MODIFIERS.contains(&word) || is_function_word(word) || names && is_call;
        if near.is_empty() && is_method {
            return Some(outside_of_service(words.place, word));
        }
        Some(unknown_declaration(words.place, word, &near))
    }

    /// `type Point = struct {`, `using Name = string;`: a name is assigned a form or a type
    fn named_form(&self, words: &FirstWords<'i>) -> Option<Diagnostic> {
        let equals = token_at(self.text, words.second_place.end as usize);
        if let Some(error) = self.form_behind_name(words, &equals) {
            return Some(error);
        }
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
                let mut error = old_word(words.place, words.first, ours);
                error.fixes.clear();
                Some(error.with_fix(format!("write `{written}`"), whole, written))
            }
            None if form_word.starts_with('"') => {
                let values = "declare its values: `enum State { OPEN = 0; CLOSED = 1; }`";
                Some(old_form(words.place, words.first, values))
            }
            None => Some(old_word(words.place, words.first, "typedef")),
        }
    }

    /// `type Point struct {`, `type Name string`: the form or type follows the name
    fn form_behind_name(&self, words: &FirstWords<'i>, form: &Range<usize>) -> Option<Diagnostic> {
        let form_word = &self.text[form.clone()];
        if words.first != "type" || !is_name(words.second) || !is_name(form_word) {
            return None;
        }
        let behind = token_at(self.text, form.end);
        let declared = old_declaration(form_word);
        let known = DECLARATIONS.into_iter().find(|word| *word == form_word);
        let (ours, written) = match known.or(declared) {
            Some(ours) => (ours, format!("{ours} {}", words.second)),
            None if self.text[form.end..behind.start].contains('\n')
                || &self.text[behind] == ";" =>
            {
                ("typedef", format!("typedef {form_word} {}", words.second))
            }
            None => return None,
        };
        let whole = words.place.to(self.span(form.start, form.end));
        let mut error = old_word(words.place, words.first, ours);
        error.fixes.clear();
        Some(error.with_fix(format!("write `{written}`"), whole, written))
    }

    /// Offers the translation of `list Cities { member: City }`.
    fn with_typedef(
        &self,
        error: Diagnostic,
        words: &FirstWords<'i>,
        skipped: &Range<usize>,
    ) -> Diagnostic {
        let start = words.place.start as usize;
        let written = self.text.get(start..skipped.end).and_then(named_collection);
        match written {
            Some(written) => {
                let place = self.span(start, skipped.end);
                error.with_fix(format!("write `{written}`"), place, written)
            }
            None => error,
        }
    }

    /// `fixed MD5(16);` of Avro IDL
    fn fixed(&self, words: &FirstWords<'i>, skipped: &Range<usize>) -> Option<Diagnostic> {
        let whole = words.place.start as usize..skipped.end;
        let inside = self.text.get(whole.clone())?.strip_prefix("fixed ")?;
        let (name, length) = inside.trim_end_matches(';').trim().split_once('(')?;
        let length = length
            .strip_suffix(')')
            .filter(|length| is_number(length))?;
        let name = name.trim();
        let written = format!("typedef array<u8, {length}> {name};");
        (name == words.second).then(|| {
            let error = not_written(words.place, words.first);
            error.with_fix(
                format!("write `{written}`"),
                self.span(whole.start, whole.end),
                written,
            )
        })
    }

    /// The token after the name of the first member in a body: `:` in `interface Order { id: string; }`, `(` in `type
    /// Query { product(id: ID): Product }`
    fn first_member(&self, words: &FirstWords<'i>) -> Option<&'i str> {
        let brace = token_at(self.text, words.second_place.end as usize);
        let mut name = token_at(self.text, brace.end);
        let mut behind = token_at(self.text, name.end);
        if is_field_word(&self.text[name]) && is_name(&self.text[behind.clone()]) {
            name = behind;
            behind = token_at(self.text, name.end);
        }
        // `get: func(id: u64) -> order` is a method, too.
        let function = token_at(self.text, behind.end);
        if &self.text[behind.clone()] == ":" && &self.text[function.clone()] == "func" {
            behind = token_at(self.text, function.end);
        }
        (&self.text[brace] == "{").then(|| &self.text[behind])
    }
}

/// `string UserId`, a type declared like a field
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

/// `oneway void ping();` outside of a service
fn outside_of_service(place: Span, word: &str) -> Diagnostic {
    let message = format!("expected a declaration, found `{word}`");
    let label = "looks like a method";
    Diagnostic::new(Code::UnknownDeclaration, place, message, label)
        .with_help("methods are in a `service`: `service Orders { Order get(1: uuid id); }`")
}

pub(super) fn unknown_declaration(place: Span, word: &str, near: &[&str]) -> Diagnostic {
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

/// A superfluous line, which begins with `word`.
pub(super) fn needless(place: Span, word: &str, line: Span) -> Diagnostic {
    let error = not_written(place, word);
    let error = match needless_line(word) {
        Some(why) => error.with_note(why),
        None => error,
    };
    error.with_fix("remove it", line, "")
}

fn not_written(place: Span, word: &str) -> Diagnostic {
    let message = format!("`{word}` does not belong here");
    Diagnostic::new(Code::OldWord, place, message, "not known here")
}
