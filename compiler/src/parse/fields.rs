//! Fields: of structs, exceptions and annotations.

use num_bigint::BigInt;
use sinew_grammar::{Rule, token_at};

use super::Parser;
use super::bodies::Body;
use super::cursor::{Cursor, Node};
use super::ids::Fields;
use super::syntax::old_form;
use super::throughout::Habit;
use super::translate::is_name;
use super::words::{is_field_word, old_type};
use crate::ast::{self, TypeKind};
use crate::diagnostics::{Code, Diagnostic, Edit};
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

    /// `1: T a;` without special cases
    fn plain_field(&mut self, pair: &Node<'i>) -> Option<ast::Field> {
        let doc = self.doc([pair.as_span().start()]);
        let mut cursor = Cursor::new(pair);
        let id = self.plain_id(&cursor.expect(Rule::int));
        let ty = self.type_ref(&cursor.expect(Rule::type_ref));
        let name = self.name(&cursor.expect(Rule::name));
        let span = self.span(pair.as_span().start(), name.span.end as usize);
        let (id, (ty, name)) = (id?, self.in_order(ty?, name, false));
        Some(ast::Field {
            doc,
            annotations: Vec::new(),
            id: Some(id),
            required: None,
            ty,
            name,
            default: None,
            span,
        })
    }

    fn field(&mut self, pair: &Node<'i>) -> Option<ast::Field> {
        if let Some(parentheses) = parameters(pair) {
            let place = self.place(&parentheses);
            self.report(method_as_field(place));
            self.partial = true;
            return None;
        }
        let mut cursor = Cursor::new(pair);
        let lead = self.lead(&mut cursor);
        let id = self.id(&mut cursor);
        if matches!(id, Some(None)) && self.is_words_in_front(pair) {
            return None;
        }
        let required = cursor.take(Rule::kw_required).map(|word| self.place(&word));
        let (late, ty, name) = match cursor.take(Rule::type_ref) {
            Some(ty) => {
                let (ty, name) = (self.type_ref(&ty), self.name(&cursor.expect(Rule::name)));
                (self.late_id(&mut cursor, lead.start, &name), ty, name)
            }
            None => self.swapped(&mut cursor, matches!(id, Some(None))),
        };
        let default = self.default(&mut cursor);
        let last = self.end(&mut cursor, lead.start, "field", &name);
        let span = self.span(lead.start, last);
        let (id, ty, default) = (id?.or(late), ty?, default?);
        let (ty, name) = self.in_order(ty, name, id.is_none());
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

    /// `private final` before `long id;`, which parses as a field that lacks its `;`. Returns whether that was
    /// reported.
    fn is_words_in_front(&mut self, pair: &Node<'i>) -> bool {
        let place = self.place(pair);
        let words = self.text_of(pair).trim_end();
        let next = token_at(self.text, place.start as usize + words.len());
        let Some((word, other)) = words.split_once([' ', '\t']) else {
            return false;
        };
        let is_meant = is_field_word(word)
            && is_name(other.trim_start())
            && is_name(&self.text[next.clone()])
            && !self.text[place.start as usize..next.start].contains('\n');
        if is_meant {
            let help = "remove the words: a field is `1: type name;`";
            let removed = self.span(place.start as usize, next.start);
            let words = self.span(place.start as usize, place.start as usize + words.len());
            let error = old_form(words, word, help);
            self.report(error.with_fix("remove the words", removed, ""));
        }
        is_meant
    }

    /// Type and name of a field, possibly swapped: `name string`.
    fn in_order(
        &mut self,
        ty: ast::Type,
        name: ast::Ident,
        lacks_id: bool,
    ) -> (ast::Type, ast::Ident) {
        let TypeKind::Named(path, _) = &ty.kind else {
            return (ty, name);
        };
        let [first] = path.segments.as_slice() else {
            return (ty, name);
        };
        // Names of declared types mostly begin with a capital letter, so most need not be looked up.
        if first.span != ty.span || !first.name.starts_with(|c: char| c.is_lowercase()) {
            return (ty, name);
        }
        let scalar = ast::Scalar::from_word(old_type(&name.name).unwrap_or(&name.name));
        let Some(scalar) = scalar.filter(|_| !self.declares(&first.name)) else {
            return (ty, name);
        };
        let written = format!("{} {}", scalar.word(), first.name);
        let error = behind_the_name(ty.span.to(name.span), written, "name type");
        match lacks_id {
            true => _ = self.swapped.insert(first.span, error),
            false => self.report_habit(Habit::NameFirst, error),
        }
        let (first, span) = (first.clone(), name.span);
        let kind = TypeKind::Scalar(scalar);
        (ast::Type { kind, span }, first)
    }

    /// `@ 1` after the name of a field that begins at `start`
    fn late_id(
        &mut self,
        cursor: &mut Cursor<'i>,
        start: usize,
        name: &ast::Ident,
    ) -> Option<ast::Id> {
        let pair = cursor.take(Rule::late_id)?;
        let id = self.id_behind(&pair)?;
        let behind = name.span.after().to(self.place(&pair));
        self.report(late_id(&id, self.span(start, start), name.span, behind));
        Some(id)
    }

    pub(super) fn id_behind(&mut self, pair: &Node<'i>) -> Option<ast::Id> {
        let mut inner = Cursor::new(pair);
        inner.expect(Rule::at);
        self.plain_id(&inner.expect(Rule::int))
    }

    /// `name: T`, `name?: T` or `name @1: T`, in the wrong order. Returns id, type and name. If the field `lacks_id`,
    /// the report waits until a free id is known.
    pub(super) fn swapped(
        &mut self,
        cursor: &mut Cursor<'i>,
        lacks_id: bool,
    ) -> (Option<ast::Id>, Option<ast::Type>, ast::Ident) {
        let name = self.name(&cursor.expect(Rule::name));
        let late = cursor.take(Rule::late_id);
        // Where ids begin at 0, that id is replaced.
        let id = late.and_then(|pair| self.id_behind(&pair));
        let id = id.filter(|id| id.value > BigInt::ZERO);
        let optional = cursor.take(Rule::question).is_some();
        cursor.expect(Rule::colon);
        let pair = cursor.next().expect("a type follows");
        let place = self.place(&pair);
        let number = id.as_ref().map(|id| format!("{}: ", id.value));
        let optional = if optional { "optional " } else { "" };
        let ty_text = &self.text[place.start as usize..place.end as usize];
        let number = number.unwrap_or_default();
        let written = format!("{number}{optional}{ty_text} {}", name.name);
        let error = behind_the_name(name.span.to(place), written, "name: type");
        match lacks_id && id.is_none() {
            true => _ = self.swapped.insert(name.span, error),
            false => self.report_habit(Habit::NameFirst, error),
        }
        let ty = match pair.as_rule() {
            Rule::type_ref => self.type_ref(&pair),
            _ => None,
        };
        self.partial |= ty.is_none();
        (id, ty, name)
    }

    /// `= 5`. The outer `None` means an invalid value.
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
}

