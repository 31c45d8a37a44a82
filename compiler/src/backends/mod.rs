//! What is made from a checked schema.

pub mod json;
pub mod rust;

use crate::diagnostics::Sink;
use crate::schema::Schema;
use crate::source::SourceMap;

/// Turns a schema into files. Does no I/O.
pub trait Backend {
    /// The name users select it by: `rust`, `json`.
    fn name(&self) -> &'static str;

    /// Says what of the schema this target cannot take (`E08xx`, `E0117`).
    /// [`Backend::generate`] is called only when this reported no error.
    fn check(&self, schema: &Schema, sink: &mut Sink);

    /// The files for `schema`, in order of their names. Cannot fail: whatever
    /// could, was said by [`Backend::check`].
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
