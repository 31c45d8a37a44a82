//! Types in the syntax of the language, for messages: with short names.

use crate::schema::{Schema, Type};

/// `list<Order>`. `params` are the names of the type parameters.
pub(super) fn spelled(schema: &Schema, params: &[String], ty: &Type) -> String {
    ty.spelled(params, &|id| schema.decl(id).name.clone())
}
