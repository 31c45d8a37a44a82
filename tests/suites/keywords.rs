//! Every word of the language as a name: members can have any name, declarations need backticks.

use sinew_compiler::source::MemoryLoader;

/// Every word with a meaning, built-in types included.
const WORDS: [&str; 64] = [
    "annotation",
    "array",
    "as",
    "bool",
    "bytes",
    "closed",
    "const",
    "date",
    "decimal",
    "duration",
    "enum",
    "events",
    "exception",
    "extends",
    "f16",
    "f32",
    "f64",
    "false",
    "flags",
    "frozen",
    "i128",
    "i16",
    "i32",
    "i64",
    "i8",
    "idempotent",
    "import",
    "inf",
    "interaction",
    "internal",
    "list",
    "map",
    "max",
    "mixin",
    "namespace",
    "nan",
    "newtype",
    "on",
    "oneway",
    "optional",
    "patch",
    "readonly",
    "required",
    "reserved",
    "resource",
    "service",
    "set",
    "stream",
    "string",
    "struct",
    "throws",
    "timestamp",
    "true",
    "typedef",
    "u128",
    "u16",
    "u32",
    "u64",
    "u8",
    "union",
    "uuid",
    "view",
    "void",
    "with",
];

/// Places where any word is allowed; `%` is the word.
const MEMBERS: [&str; 17] = [
    "struct S { 1: i32 %; }",
    "struct S { 1: optional list<i32> %; 2: i32 other; }",
    "struct S { 1: i32 % = 5; }",
    "frozen struct S { i32 %; }",
    "annotation a on struct { i32 %; }",
    "exception X { 1: string %; }",
    "enum E { % = 0; }",
    "enum E { A = 0, % = 1, }",
    "flags F : u8 { % = 1; }",
    "union U { 1: %; }",
    "union U { 1: i32 %; }",
    "union U { 1: % { 1: i32 a; } }",
    "service S { void %(); }",
    "service S { list<i32> %(1: i32 a); }",
    "service S { stream<i32> m(1: i32 %, 2: stream<i32> a); }",
    "exception X { } service S { void m() throws (1: X %); }",
    "struct S { 1: i32 %; } const S A = S { % = 1 };",
];

/// Places where a word needs backticks.
const DECLARATIONS: [&str; 12] = [
    "const i32 % = 5;",
    "typedef i32 %;",
    "newtype i32 %;",
    "enum % { A = 0; }",
    "flags % : u8 { A = 1; }",
    "struct % { }",
    "frozen struct % { i32 a; }",
    "union % { 1: a; }",
    "exception % { }",
    "service % { }",
    "annotation % on struct { }",
    "struct % { } struct Other { 1: % a; 2: list<%> b; 3: optional % c; }",
];

/// The syntax errors in `text` with `word` instead of `%`.
fn syntax(text: &str, word: &str) -> Vec<String> {
    let mut files = MemoryLoader::default();
    files.insert("main.idl", text.replace('%', word));
    let checked =
        sinew_compiler::check(&files, &["main.idl".to_owned()]).expect("the file is there");
    let codes = checked
        .diagnostics
        .iter()
        .map(|d| (d.code.id(), &d.message));
    codes
        .filter(|(id, _)| id.starts_with("E00") || id.starts_with("E01"))
        .map(|(id, text)| format!("{id}: {text}"))
        .collect()
}

#[test]
fn members_may_have_any_name() {
    for word in WORDS {
        for text in MEMBERS {
            let text = format!("namespace main; {text}");
            assert_eq!(syntax(&text, word), [""; 0], "{text} with {word}");
        }
        for text in ["namespace %;", "namespace a.%.b;", "namespace %.b;"] {
            assert_eq!(syntax(text, word), [""; 0], "{text} with {word}");
        }
    }
}

#[test]
fn declarations_may_have_any_name_in_backticks() {
    for word in WORDS {
        for text in DECLARATIONS {
            let text = format!("namespace main; {text}");
            assert_eq!(
                syntax(&text, &format!("`{word}`")),
                [""; 0],
                "{text} with {word}"
            );
        }
    }
}

#[test]
fn declarations_are_not_called_like_keywords() {
    for word in WORDS {
        // Built-in types cannot be names of declarations, even in backticks.
        if sinew_compiler::ast::is_builtin_type(word) {
            continue;
        }
        for text in DECLARATIONS {
            let text = format!("namespace main; {text}");
            assert!(!syntax(&text, word).is_empty(), "{text} with {word}");
        }
    }
}
