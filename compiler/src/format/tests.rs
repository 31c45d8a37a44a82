//! Formatting must not change what the parser reads.

use super::format;
use crate::diagnostics::Sink;
use crate::parse::parse;
use crate::source::SourceMap;

const CASES: [&str; 5] = [
    include_str!("../../../tests/fmt/comments.idl"),
    include_str!("../../../tests/fmt/empty_lines.idl"),
    include_str!("../../../tests/fmt/every_construct.idl"),
    include_str!("../../../tests/fmt/long_lines.idl"),
    include_str!("../../../tests/fmt/windows.idl"),
];

#[test]
fn the_parser_reads_the_same_as_before() {
    for case in CASES {
        let formatted = format("a.idl", case).expect("a case is right");
        assert!(tree(case) == tree(&formatted), "{formatted}");
    }
}

/// The syntax tree of `text` including documentation, without spans.
fn tree(text: &str) -> String {
    let mut sources = SourceMap::new();
    let file = sources.add("a.idl", text);
    let tree = format!("{:#?}", parse(&sources, file, &mut Sink::new()));
    let mut parts = tree.split("Span {");
    let mut without = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        without += part.split_once('}').map_or("", |(_, rest)| rest);
    }
    without
}

#[test]
fn text_with_syntax_errors_is_refused() {
    for text in [
        "namespace a; struct S {",
        "namespace a; strct S {}",
        "namespace a; struct S { 1: i32 a }",
    ] {
        let error = format("a.idl", text).expect_err(text);
        assert!(error.to_string().contains("a.idl:1:"), "{error}");
    }
}

#[test]
fn a_file_without_namespace_is_formatted() {
    assert_eq!(format("a.idl", "").expect("empty"), "");
    assert_eq!(format("a.idl", " \n\n").expect("blank"), "");
    assert_eq!(format("a.idl", "\u{FEFF}").expect("a mark"), "");
    assert_eq!(
        format("a.idl", "struct S{}").expect("a part"),
        "struct S {}\n"
    );
}

#[test]
fn the_deepest_nesting_is_formatted() {
    let ty = format!("{}i32{}", "list<".repeat(60), ">".repeat(60));
    let value = format!("{}{}", "[".repeat(60), "]".repeat(60));
    let text = format!("const {ty} DEEP = {value};\n");
    let formatted = format("a.idl", &text).expect("within the limit");
    assert_eq!(format("a.idl", &formatted).expect("again"), formatted);
}
