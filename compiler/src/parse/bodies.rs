//! What all bodies in braces share: the ends of members, and members of other kinds.

use sinew_grammar::Rule;

use super::Parser;
use super::cursor::{self, Cursor, Node};
use super::throughout::Habit;
use super::words::old_type;
use crate::ast;
use crate::diagnostics::{Code, Diagnostic, Edit};
use crate::source::Span;

/// What messages need to know about the body being parsed.
pub(super) struct Body<'a> {
    /// `struct`, `enum`, …
    pub(super) kind: &'static str,
    /// Its name; empty for a list after `throws`.
    pub(super) name: &'a str,
    /// What its members are called.
    pub(super) member: &'static str,
    /// Whether members have ids.
    pub(super) ids: bool,
}

impl<'a> Body<'a> {
    pub(super) fn with_ids(kind: &'static str, name: &'a ast::Ident) -> Self {
        Self {
            kind,
            name: &name.name,
            member: "field",
            ids: true,
        }
    }

    pub(super) fn without_ids(kind: &'static str, name: &'a ast::Ident) -> Self {
        Self {
            kind,
            name: &name.name,
            member: "field",
            ids: false,
        }
    }

    pub(super) fn throws() -> Body<'static> {
        Body {
            kind: "throws list",
            name: "",
            member: "error",
            ids: true,
        }
    }

    /// "struct `Order`"
    pub(super) fn title(&self) -> String {
        format!("{} `{}`", self.kind, self.name)
    }
}

impl<'i> Parser<'i, '_> {
    /// The pairs between the braces.
    pub(super) fn members(&self, body: &Node<'i>) -> impl Iterator<Item = Node<'i>> + use<'i> {
        let is_brace = |rule: Rule| matches!(rule, Rule::lbrace | Rule::rbrace | Rule::semicolon);
        let parts = body.clone().into_inner();
        parts.filter(move |pair| !is_brace(pair.as_rule()))
    }

    /// A member that is allowed in every body, or in none.
    pub(super) fn other_member(
        &mut self,
        pair: &Node<'i>,
        body: &Body<'_>,
        reserved: &mut Vec<ast::Reserved>,
    ) {
        match pair.as_rule() {
            Rule::reserved => self.reserved(pair, reserved),
            Rule::item => self.nested(pair, body),
            _ => self.skipped(pair, Some(body)),
        }
    }

    /// The end of a member that begins at `start`: misplaced annotations, and `;`. Returns where the last token before
    /// these ends.
    pub(super) fn end(
        &mut self,
        cursor: &mut Cursor<'i>,
        start: usize,
        kind: &str,
        name: &ast::Ident,
    ) -> usize {
        let (last, missing) = self.end_or_place(cursor, start, kind, name);
        if let Some(place) = missing {
            self.no_end(place, kind, name);
        }
        last
    }

    /// Reports that `;` is missing at `place`, after the member `name`.
    pub(super) fn no_end(&mut self, place: Span, kind: &str, name: &ast::Ident) {
        let error = missing_semicolon(place, &format!("{kind} `{}`", name.name));
        self.report_habit(Habit::NoEnd, error);
    }

    /// Like `end`, but returns the place of a missing `;` instead of reporting it.
    pub(super) fn end_or_place(
        &mut self,
        cursor: &mut Cursor<'i>,
        start: usize,
        kind: &str,
        name: &ast::Ident,
    ) -> (usize, Option<Span>) {
        let last = cursor.last_end();
        let mut behind = last;
        if let Some(late) = cursor.take(Rule::late_annotations) {
            self.late_annotations(&late, start, Some(name).filter(|_| kind == "variant"));
            behind = cursor::end_of(&late);
        }
        let ended = cursor.take(Rule::end).is_some() || cursor.take(Rule::semicolon).is_some();
        (last, (!ended).then(|| self.span(behind, behind)))
    }

    /// `(k = "v")` or `@k("v")` after what begins at `start`. After the name of a `variant`, parentheses may also mean
    /// its payload.
    pub(super) fn late_annotations(
        &mut self,
        pair: &Node<'i>,
        start: usize,
        variant: Option<&ast::Ident>,
    ) {
        let mut written = Vec::new();
        for annotation in pair.clone().into_inner().flatten() {
            match annotation.as_rule() {
                Rule::annotation => written.push(self.text_of(&annotation).to_owned()),
                Rule::old_annotation => written.push(self.modern_annotation(&annotation)),
                _ => {}
            }
        }
        let place = self.place(pair);
        self.partial |= written.is_empty();
        let types = || written.iter().filter_map(|one| one.strip_prefix('@'));
        let is_type = |word: &str| {
            ast::is_builtin_type(word)
                || old_type(word).is_some()
                || word.starts_with(|c: char| c.is_ascii_uppercase())
        };
        if let Some(name) = variant
            && types().any(is_type)
        {
            let error = payload_behind(place, name, &types().collect::<Vec<_>>());
            return match error.fixes.is_empty() {
                true => self.report(error),
                false => self.report_habit(Habit::NameFirst, error),
            };
        }
        let before = self.text[..place.start as usize].trim_end().len();
        let removed = self.span(before, place.end as usize);
        self.report(late_annotation(
            place,
            &written.join(" "),
            self.span(start, start),
            removed,
        ));
    }

    /// `@k("v")` for `k = "v"`
    fn modern_annotation(&self, pair: &Node<'i>) -> String {
        let mut cursor = Cursor::new(pair);
        let path = self.text_of(&cursor.expect(Rule::path)).to_owned();
        match cursor.rest_of(Rule::expr).next() {
            Some(value) => format!("@{path}({})", self.text_of(&value)),
            None => format!("@{path}"),
        }
    }
}

fn missing_semicolon(place: Span, what: &str) -> Diagnostic {
    Diagnostic::new(
        Code::MissingSemicolon,
        place,
        format!("missing `;` after {what}"),
        "expected `;`",
    )
    .with_fix("add `;`", place, ";")
}

/// `Ok(string)`, as in languages where variants are written like calls
fn payload_behind(place: Span, name: &ast::Ident, types: &[&str]) -> Diagnostic {
    let message = "the type comes before the name: `id: type name`";
    let label = "looks like `name(type)`";
    let error = Diagnostic::new(Code::SwappedField, place, message, label);
    match types {
        [ty] => {
            let written = format!("{} {}", old_type(ty).unwrap_or(ty), name.name);
            error.with_fix(format!("write `{written}`"), name.span.to(place), written)
        }
        _ => error.with_help(format!(
            "a variant that holds several values has fields: `{} {{ 1: {} first; }}`",
            name.name, types[0]
        )),
    }
}

fn late_annotation(place: Span, written: &str, start: Span, removed: Span) -> Diagnostic {
    if written.is_empty() {
        let message = "expected `;`, found `(`";
        return Diagnostic::new(Code::UnexpectedToken, place, message, "expected `;`")
            .with_help("there are no functions: write the value itself");
    }
    let message = format!("annotations come before what they apply to, not after: `{written}`");
    let insert = Edit {
        span: start,
        replacement: format!("{written} "),
    };
    let remove = Edit {
        span: removed,
        replacement: String::new(),
    };
    Diagnostic::new(Code::LateAnnotation, place, message, "too late here")
        .with_edits(format!("write `{written}` in front"), vec![insert, remove])
}
