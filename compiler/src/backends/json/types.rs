//! Types in the syntax of the language, with full names.

use crate::schema::{Schema, Type};

/// `list<shop.Order>`. `params` are the names of the type parameters.
pub(super) fn spelled(schema: &Schema, params: &[String], ty: &Type) -> String {
    ty.spelled(params, &|id| schema.full_name(id))
}
