//! Types as the language spells them, for messages.

use crate::schema::{Schema, Type};

/// `list<Order>`; `params` are the names of the type parameters.
pub(super) fn spelled(schema: &Schema, params: &[String], ty: &Type) -> String {
    let inner = |ty: &Type| spelled(schema, params, ty);
    match ty {
        Type::Optional(t) => format!("optional {}", inner(t)),
        Type::Scalar(scalar) => scalar.word().to_owned(),
        Type::List(t) => format!("list<{}>", inner(t)),
        Type::Set(t) => format!("set<{}>", inner(t)),
        Type::Map(k, v) => format!("map<{}, {}>", inner(k), inner(v)),
        Type::Array(t, count) => format!("array<{}, {count}>", inner(t)),
        Type::Named(id, args) if args.is_empty() => schema.decl(*id).name.clone(),
        Type::Named(id, args) => {
            let args: Vec<String> = args.iter().map(inner).collect();
            format!("{}<{}>", schema.decl(*id).name, args.join(", "))
        }
        Type::Param(n) => params.get(*n as usize).cloned().unwrap_or_default(),
    }
}
