//! Compiles entries and checks the result.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{iter, thread};

use sinew_compiler::backends::GeneratedFile;
use sinew_compiler::backends::json::JsonSchema;
use sinew_compiler::backends::rust::Rust;
use sinew_compiler::diagnostics::Diagnostics;
use sinew_compiler::diagnostics::render::{Format, Options};
use sinew_compiler::format::{FormatError, format};
use sinew_compiler::source::FileLoader;
use sinew_compiler::{check, generate};

use super::STACK;
use super::corpus::{Entry, entries};

/// Maximum length of a report in bytes, whatever the input.
const MAX_REPORT: usize = 256 * 1024;
/// Texts up to this length are also formatted, and their code is parsed.
const SMALL: usize = 64 * 1024;

/// Compiles every entry of a group, several at a time, and prints their number.
pub(super) fn answered(group: &str) {
    let (entries, next) = (entries(group), AtomicUsize::new(0));
    let take = || entries.get(next.fetch_add(1, Ordering::Relaxed));
    let work = || iter::from_fn(take).filter_map(wrong).collect::<Vec<_>>();
    let wrong = thread::scope(|scope| {
        let count = thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..count).map(|_| scope.spawn(work)).collect();
        let joined = workers.into_iter().map(|worker| worker.join());
        let found = joined.flat_map(|found| found.unwrap_or_else(|panic| resume_unwind(panic)));
        found.collect::<Vec<String>>()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{group}: {} entries", entries.len());
}

/// What is wrong with the result.
fn wrong(entry: &Entry) -> Option<String> {
    let (found, code) = on_stack(STACK, || compiled(entry));
    assert_short(entry, &found);
    let mut codes: Vec<_> = found.list().iter().map(|d| d.code.id()).collect();
    codes.sort_unstable();
    if codes != entry.verdict {
        let shown: Vec<_> = codes.iter().take(9).collect();
        return Some(format!("{}: {shown:?} of {}", entry.name, codes.len()));
    }
    on_stack(STACK, || assert_formatted(entry, &found));
    on_stack(8 * STACK, || assert_rust(entry, &code));
    None
}

/// All diagnostics, and the code if there are no errors.
fn compiled(entry: &Entry) -> (Diagnostics, Vec<GeneratedFile>) {
    let checked = check(&entry.files, std::slice::from_ref(&entry.main));
    match generate(checked.expect("the file is there"), &Rust::default()) {
        Ok(generated) => (generated.warnings, generated.files),
        Err(found) => {
            assert!(found.has_errors(), "{}: nothing generated", entry.name);
            (found, Vec::new())
        }
    }
}

/// Runs `work` on a thread with a stack of this many bytes.
pub(super) fn on_stack<T: Send>(bytes: usize, work: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| {
        let builder = thread::Builder::new().stack_size(bytes);
        let thread = builder.spawn_scoped(scope, work).expect("a thread starts");
        let result = thread.join();
        result.unwrap_or_else(|panic| resume_unwind(panic))
    })
}

/// The code parses as Rust.
fn assert_rust(entry: &Entry, code: &[GeneratedFile]) {
    for file in code.iter().filter(|file| file.text.len() < SMALL) {
        if let Err(error) = syn::parse_file(&file.text) {
            panic!("{}: {error}", entry.name);
        }
    }
}

/// In every format, a report is of limited length and without control characters for terminals.
fn assert_short(entry: &Entry, found: &Diagnostics) {
    let formats = [
        Format::Human,
        Format::Short,
        Format::Json,
        Format::Github,
        Format::Sarif,
    ];
    for format in formats {
        let report = found.render(&Options {
            format,
            ..Options::default()
        });
        let (name, length) = (&entry.name, report.len());
        assert!(length <= MAX_REPORT, "{name}: {length} bytes as {format:?}");
        let obeyed = |c: char| c.is_control() && c != '\n' && c != '\t';
        assert!(!report.contains(obeyed), "{name} as {format:?}");
    }
}

/// A text without errors can be formatted, formatting is idempotent, and its schema can be written as JSON.
fn assert_formatted(entry: &Entry, found: &Diagnostics) {
    let bytes = entry.files.read(&entry.main, usize::MAX);
    let bytes = bytes.expect("the file is there");
    let Ok(text) = str::from_utf8(&bytes) else {
        return;
    };
    if text.len() > SMALL {
        return;
    }
    match format(&entry.main, text) {
        Ok(once) => match format(&entry.main, &once) {
            Ok(twice) => assert_eq!(once, twice, "{}", entry.name),
            Err(error) => panic!("{}: {error}\n{once}", entry.name),
        },
        Err(FormatError::Syntax(_)) => assert!(found.has_errors(), "{}", entry.name),
        Err(error) => panic!("{}: {error}", entry.name),
    }
    if !found.has_errors() {
        let checked = check(&entry.files, std::slice::from_ref(&entry.main));
        let json = generate(checked.expect("the file is there"), &JsonSchema);
        assert!(json.is_ok(), "{}", entry.name);
    }
}
