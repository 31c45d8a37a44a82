//! `throws` clauses of methods and streams.

use num_bigint::BigInt;
use sinew_grammar::Rule;

use super::Parser;
use super::bodies::Body;
use super::cursor::{Cursor, Node};
use super::ids::Fields;
use crate::ast::{Field, Id, Ident, Path, Throws, Type, TypeKind};
use crate::diagnostics::{Code, Diagnostic};
use crate::naming::Style;
use crate::source::Span;

impl<'i> Parser<'i, '_> {
    /// `throws (1: NotFound not_found)` or `throws OrderError`
    pub(super) fn throws(&mut self, pair: &Node<'i>) -> Throws {
        let mut cursor = Cursor::new(pair);
        cursor.expect(Rule::kw_throws);
        if let Some(list) = cursor.take(Rule::throws_list) {
            return Throws::List(self.throws_list(&list), self.place(&list));
        }
        let paths = self.paths(cursor);
        let [first, .., last] = &paths[..] else {
            let only = paths.into_iter().next();
            return Throws::Union(only.expect("the grammar promises a path"));
        };
        let span = first.span.to(last.span);
        let (fields, written): (Vec<Field>, Vec<String>) = (1..)
            .zip(&paths)
            .map(|(id, path)| entry(id.into(), path))
            .unzip();
        self.report(not_a_list(span, &written.join(", ")));
        Throws::List(fields, span)
    }

    fn throws_list(&mut self, pair: &Node<'i>) -> Vec<Field> {
        let mut fields = Fields::default();
        let mut next = BigInt::from(1);
        for pair in Cursor::new(pair).rest_of(Rule::throws_entry) {
            let entry = self.throws_entry(&pair, next.clone());
            if let Some(id) = entry.as_ref().and_then(|entry| entry.id.as_ref()) {
                next = next.max(&id.value + 1);
            }
            fields.fields.extend(entry);
        }
        self.check_field_ids(&mut fields, &Body::throws());
        fields.fields
    }

    /// `1: NotFound not_found`. An entry with neither id nor name gets the id `next`.
    fn throws_entry(&mut self, pair: &Node<'i>, next: BigInt) -> Option<Field> {
        let mut cursor = Cursor::new(pair);
        let lead = self.lead(&mut cursor);
        let id = self.id(&mut cursor)?;
        let ty = self.type_ref(&cursor.expect(Rule::type_ref))?;
        let name = cursor.take(Rule::name).map(|name| self.name(&name));
        let span = self.span(lead.start, cursor.last_end());
        let Some(name) = name else {
            let TypeKind::Named(path, _) = &ty.kind else {
                self.report(nameless(span));
                return None;
            };
            let (field, written) = entry(id.map_or(next, |id| id.value), path);
            let message = format!("write `{written}`");
            self.report(nameless(span).with_fix(message, span, written));
            return Some(field);
        };
        Some(Field {
            doc: lead.doc,
            annotations: lead.annotations,
            id,
            required: None,
            ty,
            name,
            default: None,
            span,
        })
    }
}

/// The entry that a lone `path` stands for, and its text.
fn entry(id: BigInt, path: &Path) -> (Field, String) {
    let span = path.span;
    let last = path.segments.last().expect("a path has a segment");
    let name = Style::Snake.apply(&last.name);
    let written = format!("{id}: {} {name}", path.text());
    let field = Field {
        doc: None,
        annotations: Vec::new(),
        id: Some(Id { value: id, span }),
        required: None,
        ty: Type {
            kind: TypeKind::Named(path.clone(), Vec::new()),
            span,
        },
        name: Ident { name, span },
        default: None,
        span,
    };
    (field, written)
}

fn not_a_list(span: Span, entries: &str) -> Diagnostic {
    Diagnostic::new(
        Code::NotThrowable,
        span,
        format!("several errors are a list: `throws ({entries})`"),
        "not a list",
    )
    .with_fix("write a list", span, format!("({entries})"))
}

fn nameless(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::UnexpectedToken,
        span,
        "an error in a `throws` list has an id and a name",
        "has no name",
    )
}
