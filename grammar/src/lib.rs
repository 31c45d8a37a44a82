//! The concrete syntax of the Sinew interface definition language, and nothing else:
//! text in, syntax pairs and syntax errors out. It knows no files and prints nothing.
//!
//! The grammar itself is `idl.pest` at the root of this crate. Two steps, both linear in the
//! length of the text:
//!
//! 1. [`scan`] walks over the characters once. It refuses what no rule could make sense of
//!    (control characters, unterminated strings, brackets nested deeper than
//!    [`MAX_NESTING`]), finds unclosed braces by their indentation, collects doc comments, and
//!    leaves white space where comments were.
//! 2. [`parse`] applies the grammar. It recovers from errors: what it could not read is a pair
//!    with a `bad_…` rule, about which [`explain`] says what was expected.

#![forbid(unsafe_code)]

mod explain;
pub mod lex;
mod scan;
mod syntax;
mod words;

pub use explain::{Unexpected, explain};
pub use pest::iterators::{Pair, Pairs};
pub use scan::{Code, Doc, DocKind, Error, ErrorKind, Place, Scan, scan};
pub use syntax::Rule;
pub use words::{KEYWORDS, is_keyword, token_at};

/// Maximum nesting of brackets (`(`, `[`, `{`, and `<` of types) and of comments.
pub const MAX_NESTING: usize = 64;

/// Maximum length of a name in bytes.
pub const MAX_NAME: usize = 255;

/// Maximum number of errors to keep for one file; there might be one for each byte.
pub const MAX_ERRORS: usize = 1000;

/// Applies the grammar to a whole file. Text that matches no rule becomes a `bad_…` pair.
///
/// # Errors
/// If it takes more steps than any file should need.
pub fn parse<'c>(code: &'c Code<'_>) -> Result<Pair<'c, Rule>, Error> {
    syntax::file(code.text()).map_err(|at| Error {
        kind: ErrorKind::TooMuchWork,
        range: at..at,
    })
}
