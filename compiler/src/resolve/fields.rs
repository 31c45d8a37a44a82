//! Fields of structs, exceptions and struct variants; parameters; errors of `throws` lists.

use super::decls::doc;
use super::foreign::is_nothing;
use super::{Place, Resolver};
use crate::ast;
use crate::diagnostics::{Code, Diagnostic};
use crate::schema::{Field, Type, Value};
use crate::source::Span;

impl<'a> Resolver<'a, '_> {
    /// Fields of a struct, parameters, or errors of a `throws` list.
    pub(super) fn fields(
        &mut self,
        fields: &'a [ast::Field],
        target: &str,
        place: &Place<'a>,
    ) -> Vec<Field> {
        let mut out = Vec::with_capacity(fields.len());
        out.extend(fields.iter().filter_map(|f| self.field(f, target, place)));
        out
    }

    pub(super) fn field(
        &mut self,
        field: &'a ast::Field,
        target: &str,
        place: &Place<'a>,
    ) -> Option<Field> {
        let read = self.annotations(&field.annotations, target, place);
        let typed = self.type_at(&field.ty, place)?;
        if let (Some(required), Some(optional)) = (field.required, field.ty.optional_word()) {
            self.sink.push(both_words(required, optional));
        }
        let constraints = self.constraints(&read.constraints, &typed, place);
        let is_ordered = matches!(typed.ty.unwrap_optional(), Type::Map(..) | Type::Set(_));
        if read.annotations.rust.hash_map && !is_ordered {
            let text = self.names.type_text(&typed.ty);
            self.sink.push(not_a_map(field, &text));
        }
        if let Some(default) = field.default.as_ref().filter(|_| typed.ty.is_optional()) {
            self.sink.push(optional_with_default(field, default));
            return None;
        }
        let default = match &field.default {
            Some(expr) => Some(self.default_of(field, expr, &typed.ty, place)?),
            None => None,
        };
        Some(Field {
            id: number(&field.id)?,
            id_span: field.id.as_ref()?.span,
            name: field.name.name.clone(),
            span: field.name.span,
            doc: doc(&field.doc),
            annotations: read.annotations,
            ty: typed.ty,
            ty_span: field.ty.span,
            default,
            constraints,
            boxed: false,
        })
    }

    /// The value of a default. Those of fields have been evaluated before; nothing can refer to those of parameters.
    fn default_of(
        &mut self,
        field: &ast::Field,
        expr: &'a ast::Expr,
        ty: &Type,
        place: &Place<'a>,
    ) -> Option<Value> {
        match self.defaults.get(&expr.span) {
            Some(known) => known.clone().map(|known| known.value),
            None if self.cyclic_defaults.contains(&expr.span) => None,
            None => {
                let place = place.of_written(&field.ty, expr);
                self.value_at(expr, ty, &place)
            }
        }
    }
}

/// The id, if it is in range.
pub(super) fn number(id: &Option<ast::Id>) -> Option<u16> {
    let number = u16::try_from(&id.as_ref()?.value).ok()?;
    (1..=ast::Id::MAX).contains(&number).then_some(number)
}

fn not_a_map(field: &ast::Field, ty: &str) -> Diagnostic {
    let hint = field
        .annotations
        .iter()
        .find(|a| a.path.text() == "rust.map");
    Diagnostic::new(
        Code::WrongTarget,
        hint.map_or(field.name.span, |hint| hint.path.span),
        format!("`@rust.map` is not allowed on `{ty}`; it applies to maps and sets"),
        "not allowed here",
    )
    .with_label(field.ty.span, "neither a map nor a set")
    .with_help("remove it")
}

fn both_words(required: Span, optional: Span) -> Diagnostic {
    let message = "`required` conflicts with `optional`";
    Diagnostic::new(
        Code::ConflictingModifiers,
        required,
        message,
        "one too many",
    )
    .with_label(optional, "may be absent")
    .with_fix("remove it", required, "")
}

pub(super) fn optional_with_default(field: &ast::Field, default: &ast::Expr) -> Diagnostic {
    let name = &field.name.name;
    let equals = field.name.span.after().to(default.span);
    let error = Diagnostic::new(
        Code::OptionalWithDefault,
        default.span,
        format!("`{name}` is `optional` and cannot have a default"),
        "a default for what may be absent",
    )
    .with_label(field.ty.span, "may be absent");
    let says_nothing = match &default.kind {
        ast::ExprKind::Path(path) => is_nothing(&path.text()),
        _ => false,
    };
    let error = match field.ty.optional_word() {
        Some(word) if !says_nothing => error.with_fix("drop `optional`", word, ""),
        Some(_) | None => error,
    };
    error.with_fix("drop the default", equals, "")
}
