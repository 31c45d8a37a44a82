//! Ids that are repeated after the field, as in Protobuf: `1: string name = 1;`.

use super::Parser;
use super::ids::is_no_number;
use super::words::old_type;
use crate::ast::{Expr, ExprKind, Field, Scalar, TypeKind};
use crate::diagnostics::{Code, Diagnostic, Edit, MAX_SHOWN};
use crate::source::Span;

/// How many numeric fields the lint requires. A single one may well have the default 1.
const ENOUGH: usize = 2;

impl Parser<'_, '_> {
    /// Reports a body in which every default equals the id of its field: as an error if one of them cannot be a
    /// default, else as a lint.
    pub(super) fn check_repeated_ids(&mut self, fields: &mut [Field]) {
        let places: Vec<Span> = fields.iter().filter_map(repeated).collect();
        let with_default = fields.iter().filter(|field| field.default.is_some());
        if places.is_empty() || with_default.count() > places.len() {
            return;
        }
        if fields.iter().any(|field| self.is_of_protobuf(field)) {
            let message = "the id comes before a field; what follows `=` is its default";
            self.report(repeated_ids(Code::SwappedField, message, &places));
            fields.iter_mut().for_each(|field| field.default = None);
        } else if places.len() == fields.len() && places.len() >= ENOUGH {
            let message = "every field has its id for a default";
            self.report(repeated_ids(Code::RepeatedId, message, &places));
        }
    }

    /// Whether the number after the field can only be an id.
    fn is_of_protobuf(&self, field: &Field) -> bool {
        let written = &self.text[field.ty.span.start as usize..field.ty.span.end as usize];
        let inside = match &field.ty.kind {
            TypeKind::Optional(inner) => &**inner,
            _ => &field.ty,
        };
        let may_be_meant = matches!(
            inside.kind,
            TypeKind::Scalar(Scalar::Bool | Scalar::Duration)
        );
        let is_number = may_be_meant || !is_no_number(inside);
        repeated(field).is_some() && (!is_number || old_type(written).is_some())
    }
}

/// Span of the ` = 1` after a field with the id 1.
fn repeated(field: &Field) -> Option<Span> {
    let Some(Expr {
        kind: ExprKind::Int(value),
        span,
    }) = &field.default
    else {
        return None;
    };
    let id = field.id.as_ref()?;
    (id.value == *value).then(|| field.name.span.after().to(*span))
}

/// One report for all of them.
fn repeated_ids(code: Code, message: &str, places: &[Span]) -> Diagnostic {
    let mut diagnostic = Diagnostic::new(code, places[0], message, "the id once more");
    for place in places[1..].iter().take(MAX_SHOWN) {
        diagnostic = diagnostic.with_label(*place, "here, too");
    }
    let edits = places.iter().map(|place| Edit {
        span: *place,
        replacement: String::new(),
    });
    diagnostic.with_edits("remove what follows the names", edits.collect())
}
