//! Says what of a schema Rust cannot take.

mod claims;
mod clashes;
mod derives;
mod headers;
mod hints;

use crate::diagnostics::Sink;
use crate::schema::Schema;

/// Reports everything that would not compile or is left out. With `mocks`, services get mocks.
pub(super) fn check(schema: &Schema, mocks: bool, sink: &mut Sink) {
    hints::check(schema, sink);
    derives::check(schema, sink);
    clashes::check(schema, mocks, sink);
    headers::check(schema, sink);
}
