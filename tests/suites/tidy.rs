//! House rules that a program can check.

use std::fs;
use std::path::{Path, PathBuf};

use sinew_tests::cases::{entries, relative, repository};

/// Maximum number of lines of a source file, without unit tests.
const MAX_LINES: usize = 400;
/// Maximum number of lines of a `main.rs`.
const MAX_MAIN_LINES: usize = 80;

/// A file of this repository.
struct Source {
    name: String,
    text: String,
}

impl Source {
    /// The text before the unit tests.
    fn code(&self) -> &str {
        let tests = self.text.find("#[cfg(test)]\nmod tests");
        &self.text[..tests.unwrap_or(self.text.len())]
    }

    fn is_test(&self) -> bool {
        let name = &self.name;
        name.starts_with("tests/") || name.contains("/tests/") || name.ends_with("/tests.rs")
    }
}

fn holds(rule: &str, broken: Vec<String>) {
    assert!(broken.is_empty(), "{rule}: {broken:#?}");
}

#[test]
fn files_are_short() {
    let broken = rust().into_iter().filter_map(|file| {
        let lines = file.code().lines().count();
        let most = match file.name.ends_with("/main.rs") {
            true => MAX_MAIN_LINES,
            false => MAX_LINES,
        };
        (lines > most).then(|| format!("{}: {lines} lines", file.name))
    });
    holds("a file holds one thing", broken.collect());
}

#[test]
fn every_module_says_what_it_is() {
    let says = |file: &Source| file.text.starts_with("//! ") || file.name.ends_with("/tests.rs");
    let broken = rust().into_iter().filter(|file| !says(file));
    let is_case = |file: &Source| {
        ["tests/stranger/", "tests/cli/"]
            .iter()
            .any(|at| file.name.starts_with(at))
    };
    let broken = broken.filter(|file| !is_case(file));
    holds(
        "the first line is `//! …`",
        broken.map(|file| file.name).collect(),
    );
}

#[test]
fn names_say_what_is_inside() {
    let vague = [
        "utils", "util", "common", "helpers", "helper", "misc", "manager", "stuff",
    ];
    let is_vague = |file: &Source| {
        let mut parts = file.name.split(['/', '.']);
        file.name.ends_with(".rs") && parts.any(|part| vague.contains(&part))
    };
    let broken = rust().into_iter().filter(is_vague);
    holds(
        "no drawer for odds and ends",
        broken.map(|file| file.name).collect(),
    );
}

#[test]
fn nothing_is_left_for_later() {
    let marks = [
        "TO\u{44}O",
        "FIX\u{4d}E",
        "X\u{58}X",
        "todo\u{21}(",
        "unimplemented\u{21}(",
    ];
    let broken = all().into_iter().flat_map(|file| {
        let found = marks.iter().filter(|mark| file.text.contains(*mark));
        found
            .map(|mark| format!("{}: {mark}", file.name))
            .collect::<Vec<_>>()
    });
    holds("no mark of unfinished work", broken.collect());
}

#[test]
fn nothing_is_skipped() {
    let skips = |file: &Source| file.text.contains(concat!("#[", "ignore"));
    let broken = rust().into_iter().filter(skips);
    holds("no test is skipped", broken.map(|file| file.name).collect());
}

#[test]
fn what_cannot_fail_says_why() {
    let unwraps = |file: &Source| !file.is_test() && file.code().contains(".unwrap()");
    let broken = rust().into_iter().filter(unwraps);
    holds(
        "`expect` with the reason",
        broken.map(|file| file.name).collect(),
    );
}

#[test]
fn unsafe_code_stands_in_three_files_and_says_why_it_is_sound() {
    let allowed = [
        ("runtime/src/types/shared_str.rs", 1),
        ("runtime/src/wire/buffer.rs", 1),
        ("runtime/src/wire/text.rs", 2),
    ];
    let opening = concat!("unsafe", " {");
    for file in rust() {
        let most = allowed.iter().find(|(name, _)| *name == file.name);
        let blocks: Vec<&str> = file.text.split(opening).collect();
        let proven =
            |before: &&str| before[before.len().saturating_sub(900)..].contains("// SAFETY: ");
        let found = blocks.len() - 1;
        assert!(found <= most.map_or(0, |(_, most)| *most), "{}", file.name);
        assert!(blocks[..found].iter().all(proven), "{}", file.name);
    }
}

#[test]
fn tests_do_not_wait_for_the_clock() {
    let waits = |file: &Source| file.is_test() && file.text.contains(concat!("thread::", "sleep"));
    let broken = rust().into_iter().filter(waits);
    holds("no sleeping test", broken.map(|file| file.name).collect());
}

#[test]
fn no_path_of_a_machine_is_written_down() {
    let roots = [
        "/ho\u{6d}e/",
        "/User\u{73}/",
        "/wor\u{6b}/",
        "/roo\u{74}/",
        "C:\\\\User\u{73}",
    ];
    let broken = all().into_iter().flat_map(|file| {
        let found = roots.iter().filter(|root| file.text.contains(*root));
        found
            .map(|root| format!("{}: {root}", file.name))
            .collect::<Vec<_>>()
    });
    holds("the repository works on every machine", broken.collect());
}

