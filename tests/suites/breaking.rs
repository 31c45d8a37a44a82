//! Reports about changes between two versions of a schema: `tests/breaking/<thing>/<change>` and its snapshot.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use sinew_compiler::Checked;
use sinew_compiler::diagnostics::{Diagnostics, Fix, Severity};
use sinew_compiler::evolution::{Direction, Level, compare};
use sinew_compiler::mend::apply;
use sinew_compiler::source::{MemoryLoader, SourceMap};
use sinew_tests::cases::{Case, TESTS, cases, files_below};
use sinew_tests::snapshot::assert_snapshots;
use sinew_tests::versions::{asked, between, changes, version};

#[test]
fn every_change_is_told_as_in_its_snapshot() {
    assert_snapshots(&cases("breaking"), report);
}

#[test]
fn nothing_is_said_of_what_nobody_can_notice() {
    let mut safe = cases("breaking");
    safe.retain(|case| case.name.starts_with("safe/"));
    assert!(safe.len() > 5, "there are safe changes");
    for case in safe {
        let found = changes(&case, &asked(Direction::Both, Level::Wire));
        assert!(found.is_empty(), "{}: {found}", case.name);
    }
}

/// Applying an edit removes the change that it is for, and causes no error in the new version.
#[test]
fn every_edit_that_is_offered_mends_the_change() {
    let all = asked(Direction::Both, Level::Source);
    let (mut edits, mut problems) = (0, Vec::new());
    for case in cases("breaking") {
        let found = changes(&case, &all);
        for diagnostic in found.list() {
            for fix in &diagnostic.fixes {
                edits += 1;
                let left = changes(&mended(&case, found.sources(), fix), &all);
                let alike = |found: &Diagnostics| {
                    let codes = found.list().iter().map(|d| d.code);
                    let alike = codes.filter(|code| *code == diagnostic.code || !code.is_change());
                    alike.count()
                };
                if alike(&left) >= alike(&found) {
                    problems.push(format!("{}: `{}`: {left}", case.name, fix.message));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
    assert!(edits > 5, "{edits} edits");
}

/// The case after applying `fix`.
fn mended(case: &Case, sources: &SourceMap, fix: &Fix) -> Case {
    let mut mended = case.clone();
    for (file, text) in apply(sources, [fix]).files {
        let name = sources.file(file).name.clone();
        mended.files.insert(name, text);
    }
    mended
}

/// The verdict for each question, and one report: of what breaks the wire format, or else Rust code, or else JSON.
/// Cases in `json` show only the last.
fn report(case: &Case) -> String {
    let found = |direction, level| changes(case, &asked(direction, level));
    let mut out = String::new();
    for (question, direction, level) in [
        ("new reads old", Direction::Backward, Level::Wire),
        ("old reads new", Direction::Forward, Level::Wire),
        ("source", Direction::Both, Level::Source),
        ("JSON", Direction::Both, Level::Json),
    ] {
        _ = writeln!(out, "{question}: {}", verdict(&found(direction, level)));
    }
    let levels: &[Level] = match case.name.starts_with("json/") {
        true => &[Level::Json],
        false => &[Level::Wire, Level::Source, Level::Json],
    };
    let mut levels = levels.iter().map(|level| found(Direction::Both, *level));
    let shown = levels.find(|found| !found.is_empty());
    if let Some(shown) = shown {
        _ = write!(out, "\n{shown}");
    }
    out
}

fn verdict(found: &Diagnostics) -> &'static str {
    match found.list().iter().map(|d| d.severity).min() {
        Some(Severity::Error) => "breaks",
        Some(Severity::Warning) => "may differ",
        None => "fine",
    }
}

/// Any two schemas can be compared, and the result is deterministic.
#[test]
fn any_two_schemas_can_be_compared() {
    let mut texts = Vec::new();
    for folder in ["codegen", "evolution"] {
        let files = files_below(&Path::new(TESTS).join(folder));
        let files = files
            .iter()
            .filter(|file| file.extension().is_some_and(|it| it == "idl"));
        texts.extend(files.map(|file| fs::read_to_string(file).expect("it is text")));
    }
    let schemas: Vec<Checked> = texts.iter().map(|it| version("schema.idl", it)).collect();
    let all = asked(Direction::Both, Level::Source);
    let between = |old: &Checked, new: &Checked| compare(old.clone(), new.clone(), &all);
    let mut findings = 0;
    for old in &schemas {
        let itself = between(old, old);
        assert!(itself.is_empty() || itself.has_errors(), "{itself}");
        for new in &schemas {
            findings += between(old, new).list().len();
        }
    }
    let (first, last) = (&schemas[0], &schemas[schemas.len() - 1]);
    let report = between(first, last).to_string();
    assert_eq!(report, between(first, last).to_string());
    assert!(findings > schemas.len(), "{findings} findings");
}

/// If this took quadratic time, it would not end.
#[test]
fn versions_that_differ_in_everything_are_compared() {
    let all =
        |count: usize, part: &dyn Fn(usize) -> String| (0..count).map(part).collect::<String>();
    let found = |old: &str, new: &str| {
        let asked = asked(Direction::Both, Level::Source);
        between(old, new, &asked).list().len()
    };
    let service = |name: &str| {
        let methods = all(4_000, &|n| format!("void {name}{n}(1: i32 p{n});"));
        format!("namespace a; service S {{ {methods} }}")
    };
    assert_eq!(found(&service("old"), &service("new")), 4_000);
    let names = |name: &str| {
        let values = all(3_000, &|n| format!("V{n} = {n}; @alias {name}{n} = {n};"));
        format!("namespace a; enum E {{ {values} }}")
    };
    assert_eq!(found(&names("OLD"), &names("NEW")), 3_000);
    let closed = |from: usize| {
        let values = all(10_000, &|n| format!("V{n} = {};", n + from));
        format!("namespace a; closed enum E {{ {values} }}")
    };
    let removed = closed(0).replace('V', "OLD");
    assert_eq!(found(&removed, &closed(10_000)), 30_000);
    let namespaces = |name: &str| {
        let mut files = MemoryLoader::default();
        for n in 0..4_000 {
            let text = format!("namespace {name}{n}; struct S{n} {{}}");
            files.insert(format!("{name}{n}.idl"), text);
        }
        sinew_compiler::check(&files, &files.names()).expect("the files are there")
    };
    let asked = asked(Direction::Both, Level::Source);
    let moved = compare(namespaces("old"), namespaces("new"), &asked);
    assert_eq!(moved.list().len(), 4_000);
}
