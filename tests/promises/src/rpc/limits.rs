//! Every limit, at its value and one beyond: the cases of the runtime's own suite, which only compiles with one for
//! each.

use sinew::Limits;

use super::report::Section;

#[path = "../../../../runtime/tests/limits/table.rs"]
#[allow(
    unreachable_pub,
    dead_code,
    missing_docs,
    clippy::unwrap_used,
    reason = "they are tests"
)]
mod table;

/// Tests every limit.
///
/// # Panics
/// One does not hold.
pub fn all() -> Section {
    let proven = table::hold(drop);
    let mut section = Section::new("P16", "limits, each at its value and one beyond");
    section.count("limits", Limits::NAMES.len());
    section.count("at the limit fine, one more a typed error", proven);
    section
}
