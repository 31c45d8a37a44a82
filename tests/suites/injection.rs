//! Text in a schema never becomes code: whatever docs, strings and annotations contain, the generated items are the
//! same.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use sinew_compiler::backends::rust::{Format, Rust};
use sinew_compiler::source::MemoryLoader;

/// Texts for every place that takes text.
const HOSTILE: [&str; 21] = [
    r#""; pub fn evil() {} //"#,
    r"\",
    r#"\""#,
    r##""#"##,
    r###""##; pub fn evil() {}"###,
    "{}",
    "{0} {{ }} {evil}",
    "*/ pub fn evil() {} /*",
    "```",
    "```rust",
    "~~~ignore",
    "    pub fn evil() {}",
    "#![allow(evil)]",
    "#[evil] include!(\"/etc/passwd\")",
    r"\u{41}",
    "'",
    "<script>evil()</script>",
    "[evil](evil::evil) [evil]",
    "line\nbreak\r\n\tpub fn evil() {}",
    "`unclosed",
    "$crate $evil",
];

#[test]
fn hostile_text_adds_no_item() {
    let plain = items("harmless");
    for text in HOSTILE {
        for (items, plain) in items(text).iter().zip(&plain) {
            let differs = items.iter().zip(plain).position(|(a, b)| a != b);
            let place = differs.map(|at| &items[at.saturating_sub(9)..]);
            assert_eq!((place, items.len()), (None, plain.len()), "{text:?}");
        }
    }
}

#[test]
fn hostile_docs_add_no_test() {
    for text in HOSTILE {
        for code in code(text, Format::Pretty) {
            let fences = code
                .lines()
                .filter_map(|line| line.trim_start().strip_prefix("/// "));
            let mut is_open = false;
            for line in fences.filter(|line| line.starts_with("```") || line.starts_with("~~~")) {
                let language = line.trim_start_matches(['`', '~']);
                assert!(is_open || !language.is_empty(), "{text:?}: {line}");
                assert!(!matches!(language, "rust" | "ignore"), "{text:?}: {line}");
                is_open = !is_open;
            }
        }
    }
}

/// The generated code without literals and docs.
fn items(text: &str) -> Vec<Vec<String>> {
    let read = |code: &String| {
        syn::parse_file(code)
            .expect("it is Rust")
            .into_token_stream()
    };
    code(text, Format::Plain)
        .iter()
        .map(|code| without_texts(read(code)))
        .collect()
}

/// The code for a schema that contains `text` everywhere.
fn code(text: &str, format: Format) -> Vec<String> {
    let mut files = MemoryLoader::default();
    files.insert("shop.idl", schema(text));
    let checked = sinew_compiler::check(&files, &["shop.idl".to_owned()]);
    let checked = checked.expect("the file is there");
    let generated = sinew_compiler::generate(
        checked,
        &Rust {
            format,
            ..Rust::default()
        },
    );
    let generated = generated.unwrap_or_else(|report| panic!("{text:?}: {report}"));
    generated.files.into_iter().map(|file| file.text).collect()
}

fn schema(text: &str) -> String {
    let doc = text.replace(['\n', '\r'], " ");
    let string = format!("{text:?}").replace("\\'", "'");
    let braces = string.replace('{', "{{").replace('}', "}}");
    format!(
        "//! {doc}
namespace shop;

/// {doc}
@deprecated({string}, since = {string}, removal = {string})
@since({string})
struct Order {{
    /// {doc}
    1: string name = {string};
    2: bytes data = b\"{{}}\";
}}

/// {doc}
enum State {{
    /// {doc}
    OPEN = 1;
    reserved {string};
}}

@message({braces})
exception Failed {{
    1: string why;
}}

/// {doc}
const string TEXT = {string};
const map<string, string> TABLE = {{ {string}: {string} }};

/// {doc}
service Orders {{
    /// {doc}
    @wire_name(\"other\")
    void get(
        /// {doc}
        1: string name = {string},
    ) throws (1: Failed failed);
}}
"
    )
}

/// The tokens except literals, docs and trailing commas.
fn without_texts(tokens: TokenStream) -> Vec<String> {
    let mut out = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(hash) if hash.as_char() == '#' && is_doc(tokens.peek()) => {
                tokens.next();
            }
            TokenTree::Group(group) => {
                out.push(format!("{:?}", group.delimiter()));
                out.extend(without_texts(group.stream()));
                out.push("end".to_owned());
            }
            TokenTree::Punct(comma) if comma.as_char() == ',' => {}
            TokenTree::Literal(literal) if literal.to_string().contains('"') => {
                out.push("text".to_owned());
            }
            other => out.push(other.to_string()),
        }
    }
    out
}

fn is_doc(token: Option<&TokenTree>) -> bool {
    match token {
        Some(TokenTree::Group(group)) => {
            let first = group.stream().into_iter().next();
            matches!(first, Some(TokenTree::Ident(name)) if name == "doc")
        }
        _ => false,
    }
}
