//! Code generators for checked schemas.

pub mod json;
pub mod rust;

use crate::diagnostics::Sink;
use crate::schema::Schema;
use crate::source::SourceMap;

/// Generates files from a schema. Does no I/O.
pub trait Backend {
    /// The name users select it by: `rust`, `json`.
    fn name(&self) -> &'static str;

    /// Reports what this target cannot represent (`E08xx`, `E0117`). [`Backend::generate`] is only called if there were
    /// no errors.
    fn check(&self, schema: &Schema, sink: &mut Sink);

    /// The files for `schema`, in order of their names. Cannot fail, because [`Backend::check`] has reported whatever
    /// could.
    fn generate(&self, schema: &Schema, sources: &SourceMap) -> Vec<GeneratedFile>;
}

/// A file to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneratedFile {
    /// Path relative to the output folder, with forward slashes.
    pub path: String,
    /// The text.
    pub text: String,
}
