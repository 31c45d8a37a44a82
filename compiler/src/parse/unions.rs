//! Unions and their variants.

use sinew_grammar::Rule;

use super::Parser;
use super::bodies::Body;
use super::cursor::{self, Cursor, Node};
use crate::ast::{Ident, Payload, Union, Variant};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

/// How many type parameters a declaration may have. Every name in it is looked up among them.
const MAX_TYPE_PARAMS: usize = 64;

/// How many lines are searched for the end of a variant.
const MOST_LINES: usize = 100;

impl<'i> Parser<'i, '_> {
    /// After the name: `<T> { 1: cash; }`
    pub(super) fn union_rest(
        &mut self,
        cursor: &mut Cursor<'i>,
        closed: Option<Span>,
        body: &Body<'_>,
    ) -> Union {
        let params = self.type_params(cursor);
        let (mut variants, mut reserved) = (Vec::new(), Vec::new());
        for member in self.members(&cursor.expect(Rule::union_body)) {
            match member.as_rule() {
                // What follows are the fields of the variant, and the `}` of the union belongs to it.
                Rule::variant if self.lacks_brace(&member) => break,
                Rule::variant => variants.extend(self.variant(&member)),
                _ => self.other_member(&member, body, &mut reserved),
            }
        }
        let members = variants
            .iter()
            .map(|variant: &Variant| (variant.id.as_ref(), variant.span, &variant.name));
        self.check_missing_ids("variant", members, &reserved);
        Union {
            closed,
            params,
            variants,
            reserved,
        }
    }

    fn variant(&mut self, pair: &Node<'i>) -> Option<Variant> {
        let mut cursor = Cursor::new(pair);
        let lead = self.lead(&mut cursor);
        let id = self.id(&mut cursor);
        let form = cursor.next().expect("a variant has a form");
        let mut inner = Cursor::new(&form);
        let (name, payload, last) = match form.as_rule() {
            Rule::struct_variant => self.struct_variant(inner),
            Rule::typed_variant => {
                if let Some(required) = inner.take(Rule::kw_required) {
                    self.report(needless_required(self.place(&required)));
                }
                let ty = self.type_ref(&inner.expect(Rule::type_ref));
                let name = self.name(&inner.expect(Rule::name));
                let last = self.end(&mut inner, lead.start, "variant", &name);
                (name, Payload::Typed(ty?), last)
            }
            Rule::swapped_variant => {
                let (_, ty, name) = self.swapped(&mut inner, matches!(id, Some(None)));
                let last = self.end(&mut inner, lead.start, "variant", &name);
                (name, Payload::Typed(ty?), last)
            }
            _ => {
                let name = self.name(&inner.expect(Rule::name));
                let last = self.end(&mut inner, lead.start, "variant", &name);
                (name, Payload::Unit, last)
            }
        };
        let span = self.span(lead.start, last);
        Some(Variant {
            doc: lead.doc,
            annotations: lead.annotations,
            id: id?,
            name,
            payload,
            span,
        })
    }

    /// Reports a variant without `{` before its fields, and returns whether there is one:
    ///
    /// ```text
    ///     2: wire
    ///         1: string iban;
    ///     }
    /// ```
    fn lacks_brace(&mut self, variant: &Node<'i>) -> bool {
        let start = variant.as_span().start();
        let end = cursor::end_of(variant);
        let is_open = variant.clone().into_inner().any(|form| {
            form.as_rule() == Rule::unit_variant
                && !form.into_inner().any(|part| part.as_rule() == Rule::end)
        });
        let before = &self.code()[..start];
        let indent = &before[before.trim_end_matches([' ', '\t']).len()..];
        let is_first = before[..before.len() - indent.len()].ends_with('\n');
        if !is_open || !is_first || !closes_block(&self.code()[end..], indent) {
            return false;
        }
        self.partial = true;
        self.unopened = true;
        self.report(no_brace(self.span(end, end)));
        true
    }

    /// `wire { 1: string iban; }`
    fn struct_variant(&mut self, mut cursor: Cursor<'i>) -> (Ident, Payload, usize) {
        let name = self.name(&cursor.expect(Rule::name));
        let pair = cursor.expect(Rule::struct_body);
        let last = self.place(&pair).end as usize;
        let body = self.struct_body(&pair, &Body::with_ids("variant", &name));
        (
            name,
            Payload::Struct {
                fields: body.fields,
                reserved: body.reserved,
            },
            last,
        )
    }

    /// `<T, E>`. Drops those beyond the limit.
    pub(super) fn type_params(&mut self, cursor: &mut Cursor<'i>) -> Vec<Ident> {
        let Some(pair) = cursor.take(Rule::type_params) else {
            return Vec::new();
        };
        let names = Cursor::new(&pair).rest_of(Rule::name);
        let mut params: Vec<Ident> = names.map(|name| self.name(&name)).collect();
        if let Some(first) = params.get(MAX_TYPE_PARAMS) {
            self.report(too_many(first.span));
            let lost = params.drain(MAX_TYPE_PARAMS..);
            self.lost.extend(lost.map(|param| param.name));
        }
        params
    }
}

/// Whether lines with deeper indentation than `indent` follow, and after them a `}` without it.
fn closes_block(behind: &str, indent: &str) -> bool {
    let lines = behind.lines().skip(1).take(MOST_LINES);
    let mut lines = lines.filter(|line| !line.trim().is_empty());
    let is_deeper = |line: &str| {
        let inner = line.strip_prefix(indent);
        inner.is_some_and(|inner| inner.starts_with([' ', '\t']))
    };
    lines.next().is_some_and(is_deeper)
        && lines
            .find(|line| !is_deeper(line))
            .and_then(|line| line.strip_prefix(indent))
            .is_some_and(|end| end.starts_with('}'))
}

fn no_brace(place: Span) -> Diagnostic {
    let message = "expected `{` before the fields of a variant";
    Diagnostic::new(Code::UnexpectedToken, place, message, "expected `{`")
        .with_fix("add `{`", place, " {")
}

fn needless_required(word: Span) -> Diagnostic {
    Diagnostic::new(
        Code::NeedlessRequired,
        word,
        "`required` means nothing inside a union",
        "one of its variants is always there",
    )
    .with_fix("remove it", word, "")
}

fn too_many(span: Span) -> Diagnostic {
    let message = format!("a declaration has at most {MAX_TYPE_PARAMS} type parameters");
    Diagnostic::new(Code::LimitExceeded, span, message, "one too many")
}
