//! `struct`: Rust structs with public fields.

use super::code::Code;
use super::record::Record;
use super::scope::Scope;
use crate::schema::{Decl, DeclId, Struct};

/// The items of a struct.
pub(super) fn items<'a>(
    scope: Scope<'a>,
    id: DeclId,
    decl: &'a Decl,
    kind: &'a Struct,
) -> Vec<Code> {
    Record::of(scope, id, decl, &kind.fields).items()
}
