//! Systematic inputs: every token in every context, and texts cut or damaged at any place.

use sinew_compiler::source::MemoryLoader;

use super::STACK;
use super::answer::on_stack;

/// The codes reported about a file, sorted, with the smallest main thread stack of all platforms.
fn codes(text: impl Into<Vec<u8>>) -> Vec<&'static str> {
    let text = text.into();
    on_stack(STACK, || {
        let mut files = MemoryLoader::default();
        files.insert("main.idl", text);
        let checked =
            sinew_compiler::check(&files, &["main.idl".to_owned()]).expect("the file is there");
        checked
            .diagnostics
            .iter()
            .map(|diagnostic| diagnostic.code.id())
            .collect()
    })
}

/// The syntax errors of these declarations.
fn syntax(declarations: &str) -> Vec<&'static str> {
    let mut codes = codes(format!("namespace main;\n{declarations}\n"));
    codes.retain(|code| code.starts_with("E00") || code.starts_with("E01"));
    codes
}

const NOTHING: [&str; 0] = [];

/// Each kind of nesting: prefix, opening, content, closing, suffix.
const NESTINGS: [[&str; 5]; 9] = [
    ["typedef ", "list<", "i32", ">", " T;"],
    ["typedef ", "map<i32, ", "i32", ">", " T;"],
    ["typedef ", "array<", "i32", ", 2>", " T;"],
    ["const i32 A = ", "(", "1", ")", ";"],
    ["const i32 A = ", "[", "1", "]", ";"],
    ["const i32 A = ", "{1: ", "1", "}", ";"],
    ["const i32 A = ", "T{a = ", "1", "}", ";"],
    ["const i32 A = ", "-(~", "1", ")", ";"],
    ["", "/* ", "text", " */", ""],
];

#[test]
fn what_is_open_at_the_end_is_answered() {
    for [before, open, ..] in NESTINGS {
        for depth in [1, 30, 64, 100_000] {
            let found = syntax(&format!("{before}{}", open.repeat(depth)));
            assert!(!found.is_empty(), "{depth} times {open}");
        }
    }
}

#[test]
fn a_wrong_closer_is_answered() {
    for [before, open, core, _, end] in NESTINGS {
        for closer in [")", "]", "}", ">", "*/", "\""] {
            let found = syntax(&format!(
                "{before}{}{core}{}{end}",
                open.repeat(30),
                closer.repeat(29)
            ));
            assert!(!found.is_empty(), "{open} closed by {closer}");
        }
    }
}

#[test]
fn declarations_inside_each_other_are_bounded() {
    let nestings = [
        ("struct A {\n", ""),
        ("struct A {", "}"),
        ("union U { 1: v {", "}}"),
        ("service S {", "}"),
        ("enum E {\n", ""),
    ];
    for (open, close) in nestings {
        for depth in [30, 70, 100_000] {
            let found = syntax(&format!("{}{}", open.repeat(depth), close.repeat(depth)));
            assert!(!found.is_empty(), "{depth} times {open}");
        }
    }
    // Indentation that seems to close open brackets must not hide how deep they nest.
    let stairs: String = (0..50)
        .map(|indent| format!("{:indent$}a {{\n", ""))
        .collect();
    assert!(!syntax(&format!("{stairs}}}\n").repeat(100)).is_empty());
}

#[test]
fn repeated_tokens_are_answered() {
    const LENGTH: usize = 500;
    let tokens = [
        " ",
        "\n",
        "//\n",
        "/**/",
        "a",
        "a ",
        "a\n",
        "@a ",
        "@a\n",
        "@a(1)\n",
        "@",
        ";",
        ",",
        "}",
        ")",
        "closed ",
        "1",
        "1 ",
        "1:",
        "1:\n",
        "1+",
        "-",
        "1.",
        "_",
        "\"\" ",
        "\"a",
        "\\",
        "`",
        "'",
        "?",
        "<",
        ">",
        "<<",
        "a.",
        "a<",
        "a,",
        "=",
        "a=\n",
        "a b;",
        "a:b;",
        "1:a b;",
        "void a();",
        "a a(\n",
        "reserved 1, ",
        "optional ",
        "struct ",
        "struct a ",
        "import \"a\" ",
        "namespace ",
        "\u{FEFF}",
        "é",
        "#\n",
        "\r",
        "\r\n",
    ];
    let frames = [
        ("", ""),
        ("struct A {", "}"),
        ("enum A {", "}"),
        ("union A {", "}"),
        ("service A {", "}"),
        ("const i32 A = ", ";"),
        ("const i32 A = [", "];"),
        ("typedef ", " A;"),
        ("service A { void a(", ");}"),
    ];
    for (before, after) in frames {
        for token in tokens {
            syntax(&format!(
                "{before}{}{after}",
                token.repeat(LENGTH / token.len())
            ));
        }
    }
}

#[test]
fn files_that_are_no_text_are_answered() {
    let utf16: Vec<u8> = "namespace a;"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for bytes in [
        &utf16[..],
        b"\xFF\xFE",
        b"namespace a;\xC0\x80",
        b"namespace a;\xED\xA0\x80",
        b"namespace \xFF;",
    ] {
        assert!(!codes(bytes).is_empty(), "{bytes:?}");
    }
    assert_eq!(codes(""), ["E0105"]);
    assert_eq!(codes("\u{FEFF}"), ["E0105"]);
    assert_eq!(codes("\u{FEFF}namespace a;"), NOTHING);
    assert_eq!(codes("\u{FEFF}\u{FEFF}namespace a;"), ["E0002"]);
    assert_eq!(codes("namespace a;\r\n\r\n// b\r\n"), NOTHING);
    assert_eq!(codes("// no end of line\nnamespace a;// b"), NOTHING);
}

/// Cuts and damages the declarations of a file that uses the whole language, at every third place.
#[test]
fn every_beginning_and_every_wrong_character_is_answered() {
    const WRONG: [&str; 10] = ["", "\"", "{", "}", "(", ">", ";", ":", "1", "\u{202E}"];
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/ui/syntax/whole_language.idl");
    let text = std::fs::read_to_string(path).expect("the case is there");
    for declaration in text.split("\n\n").skip(1) {
        assert_eq!(syntax(declaration), NOTHING, "{declaration}");
        for (at, c) in declaration.char_indices().step_by(3) {
            let (before, rest) = (&declaration[..at], &declaration[at + c.len_utf8()..]);
            syntax(before);
            syntax(&format!("{before}{}{rest}", WRONG[at % WRONG.len()]));
        }
    }
}
