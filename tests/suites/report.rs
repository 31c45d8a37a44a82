//! The diagnostics for a case.

use sinew_compiler::backends::rust::Rust;
use sinew_compiler::diagnostics::{Code, Diagnostics, Level, Levels};
use sinew_compiler::project::{FILE_NAME, Project};
use sinew_compiler::source::FileLoader;

/// All diagnostics for a file, including those of the Rust backend. A `sinew.toml` among the files sets lint levels.
pub fn checked(files: &dyn FileLoader, main: &str) -> Diagnostics {
    checked_with(files, main, &levels(files))
}

fn levels(files: &dyn FileLoader) -> Levels {
    let Ok(text) = files.read(FILE_NAME, usize::MAX) else {
        return Levels::default();
    };
    let project = Project::parse(FILE_NAME, &String::from_utf8_lossy(&text));
    project.expect("the project of a case is right").levels
}

fn checked_with(files: &dyn FileLoader, main: &str, levels: &Levels) -> Diagnostics {
    let names = [main.to_owned()];
    let checked = sinew_compiler::check_with(files, &names, levels).expect("the file is there");
    match sinew_compiler::generate(checked, &Rust::default()) {
        Ok(generated) => generated.warnings,
        Err(diagnostics) => diagnostics,
    }
}

/// The codes of [`checked`], sorted by place.
pub fn codes(files: &dyn FileLoader, main: &str) -> Vec<&'static str> {
    ids(&checked(files, main))
}

/// The codes with the lint `code` enabled, sorted by place.
pub fn codes_with(code: Code, files: &dyn FileLoader, main: &str) -> Vec<&'static str> {
    let mut levels = Levels::default();
    if levels.of(code) == Level::Allow {
        levels.set(code, Level::Warn);
    }
    ids(&checked_with(files, main, &levels))
}

fn ids(found: &Diagnostics) -> Vec<&'static str> {
    found.list().iter().map(|d| d.code.id()).collect()
}
