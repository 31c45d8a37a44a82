//! What the scan reports, and what it collects.

use super::{DocKind, Error, ErrorKind, scan};

fn errors(text: &str) -> Vec<Error> {
    scan(text).errors
}

/// The text of each unclosed `{`, with what has shown it.
fn unclosed(text: &str) -> Vec<(&str, &str)> {
    let braces = errors(text)
        .into_iter()
        .filter_map(|error| match error.kind {
            ErrorKind::UnclosedBrace { head, noticed } => Some((text[head].trim(), noticed)),
            _ => None,
        });
    braces
        .map(|(head, noticed)| (head, &text[noticed]))
        .collect()
}

#[test]
fn a_declaration_shows_that_the_one_before_is_open() {
    assert_eq!(
        unclosed("struct A {\n    1: i32 a;\n\nstruct B {\n}\n"),
        [("struct A", "struct")]
    );
    assert_eq!(
        unclosed("union A {\n    1: b {\n        1: i32 a;\n}\n"),
        [("1: b", "}")]
    );
    assert_eq!(unclosed("struct A {\n"), [("struct A", "")]);
    assert_eq!(unclosed("struct A {\n}\nstruct B {\n}\n"), []);
}

#[test]
fn a_member_may_be_called_like_a_declaration() {
    assert_eq!(unclosed("enum A {\nstruct = 1;\nunion = 2;\n}\n"), []);
    assert_eq!(unclosed("struct A {\n    struct B {\n    }\n}\n"), []);
}

#[test]
fn doc_comments_know_what_follows() {
    let text = "//! File.\n/// Item.\nstruct A { /** Field. */ 1: i32 a; /// Late.\n}\n// Plain.\n//// Plain.\n/**/\n";
    let docs: Vec<_> = scan(text)
        .docs
        .into_iter()
        .map(|doc| {
            (
                &text[doc.range],
                doc.kind,
                &text[doc.next..doc.next + 1],
                doc.trailing,
            )
        })
        .collect();
    assert_eq!(
        docs,
        [
            ("//! File.", DocKind::Inner, "s", false),
            ("/// Item.", DocKind::Line, "s", false),
            ("/** Field. */", DocKind::Block, "1", true),
            ("/// Late.", DocKind::Line, "}", true),
        ]
    );
}

#[test]
fn shifts_and_types_are_told_apart() {
    let shifts = format!("const i32 A = 1{};", " << 1 >> 1".repeat(100));
    assert_eq!(errors(&shifts), []);
    let types = "typedef list<list<i32>> A;\n".repeat(100);
    assert_eq!(errors(&types), []);
}

#[test]
fn quotes_of_word_processors_are_skipped_with_their_text() {
    let found = errors("const string A = “no } end”;");
    assert_eq!(found.len(), 1);
    let ErrorKind::Character {
        found: '“',
        instead: Some((range, text)),
    } = &found[0].kind
    else {
        panic!("{found:?}");
    };
    assert_eq!(
        (range.start, range.end, text.as_str()),
        (17, 31, "\"no } end\"")
    );
}
