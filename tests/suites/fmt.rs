//! The formatter: `tests/fmt/<case>.idl` with its snapshot, and properties that hold for every file.

use std::fs;
use std::path::Path;

use sinew_compiler::format::{FormatError, format};
use sinew_compiler::source::FileLoader;
use sinew_tests::cases::{Case, TESTS, case, entries, relative, repository};
use sinew_tests::markdown::{blocks, pages};
use sinew_tests::snapshot::assert_snapshots;

#[test]
fn every_case_is_formatted_as_in_its_snapshot() {
    let folder = Path::new(TESTS).join("fmt");
    let paths = entries(&folder);
    let cases: Vec<_> = paths
        .iter()
        .filter_map(|path| case(&folder, path))
        .collect();
    assert!(!cases.is_empty());
    assert_snapshots(&cases, formatted);
}

fn formatted(case: &Case) -> String {
    let text = fs::read_to_string(&case.path).expect("a case is text");
    format(&case.main, &text).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn formatting_twice_changes_nothing_more() {
    let broken = texts().into_iter().filter_map(|(name, text)| {
        let once = match format(&name, &text) {
            Ok(once) => once,
            Err(FormatError::Syntax(_)) => return None,
            Err(error) => return Some(error.to_string()),
        };
        let twice = format(&name, &once).map_err(|error| error.to_string());
        let ends_well = once.is_empty() || (once.ends_with('\n') && !once.ends_with("\n\n"));
        let is_clean = once.lines().all(|line| line.trim_end() == line);
        (twice != Ok(once) || !ends_well || !is_clean).then_some(name)
    });
    assert_eq!(broken.collect::<Vec<_>>(), [""; 0]);
}

/// A comment between any two tokens of the language, in alternating forms.
#[test]
fn a_comment_may_stand_anywhere() {
    let case = Path::new(TESTS).join("fmt/every_construct.idl");
    let text = fs::read_to_string(case).expect("a case is text");
    let text = format("every_construct.idl", &text).expect("the case is right");
    let forms = ["/* c */", "// c\n", "\n// c\n", "\n\n/** c\n d */\n\n"];
    let mut forms = forms.into_iter().cycle();
    let mut formatted = 0;
    for part in declarations(&text) {
        for (at, _) in part.match_indices(|c: char| !c.is_alphanumeric() && c != '_') {
            let comment = forms.next().expect("a cycle has no end");
            let text = format!("{}{comment}{}", &part[..at], &part[at..]);
            formatted += usize::from(is_formatted_once(&text));
        }
    }
    assert!(formatted > 500, "only {formatted} texts could be parsed");
}

/// The declarations of a formatted text.
fn declarations(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for line in text.split_inclusive('\n') {
        let part = parts.last_mut().expect("there is a first part");
        *part += line;
        if !line.starts_with([' ', '@']) && (line.ends_with(";\n") || line.ends_with("}\n")) {
            parts.push(String::new());
        }
    }
    parts
}

/// Whether `text` can be parsed. If so, asserts that formatting is idempotent.
fn is_formatted_once(text: &str) -> bool {
    let once = match format("a.idl", text) {
        Ok(once) => once,
        Err(FormatError::Syntax(_)) => return false,
        Err(error) => panic!("{error}\n{text}"),
    };
    let twice = format("a.idl", &once).unwrap_or_else(|error| panic!("{error}\n{once}"));
    assert_eq!(once, twice, "{text}");
    true
}

/// Examples are in the style that they show.
#[test]
fn examples_are_formatted() {
    let examples = [
        "idl-examples/",
        "tests/codegen/",
        "docs/",
        "README",
        "CONTRIBUTING",
    ];
    let is_example = |name: &String| examples.iter().any(|start| name.starts_with(start));
    let broken = texts().into_iter().filter_map(|(name, text)| {
        let after = format(&name, &text).ok()?;
        (is_example(&name) && after != text).then_some(name)
    });
    assert_eq!(
        broken.collect::<Vec<_>>(),
        [""; 0],
        "run `sinew fmt` on these"
    );
}

/// Every `.idl` file of the repository that is valid UTF-8, and every block on its pages.
fn texts() -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for folder in ["tests", "idl-examples", "compiler", "docs"] {
        add_files(&repository().join(folder), &mut texts);
    }
    let codes = entries(&repository().join("compiler/pages"));
    for page in pages().into_iter().chain(codes) {
        add_blocks(&page, &mut texts);
    }
    assert!(texts.len() > 20, "the texts were not found");
    texts
}

fn add_files(folder: &Path, texts: &mut Vec<(String, String)>) {
    for path in entries(folder) {
        let is_ours = !path.ends_with("target");
        if path.is_dir() && is_ours {
            add_files(&path, texts);
        } else if path.extension().is_some_and(|e| e == "idl")
            && let Ok(text) = fs::read_to_string(&path)
        {
            texts.push((relative(repository(), &path), text));
        }
    }
}

fn add_blocks(page: &Path, texts: &mut Vec<(String, String)>) {
    let text = fs::read_to_string(page).expect("a page is text");
    let page = relative(repository(), page);
    for block in blocks(&text).into_iter().filter(|block| block.is("idl")) {
        let (files, _) = block.files();
        for file in files.names() {
            let text = files
                .read(&file, usize::MAX)
                .expect("the block has this file");
            let text = String::from_utf8(text).expect("a page is text");
            // The next file of the block follows an empty line.
            let text = format!("{}\n", text.trim_end_matches('\n'));
            texts.push((format!("{page}:{}: {file}", block.line), text));
        }
    }
}
