//! Changes that a schema accepts with `@breaking_ok`.

use crate::diagnostics::Code;
use crate::source::Span;

/// One code of a `@breaking_ok`.
#[derive(Clone, Debug)]
pub(crate) struct Accepted {
    /// Which kind of change is accepted.
    pub(crate) code: Code,
    /// The span of what the annotation is on: it accepts changes in there.
    pub(crate) region: Span,
    /// Span of the code.
    pub(crate) span: Span,
    /// The whole annotation, if it has no other code.
    pub(crate) whole: Option<Span>,
}
