//! A part of a file on one line, without comments.

use sinew_grammar::lex::{TokenKind, lex};

/// `text` on one line, for example a method for a list of methods. All comments are left out, including documentation.
///
/// ```
/// let method = "void place(\n    /// What is wanted.\n    1: Order order,\n)";
/// assert_eq!(sinew_compiler::format::one_line(method), "void place(1: Order order)");
/// ```
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let mut is_apart = false;
    for token in lex(text) {
        let word = &text[token.range];
        match token.kind {
            TokenKind::Blank | TokenKind::LineComment | TokenKind::BlockComment => is_apart = true,
            TokenKind::Word
            | TokenKind::Number
            | TokenKind::Text
            | TokenKind::Sign
            | TokenKind::Other => {
                let closes = matches!(word, ")" | ">" | "]" | "}");
                if closes && line.ends_with(',') {
                    line.pop();
                }
                let opened = line.ends_with(['(', '<', '[', '{']);
                if is_apart && !line.is_empty() && !opened && !closes && word != "," {
                    line.push(' ');
                }
                line.push_str(word);
                is_apart = false;
            }
        }
    }
    line
}
