//! Every code has a page with valid examples, a case, and a place in the book.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use sinew_compiler::diagnostics::Code;
use sinew_tests::cases::{cases, entries, repository};
use sinew_tests::markdown::{Block, blocks};
use sinew_tests::report::{codes, codes_with};
use sinew_tests::versions::{change_codes, codes_between};

/// Codes whose mistake cannot be shown on a page, because pages are text.
const NOT_TEXT: [Code; 1] = [Code::InvalidUtf8];

#[test]
fn codes_are_in_order() {
    let ids: Vec<_> = Code::ALL.iter().map(|code| code.id()).collect();
    assert!(ids.is_sorted_by(|a, b| a < b), "{ids:#?}");
}

#[test]
fn every_page_belongs_to_a_code() {
    let ids: BTreeSet<_> = Code::ALL.iter().map(|code| code.id().to_owned()).collect();
    let pages = entries(&repository().join("compiler/pages"));
    let pages = pages.iter().filter_map(|page| page.file_stem());
    let pages: BTreeSet<_> = pages
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    assert_eq!(pages, ids);
}

#[test]
fn the_wrong_example_of_a_page_shows_its_code_and_the_right_one_none() {
    let mut problems = Vec::new();
    for code in Code::ALL {
        let blocks = blocks(code.explanation());
        if !NOT_TEXT.contains(code) && !code.is_change() {
            check_example(*code, &blocks, "Wrong", &[code.id()], &mut problems);
            check_example(*code, &blocks, "Right", &[], &mut problems);
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

/// The two examples differ only by the change that the page is about.
#[test]
fn the_examples_of_a_change_show_its_code() {
    let mut problems = Vec::new();
    for code in Code::ALL.iter().filter(|code| code.is_change()) {
        let blocks = blocks(code.explanation());
        let example = |heading: &str| {
            let mut examples = blocks
                .iter()
                .filter(|b| b.is("idl") && b.heading == heading);
            let only = examples.next().filter(|_| examples.next().is_none());
            let only = only.unwrap_or_else(|| panic!("{code:?}: one example {heading}"));
            assert_eq!(
                codes(&only.files().0, &only.files().1),
                [""; 0],
                "{code:?}, {heading}"
            );
            only.files()
        };
        let found = codes_between(&example("Before"), &example("After"));
        if found != [code.id()] {
            problems.push(format!("{code:?}: {found:?}"));
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

fn check_example(
    code: Code,
    blocks: &[Block],
    heading: &str,
    expected: &[&str],
    problems: &mut Vec<String>,
) {
    let id = code.id();
    let examples = blocks
        .iter()
        .filter(|b| b.is("idl") && b.heading == heading);
    match examples.collect::<Vec<_>>()[..] {
        [example] => {
            let (files, main) = example.files();
            let found = codes_with(code, &files, &main);
            if found != expected {
                problems.push(format!("{id}, {heading}: {found:?}"));
            }
        }
        ref examples => problems.push(format!("{id}, {heading}: {} examples", examples.len())),
    }
}

#[test]
fn every_code_has_a_case() {
    let shown: BTreeSet<_> = cases("ui")
        .iter()
        .flat_map(|case| codes(&case.files, &case.main))
        .collect();
    let changes = change_codes();
    let is_shown = |code: &Code| match code.is_change() {
        true => changes.contains(code.id()),
        false => shown.contains(code.id()),
    };
    let missing: Vec<_> = Code::ALL.iter().filter(|code| !is_shown(code)).collect();
    assert!(
        missing.is_empty(),
        "codes without a case in tests/ui or tests/breaking: {missing:?}"
    );
}

/// Shown with `--nocapture`.
#[test]
fn there_are_at_least_a_hundred_codes() {
    let pages = entries(&repository().join("compiler/pages")).len();
    let (codes, cases) = (Code::ALL.len(), cases("ui").len());
    println!("{codes} codes, {pages} pages, {cases} cases");
    assert!(codes >= 100, "{codes} codes");
}

/// The pages of the book are generated from the catalogue. Missing ones are written, so that a new code needs no manual
/// step.
#[test]
fn the_book_has_a_page_for_every_code() {
    let book = repository().join("docs");
    fs::create_dir_all(book.join("diagnostics")).expect("the book can be written");
    let stale: Vec<_> = book_pages(&book)
        .into_iter()
        .filter(|(path, text)| is_stale(&book.join(path), text))
        .map(|(path, _)| path)
        .collect();
    assert!(
        stale.is_empty(),
        "these pages were out of date and are written now: {stale:#?}"
    );
}

/// The pages of the book as the catalogue defines them.
fn book_pages(book: &Path) -> Vec<(String, String)> {
    let page = |code: &Code| {
        let (id, title) = (code.id(), code.title());
        let text = format!("# {id}: {title}\n\n{{{{#include ../../../compiler/pages/{id}.md}}}}\n");
        (format!("src/diagnostics/{id}.md"), text)
    };
    let mut pages: Vec<_> = Code::ALL.iter().map(page).collect();
    let links = |indent: &str, folder: &str| -> String {
        let link = |code: &Code| {
            let (id, title) = (code.id(), code.title());
            format!("{indent}- [{id}: {title}]({folder}diagnostics/{id}.md)\n")
        };
        Code::ALL.iter().map(link).collect()
    };
    let index = format!("{INDEX}\n{}", links("", ""));
    pages.push(("src/diagnostics.md".to_owned(), index));
    let summary =
        fs::read_to_string(book.join("SUMMARY.md")).expect("there is a table of contents");
    let entry = "- [Diagnostics](src/diagnostics.md)\n";
    let (before, _) = summary
        .split_once(entry)
        .expect("the table ends with the diagnostics");
    let summary = format!("{before}{entry}{}", links("  ", "src/"));
    pages.push(("SUMMARY.md".to_owned(), summary));
    pages
}

const INDEX: &str = "# Diagnostics

Every error and warning has a code, and every code a page: the cause, an example
that is wrong, and one that is right. `sinew explain E0201` prints the same page.
Codes with `E` are errors, codes with `W` warnings. Codes with `B` are changes between
two versions of a schema: [Evolution](evolution.md).
";

/// Whether the page at `path` differed from `text`. Overwrites it if so.
fn is_stale(path: &Path, text: &str) -> bool {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return false;
    }
    fs::write(path, text).expect("the book can be written");
    true
}
