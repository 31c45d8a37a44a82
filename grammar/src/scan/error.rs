//! Errors of the scan.

use std::ops::Range;

/// An error of the scan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The bytes that it is about.
    pub range: Range<usize>,
    /// What is wrong with them.
    pub kind: ErrorKind,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// A character that the language does not use.
    Character {
        /// The character.
        found: char,
        /// A replacement, and the range to replace, if it can be guessed.
        instead: Option<(Range<usize>, String)>,
    },
    /// A control character, or one that reorders text on the screen.
    Control {
        /// The character.
        found: char,
        /// Where it is.
        place: Place,
    },
    /// An unresolved merge conflict. The range is the marker of its first version, which is the only one that is
    /// parsed.
    Conflict {
        /// The markers of the other versions.
        others: Range<usize>,
        /// The marker that ends the conflict.
        end: Range<usize>,
    },
    /// `r#` before a name, as in Rust.
    RawName,
    /// `#` at the start of a comment.
    HashComment,
    /// `"""` at the start of a description.
    Description {
        /// Where it ends, if it is closed.
        end: Option<usize>,
    },
    /// A `/*` without `*/`; the range is the innermost `/*`.
    UnterminatedComment {
        /// The outermost `/*` around it, if there is one.
        outermost: Option<Range<usize>>,
    },
    /// A string without a closing quote on its line.
    UnterminatedString {
        /// Where the quote is probably missing.
        close_at: usize,
        /// Where the string ends, if that is on a later line.
        far_end: Option<usize>,
    },
    /// A name with letters outside `A–Z a–z 0–9 _`.
    ForeignName {
        /// The name with its letters replaced by ASCII, as far as possible.
        ascii: String,
    },
    /// A name longer than [`crate::MAX_NAME`] bytes.
    LongName,
    /// Brackets or comments nest deeper than [`crate::MAX_NESTING`].
    TooDeep,
    /// The parser gave up, because it took more steps than any file should need.
    TooMuchWork,
    /// A `{` without `}`.
    UnclosedBrace {
        /// The text before `{` on its line: `struct Order`.
        head: Range<usize>,
        /// What shows that `}` is missing: a declaration or an outer `}`; empty at the end of the file.
        noticed: Range<usize>,
    },
}

/// Where a character is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Between or in tokens.
    Code,
    /// In a comment.
    Comment,
    /// In a string with escapes.
    String,
    /// In a string without escapes.
    RawString,
}
