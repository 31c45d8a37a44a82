//! Every edit that a diagnostic of the UI cases offers removes it, and applying all of them causes no new errors.

use std::collections::BTreeSet;

use sinew_compiler::diagnostics::{Diagnostics, Fix, Severity};
use sinew_compiler::mend::{apply, mend};
use sinew_compiler::source::{FileLoader, MemoryLoader, SourceMap};
use sinew_tests::cases::{Case, cases, repository};
use sinew_tests::markdown::blocks;
use sinew_tests::report::checked;

#[test]
fn every_fix_mends_what_it_is_for() {
    let mut problems = Vec::new();
    let mut fixes = 0;
    for case in cases("ui") {
        let found = checked(&case.files, &case.main);
        for diagnostic in found.list() {
            let id = diagnostic.code.id();
            for fix in &diagnostic.fixes {
                fixes += 1;
                let mended = applied(&case.files, found.sources(), fix);
                let after = checked(&mended, &case.main);
                if count(&after, id) >= count(&found, id) {
                    problems.push(format!("{}: `{}` leaves {id}", case.name, fix.message));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
    assert!(fixes > 0, "no case offers a fix");
}

#[test]
fn all_fixes_together_leave_no_other_error() {
    let problems: Vec<_> = cases("ui").iter().filter_map(left_behind).collect();
    assert!(problems.is_empty(), "{problems:#?}");
}

/// The examples in the migration pages can be fixed completely, except for names that they do not declare.
#[test]
fn files_of_other_languages_are_translated() {
    let unknown = ["E0201", "E0205", "E0503"];
    for page in ["from-protobuf", "from-thrift"] {
        let page = repository().join(format!("docs/src/reference/{page}.md"));
        let text = std::fs::read_to_string(&page).expect("the page is there");
        let foreign = blocks(&text).into_iter().filter(|block| block.is("text"));
        let foreign: Vec<_> = foreign.collect();
        assert!(!foreign.is_empty(), "{}", page.display());
        for block in foreign {
            let mut files = MemoryLoader::default();
            files.insert("shop.idl", block.text);
            let find = |files: &dyn FileLoader| Ok(checked(files, "shop.idl"));
            let mended = mend(&files, &files.names(), find).expect("the file is there");
            let mut left = errors(&mended.left);
            left.retain(|code| !unknown.contains(code));
            assert!(left.is_empty(), "line {}: {}", block.line, mended.left);
        }
    }
}

/// Errors that remain when no edit is offered any more, and were not there before.
fn left_behind(case: &Case) -> Option<String> {
    let before = errors(&checked(&case.files, &case.main));
    let find = |files: &dyn FileLoader| Ok(checked(files, &case.main));
    let mended = mend(&case.files, &case.files.names(), find).expect("the files are there");
    let after = errors(&mended.left);
    let added: Vec<_> = after.difference(&before).collect();
    (!added.is_empty()).then(|| format!("{}: {added:?}\n{}", case.name, mended.left))
}

fn errors(found: &Diagnostics) -> BTreeSet<&'static str> {
    let codes = found.list().iter().map(|diagnostic| diagnostic.code);
    let errors = codes.filter(|code| code.severity() == Severity::Error);
    errors.map(|code| code.id()).collect()
}

fn count(found: &Diagnostics, id: &str) -> usize {
    let codes = found.list().iter().map(|diagnostic| diagnostic.code);
    codes.filter(|code| code.id() == id).count()
}

/// The files after applying `fix`.
fn applied(files: &MemoryLoader, sources: &SourceMap, fix: &Fix) -> MemoryLoader {
    let mut mended = files.clone();
    for (file, text) in apply(sources, [fix]).files {
        mended.insert(sources.file(file).name.clone(), text);
    }
    mended
}
