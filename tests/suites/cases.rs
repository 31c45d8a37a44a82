//! Cases: inputs for the compiler, each for one rule.

use std::fs;
use std::path::{Path, PathBuf};

use sinew_compiler::source::MemoryLoader;

/// The folder of this crate, `tests` in the repository.
pub const TESTS: &str = env!("CARGO_MANIFEST_DIR");

/// The folder of the repository.
pub fn repository() -> &'static Path {
    let tests = Path::new(TESTS);
    tests.parent().expect("the tests lie in the repository")
}

/// A case.
#[derive(Clone)]
pub struct Case {
    /// Folder and rule: `names/unknown_type`.
    pub name: String,
    /// Its only file or its folder.
    pub path: PathBuf,
    /// The file that is compiled.
    pub main: String,
    /// Its files.
    pub files: MemoryLoader,
}

/// The cases in the folders of `tests/<suite>`, by name.
pub fn cases(suite: &str) -> Vec<Case> {
    let suite = Path::new(TESTS).join(suite);
    let mut cases = Vec::new();
    for folder in entries(&suite).into_iter().filter(|path| path.is_dir()) {
        cases.extend(
            entries(&folder)
                .iter()
                .filter_map(|path| case(&suite, path)),
        );
    }
    assert!(!cases.is_empty(), "no case in {}", suite.display());
    cases
}

/// The folders and files in `folder`, by name.
pub fn entries(folder: &Path) -> Vec<PathBuf> {
    let read = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut entries: Vec<_> = read
        .map(|entry| entry.expect("a folder can be listed").path())
        .collect();
    entries.sort();
    entries
}

/// The files in `folder` and the folders in it, by name.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in entries(folder) {
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files
}

/// Copies what is in the folder `from` to `to`.
pub fn copy(from: &Path, to: &Path) {
    for path in files_below(from) {
        let to = to.join(relative(from, &path));
        let folder = to.parent().expect("a file lies in a folder");
        fs::create_dir_all(folder).expect("the temporary folder can be written");
        fs::copy(&path, &to).expect("the temporary folder can be written");
    }
}

/// `path` below `folder`, with forward slashes.
pub fn relative(folder: &Path, path: &Path) -> String {
    let below = path.strip_prefix(folder).expect("it lies in the folder");
    let names = below.components().map(|c| c.as_os_str().to_string_lossy());
    names.collect::<Vec<_>>().join("/")
}

/// The case at `path` in the folder `suite`; `None` for other files, such as snapshots.
pub fn case(suite: &Path, path: &Path) -> Option<Case> {
    let mut files = MemoryLoader::default();
    let main = if path.is_dir() {
        for file in files_below(path) {
            files.insert(relative(path, &file), read(&file));
        }
        "main.idl".to_owned()
    } else if path.extension().is_some_and(|e| e == "idl") {
        let folder = path.parent().expect("a case lies in a folder");
        files.insert(relative(folder, path), read(path));
        relative(folder, path)
    } else {
        return None;
    };
    Some(Case {
        name: relative(suite, &path.with_extension("")),
        path: path.to_owned(),
        main,
        files,
    })
}

fn read(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}