/// The empty parentheses after the name of a field, unless its default contains a call.
fn parameters<'i>(field: &Node<'i>) -> Option<Node<'i>> {
    let mut parts = field.clone().into_inner();
    let late =
        parts.find(|part| matches!(part.as_rule(), Rule::default | Rule::late_annotations))?;
    let old = late.clone().into_inner().next()?;
    let is_empty = !old
        .clone()
        .into_inner()
        .any(|part| part.as_rule() == Rule::old_annotation);
    let is_list = old.as_rule() == Rule::old_annotations;
    (is_list && is_empty).then_some(old)
}

fn method_as_field(parentheses: Span) -> Diagnostic {
    let message = "expected `;`, found `(`";
    Diagnostic::new(Code::UnexpectedToken, parentheses, message, "expected `;`")
        .with_help("methods are in a `service`: `Reply name(1: Request request);`")
}

fn late_id(id: &ast::Id, start: Span, name: Span, behind: Span) -> Diagnostic {
    let message = "ids come before fields: `id: type name`";
    let edits = vec![
        Edit {
            span: start,
            replacement: format!("{}: ", id.value),
        },
        Edit {
            span: behind,
            replacement: String::new(),
        },
    ];
    let span = name.to(behind);
    Diagnostic::new(Code::SwappedField, span, message, "looks like `name @ id`")
        .with_edits("move the id to the front", edits)
}

/// A type after its name, as in `form`
fn behind_the_name(span: Span, written: String, form: &str) -> Diagnostic {
    let message = "the type comes before the name: `id: type name`";
    let label = format!("looks like `{form}`");
    Diagnostic::new(Code::SwappedField, span, message, label).with_fix(
        format!("write `{written}`"),
        span,
        written,
    )
}
