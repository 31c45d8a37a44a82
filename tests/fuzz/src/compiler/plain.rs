//! Any bytes as a schema: checked, generated and formatted without a panic.

use sinew_compiler::backends::json::JsonSchema;
use sinew_compiler::backends::rust::Rust;
use sinew_compiler::diagnostics::render::{Format, Options};
use sinew_compiler::diagnostics::{Code, Diagnostic, Diagnostics};
use sinew_compiler::format::{FormatError, format};
use sinew_compiler::source::{MemoryLoader, SourceMap, Span};
use sinew_compiler::{check, generate};

use super::STACK;
use crate::{Behaviour, Target, corpus};

/// Whatever the bytes are: checking, generating and formatting return, locations exist, and formatted text has the same
/// meaning and does not change when it is formatted again.
pub const PLAIN: Target = Target {
    name: "plain",
    about: "any bytes: check, gen and fmt never panic, and fmt is idempotent and keeps the meaning",
    corpus,
    pieces: &PIECES,
    max_length: 4 * 1024,
    stack: STACK,
    test,
};

/// Words and symbols of the language, and confusing characters.
const PIECES: [&[u8]; 84] = [
    b"namespace a;",
    b"import \"a.idl\";",
    b" as ",
    b"const ",
    b"typedef ",
    b"newtype ",
    b"enum ",
    b"flags ",
    b"closed ",
    b"frozen ",
    b"internal ",
    b"struct ",
    b"union ",
    b"exception ",
    b"service ",
    b"annotation ",
    b" on ",
    b" extends ",
    b" throws ",
    b"stream<",
    b"oneway ",
    b"readonly ",
    b"idempotent ",
    b"void ",
    b"optional ",
    b"required ",
    b"reserved ",
    b"..=",
    b"max",
    b"bool ",
    b"i8 ",
    b"i32 ",
    b"u64 ",
    b"i128 ",
    b"f32 ",
    b"f64 ",
    b"string ",
    b"bytes ",
    b"uuid ",
    b"timestamp ",
    b"duration ",
    b"date ",
    b"decimal ",
    b"list<",
    b"set<",
    b"map<",
    b"array<",
    b"@len(1..=2)",
    b"@range(0..9)",
    b"@pattern(\"a*\")",
    b"@deprecated",
    b"@rust.name(\"a\")",
    b"@each(len = 1)",
    b"@unique",
    b"@allow(\"W0903\")",
    b"\"",
    b"r\"",
    b"b\"",
    b"x\"CAFE\"",
    b"uuid\"",
    b"ts\"",
    b"date\"",
    b"1h30m",
    b"0xFF",
    b"1e999",
    b"-",
    b"<<",
    b"(",
    b")",
    b"{",
    b"}",
    b"[",
    b"]",
    b";",
    b",",
    b"=",
    b"1: ",
    b"//",
    b"/*",
    b"*/",
    b"///",
    b"`",
    b"\\u{41}",
    b"\xE2\x80\xAE",
];

fn corpus() -> Vec<Vec<u8>> {
    let mut inputs = corpus::files("tests/codegen", "idl");
    inputs.extend(corpus::files("tests/ui", "idl"));
    inputs.extend(corpus::files("tests/fmt", "idl"));
    inputs
}

fn test(input: &[u8]) -> Behaviour {
    let mut codes = Vec::new();
    let mut says = |found: &Diagnostics| {
        assert_shown(found);
        codes.extend(found.list().iter().map(|d| d.code));
    };
    let mut files = MemoryLoader::default();
    files.insert("main.idl", input);
    let mut is_generated = false;
    for backend in [
        &Rust::default() as &dyn sinew_compiler::backends::Backend,
        &JsonSchema,
    ] {
        let checked = check(&files, &["main.idl".to_owned()]).expect("the file is there");
        match generate(checked, backend) {
            Ok(generated) => {
                is_generated = true;
                says(&generated.warnings);
            }
            Err(found) => {
                assert!(found.has_errors(), "no code and no error");
                says(&found);
            }
        }
    }
    codes.sort_unstable();
    codes.dedup();
    Behaviour::of((codes, is_generated, formatted(input)))
}

/// Whether the input can be formatted.
fn formatted(input: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(input) else {
        return false;
    };
    match format("main.idl", text) {
        Ok(once) => {
            let twice = format("main.idl", &once).expect("what was formatted has no errors");
            assert_eq!(once, twice, "formatted twice");
            if let Some(before) = meaning(input) {
                assert_eq!(Some(before), meaning(once.as_bytes()), "formatted");
            }
            true
        }
        Err(FormatError::Syntax(found)) => {
            assert!(found.has_errors(), "not formatted, and no error");
            false
        }
        Err(error @ (FormatError::Unreadable(_) | FormatError::Unfaithful { .. })) => {
            panic!("{error}")
        }
    }
}

/// The schema with its documentation, unless it has an error, or documentation that belongs to nothing.
fn meaning(input: &[u8]) -> Option<String> {
    let mut files = MemoryLoader::default();
    files.insert("main.idl", input);
    let checked = check(&files, &files.names()).expect("the file is there");
    let generated = generate(checked, &JsonSchema).ok()?;
    let is_lonely = |found: &Diagnostic| found.code == Code::LonelyDoc;
    if generated.warnings.list().iter().any(is_lonely) {
        return None;
    }
    generated.files.into_iter().map(|file| file.text).next()
}

/// Every location is within the text, and no report contains control characters for a terminal.
fn assert_shown(found: &Diagnostics) {
    for diagnostic in found.list() {
        for span in places(diagnostic) {
            assert_place(found.sources(), span);
        }
    }
    for format in [Format::Human, Format::Short, Format::Json] {
        let options = Options {
            format,
            ..Options::default()
        };
        let report = found.render(&options);
        let obeyed = |c: char| c.is_control() && c != '\n' && c != '\t';
        assert!(!report.contains(obeyed), "a control character is shown");
    }
}

fn places(diagnostic: &Diagnostic) -> impl Iterator<Item = Span> {
    let labels = std::iter::once(&diagnostic.primary).chain(&diagnostic.secondary);
    let edits = diagnostic.fixes.iter().flat_map(|fix| &fix.edits);
    labels
        .map(|label| label.span)
        .chain(edits.map(|edit| edit.span))
}

fn assert_place(sources: &SourceMap, span: Span) {
    let text = &sources.file(span.file).text;
    let place = text.get(span.start as usize..span.end as usize);
    assert!(place.is_some(), "a place that does not exist");
}
