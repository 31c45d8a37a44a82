//! Says what of a schema Rust cannot take.

mod claims;
mod derives;
mod headers;
mod hints;

use crate::diagnostics::Sink;
use crate::schema::Schema;

/// Reports everything that would not compile or is left out.
pub(super) fn check(schema: &Schema, sink: &mut Sink) {
    hints::check(schema, sink);
    derives::check(schema, sink);
    claims::check(schema, sink);
    headers::check(schema, sink);
}