#[test]
fn lines_end_without_blanks_and_files_with_a_newline() {
    let cases = ["tests/ui/", "tests/fmt/", "tests/cli/", "tests/wire/"];
    let ours = all()
        .into_iter()
        .filter(|file| !cases.iter().any(|c| file.name.starts_with(c)));
    let broken = ours.filter_map(|file| {
        let blank = file
            .text
            .lines()
            .position(|line| line.ends_with([' ', '\t']));
        match blank {
            Some(line) => Some(format!("{}:{}", file.name, line + 1)),
            None if file.text.is_empty() || file.text.ends_with('\n') => None,
            None => Some(file.name),
        }
    });
    holds("no blanks at the end", broken.collect());
}

#[test]
fn every_package_is_held_to_the_lints() {
    let manifests = all()
        .into_iter()
        .filter(|file| file.name.ends_with("/Cargo.toml"));
    let held = |file: &Source| file.text.contains("[lints]\nworkspace = true\n");
    let broken = manifests.filter(|file| !held(file));
    holds(
        "`lints.workspace = true`",
        broken.map(|file| file.name).collect(),
    );
}

#[test]
fn a_library_that_is_not_tested_has_no_tests() {
    let sources = all();
    let is_untested = |file: &&Source| {
        let mut sections = file.text.split("\n[");
        file.name.ends_with("/Cargo.toml")
            && sections
                .any(|section| section.starts_with("lib]") && section.contains("\ntest = false"))
    };
    let untested = sources.iter().filter(is_untested);
    let folders: Vec<String> = untested
        .map(|file| file.name.replace("Cargo.toml", "src/"))
        .collect();
    assert!(!folders.is_empty());
    let is_lost = |file: &&Source| {
        folders.iter().any(|folder| file.name.starts_with(folder)) && file.text.contains("test]\n")
    };
    let lost = sources.iter().filter(is_lost);
    holds(
        "each test runs",
        lost.map(|file| file.name.clone()).collect(),
    );
}

#[test]
fn packages_that_are_published_can_be_found_and_used() {
    let manifests = all()
        .into_iter()
        .filter(|file| file.name.ends_with("/Cargo.toml"));
    let published = manifests.filter(|file| !file.text.contains("publish = false"));
    let wanted = [
        "description = ",
        "license.workspace = true",
        "rust-version.workspace = true",
        "keywords = ",
        "categories = ",
        "\"/README.md\", \"/LICENSE-*\"]",
    ];
    let broken = published.flat_map(|file| {
        let missing = wanted.iter().filter(|line| !file.text.contains(*line));
        missing
            .map(|line| format!("{}: {line}", file.name))
            .collect::<Vec<_>>()
    });
    holds("a published package describes itself", broken.collect());
    // A published package contains only its own folder, and must include the licences.
    let folders = [
        "grammar",
        "compiler",
        "compiler/values",
        "compiler/cli",
        "runtime",
    ];
    let missing = folders.iter().flat_map(|folder| {
        let files = ["README.md", "LICENSE-MIT", "LICENSE-APACHE"].into_iter();
        files.map(move |name| format!("{folder}/{name}"))
    });
    let missing = missing.filter(|name| !repository().join(name).is_file());
    holds("a published package has its licences", missing.collect());
}

#[test]
fn the_files_that_people_look_for_are_there() {
    let wanted = [
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "LICENSE-MIT",
        "LICENSE-APACHE",
        "deny.toml",
        "docs/SUMMARY.md",
        "docs/architecture.md",
        "grammar/idl.pest",
    ];
    let missing = wanted
        .iter()
        .filter(|name| !repository().join(name).is_file());
    holds(
        "they are there",
        missing.map(|name| name.to_string()).collect(),
    );
    let changes = read(&repository().join("CHANGELOG.md"));
    assert!(
        changes.contains("\n## [Unreleased]\n"),
        "changes are listed under Unreleased"
    );
}

#[test]
fn the_readme_begins_with_the_two_commands() {
    let readme = read(&repository().join("README.md"));
    let start: Vec<&str> = readme.lines().take(20).collect();
    for command in [
        "cargo run -p idl-examples --bin hello",
        "cargo test --workspace",
    ] {
        assert!(
            start.iter().any(|line| line.starts_with(command)),
            "{command}"
        );
    }
}

#[test]
fn every_snapshot_belongs_to_a_case() {
    let is_orphan = |file: &Source| {
        let path = repository().join(&file.name);
        file.name.ends_with(".snap")
            && !file.name.contains("/snapshots/")
            && !path.with_extension("idl").is_file()
            && !path.with_extension("").is_dir()
    };
    let broken = all().into_iter().filter(is_orphan);
    holds(
        "no snapshot without a case",
        broken.map(|file| file.name).collect(),
    );
}

fn rust() -> Vec<Source> {
    let mut files = all();
    files.retain(|file| file.name.ends_with(".rs"));
    files
}

/// Every text file of the repository.
fn all() -> Vec<Source> {
    let mut paths = Vec::new();
    collect(repository(), &mut paths);
    let source = |path: PathBuf| {
        // Cases may contain bytes that are not text.
        let text = String::from_utf8(fs::read(&path).ok()?).ok()?;
        let name = relative(repository(), &path);
        Some(Source { name, text })
    };
    paths.into_iter().filter_map(source).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for path in entries(folder) {
        let name = relative(repository(), &path);
        let is_ours = ![".git", "target", "Cargo.lock", "docs/book"].contains(&name.as_str())
            && !name.ends_with("/target")
            && !["/node_modules", "/dist"].iter().any(|it| name.ends_with(it))
            // Code generated by other systems is not ours.
            && !name.ends_with("/generated")
            && !name.ends_with(".snap.new");
        if is_ours && path.is_dir() {
            collect(&path, paths);
        } else if is_ours {
            paths.push(path);
        }
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}
