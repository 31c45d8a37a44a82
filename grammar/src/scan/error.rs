//! What the scan refuses.

use std::ops::Range;

/// Something the scan refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The bytes it is about.
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
        /// The place to edit and what belongs there, if that can be guessed.
        instead: Option<(Range<usize>, String)>,
    },
    /// A control character, or one that reorders text on the screen.
    Control {
        /// The character.
        found: char,
        /// Where it stands.
        place: Place,
    },
    /// A merge that nobody finished. The range is what begins its first version, the only one that is read.
    Conflict {
        /// What begins the other versions.
        others: Range<usize>,
        /// What ends the last one.
        end: Range<usize>,
    },
    /// `r#` in front of a name, as in Rust.
    RawName,
    /// `#` at the start of a comment.
    HashComment,
    /// `"""` at the start of a description.
    Description {
        /// Where it ends, if it does.
        end: Option<usize>,
    },
    /// A `/*` without `*/`; the range is the innermost one.
    UnterminatedComment {
        /// The outermost `/*` that it stands in, if it is another.
        outermost: Option<Range<usize>>,
    },
    /// A string without closing quote on its line.
    UnterminatedString {
        /// Where the quote was probably forgotten.
        close_at: usize,
        /// Where the string ends, if that is on a later line.
        far_end: Option<usize>,
    },
    /// A name with letters outside `A–Z a–z 0–9 _`.
    ForeignName {
        /// The name in ASCII, as far as its letters have a plain form.
        ascii: String,
    },
    /// A name longer than [`crate::MAX_NAME`] bytes.
    LongName,
    /// Brackets or comments nest deeper than [`crate::MAX_NESTING`].
    TooDeep,
    /// The grammar was given up, because it took more steps than any file should need.
    TooMuchWork,
    /// A `{` without `}`.
    UnclosedBrace {
        /// What the line of the `{` says in front of it: `struct Order`.
        head: Range<usize>,
        /// What shows that `}` is missing: a declaration, an outer `}`; empty at the end of the file.
        noticed: Range<usize>,
    },
}

/// Where a character stands.
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
