//! What is said where a value is not of the type that its place wants.

use super::Resolver;
use super::kinds::with_article;
use super::literals::form;
use crate::ast::ItemKind;
use crate::diagnostics::{Code, Diagnostic};
use crate::schema::Type;
use crate::source::Span;

impl Resolver<'_, '_> {
    /// Reports that `expr` is not a `ty`.
    pub(crate) fn wrong_value(&mut self, ty: &Type, found: &str, span: Span) {
        let (text, hint) = (self.type_text(ty), self.hint(ty));
        self.sink.push(match ty.unwrap_optional() {
            Type::Param(_) => no_value(found, hint, span),
            _ => wrong_value(&text, found, hint, span),
        });
    }

    /// How a value of `ty` is written.
    fn hint(&self, ty: &Type) -> String {
        match ty {
            Type::Optional(t) => self.hint(t),
            Type::Scalar(scalar) => form(*scalar).to_owned(),
            Type::List(_) | Type::Set(_) | Type::Array(..) => "write `[a, b]`".to_owned(),
            Type::Map(..) => "write `{ key: value }`".to_owned(),
            Type::Param(_) => {
                "a type parameter may be any type, so no value fits; make it `optional` instead"
                    .to_owned()
            }
            Type::Named(id, _) => {
                let item = self.names.decl(*id).item;
                let name = &item.name.name;
                let first = match &item.kind {
                    ItemKind::Enum(e) | ItemKind::Flags(e) => e.values.first(),
                    _ => None,
                };
                match first {
                    Some(first) => format!(
                        "write one of its values, such as `{name}.{}`",
                        first.name.name
                    ),
                    None => format!("write `{name} {{ member = value }}`"),
                }
            }
        }
    }
}

/// An expression that is not a value of the type that its place wants.
pub(crate) fn wrong_value(ty: &str, found: &str, hint: String, span: Span) -> Diagnostic {
    let expected = with_article(ty);
    Diagnostic::new(
        Code::WrongValue,
        span,
        format!("expected {expected} value, found {found}"),
        format!("not {expected} value"),
    )
    .with_help(hint)
}

/// A value where only the type argument will say what is one.
fn no_value(found: &str, hint: String, span: Span) -> Diagnostic {
    let message = format!("expected a value of a type parameter, found {found}");
    Diagnostic::new(Code::WrongValue, span, message, "of which type?").with_help(hint)
}
