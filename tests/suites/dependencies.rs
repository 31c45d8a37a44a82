//! What a user of the runtime builds along with it.

use std::collections::BTreeSet;
use std::process::Command;

use sinew_tests::cases::repository;

/// Packages of the runtime with default features, itself among them.
const MOST: usize = 12;

#[test]
fn the_runtime_stays_small() {
    let cargo = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--package", "sinew"])
        .args(["--edges", "normal", "--prefix", "none", "--format", "{p}"])
        .current_dir(repository())
        .output()
        .expect("cargo runs the tests, so it is there");
    let error = String::from_utf8_lossy(&cargo.stderr);
    assert!(cargo.status.success(), "{error}");
    let tree = String::from_utf8_lossy(&cargo.stdout);
    let packages: BTreeSet<&str> = tree
        .lines()
        .map(|line| line.trim_end_matches(" (*)"))
        .collect();
    assert!(
        packages.iter().any(|package| package.starts_with("sinew ")),
        "{packages:#?}"
    );
    assert!(
        packages.len() <= MOST,
        "{} packages: {packages:#?}",
        packages.len()
    );
}
