//! Patterns of `@pattern`: regular expressions that can be matched in linear time.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

/// Compiles a pattern into an expression that matches whole values.
///
/// # Errors
/// If the runtime cannot match it in linear time.
pub(crate) fn compile_pattern(pattern: &str) -> Result<regex_lite::Regex, regex_lite::Error> {
    regex_lite::Regex::new(pattern)?;
    regex_lite::Regex::new(&format!("^(?:{pattern})$"))
}

pub(super) fn bad_pattern(error: &regex_lite::Error, span: Span) -> Diagnostic {
    let why = error.to_string();
    let error = Diagnostic::new(
        Code::BadPattern,
        span,
        format!("pattern does not compile: {why}"),
        "not a pattern",
    );
    if why.contains("escape") || why.contains("look-around") || why.contains("backreference") {
        return error.with_note(
            "patterns match in linear time; look-around and back-references are not supported",
        );
    }
    error.with_help("write `\\\\` in front of a character that is meant as it is")
}
