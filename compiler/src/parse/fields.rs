//! Fields: of structs, exceptions, annotations, and in lists behind `throws`.

use sinew_grammar::Rule;

use super::Parser;
use super::bodies::Body;
use super::cursor::{Cursor, Node};
use super::ids::Fields;
use crate::ast;
use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

impl<'i> Parser<'i, '_> {
    /// `{ 1: T a; reserved 2; }`
    pub(super) fn struct_body(&mut self, pair: &Node<'i>, body: &Body<'_>) -> Fields {
        let mut out = Fields::default();
        out.fields.reserve_exact(pair.clone().into_inner().len());
        for member in self.members(pair) {
            match member.as_rule() {
                Rule::plain_field => out.fields.extend(self.plain_field(&member)),
                Rule::field | Rule::swapped_field => out.fields.extend(self.field(&member)),
                _ => self.other_member(&member, body, &mut out.reserved),
            }
        }
        self.check_field_ids(&mut out, body);
        out
    }

    /// `1: T a;` and nothing else.
    fn plain_field(&mut self, pair: &Node<'i>) -> Option<ast::Field> {
        let doc = self.doc([pair.as_span().start()]);
        let mut cursor = Cursor::new(pair);
        let id = self.plain_id(&cursor.expect(Rule::int));
        let ty = self.type_ref(&cursor.expect(Rule::type_ref));
        let name = self.name(&cursor.expect(Rule::name));
        let span = self.span(pair.as_span().start(), name.span.end as usize);
        let (id, ty) = (Some(id?), ty?);
        Some(ast::Field {
            doc,
            annotations: Vec::new(),
            id,
            required: None,
            ty,
            name,
            default: None,
            span,
        })
    }

    fn field(&mut self, pair: &Node<'i>) -> Option<ast::Field> {
        let mut cursor = Cursor::new(pair);
        let lead = self.lead(&mut cursor);
        let id = self.id(&mut cursor);
        let required = cursor.take(Rule::kw_required).map(|word| self.place(&word));
        let (ty, name) = match cursor.take(Rule::type_ref) {
            Some(ty) => (self.type_ref(&ty), self.name(&cursor.expect(Rule::name))),
            None => self.swapped(&mut cursor),
        };
        let default = self.default(&mut cursor);
        let last = self.end(&mut cursor, lead.start, "field", &name);
        let span = self.span(lead.start, last);
        let (id, ty, default) = (id?, ty?, default?);
        Some(ast::Field {
            doc: lead.doc,
            annotations: lead.annotations,
            id,
            required,
            ty,
            name,
            default,
            span,
        })
    }

    /// `name: T` or `name?: T`, which is the wrong way round.
    pub(super) fn swapped(&mut self, cursor: &mut Cursor<'i>) -> (Option<ast::Type>, ast::Ident) {
        let name = self.name(&cursor.expect(Rule::name));
        let optional = cursor.take(Rule::question).is_some();
        cursor.expect(Rule::colon);
        let pair = cursor.next().expect("a type follows");
        let place = self.place(&pair);
        let prefix = if optional { "optional " } else { "" };
        let ty_text = &self.text[place.start as usize..place.end as usize];
        self.report(swapped_name_and_type(
            &name,
            name.span.to(place),
            &format!("{prefix}{ty_text}"),
        ));
        let ty = match pair.as_rule() {
            Rule::type_ref => self.type_ref(&pair),
            _ => None,
        };
        self.partial |= ty.is_none();
        (ty, name)
    }

    /// `= 5`; the outer `None` means a broken value.
    pub(super) fn default(&mut self, cursor: &mut Cursor<'i>) -> Option<Option<ast::Expr>> {
        let Some(pair) = cursor.take(Rule::default) else {
            return Some(None);
        };
        let mut inner = Cursor::new(&pair);
        inner.expect(Rule::equals);
        let value = self.expr(&inner.expect(Rule::expr));
        self.partial |= value.is_none();
        value.map(Some)
    }

    /// `throws (1: A a)`: the list.
    pub(super) fn throws_list(&mut self, pair: &Node<'i>) -> Vec<ast::Field> {
        let mut fields = Fields::default();
        for entry in Cursor::new(pair).rest_of(Rule::throws_entry) {
            let mut cursor = Cursor::new(&entry);
            let lead = self.lead(&mut cursor);
            let id = self.id(&mut cursor);
            let ty = self.type_ref(&cursor.expect(Rule::type_ref));
            let name = self.name(&cursor.expect(Rule::name));
            let span = self.span(lead.start, name.span.end as usize);
            let (Some(id), Some(ty)) = (id, ty) else {
                continue;
            };
            let (doc, annotations) = (lead.doc, lead.annotations);
            fields.fields.push(ast::Field {
                doc,
                annotations,
                id,
                required: None,
                ty,
                name,
                default: None,
                span,
            });
        }
        self.check_field_ids(&mut fields, &Body::throws());
        fields.fields
    }
}

fn swapped_name_and_type(name: &ast::Ident, span: Span, ty: &str) -> Diagnostic {
    let written = format!("{ty} {}", name.name);
    let message = "the type stands before the name: `id: type name`";
    Diagnostic::new(Code::SwappedField, span, message, "looks like `name: type`").with_fix(
        format!("write `{written}`"),
        span,
        written,
    )
}
