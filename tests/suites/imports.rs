//! Imports: every file is read once, and cycles end.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;

use sinew_compiler::source::{FileLoader, MemoryLoader};
use sinew_compiler::{Checked, check};

/// Files in memory that count how often they are read.
#[derive(Default)]
struct Counted {
    files: MemoryLoader,
    roots: Vec<String>,
    reads: RefCell<BTreeMap<String, usize>>,
}

impl FileLoader for Counted {
    fn read(&self, name: &str, limit: usize) -> io::Result<Vec<u8>> {
        let bytes = self.files.read(name, limit)?;
        *self.reads.borrow_mut().entry(name.to_owned()).or_default() += 1;
        Ok(bytes)
    }

    fn roots(&self) -> Vec<String> {
        self.roots.clone()
    }
}

fn files(roots: &[&str], files: &[(&str, &str)]) -> Counted {
    let mut counted = Counted {
        roots: roots.iter().map(|root| root.to_string()).collect(),
        ..Counted::default()
    };
    for (name, text) in files {
        counted.files.insert(*name, *text);
    }
    counted
}

fn checked(loader: &Counted, names: &[&str]) -> Checked {
    let names: Vec<_> = names.iter().map(|name| name.to_string()).collect();
    check(loader, &names).expect("the files are there")
}

/// Code and message of each diagnostic.
fn messages(checked: &Checked) -> Vec<String> {
    let found = checked.diagnostics.iter();
    found
        .map(|d| format!("{}: {}", d.code.id(), d.message))
        .collect()
}

const MONEY: &str = "namespace common; struct Money { 1: i64 cents; }";

#[test]
fn a_file_that_is_reached_by_several_ways_is_read_once() {
    let loader = files(
        &[""],
        &[
            ("common.idl", MONEY),
            (
                "a.idl",
                "namespace a; import \"common.idl\"; struct A { 1: common.Money m; }",
            ),
            (
                "b.idl",
                "namespace b; import \"./x/../common.idl\"; struct B { 1: common.Money m; }",
            ),
            (
                "main.idl",
                "namespace m; import \"a.idl\"; import \"b.idl\"; struct M { 1: a.A a; 2: b.B b; }",
            ),
        ],
    );
    let found = checked(&loader, &["main.idl", "common.idl", "main.idl"]);
    assert_eq!(messages(&found), Vec::<String>::new());
    let reads = loader.reads.borrow();
    assert_eq!(reads.len(), 4);
    assert!(reads.values().all(|n| *n == 1), "{reads:?}");
}

#[test]
fn the_first_root_that_has_the_file_wins() {
    let main = "namespace shop; import \"common.idl\"; struct Order { 1: common.Money total; }";
    let loader = files(
        &["idl", "vendor/idl"],
        &[
            ("idl/main.idl", main),
            ("vendor/idl/common.idl", "namespace other;"),
            ("idl/common.idl", MONEY),
        ],
    );
    let found = checked(&loader, &["idl/main.idl"]);
    assert_eq!(messages(&found), Vec::<String>::new());
    assert_eq!(found.sources.iter().count(), 2);
}

#[test]
fn an_import_may_be_relative_to_its_file() {
    let loader = files(
        &["idl"],
        &[
            (
                "idl/shop/order.idl",
                "namespace shop; import \"../common/money.idl\"; struct O { 1: common.Money m; }",
            ),
            ("idl/common/money.idl", MONEY),
        ],
    );
    let found = checked(&loader, &["idl/shop/order.idl"]);
    assert_eq!(messages(&found), Vec::<String>::new());
}

#[test]
fn files_of_one_namespace_may_import_each_other_and_themselves() {
    let loader = files(
        &[""],
        &[
            (
                "a.idl",
                "namespace n; import \"b.idl\" { B }; struct A { 1: optional B b; }",
            ),
            (
                "b.idl",
                "namespace n; import \"a.idl\" { A }; struct B { 1: optional A a; }",
            ),
        ],
    );
    let found = checked(&loader, &["a.idl"]);
    assert!(found.schema.is_some(), "{:?}", messages(&found));
}

#[test]
fn imports_are_followed_however_deep() {
    let chain = |length: usize| {
        let mut loader = files(&[""], &[]);
        for n in 0..length {
            let text = format!("namespace n{n}; import \"f{}.idl\" as next;", n + 1);
            loader.files.insert(format!("f{n}.idl"), text);
        }
        loader
            .files
            .insert(format!("f{length}.idl"), format!("namespace n{length};"));
        let found = checked(&loader, &["f0.idl"]);
        let errors = messages(&found).into_iter().filter(|m| m.starts_with('E'));
        errors.collect::<Vec<_>>()
    };
    assert_eq!(chain(4095), Vec::<String>::new());
    assert_eq!(chain(4096), ["E0014: there are more than 4096 files"]);
}

#[test]
fn a_file_is_at_most_16_mib() {
    let mut loader = files(&[""], &[]);
    loader.files.insert("main.idl", vec![b' '; (16 << 20) + 1]);
    let found = checked(&loader, &["main.idl"]);
    assert_eq!(messages(&found), ["E0014: a file is larger than 16 MiB"]);
}

#[test]
fn a_compilation_has_at_most_4096_files() {
    let count = |files: usize| {
        let mut loader = self::files(&[""], &[]);
        let names: Vec<_> = (0..files).map(|n| format!("f{n:04}.idl")).collect();
        for (name, n) in names.iter().zip(0..) {
            loader
                .files
                .insert(name.as_str(), format!("namespace n{n};"));
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        messages(&checked(&loader, &names))
    };
    assert_eq!(count(4096), Vec::<String>::new());
    assert_eq!(count(4097), ["E0014: there are more than 4096 files"]);
    assert_eq!(count(4100), ["E0014: there are more than 4096 files"]);
}

#[test]
fn a_file_that_is_asked_for_must_be_there() {
    let loader = files(&[""], &[("a.idl", "namespace a;")]);
    let names = ["a.idl".to_owned(), "b.idl".to_owned()];
    let error = check(&loader, &names).expect_err("it is not there");
    assert_eq!(
        error.to_string(),
        "cannot read `b.idl`: there is no such file or folder"
    );
}
