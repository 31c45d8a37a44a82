//! The contents of a project's `sinew.toml`: import roots and levels of lints. Parses text; `build` finds and reads the
//! file.

use std::fmt;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostics::{Code, Level, Levels, Severity, nearest};
use crate::source::{SourceFile, SourceMap};

/// The name of the file.
pub const FILE_NAME: &str = "sinew.toml";

const ROOTS: &str = "roots";
const LINTS: &str = "lints";

/// The settings of a project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Project {
    /// Import roots, relative to the file; empty if it names none.
    pub roots: Vec<String>,
    /// Levels of lints.
    pub levels: Levels,
}

impl Project {
    /// Parses `text`, the contents of the file called `name`.
    ///
    /// # Errors
    /// If it is not TOML, or has a key or value that is not known.
    pub fn parse(name: &str, text: &str) -> Result<Project, BadProject> {
        let mut sources = SourceMap::new();
        let file = sources.add(name, text);
        let mut reader = Reader {
            file: sources.file(file),
            project: Project::default(),
            problems: Vec::new(),
        };
        reader.read(text);
        reader.problems.sort();
        match reader.problems.is_empty() {
            true => Ok(reader.project),
            false => Err(BadProject {
                problems: reader.problems.into_iter().map(|(_, text)| text).collect(),
            }),
        }
    }
}

/// Why a `sinew.toml` is invalid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadProject {
    /// The problems, each with its place: `sinew.toml:3:1: unknown key `lint``.
    pub problems: Vec<String>,
}

impl fmt::Display for BadProject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problems.join("\n"))
    }
}

impl std::error::Error for BadProject {}

struct Reader<'a> {
    file: &'a SourceFile,
    project: Project,
    /// With their offsets in the text.
    problems: Vec<(usize, String)>,
}

impl Reader<'_> {
    fn read(&mut self, text: &str) {
        let table = match DeTable::parse(text) {
            Ok(table) => table.into_inner(),
            Err(error) => return self.problem(error.span().unwrap_or(0..0), error.message()),
        };
        for (key, value) in &table {
            match key.get_ref().as_ref() {
                ROOTS => self.roots(value),
                LINTS => self.lints(value),
                name => self.problem(key.span(), &unknown("key", name, [ROOTS, LINTS])),
            }
        }
    }

    fn roots(&mut self, value: &Spanned<DeValue<'_>>) {
        let Some(folders) = value.get_ref().as_array() else {
            return self.problem(value.span(), "`roots` is a list of folders: [\"idl\"]");
        };
        for folder in folders.iter() {
            match folder.get_ref().as_str() {
                Some(path) => self.project.roots.push(path.to_owned()),
                None => self.problem(folder.span(), "a root is the path of a folder: \"idl\""),
            }
        }
    }

    fn lints(&mut self, value: &Spanned<DeValue<'_>>) {
        let Some(table) = value.get_ref().as_table() else {
            return self.problem(value.span(), "`lints` is a table: [lints]");
        };
        for (key, value) in table {
            let code = match lint(key.get_ref()) {
                Ok(code) => code,
                Err(message) => {
                    self.problem(key.span(), &message);
                    continue;
                }
            };
            match value.get_ref().as_str().and_then(Level::from_word) {
                Some(level) => self.project.levels.set(code, level),
                None => self.problem(value.span(), "a level is \"allow\", \"warn\" or \"deny\""),
            }
        }
    }

    fn problem(&mut self, at: Range<usize>, message: &str) {
        let offset = u32::try_from(at.start).unwrap_or(u32::MAX);
        let (name, place) = (&self.file.name, self.file.position(offset));
        let text = format!("{name}:{}:{}: {message}", place.line, place.column);
        self.problems.push((at.start, text));
    }
}

/// The lint with this code.
fn lint(id: &str) -> Result<Code, String> {
    let all = || Code::ALL.iter().copied();
    match all().find(|code| code.id() == id) {
        Some(code) if code.severity() == Severity::Warning => Ok(code),
        Some(_) => Err(format!("`{id}` is an error; only lints have a level")),
        None => {
            let lints = all().filter(|code| code.severity() == Severity::Warning);
            Err(unknown("lint", id, lints.map(Code::id)))
        }
    }
}

fn unknown<'a>(kind: &str, name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    match nearest(name, known)[..] {
        [near, ..] => format!("unknown {kind} `{name}`; did you mean `{near}`?"),
        [] if kind == "lint" => {
            format!("unknown {kind} `{name}`; `sinew explain --list` shows all")
        }
        [] => format!("unknown {kind} `{name}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<String> {
        let problems = Project::parse(FILE_NAME, text).expect_err("it is wrong");
        problems.problems
    }

    #[test]
    fn roots_and_levels_are_read() {
        let text = "roots = ['idl', \"vendor/idl\"]\n[lints]\nW0901 = 'deny'\nW0913 = 'warn'\n";
        let project = Project::parse(FILE_NAME, text).expect("it is right");
        assert_eq!(project.roots, ["idl", "vendor/idl"]);
        assert_eq!(project.levels.of(Code::UnusedImport), Level::Deny);
        assert_eq!(project.levels.of(Code::Undocumented), Level::Warn);
        assert_eq!(project.levels.of(Code::ByteList), Level::Warn);
        assert_eq!(Project::parse(FILE_NAME, ""), Ok(Project::default()));
    }

    #[test]
    fn every_mistake_is_said_with_its_place() {
        let text = "root = []\n[lints]\nE0301 = 'allow'\nw0901 = 'warn'\nW0901 = 'error'\nW1 = 1";
        let expected = [
            "sinew.toml:1:1: unknown key `root`; did you mean `roots`?",
            "sinew.toml:3:1: `E0301` is an error; only lints have a level",
            "sinew.toml:4:1: unknown lint `w0901`; did you mean `W0901`?",
            "sinew.toml:5:9: a level is \"allow\", \"warn\" or \"deny\"",
            "sinew.toml:6:1: unknown lint `W1`; `sinew explain --list` shows all",
        ];
        assert_eq!(problems(text), expected);
    }

    #[test]
    fn what_is_no_toml_is_said_with_its_place() {
        assert_eq!(problems("roots = [\n").len(), 1);
        assert!(problems("é = = 1")[0].starts_with("sinew.toml:1:"));
        let kinds = "roots = 'idl'\nlints = []\n";
        let expected = [
            "sinew.toml:1:9: `roots` is a list of folders: [\"idl\"]",
            "sinew.toml:2:9: `lints` is a table: [lints]",
        ];
        assert_eq!(problems(kinds), expected);
    }
}
