//! Schemas generated from a grammar: the checks give the expected result, and the output is valid.

use sinew_compiler::backends::Backend;
use sinew_compiler::backends::json::JsonSchema;
use sinew_compiler::backends::rust::{Format, Rust};
use sinew_compiler::diagnostics::Diagnostics;
use sinew_compiler::format::format;
use sinew_compiler::source::MemoryLoader;
use sinew_compiler::{Generated, check, generate};

use super::STACK;
use super::schema::schema;
use crate::choices::Choices;
use crate::{Behaviour, Target};

/// The bytes choose a schema. A valid one becomes Rust that syn parses, and JSON, and formatting does not change its
/// meaning. For one with a mistake, this mistake and no other is reported.
pub const GRAMMAR: Target = Target {
    name: "grammar",
    about: "made schemas: checked as expected, generated as Rust, unchanged by fmt",
    corpus: || (0..32).map(|seed| vec![seed; 256]).collect(),
    pieces: &[],
    max_length: 512,
    stack: 4 * STACK,
    test,
};

fn test(input: &[u8]) -> Behaviour {
    let made = schema(&mut Choices::new(input));
    match (made.mistake, compiled(&made.text, &Rust::default())) {
        (None, Ok(rust)) => assert_right(&made.text, &rust),
        (Some(code), Err(found)) => {
            let codes: Vec<_> = found.list().iter().map(|d| d.code.id()).collect();
            let errors: Vec<_> = codes.iter().filter(|c| c.starts_with('E')).collect();
            assert_eq!(errors, [&code], "{}", made.text);
        }
        (None, Err(found)) => panic!("a good schema is refused: {found}\n{}", made.text),
        (Some(code), Ok(_)) => panic!("{code} is not found:\n{}", made.text),
    }
    let shape: String = made.text.chars().filter(|c| !c.is_ascii_digit()).collect();
    Behaviour::of(shape)
}

fn assert_right(text: &str, rust: &Generated) {
    for file in &rust.files {
        if let Err(error) = syn::parse_file(&file.text) {
            panic!("no Rust: {error}\n{text}");
        }
    }
    let pretty = Rust {
        format: Format::Pretty,
        ..Rust::default()
    };
    assert!(compiled(text, &pretty).is_ok(), "not laid out:\n{text}");
    let json = json(text);
    assert!(json == self::json(text), "another JSON in another run");
    let formatted = format("made.idl", text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let again = format("made.idl", &formatted);
    assert_eq!(again.ok().as_ref(), Some(&formatted), "formatted twice");
    let after = compiled(&formatted, &Rust::default());
    let after = after.unwrap_or_else(|found| panic!("refused when formatted: {found}"));
    let is_same = meaning(&after) == meaning(rust);
    assert!(is_same, "other code when formatted:\n{text}");
}

/// The code without the locations in it.
fn meaning(rust: &Generated) -> Vec<&str> {
    let lines = rust.files.iter().flat_map(|file| file.text.lines());
    lines.filter(|line| !line.contains("Defined in")).collect()
}

fn json(text: &str) -> String {
    let generated = compiled(text, &JsonSchema);
    let generated = generated.unwrap_or_else(|found| panic!("no JSON: {found}\n{text}"));
    generated.files.into_iter().map(|file| file.text).collect()
}

fn compiled(text: &str, backend: &dyn Backend) -> Result<Generated, Diagnostics> {
    let mut files = MemoryLoader::default();
    files.insert("made.idl", text);
    let checked = check(&files, &["made.idl".to_owned()]).expect("the file is there");
    generate(checked, backend)
}
