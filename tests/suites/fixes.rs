//! Every edit that a diagnostic of the UI cases offers mends it, and breaks nothing else.

use std::collections::BTreeMap;

use sinew_compiler::diagnostics::{Diagnostic, Edit, Fix};
use sinew_compiler::source::{MemoryLoader, SourceMap};
use sinew_tests::cases::{Case, cases};
use sinew_tests::report::{checked, codes};

#[test]
fn every_fix_mends_what_it_is_for() {
    let mut problems = Vec::new();
    let mut fixes = 0;
    for case in cases("ui") {
        let found = checked(&case.files, &case.main);
        for diagnostic in found.list() {
            for fix in &diagnostic.fixes {
                fixes += 1;
                problems.extend(problem(&case, found.sources(), diagnostic, fix));
            }
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
    assert!(fixes > 0, "no case offers a fix");
}

/// What is wrong with `fix`, if anything.
fn problem(case: &Case, sources: &SourceMap, diagnostic: &Diagnostic, fix: &Fix) -> Option<String> {
    let before = count(codes(&case.files, &case.main));
    let mended = apply(&case.files, sources, fix);
    let after = count(codes(&mended, &case.main));
    let id = diagnostic.code.id();
    let (name, message) = (&case.name, &fix.message);
    if after.get(id) >= before.get(id) {
        return Some(format!("{name}: `{message}` leaves {id}: {after:?}"));
    }
    let added = |(code, count): (&&str, &usize)| before.get(*code).is_none_or(|n| n < count);
    if after.iter().any(added) {
        return Some(format!("{name}: `{message}` leads to {after:?}"));
    }
    None
}

fn count(codes: Vec<&'static str>) -> BTreeMap<&'static str, usize> {
    let mut count = BTreeMap::new();
    for code in codes {
        *count.entry(code).or_default() += 1;
    }
    count
}

fn apply(files: &MemoryLoader, sources: &SourceMap, fix: &Fix) -> MemoryLoader {
    let mut mended = files.clone();
    let mut edits: Vec<&Edit> = fix.edits.iter().collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span));
    for edits in edits.chunk_by(|a, b| a.span.file == b.span.file) {
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
