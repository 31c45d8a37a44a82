//! Diagnostics for required fields that a literal omits, with suggested values.

use super::records::Literal;
use crate::ast::{self, Scalar, TypeKind};
use crate::diagnostics::{Code, Diagnostic, MAX_SHOWN};

/// A value for a required field, if its type has an obvious one.
fn zero(ty: &ast::Type) -> Option<&'static str> {
    Some(match &ty.kind {
        TypeKind::Scalar(Scalar::Bool) => "false",
        TypeKind::Scalar(Scalar::String) => "\"\"",
        TypeKind::Scalar(Scalar::Bytes) => "x\"\"",
        TypeKind::Scalar(Scalar::Duration) => "0s",
        TypeKind::Scalar(Scalar::F32 | Scalar::F64) => "0.0",
        TypeKind::Scalar(Scalar::Uuid | Scalar::Timestamp | Scalar::Date) => return None,
        TypeKind::Scalar(Scalar::I8 | Scalar::I16 | Scalar::I32 | Scalar::I64 | Scalar::I128)
        | TypeKind::Scalar(Scalar::U8 | Scalar::U16 | Scalar::U32 | Scalar::U64 | Scalar::U128)
        | TypeKind::Scalar(Scalar::Decimal) => "0",
        TypeKind::List(_) | TypeKind::Set(_) => "[]",
        TypeKind::Map(..) => "{}",
        TypeKind::Optional(_) | TypeKind::Array(..) | TypeKind::Named(..) => return None,
    })
}

pub(super) fn missing_fields(literal: &Literal<'_, '_>, missing: &[&ast::Field]) -> Diagnostic {
    let (s, verb) = match missing.len() {
        1 => ("", "is"),
        _ => ("s", "are"),
    };
    let shown = missing.iter().take(MAX_SHOWN);
    let mut names: Vec<_> = shown.map(|f| format!("`{}`", f.name.name)).collect();
    if missing.len() > MAX_SHOWN {
        names.push("…".to_owned());
    }
    let names = names.join(", ");
    let mut error = Diagnostic::new(
        Code::MissingField,
        literal.path,
        format!(
            "required field{s} {names} of `{}` {verb} missing in this value",
            literal.name
        ),
        format!("{names} {verb} missing"),
    );
    for field in missing.iter().take(MAX_SHOWN) {
        error = error.with_label(field.name.span, "required here");
    }
    let values = missing
        .iter()
        .map(|f| Some(format!("{} = {}", f.name.name, zero(&f.ty)?)));
    let Some(values) = values.collect::<Option<Vec<_>>>() else {
        return error.with_help(format!("add {names}"));
    };
    let place = match literal.given.last() {
        Some(last) => last.value.span.after(),
        None => return error.with_help(format!("add {names}")),
    };
    error.with_fix(
        format!("add {names}"),
        place,
        format!(", {}", values.join(", ")),
    )
}
