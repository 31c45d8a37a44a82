//! Enums and flags.

use sinew_grammar::Rule;

use super::Parser;
use super::bodies::Body;
use super::cursor::{Cursor, Node};
use super::throughout::Habit;
use super::unknown::needless;
use crate::ast::{Enum, EnumValue, Expr, ExprKind, Ident};
use crate::diagnostics::{Code, Diagnostic, MAX_SHOWN};
use crate::source::Span;

impl<'i> Parser<'i, '_> {
    /// After the name: `: u8 { A = 0; }`
    pub(super) fn enum_rest(
        &mut self,
        cursor: &mut Cursor<'i>,
        closed: Option<Span>,
        body: &Body<'_>,
    ) -> Option<Enum> {
        let base = match cursor.take(Rule::base) {
            Some(pair) => {
                let mut inner = Cursor::new(&pair);
                inner.expect(Rule::colon);
                Some(self.type_ref(&inner.expect(Rule::type_ref))?)
            }
            None => None,
        };
        let (mut values, mut reserved, mut held) = (Vec::new(), Vec::new(), Vec::new());
        let (mut option, mut case, mut unended) = (None, None, Vec::new());
        let mut cases = Vec::new();
        for member in self.members(&cursor.expect(Rule::enum_body)) {
            // `option allow_alias = true;` parses as two values.
            if let Some(word) = option.take() {
                self.partial = true;
                self.report(needless(word, "option", word.to(self.place(&member))));
                continue;
            }
            if let Some(word) = case.take() {
                cases.push(needless_case(word, self.place(&member)));
            }
            match member.as_rule() {
                Rule::value if member.as_str().trim_end() == "option" => {
                    option = Some(self.place(&member));
                }
                Rule::value if member.as_str().trim_end_matches([' ', '\t']) == "case" => {
                    case = Some(self.place(&member));
                }
                Rule::value => values.extend(self.enum_value(&member, &mut held, &mut unended)),
                _ => self.other_member(&member, body, &mut reserved),
            }
        }
        if !held.is_empty() {
            self.report(holding_values(&held, body));
            self.partial = true;
            // This should be a union, whose variants have no numbers.
            values.retain(|value: &EnumValue| value.value.is_some());
            cases.clear();
            unended.clear();
        }
        for case in cases {
            self.report_habit(Habit::Case, case);
        }
        // Values without both numbers and `;` are written as in many other languages. That is one mistake.
        if values.iter().all(|value| value.value.is_some()) {
            for (place, name) in std::mem::take(&mut unended) {
                self.no_end(place, "value", &name);
            }
        }
        Some(Enum {
            closed,
            base,
            values,
            reserved,
            unended: unended.into_iter().map(|(place, _)| place).collect(),
        })
    }

    /// Adds to `held` the parentheses after the name of a value, as if it had a payload, and to `unended` the place of
    /// a missing `;`.
    fn enum_value(
        &mut self,
        pair: &Node<'i>,
        held: &mut Vec<Span>,
        unended: &mut Vec<(Span, Ident)>,
    ) -> Option<EnumValue> {
        let mut cursor = Cursor::new(pair);
        let lead = self.lead(&mut cursor);
        let name = self.name(&cursor.expect(Rule::name));
        let value = self.number(&mut cursor, &name);
        if let Some(pair) = cursor.take(Rule::held) {
            held.push(self.place(&pair));
        }
        let (last, missing) = self.end_or_place(&mut cursor, lead.start, "value", &name);
        unended.extend(missing.map(|place| (place, name.clone())));
        self.partial |= value.is_none();
        let span = self.span(lead.start, last);
        Some(EnumValue {
            doc: lead.doc,
            annotations: lead.annotations,
            name,
            value: value?,
            span,
        })
    }

    /// The number after the name of a value. The inner `None` means no number, the outer one an invalid one.
    fn number(&mut self, cursor: &mut Cursor<'i>, name: &Ident) -> Option<Option<Expr>> {
        if let Some(late) = cursor.take(Rule::late_id) {
            let id = self.id_behind(&late)?;
            self.report(no_equals("@", name.span.after().to(id.span.before())));
            let (kind, span) = (ExprKind::Int(id.value), id.span);
            return Some(Some(Expr { kind, span }));
        }
        let colon = cursor.take(Rule::colon);
        if let Some(colon) = &colon {
            self.report(no_equals(":", name.span.after().to(self.place(colon))));
        }
        match cursor.take(Rule::equals).or(colon) {
            Some(_) => self.expr(&cursor.expect(Rule::expr)).map(Some),
            None => Some(None),
        }
    }
}

/// `case open`, as in Swift
fn needless_case(word: Span, value: Span) -> Diagnostic {
    let message = "`case` does not belong before a value";
    Diagnostic::new(Code::OldWord, word, message, "not known here").with_fix(
        "remove it",
        word.up_to(value),
        "",
    )
}

/// `behind` is the span between the name and its number.
fn no_equals(found: &str, behind: Span) -> Diagnostic {
    let message = format!("expected `=` after the name of a value, found `{found}`");
    let equals = if found == "@" { " = " } else { " =" };
    Diagnostic::new(Code::UnexpectedToken, behind, message, "expected `=`").with_fix(
        "write `=`",
        behind,
        equals,
    )
}

/// One report for the whole enum, since the mistake is that it is not a union.
fn holding_values(held: &[Span], body: &Body<'_>) -> Diagnostic {
    let message = format!("values of {} are numbers and hold nothing", body.title());
    let error = Diagnostic::new(Code::UnexpectedToken, held[0], message, "cannot be held");
    let others = held[1..].iter().take(MAX_SHOWN);
    others
        .fold(error, |error, place| {
            error.with_label(*place, "nor can this")
        })
        .with_help("declare a `union`: `1: f64 circle;`, `2: square { 1: f64 side; }`, `3: empty;`")
}
