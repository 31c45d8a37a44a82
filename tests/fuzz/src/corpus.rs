//! Initial inputs: the files of this repository.

use std::fs;
use std::path::{Path, PathBuf};

/// The contents of the files below `folder` of the repository whose names end with `.{ending}`,
/// in order of their paths.
pub fn files(folder: &str, ending: &str) -> Vec<Vec<u8>> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut paths = Vec::new();
    collect(&repository.join(folder), ending, &mut paths);
    paths.sort();
    let read = |path: &PathBuf| fs::read(path).expect("a file of the repository can be read");
    paths.iter().map(read).collect()
}

fn collect(folder: &Path, ending: &str, paths: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).expect("a folder of the repository can be listed");
    for entry in entries {
        let path = entry.expect("a folder can be listed").path();
        if path.is_dir() {
            collect(&path, ending, paths);
        } else if path.extension().is_some_and(|e| e == ending) {
            paths.push(path);
        }
    }
}
