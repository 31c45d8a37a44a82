//! What a schema must satisfy beyond its names and types.

use crate::diagnostics::Sink;
use crate::load::Loaded;
use crate::schema::Schema;

/// Reports what is wrong with `schema`.
pub(crate) fn check(_schema: &Schema, _loaded: &Loaded, _sink: &mut Sink) {}
