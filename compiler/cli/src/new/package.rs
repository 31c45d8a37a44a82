//! Which package names are possible.

use sinew_compiler::backends::rust::is_keyword;

/// Packages that a new project depends on.
const DEPENDENCIES: [&str; 3] = ["sinew", "sinew-compiler", "tokio"];
/// Crates that every crate can use without a dependency.
const RUST: [&str; 5] = ["alloc", "core", "proc_macro", "std", "test"];
/// Folders that cargo creates beside the binaries that it builds.
const CARGO: [&str; 4] = ["build", "deps", "examples", "incremental"];

/// Explains what is wrong with the name of a new package.
pub(crate) fn check_name(name: &str) -> Result<(), String> {
    match problem(name) {
        None => Ok(()),
        Some(problem) => Err(format!(
            "a package cannot be called `{name}`: {problem}; give it another name with `--name`"
        )),
    }
}

fn problem(name: &str) -> Option<&'static str> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let first = name.chars().next();
    if !name.chars().all(is_allowed) || first.is_none() {
        return Some("a name has ASCII letters, digits, `-` and `_`");
    }
    if first.is_some_and(|c| !c.is_ascii_alphabetic() && c != '_') {
        return Some("a name begins with a letter");
    }
    let is_one_of = |names: &[&str]| names.iter().any(|other| same(name, other));
    if is_keyword(name) {
        Some("Rust keeps that word for itself")
    } else if is_one_of(&DEPENDENCIES) {
        Some("the project depends on a package of that name")
    } else if is_one_of(&RUST) {
        Some("Rust has a crate of that name")
    } else if is_one_of(&CARGO) {
        Some("cargo has a folder of that name")
    } else {
        None
    }
}

/// Whether cargo treats the names as equal.
fn same(name: &str, other: &str) -> bool {
    name.replace('-', "_") == other.replace('-', "_")
}
