//! The dependencies of the runtime.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use sinew_tests::cases::repository;

/// Maximum number of packages with default features, including the runtime.
const MOST: usize = 12;

#[test]
fn the_runtime_stays_small() {
    let packages = packages(&[]);
    assert!(
        packages.len() <= MOST,
        "{} packages: {packages:#?}",
        packages.len()
    );
}

/// Anything that needs sockets does not compile for browsers.
#[test]
fn in_a_browser_there_is_nothing_with_sockets() {
    let packages = packages(&["--target", "wasm32-unknown-unknown"]);
    let socket = |package: &String| {
        ["mio ", "socket2 "]
            .iter()
            .any(|it| package.starts_with(it))
    };
    assert!(!packages.iter().any(socket), "{packages:#?}");
}

/// The runtime and its dependencies, for this target or the one in the options.
fn packages(options: &[&str]) -> BTreeSet<String> {
    let cargo = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--package", "sinew"])
        .args(["--edges", "normal", "--prefix", "none", "--format", "{p}"])
        .args(options)
        .current_dir(repository())
        .output()
        .expect("cargo runs the tests, so it is there");
    let error = String::from_utf8_lossy(&cargo.stderr);
    assert!(cargo.status.success(), "{error}");
    let tree = String::from_utf8_lossy(&cargo.stdout);
    let packages: BTreeSet<String> = tree
        .lines()
        .map(|line| line.trim_end_matches(" (*)").to_owned())
        .collect();
    assert!(
        packages.iter().any(|package| package.starts_with("sinew ")),
        "{packages:#?}"
    );
    packages
}

#[test]
fn each_feature_is_documented_and_built_by_these_tests() {
    let read = |path| fs::read_to_string(repository().join(path)).expect("the file is there");
    let manifest = read("runtime/Cargo.toml");
    let (_, features) = manifest.split_once("[features]").expect("there are some");
    let (features, _) = features.split_once("\n[").expect("there is more");
    let names = features.lines().filter(|line| !line.starts_with('#'));
    let names = names.filter_map(|line| Some(line.split_once(" = ")?.0));
    let (docs, tests) = (read("runtime/src/lib.rs"), read("tests/Cargo.toml"));
    let docs: Vec<&str> = docs
        .lines()
        .filter(|line| line.starts_with("//! |"))
        .collect();
    let line = tests.lines().find(|line| line.starts_with("sinew = {"));
    let line = line.expect("these tests use the runtime");
    for name in names {
        assert!(
            docs.concat().contains(&format!("`{name}`")),
            "`{name}` is not documented"
        );
        // `rustls` is built with the feature `tls`.
        let is_built = line.contains(&format!("\"{name}\"")) || name == "rustls";
        assert!(is_built, "`{name}` is not built");
    }
}
