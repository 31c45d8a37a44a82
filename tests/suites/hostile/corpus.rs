//! The entries of `tests/hostile`, with the expected diagnostics.

use std::fs;
use std::path::Path;

use sinew_compiler::source::MemoryLoader;
use sinew_tests::cases::TESTS;

use super::template::expand;

/// An input with the expected result.
pub(super) struct Entry {
    /// Group, line and description: `nesting:12 lists at the limit`.
    pub(super) name: String,
    /// The codes that must be reported, sorted.
    pub(super) verdict: Vec<String>,
    /// Its files.
    pub(super) files: MemoryLoader,
    /// The file that is compiled.
    pub(super) main: String,
}

/// The entries of a group. `tests/hostile/README.md` explains the format.
pub(super) fn entries(group: &str) -> Vec<Entry> {
    let path = Path::new(TESTS)
        .join("hostile")
        .join(format!("{group}.txt"));
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut entries: Vec<Written<'_>> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        match (heading(line), entries.last_mut()) {
            (Some((whole, heading)), _) => entries.push(Written {
                line: number + 1,
                whole,
                heading,
                body: Vec::new(),
            }),
            (None, Some(entry)) => entry.body.push(line),
            (None, None) => assert!(line.is_empty() || line.starts_with('#'), "{line}"),
        }
    }
    entries.iter().map(|entry| entry.read(group)).collect()
}

/// Parses a line that begins an entry. Returns whether its body is whole files, and the heading.
fn heading(line: &str) -> Option<(bool, &str)> {
    let whole = line.strip_prefix("=== ").map(|heading| (true, heading));
    whole.or(line.strip_prefix("== ").map(|heading| (false, heading)))
}

struct Written<'t> {
    line: usize,
    whole: bool,
    heading: &'t str,
    body: Vec<&'t str>,
}

impl Written<'_> {
    fn read(&self, group: &str) -> Entry {
        let name = format!("{group}:{} {}", self.line, self.heading);
        let (_, verdict) = self.heading.rsplit_once(": ").expect("`: ` and a verdict");
        let mut files = MemoryLoader::default();
        let mut main = "main.idl".to_owned();
        if self.whole {
            for (file, lines) in self.parts() {
                files.insert(file, expand(&lines.join("\n")));
                main = file.to_owned();
            }
        } else {
            let text = format!("namespace main;\n{}\n", self.body.join("\n"));
            files.insert("main.idl", expand(&text));
        }
        Entry {
            verdict: codes(verdict),
            name,
            files,
            main,
        }
    }

    /// Splits the body at lines `// file: name.idl`.
    fn parts(&self) -> Vec<(&str, Vec<&str>)> {
        let mut parts = vec![("main.idl", Vec::new())];
        for line in &self.body {
            match line.strip_prefix("// file: ") {
                Some(file) => parts.push((file, Vec::new())),
                None => parts.last_mut().expect("there is one").1.push(*line),
            }
        }
        if parts.len() > 1 && parts[0].1.is_empty() {
            parts.remove(0);
        }
        parts
    }
}

/// Parses `E0301, E0302 x2` as a sorted list; `ok` is the empty one.
fn codes(verdict: &str) -> Vec<String> {
    if verdict == "ok" {
        return Vec::new();
    }
    let repeat = |part: &str| {
        let (code, times) = part.split_once(" x").unwrap_or((part, "1"));
        let times = times.parse().expect("a number is behind `x`");
        vec![code.to_owned(); times]
    };
    let mut codes: Vec<String> = verdict.split(", ").flat_map(repeat).collect();
    codes.sort();
    codes
}
