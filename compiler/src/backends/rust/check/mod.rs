//! Checks whether a schema can be represented in Rust.

mod claims;
mod clashes;
mod derives;
mod headers;
mod hints;
mod keys;

use super::facts::Facts;
use crate::diagnostics::Sink;
use crate::schema::Schema;

/// Reports everything that would not compile or cannot be generated. `mocks`: mocks are generated.
pub(super) fn check(schema: &Schema, mocks: bool, sink: &mut Sink) {
    let facts = Facts::of(schema);
    hints::check(schema, sink);
    derives::check(schema, sink);
    clashes::check(schema, mocks, sink);
    headers::check(schema, &facts, sink);
    keys::check(schema, &facts, sink);
}
