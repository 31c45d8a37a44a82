//! Schemas with random changes: the compiler never panics, and diagnostics have valid places.

use std::fs;
use std::path::Path;

use sinew_compiler::backends::rust::Rust;
use sinew_compiler::diagnostics::Diagnostics;
use sinew_compiler::diagnostics::render::{Format, Options};
use sinew_compiler::source::{MemoryLoader, SourceMap, Span};
use sinew_compiler::{check, generate};
use sinew_tests::cases::{cases, entries, repository};

/// Pieces that a change can insert.
const PIECES: [&str; 24] = [
    "{", "}", "(", ")", "<", ">", "[", "]", ";", ",", "=", "\"", "/*", "*/", "//", "@", "-", "1",
    "x", "struct", "optional", "\u{202E}", "\0", "é",
];

#[test]
fn a_text_that_ends_anywhere_is_answered() {
    for text in texts() {
        let ends = text.char_indices().map(|(at, _)| at);
        for end in ends.step_by(29) {
            answer(&text.as_bytes()[..end]);
        }
    }
}

#[test]
fn a_text_that_was_changed_anywhere_is_answered() {
    for (number, text) in texts().iter().enumerate() {
        let mut dice = Dice(number as u64 + 1);
        for _ in 0..12 {
            answer(dice.changed(text).as_bytes());
        }
    }
}

#[test]
fn bytes_that_are_no_text_are_answered() {
    let mut dice = Dice(7);
    for length in 0..200 {
        let bytes: Vec<u8> = (0..length).map(|_| dice.roll(256) as u8).collect();
        answer(&bytes);
    }
    for text in [
        "\u{FEFF}",
        "\u{FEFF}namespace a;",
        "\r",
        "\u{85}\u{2028}\u{2029}",
        "\0",
        "namespace",
    ] {
        answer(text.as_bytes());
    }
}

/// Compiles `text`, and checks all places in the diagnostics.
fn answer(text: &[u8]) {
    let mut files = MemoryLoader::default();
    files.insert("main.idl", text);
    let checked = check(&files, &["main.idl".to_owned()]).expect("the file is there");
    match generate(checked, &Rust::default()) {
        Ok(generated) => assert_places(&generated.warnings),
        Err(found) => {
            assert!(found.has_errors());
            assert_places(&found);
        }
    }
}

fn assert_places(found: &Diagnostics) {
    let sources = found.sources();
    for diagnostic in found.list() {
        assert_place(sources, diagnostic.primary.span);
        let secondary = diagnostic.secondary.iter().map(|label| label.span);
        let edits = diagnostic.fixes.iter().flat_map(|fix| &fix.edits);
        for span in secondary.chain(edits.map(|edit| edit.span)) {
            assert_place(sources, span);
        }
    }
    for format in [Format::Human, Format::Short, Format::Json] {
        let options = Options {
            format,
            ..Options::default()
        };
        let report = found.render(&options);
        let hidden = |c: char| c.is_control() && c != '\n' && c != '\t';
        assert!(!report.contains(hidden), "{report:?}");
    }
}

fn assert_place(sources: &SourceMap, span: Span) {
    let text = &sources.file(span.file).text;
    let range = span.start as usize..span.end as usize;
    assert!(text.get(range).is_some(), "{span:?} in {text:?}");
}

/// The schemas of this repository that are small enough for many changes.
fn texts() -> Vec<String> {
    let mut texts = Vec::new();
    for folder in ["tests/stranger/idl", "tests/codegen"] {
        add_texts(&repository().join(folder), &mut texts);
    }
    for case in cases("ui").iter().filter(|case| case.path.is_file()) {
        texts.extend(fs::read_to_string(&case.path).ok());
    }
    texts.retain(|text| text.len() < 8000);
    assert!(texts.len() > 5);
    texts
}

fn add_texts(folder: &Path, texts: &mut Vec<String>) {
    for path in entries(folder) {
        if path.is_dir() {
            add_texts(&path, texts);
        } else if path.extension().is_some_and(|e| e == "idl") {
            texts.push(fs::read_to_string(&path).expect("an example is text"));
        }
    }
}

/// Deterministic random numbers.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % sides.max(1)
    }

    /// `text` with one to three pieces removed, inserted or moved.
    fn changed(&mut self, text: &str) -> String {
        let mut chars: Vec<char> = text.chars().collect();
        for _ in 0..=self.roll(3) {
            let start = self.roll(chars.len());
            let end = (start + self.roll(12)).min(chars.len());
            match self.roll(3) {
                0 => _ = chars.drain(start..end),
                1 => {
                    let piece = PIECES[self.roll(PIECES.len())];
                    chars.splice(start..start, piece.chars());
                }
                _ => {
                    let moved: Vec<char> = chars.drain(start..end).collect();
                    let to = self.roll(chars.len());
                    chars.splice(to..to, moved);
                }
            }
        }
        chars.into_iter().collect()
    }
}
