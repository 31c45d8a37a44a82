//! Doc comments.

use super::{Code, code};

impl Code {
    /// A line of documentation: a comment if the text allows that, else an attribute.
    pub(in crate::backends::rust) fn doc(line: &str) -> Self {
        let is_plain = |c: char| !c.is_control() && !BIDI.contains(&c);
        match line.chars().all(is_plain) && !line.starts_with('/') {
            true => Self {
                text: format!("///{line}"),
            },
            false => code!("#[doc = $line]", line),
        }
    }
}

/// Characters that reorder text, which rustc rejects in comments.
const BIDI: [char; 9] = [
    '\u{202A}', '\u{202B}', '\u{202C}', '\u{202D}', '\u{202E}', '\u{2066}', '\u{2067}', '\u{2068}',
    '\u{2069}',
];
