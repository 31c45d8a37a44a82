//! The same files give the same output: in any order, in every run, at any path.

use std::path::Path;

use sinew_compiler::backends::json::JsonSchema;
use sinew_compiler::backends::rust::Rust;
use sinew_compiler::backends::{Backend, GeneratedFile};
use sinew_compiler::build::DiskLoader;
use sinew_compiler::diagnostics::render::{Options, render};
use sinew_compiler::source::FileLoader;
use sinew_compiler::{check, generate};
use sinew_tests::cases::{cases, repository};

/// Number of runs. If the order of a hash map mattered, one of them would probably differ.
const RUNS: usize = 20;

#[test]
fn generated_files_do_not_depend_on_the_order_of_files_or_on_the_run() {
    let (loader, names) = examples(repository(), Path::new("tests/stranger/idl"));
    for backend in backends() {
        let first = output(&loader, &names, &*backend);
        for run in 0..RUNS {
            let names = shuffled(&names, run);
            assert_eq!(output(&loader, &names, &*backend), first, "{names:?}");
        }
    }
}

#[test]
fn generated_files_do_not_depend_on_where_the_files_lie() {
    let folder = repository().join("tests/stranger");
    let (here, here_names) = examples(repository(), Path::new("tests/stranger/idl"));
    let (there, there_names) = examples(&folder, &folder.join("idl"));
    assert_ne!(here_names, there_names);
    for backend in backends() {
        assert_eq!(
            output(&here, &here_names, &*backend),
            output(&there, &there_names, &*backend)
        );
    }
}

#[test]
fn reports_do_not_depend_on_the_order_of_files_or_on_the_run() {
    for case in cases("ui") {
        let names = case.files.names();
        let names: Vec<_> = names.into_iter().filter(|n| n.ends_with(".idl")).collect();
        let report = |names: &[String]| {
            let checked = check(&case.files, names).expect("the files are there");
            render(&checked.sources, &checked.diagnostics, &Options::default())
        };
        let first = report(&names);
        for run in 0..names.len().max(2) {
            assert_eq!(report(&shuffled(&names, run)), first, "{}", case.name);
        }
    }
}

fn examples(base: &Path, root: &Path) -> (DiskLoader, Vec<String>) {
    let mut loader = DiskLoader::new(base);
    loader.add_root(root).expect("the examples are there");
    let names = loader.files_below(root).expect("the examples can be read");
    assert!(names.len() > 1);
    (loader, names)
}

fn output(loader: &dyn FileLoader, names: &[String], backend: &dyn Backend) -> Vec<GeneratedFile> {
    let checked = check(loader, names).expect("the files are there");
    generate(checked, backend)
        .expect("the examples are right")
        .files
}

fn backends() -> [Box<dyn Backend>; 2] {
    [Box::new(Rust::default()), Box::new(JsonSchema)]
}

/// A different order of `names` in each `run`, with one name given twice.
fn shuffled(names: &[String], run: usize) -> Vec<String> {
    let mut names = names.to_vec();
    let turn = run % names.len();
    names.rotate_left(turn);
    if run % 2 == 1 {
        names.reverse();
    }
    names.push(names[0].clone());
    names
}
