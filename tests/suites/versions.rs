//! Two versions of a schema, and the report about the change: `tests/breaking/<thing>/<change>` with `old.idl` and
//! `new.idl`, or folders with these names.

use std::collections::BTreeSet;

use sinew_compiler::Checked;
use sinew_compiler::diagnostics::Diagnostics;
use sinew_compiler::evolution::{Asked, Direction, Level, compare};
use sinew_compiler::source::{FileLoader, MemoryLoader};

use crate::cases::{Case, cases};

/// All codes that are reported for the changes in `tests/breaking`.
pub fn change_codes() -> BTreeSet<&'static str> {
    let cases = cases("breaking");
    let levels = [Level::Source, Level::Json].map(|level| asked(Direction::Both, level));
    let found = levels
        .iter()
        .flat_map(|asked| cases.iter().flat_map(|case| ids(&changes(case, asked))));
    found.collect()
}

/// The report about a case.
pub fn changes(case: &Case, asked: &Asked) -> Diagnostics {
    let version = |version: &str| {
        let (file, folder) = (format!("{version}.idl"), format!("{version}/"));
        let mut names = case.files.names();
        names.retain(|name| *name == file || name.starts_with(&folder));
        checked(&case.files, &names)
    };
    compare(version("old"), version("new"), asked)
}

/// The report about a change from one text to another.
pub fn between(old: &str, new: &str, asked: &Asked) -> Diagnostics {
    compare(version("old.idl", old), version("new.idl", new), asked)
}

/// A version in one file, checked.
pub fn version(name: &str, text: &str) -> Checked {
    let mut files = MemoryLoader::default();
    files.insert(name, text);
    checked(&files, &files.names())
}

/// The codes for a change between two sets of files, each with its main one: of what breaks the wire format, or else
/// Rust code, or else JSON.
pub fn codes_between(
    old: &(MemoryLoader, String),
    new: &(MemoryLoader, String),
) -> Vec<&'static str> {
    let found = |level| {
        let [old, new] = [old, new].map(|(files, main)| checked(files, std::slice::from_ref(main)));
        ids(&compare(old, new, &asked(Direction::Both, level)))
    };
    let mut levels = [Level::Wire, Level::Source, Level::Json]
        .into_iter()
        .map(found);
    levels.find(|found| !found.is_empty()).unwrap_or_default()
}

/// The options of a comparison.
pub fn asked(direction: Direction, level: Level) -> Asked {
    Asked { direction, level }
}

fn checked(files: &dyn FileLoader, names: &[String]) -> Checked {
    sinew_compiler::check(files, names).expect("the files are there")
}

fn ids(found: &Diagnostics) -> Vec<&'static str> {
    found.list().iter().map(|d| d.code.id()).collect()
}
