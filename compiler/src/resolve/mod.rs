//! Syntax trees to schema.

use crate::diagnostics::Sink;
use crate::load::Loaded;
use crate::schema::Schema;

/// What the files mean.
pub(crate) fn resolve(_loaded: &Loaded, _sink: &mut Sink) -> Schema {
    Schema::default()
}
