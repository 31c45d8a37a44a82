//! Every edit that a diagnostic of the UI cases offers mends it, and all of them together leave
//! nothing behind that was not wrong before.

use std::collections::BTreeSet;

use sinew_compiler::diagnostics::{Diagnostics, Edit, Fix, Severity};
use sinew_compiler::source::{MemoryLoader, SourceMap};
use sinew_tests::cases::{Case, cases};
use sinew_tests::report::checked;

/// Rounds of mending: an edit may show what could not be seen before.
const ROUNDS: usize = 5;

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
                let mended = apply(&case.files, found.sources(), &[fix]);
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

/// What is wrong when no edit is offered any more, and was not before.
fn left_behind(case: &Case) -> Option<String> {
    let mut found = checked(&case.files, &case.main);
    let before = errors(&found);
    let mut files = case.files.clone();
    for _ in 0..ROUNDS {
        let fixes: Vec<_> = found
            .list()
            .iter()
            .filter_map(|d| d.fixes.first())
            .collect();
        if fixes.is_empty() {
            break;
        }
        files = apply(&files, found.sources(), &fixes);
        found = checked(&files, &case.main);
    }
    let after = errors(&found);
    let added: Vec<_> = after.difference(&before).collect();
    (!added.is_empty()).then(|| format!("{}: {added:?}\n{found}", case.name))
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

/// The files with the edits of `fixes`; of two that touch each other the first counts.
fn apply(files: &MemoryLoader, sources: &SourceMap, fixes: &[&Fix]) -> MemoryLoader {
    let mut accepted: Vec<&Edit> = Vec::new();
    for fix in fixes {
        let touches = |a: &Edit, b: &Edit| {
            a.span.file == b.span.file && a.span.start <= b.span.end && b.span.start <= a.span.end
        };
        let free = |edit: &Edit| !accepted.iter().any(|other| touches(other, edit));
        if fix.edits.iter().all(free) {
            accepted.extend(&fix.edits);
        }
    }
    accepted.sort_by_key(|edit| std::cmp::Reverse(edit.span));
    let mut mended = files.clone();
    for edits in accepted.chunk_by(|a, b| a.span.file == b.span.file) {
        let file = sources.file(edits[0].span.file);
        let mut text = file.text.clone();
        for edit in edits {
            let range = edit.span.start as usize..edit.span.end as usize;
            text.replace_range(range, &edit.replacement);
        }
        mended.insert(file.name.clone(), text);
    }
    mended
}
