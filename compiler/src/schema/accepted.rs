//! Changes that a schema says are meant.

use crate::diagnostics::Code;
use crate::source::Span;

/// One code of a `@breaking_ok`.
#[derive(Clone, Debug)]
pub(crate) struct Accepted {
    /// What kind of change is meant.
    pub(crate) code: Code,
    /// What the annotation is about: changes that show in there.
    pub(crate) region: Span,
    /// Where the code stands.
    pub(crate) span: Span,
    /// The whole annotation if it names no other code.
    pub(crate) whole: Option<Span>,
}
