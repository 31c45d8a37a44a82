//! The concrete syntax of the Sinew interface definition language, and nothing else:
//! text in, syntax pairs and syntax errors out. It knows no files and prints nothing.
//!
//! The grammar itself is `idl.pest` at the root of this crate. [`parse`] runs in two steps,
//! both linear in the length of the text:
//!
//! 1. [`scan`] walks over the characters once. It refuses what no rule could make sense of
//!    (control characters, unterminated strings, brackets nested deeper than
//!    [`MAX_NESTING`]), finds unclosed braces by their indentation, and collects doc comments.
//! 2. The grammar is applied. It recovers from errors: what it could not read is a pair
//!    with a `bad_…` rule, about which [`explain`] says what was expected.

mod explain;
pub mod lex;
mod scan;
mod syntax;
mod words;

pub use explain::{Unexpected, explain};
pub use pest::iterators::{Pair, Pairs};
pub use scan::{Doc, DocKind, Error, ErrorKind, Place, Scan, scan};
pub use syntax::Rule;
pub use words::{KEYWORDS, is_keyword, token_at};

/// How deep brackets (`(`, `[`, `{`, and `<` of types) or comments may nest.
pub const MAX_NESTING: usize = 64;

/// How many bytes a name may have.
pub const MAX_NAME: usize = 255;

/// How many errors of one file are worth keeping; there may be one for each byte.
pub const MAX_ERRORS: usize = 1000;

/// What a text says.
#[derive(Debug)]
pub struct Parsed<'i> {
    /// The file, unless an error made it pointless to apply the grammar.
    pub file: Option<Pair<'i, Rule>>,
    /// Every doc comment, in order.
    pub docs: Vec<Doc>,
    /// What the scan refuses, in order. Errors of the grammar are the `bad_…` pairs in `file`.
    pub errors: Vec<Error>,
}

/// Parses a whole file.
pub fn parse(text: &str) -> Parsed<'_> {
    let mut scanned = scan(text);
    let file = if scanned.hopeless {
        None
    } else {
        match syntax::file(text) {
            Ok(file) => Some(file),
            Err(at) => {
                let kind = ErrorKind::TooMuchWork;
                scanned.errors.push(Error {
                    kind,
                    range: at..at,
                });
                None
            }
        }
    };
    Parsed {
        file,
        docs: scanned.docs,
        errors: scanned.errors,
    }
}
