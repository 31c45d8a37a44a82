//! Converts the values of names to the types expected.

use super::integers::does_not_fit;
use super::kinds::with_article;
use super::literals::integer_value;
use super::targets::Target;
use super::widths::is_integer;
use super::{Integer, Place, Resolver};
use crate::ast::{self, ItemKind};
use crate::diagnostics::{Code, Diagnostic};
use crate::schema::{Scalar, Type, Value, VariantValue};
use crate::source::Span;

impl<'a> Resolver<'a, '_> {
    /// The value of a name, as a `ty`.
    pub(crate) fn named_value(
        &mut self,
        target: Target,
        ty: &Type,
        span: Span,
        place: &Place<'_>,
    ) -> Option<Value> {
        match target {
            Target::Const(id) => {
                let (from, found) = self.constants[id.0 as usize].clone()?;
                self.spend(found.parts(), span)?;
                self.convert(&found.value, &from, ty, span, place)
            }
            Target::EnumValue(id, at) => {
                let number = match &self.numbers[id.0 as usize][at as usize] {
                    Integer::Known(number) => number.clone(),
                    Integer::Other | Integer::Broken => return None,
                };
                let own = Type::Named(id, Vec::new());
                if let Type::Scalar(scalar) = ty
                    && is_integer(*scalar)
                {
                    return self.fitting(&number, *scalar, span, place);
                }
                if let ItemKind::Flags(_) = self.names.decl(id).item.kind {
                    let bits = u128::try_from(&number).ok()?;
                    return self.convert(&Value::Flags(id, bits), &own, ty, span, place);
                }
                self.convert(&Value::Enum(id, at), &own, ty, span, place)
            }
            Target::Variant(id, at) => {
                let item = self.names.decl(id).item;
                let ItemKind::Union(union) = &item.kind else {
                    return None;
                };
                let variant = &union.variants[at as usize];
                let ast::Payload::Unit = variant.payload else {
                    self.sink
                        .push(variant_needs_value(&item.name.name, variant, span));
                    return None;
                };
                let args = if let Type::Named(wanted, args) = ty.unwrap_optional()
                    && *wanted == id
                {
                    args.clone()
                } else {
                    vec![Type::Param(0); item.type_params().len()]
                };
                let value = Value::Union(id, at, Box::new(VariantValue::Unit));
                self.convert(&value, &Type::Named(id, args), ty, span, place)
            }
        }
    }

    /// `value` of type `from` as a `to`: the same type, an integer type that can represent it, or `optional` or a
    /// newtype around one.
    fn convert(
        &mut self,
        value: &Value,
        from: &Type,
        to: &Type,
        span: Span,
        place: &Place<'_>,
    ) -> Option<Value> {
        if from == to {
            return Some(value.clone());
        }
        match to {
            Type::Optional(inner) => {
                let inner = self.convert(value, from, inner, span, place)?;
                return Some(Value::Present(Box::new(inner)));
            }
            Type::Scalar(scalar) => {
                if let Some(number) = value.integer().filter(|_| is_integer(*scalar)) {
                    return self.fitting(&number, *scalar, span, place);
                }
                if let (Value::F32(number), Scalar::F64) = (value, scalar) {
                    return Some(Value::F64((*number).into()));
                }
                if let (Some(number), Scalar::F32 | Scalar::F64 | Scalar::Decimal) =
                    (value.integer(), scalar)
                {
                    return self.fraction(&number.to_string(), *scalar, span);
                }
            }
            Type::Named(id, _) => {
                let id = *id;
                if let ItemKind::Newtype(inner) = &self.names.decl(id).item.kind {
                    let inner = self.type_at(inner, &self.place(id))?.ty;
                    if inner == *from || takes(&inner, from) {
                        let inner = self.convert(value, from, &inner, span, place)?;
                        return Some(Value::Newtype(id, Box::new(inner)));
                    }
                }
            }
            Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Array(..) | Type::Param(_) => {}
        }
        let found = with_article(&self.names.type_text(from));
        self.wrong_value(to, &found, span);
        None
    }

    /// `number` as a value of an integer type; reports if it does not fit.
    pub(crate) fn fitting(
        &mut self,
        number: &num_bigint::BigInt,
        scalar: Scalar,
        span: Span,
        place: &Place<'_>,
    ) -> Option<Value> {
        let value = integer_value(number, scalar);
        if value.is_none() {
            let written = place.written.filter(|(expr, _)| *expr == span);
            let error = does_not_fit(number, scalar, span, written.map(|(_, ty)| ty));
            self.sink.push(error);
        }
        value
    }
}

/// Whether numbers of one type convert to the other: between integer types, and from those to floating-point types and
/// decimals.
fn takes(to: &Type, from: &Type) -> bool {
    match (to, from) {
        (Type::Scalar(to), Type::Scalar(from)) => {
            let has_fractions = matches!(to, Scalar::F32 | Scalar::F64 | Scalar::Decimal);
            is_integer(*from) && (is_integer(*to) || has_fractions)
        }
        _ => false,
    }
}

fn variant_needs_value(union: &str, variant: &ast::Variant, span: Span) -> Diagnostic {
    let name = &variant.name.name;
    let form = match variant.payload {
        ast::Payload::Typed(_) => format!("{union} {{ {name} = value }}"),
        ast::Payload::Struct { .. } | ast::Payload::Unit => {
            format!("{union}.{name} {{ field = value }}")
        }
    };
    Diagnostic::new(
        Code::WrongValue,
        span,
        format!("variant `{name}` carries a value, none given"),
        "a name alone is enough for a variant without payload only",
    )
    .with_label(variant.name.span, "declared here")
    .with_help(format!("write `{form}`"))
}
