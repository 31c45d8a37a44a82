//! Says what of a schema Rust cannot take.

mod claims;
mod clashes;
mod derives;
mod headers;
mod hints;
mod keys;

use super::facts::Facts;
use crate::diagnostics::Sink;
use crate::schema::Schema;

/// Reports everything that would not compile or is left out. With `mocks`, services get mocks.
pub(super) fn check(schema: &Schema, mocks: bool, sink: &mut Sink) {
    let facts = Facts::of(schema);
    hints::check(schema, sink);
    derives::check(schema, sink);
    clashes::check(schema, mocks, sink);
    headers::check(schema, &facts, sink);
    keys::check(schema, &facts, sink);
}
