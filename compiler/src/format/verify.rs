//! Checks that formatting has lost nothing.

use sinew_grammar::lex::{TokenKind, lex};

use super::comment::{Form, doc_lines};

/// Whether two texts have the same tokens in the same order, and the same comments. Ignores optional separators, and
/// white space inside comments.
pub(super) fn same(before: &str, after: &str) -> bool {
    tokens(before) == tokens(after) && comments(before) == comments(after)
}

/// The tokens. `,` and `;` count as the same, and are left out where they are optional.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens: Vec<&str> = Vec::new();
    for token in lex(text) {
        let text = match (token.kind, &text[token.range]) {
            (TokenKind::Blank | TokenKind::LineComment | TokenKind::BlockComment, _) => continue,
            (_, "," | ";") if tokens.last() == Some(&"}") => continue,
            (_, "," | ";") => ";",
            (_, text) => text,
        };
        if matches!(text, ")" | "]" | "}") && tokens.last() == Some(&";") {
            tokens.pop();
        }
        tokens.push(text);
    }
    tokens
}

/// The lines of all comments, in no particular order.
fn comments(text: &str) -> Vec<(Form, String)> {
    let mut lines = Vec::new();
    for token in lex(text) {
        let text = &text[token.range];
        match token.kind {
            TokenKind::LineComment | TokenKind::BlockComment => add_lines(&mut lines, text),
            TokenKind::Blank
            | TokenKind::Word
            | TokenKind::Number
            | TokenKind::Text
            | TokenKind::Sign
            | TokenKind::Other => {}
        }
    }
    lines.sort();
    lines
}

fn add_lines(lines: &mut Vec<(Form, String)>, text: &str) {
    let (form, said) = match Form::of(text) {
        Form::Doc => (Form::Doc, vec![text[3..].to_owned()]),
        Form::DocBlock => (Form::Doc, doc_lines(text)),
        form @ (Form::Line | Form::Inner) => (form, vec![text.to_owned()]),
        Form::Block => (Form::Block, text.lines().map(str::to_owned).collect()),
    };
    let said = said.iter().map(|line| line.trim().to_owned());
    lines.extend(said.map(|line| (form, line)));
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn white_space_and_optional_separators_are_free() {
        assert!(same(
            "enum A{B=1,C=2}",
            "enum A {\n    B = 1;\n    C = 2;\n}\n"
        ));
        assert!(same("struct A {};", "struct A {}"));
        assert!(same("[1, 2,]", "[1, 2]"));
    }

    #[test]
    fn tokens_are_not() {
        assert!(!same("1 2", "12"));
        assert!(!same("a b", "b a"));
        assert!(!same("1: A a; 2: B b;", "1: A a 2: B b;"));
        assert!(!same("\"a\"", "\"a \""));
    }

    #[test]
    fn comments_may_move_and_not_change() {
        assert!(same("/** a\n * b */ x", "/// a\n/// b\nx"));
        assert!(same("a // c\n;", "a; // c"));
        assert!(!same("a // c", "a"));
        assert!(!same("a // c", "a // d"));
        assert!(!same("// c", "/// c"));
        assert!(!same("// c\n// c", "// c"));
    }
}
