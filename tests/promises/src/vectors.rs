//! The golden vectors: blocks of `key: value` lines in the files of `tests/wire/`, and blocks marked `vector` in the
//! specification. `tests/wire/README.md` explains the format.

use std::fs;
use std::path::{Path, PathBuf};

/// One vector, and where it is.
#[derive(Clone, Debug)]
pub struct Vector {
    /// File and number, for messages.
    pub place: String,
    entries: Vec<(String, String)>,
}

/// The repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The vectors of a file of `tests/wire`.
///
/// # Panics
/// If it cannot be read.
pub fn of_file(name: &str) -> Vec<Vector> {
    let path = repository().join("tests/wire").join(name);
    let text = fs::read_to_string(path).expect("a file of vectors can be read");
    let mut vectors = Vec::new();
    collect(name, &text, &mut vectors);
    vectors
}

/// The worked examples of the specification.
///
/// # Panics
/// If it cannot be read.
pub fn of_page() -> Vec<Vector> {
    let page = repository().join("docs/src/wire-format.md");
    let text = fs::read_to_string(page).expect("the page can be read");
    let mut vectors = Vec::new();
    for block in text.split("```vector\n").skip(1) {
        let (block, _) = block.split_once("```").expect("the block ends");
        collect("wire-format.md", block, &mut vectors);
    }
    vectors
}

fn collect(name: &str, text: &str, vectors: &mut Vec<Vector>) {
    let text = text.replace("\r\n", "\n");
    for block in text.split("\n\n") {
        let place = format!("{name}, vector {}", vectors.len() + 1);
        vectors.extend(vector(&place, block));
    }
}

/// The vector of a block; `None` if it holds comments only.
pub(crate) fn vector(place: &str, block: &str) -> Option<Vector> {
    let mut entries: Vec<(String, String)> = Vec::new();
    for line in block.lines() {
        let line = line.split(" # ").next().unwrap_or_default();
        match (line.strip_prefix("  "), line.split_once(':')) {
            (Some(more), _) => {
                let (_, value) = entries.last_mut().expect("a line that continues another");
                value.push('\n');
                value.push_str(more);
            }
            (None, Some((key, value))) if !line.starts_with('#') => {
                entries.push((key.into(), value.trim().into()));
            }
            (None, _) => {}
        }
    }
    let place = place.to_owned();
    (!entries.is_empty()).then_some(Vector { place, entries })
}

impl Vector {
    /// The value of a key, if it is there.
    pub fn find(&self, key: &str) -> Option<&str> {
        let mut entries = self.entries.iter();
        let entry = entries.find(|(known, _)| known == key);
        entry.map(|(_, value)| value.trim_end())
    }

    /// The value of a key.
    ///
    /// # Panics
    /// If it is not there.
    pub fn text(&self, key: &str) -> &str {
        self.find(key)
            .unwrap_or_else(|| panic!("{}: no `{key}`", self.place))
    }

    /// The bytes of an entry in hexadecimal. Blanks do not matter, and `00*3` means `00 00 00`.
    ///
    /// # Panics
    /// It is missing or malformed.
    pub fn hex(&self, key: &str) -> Vec<u8> {
        let bytes = self.text(key).split_whitespace().map(repeated);
        let bytes: Option<Vec<Vec<u8>>> = bytes.collect();
        let bytes = bytes.unwrap_or_else(|| panic!("{}: `{key}` is not hexadecimal", self.place));
        bytes.concat()
    }
}

/// Pairs of digits, with repetition counts.
fn repeated(word: &str) -> Option<Vec<u8>> {
    let (digits, times) = word.split_once('*').unwrap_or((word, "1"));
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let bytes: Option<Vec<u8>> = digits.as_bytes().chunks(2).map(pair).collect();
    Some(bytes?.repeat(times.parse().ok()?))
}

/// Bytes as in vectors: a byte that is repeated more than 64 times is written once, with a count.
pub fn spell(bytes: &[u8]) -> String {
    let runs = bytes.chunk_by(|one, next| one == next);
    let runs = runs.map(|run| match run.len() {
        65.. => format!("{:02x}*{}", run[0], run.len()),
        len => vec![format!("{:02x}", run[0]); len].join(" "),
    });
    runs.collect::<Vec<_>>().join(" ")
}
