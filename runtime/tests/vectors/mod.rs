//! Reads vectors: blocks of `key: value` lines, in the files of `tests/wire/` and in the specification, where they
//! are the blocks marked `vector`. The format is explained in `tests/wire/README.md`.

use std::fs;
use std::path::Path;

/// One vector, and where it stands.
pub(crate) struct Vector {
    place: String,
    entries: Vec<(String, String)>,
}

/// All vectors there are.
pub(crate) fn all() -> Vec<Vector> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut vectors = Vec::new();
    let folder = fs::read_dir(repository.join("tests/wire")).expect("the folder is there");
    let paths = folder.map(|entry| entry.expect("it can be read").path());
    let mut paths: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|end| end == "txt"))
        .collect();
    paths.sort();
    for path in paths {
        let text = fs::read_to_string(&path).expect("it is text");
        collect(&path, &text, &mut vectors);
    }
    let page = repository.join("docs/src/wire-format.md");
    let text = fs::read_to_string(&page).expect("it is text");
    for block in text.split("```vector\n").skip(1) {
        let (block, _) = block.split_once("```").expect("the block ends");
        collect(&page, block, &mut vectors);
    }
    vectors
}

fn collect(path: &Path, text: &str, vectors: &mut Vec<Vector>) {
    let text = text.replace("\r\n", "\n");
    for block in text.split("\n\n") {
        let mut entries: Vec<(String, String)> = Vec::new();
        for line in block.lines() {
            let line = line.split(" # ").next().unwrap_or_default();
            match (line.strip_prefix("  "), line.split_once(':')) {
                (Some(more), _) => {
                    let (_, value) = entries.last_mut().expect("a line that continues another");
                    value.push_str(more);
                }
                (None, Some((key, value))) if !line.starts_with('#') => {
                    entries.push((key.into(), value.trim().into()));
                }
                (None, _) => {}
            }
        }
        if !entries.is_empty() {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let number = vectors.len() + 1;
            let place = format!("vector {number}, in {name}");
            vectors.push(Vector { place, entries });
        }
    }
}

impl Vector {
    /// Which one it is, for messages.
    pub(crate) fn place(&self) -> &str {
        &self.place
    }

    pub(crate) fn find(&self, key: &str) -> Option<&str> {
        let mut entries = self.entries.iter();
        entries
            .find(|(known, _)| known == key)
            .map(|(_, value)| &value[..])
    }

    pub(crate) fn text(&self, key: &str) -> &str {
        self.find(key)
            .unwrap_or_else(|| panic!("{}: no `{key}`", self.place))
    }

    /// The bytes of an entry in hexadecimal digits; blanks do not matter.
    pub(crate) fn hex(&self, key: &str) -> Vec<u8> {
        let digits: Vec<u8> = self
            .text(key)
            .bytes()
            .filter(|byte| *byte != b' ')
            .collect();
        let pair = |pair: &[u8]| {
            let pair = std::str::from_utf8(pair).ok()?;
            u8::from_str_radix(pair, 16).ok()
        };
        let bytes = digits.chunks(2).map(pair).collect::<Option<_>>();
        bytes.unwrap_or_else(|| panic!("{}: `{key}` is not hexadecimal", self.place))
    }
}

/// Bytes as vectors write them.
pub(crate) fn spell(bytes: &[u8]) -> String {
    let bytes: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    bytes.join(" ")
}
