//! Diagnostics for values of the wrong type.

use super::Resolver;
use super::integers::Integer;
use super::kinds::with_article;
use super::literals::form;
use super::targets::describe;
use crate::ast::{EnumValue, Expr, ExprKind};
use crate::diagnostics::{Code, Diagnostic};
use crate::schema::{DeclId, Type};
use crate::source::Span;

impl Resolver<'_, '_> {
    /// Reports that the value at `span` is not a `ty`.
    pub(crate) fn wrong_value(&mut self, ty: &Type, found: &str, span: Span) {
        let (text, hint) = (self.names.type_text(ty), self.hint(ty));
        self.sink
            .push(match matches!(ty.unwrap_optional(), Type::Param(_)) {
                true => no_value(found, hint, span),
                false => wrong_value(&text, found, hint, span),
            });
    }

    /// Reports that `expr` is not a value of an enum. Suggests the value with that number or name.
    pub(super) fn wrong_enum_value(&mut self, id: DeclId, expr: &Expr) {
        let (found, ty) = (describe(expr), Type::Named(id, Vec::new()));
        let (text, hint) = (self.names.type_text(&ty), self.hint(&ty));
        let written = self.sources.slice(expr.span).trim_matches('"');
        let is_number = |number: &Integer| match number {
            Integer::Known(number) => matches!(&expr.kind, ExprKind::Int(n) if n == number),
            Integer::Other | Integer::Broken => false,
        };
        let numbers = self.numbers[id.0 as usize].iter();
        let mut numbered = numbers.zip(self.names.decl(id).item.values());
        let is_meant = |number: &Integer, value: &EnumValue| {
            is_number(number) || value.name.name.eq_ignore_ascii_case(written)
        };
        let suggests = self.names.suggests().then_some(());
        let meant =
            suggests.and_then(|()| numbered.find(|(number, value)| is_meant(number, value)));
        let error = wrong_value(&text, found, hint, expr.span);
        self.sink.push(match meant {
            Some((_, value)) => {
                let written = format!("{text}.{}", value.name.name);
                error.with_fix(format!("write `{written}`"), expr.span, written)
            }
            None => error,
        });
    }

    /// Describes how to write a value of `ty`.
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
                match item.values().first() {
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

/// An expression of another type than expected.
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

/// A value of a type parameter: what its values are depends on the type argument.
fn no_value(found: &str, hint: String, span: Span) -> Diagnostic {
    let message = format!("expected a value of a type parameter, found {found}");
    Diagnostic::new(Code::WrongValue, span, message, "of which type?").with_help(hint)
}
