//! What the compiler has to say of a case.

use sinew_compiler::backends::rust::Rust;
use sinew_compiler::diagnostics::Diagnostics;
use sinew_compiler::source::FileLoader;

/// Everything that the compiler has to say of a file, the Rust backend included.
pub fn checked(files: &dyn FileLoader, main: &str) -> Diagnostics {
    let checked = sinew_compiler::check(files, &[main.to_owned()]).expect("the file is there");
    match sinew_compiler::generate(checked, &Rust::default()) {
        Ok(generated) => generated.warnings,
        Err(diagnostics) => diagnostics,
    }
}

/// The codes of [`checked`], in order of their places.
pub fn codes(files: &dyn FileLoader, main: &str) -> Vec<&'static str> {
    let found = checked(files, main);
    found.list().iter().map(|d| d.code.id()).collect()
}
