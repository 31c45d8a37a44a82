//! What `sinew breaking` says of two versions of a schema, beside what a reader of one of them really makes of what a
//! writer of the other one writes.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use sinew_compiler::Checked;
use sinew_compiler::diagnostics::Severity;
use sinew_compiler::evolution::{Asked, Direction, Level, compare};
use sinew_compiler::source::MemoryLoader;
use sinew_promises::dice::Dice;
use sinew_promises::random;
use sinew_promises::subject::{VERSIONS, named};
use sinew_values::{Schema, json, read_message, write};

/// Values of each type and direction.
const VALUES: u64 = 200;
/// How many parts a value has, about: enough for the last fields to have some.
const PARTS: usize = 200;
/// Warnings that some values are refused: those that the version of the reader does not allow.
const LIMITS: [&str; 4] = ["B021", "B041", "B057", "B065"];
/// What nobody refuses: it is read as something else, or breaks a later version only.
const SILENT: [&str; 6] = ["B007", "B008", "B009", "B010", "B054", "B097"];
/// What no JSON has that `sinew decode` writes, or what is read as something else.
const BY_HAND: [&str; 3] = ["B024", "B025", "B052"];
/// What is about more than values of types: rules that the second reader does not know, and calls.
const OTHER: [&str; 3] = ["B04", "B07", "B08"];

#[test]
fn twelve_versions_are_judged_as_the_runtime_reads_them() {
    let texts: Vec<String> = (1..=12)
        .map(|n| text(&format!("evolution/v{n:02}.idl")))
        .collect();
    let versions: Vec<Checked> = texts.iter().map(|text| checked(text)).collect();
    let mut problems = Vec::new();
    for (writer_at, writer) in versions.iter().enumerate() {
        let tickets = tickets(&texts[writer_at]);
        for (reader_at, reader) in versions.iter().enumerate() {
            let read = VERSIONS[reader_at][0].read;
            let refused = tickets
                .iter()
                .filter(|ticket| read(ticket).is_err())
                .count();
            for verdict in verdicts(writer, reader) {
                let pair = format!("v{:02} read as v{:02}", writer_at + 1, reader_at + 1);
                problems.extend(
                    verdict
                        .contradiction(refused, true)
                        .map(|why| format!("{pair}: {why}")),
                );
            }
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn every_change_is_judged_as_it_is_read() {
    let mut problems = Vec::new();
    let mut compared = 0;
    for case in cases() {
        let read =
            |name: &str| fs::read_to_string(case.join(name)).expect("a case has two versions");
        let texts = ["old.idl", "new.idl"].map(read);
        if is_in(&case, "accepted") {
            continue;
        }
        let versions = texts.each_ref().map(|text| checked(text));
        for (writer, reader, direction) in [(0, 1, "new reads old"), (1, 0, "old reads new")] {
            let tell = |why| format!("{}, {direction}: {why}", case.display());
            let (refused, types) = refused_by_second_reader(&texts[writer], &texts[reader]);
            compared += types;
            for verdict in verdicts(&versions[writer], &versions[reader]) {
                // What a service inherits has no names of its own there.
                let why = verdict.contradiction(refused, types > 0 && !is_in(&case, "services"));
                problems.extend(why.map(tell));
            }
        }
    }
    assert!(compared > 100, "{compared} types");
    assert!(problems.is_empty(), "{problems:#?}");
}

/// What `sinew encode` makes of what `sinew decode` shows, each with its version.
#[test]
fn every_change_is_judged_as_its_json_is_read() {
    let mut problems = Vec::new();
    let mut refusals = 0;
    for case in cases() {
        let read =
            |name: &str| fs::read_to_string(case.join(name)).expect("a case has two versions");
        let (old, new) = (read("old.idl"), read("new.idl"));
        if is_in(&case, "services") || is_in(&case, "accepted") {
            continue;
        }
        let [was, is] = [&old, &new].map(|text| checked(text));
        for (writer, reader, name, direction) in [
            (&old, &new, "new reads old", Direction::Backward),
            (&new, &old, "old reads new", Direction::Forward),
        ] {
            let (refused, types) = refused_as_json(writer, reader);
            refusals += refused;
            let [wire, said] = [Level::Wire, Level::Json]
                .map(|level| verdict(&was, &is, Asked { direction, level }));
            let mut of_json = said.errors.difference(&wire.errors);
            let loud = of_json.find(|code| {
                !BY_HAND.contains(code) && !OTHER.iter().any(|other| code.starts_with(other))
            });
            let nothing = said.errors.is_empty() && said.warnings.is_empty();
            let problem = match (refused, loud) {
                (0, Some(code)) if types > 0 => format!("{code}, and nothing is refused"),
                (1.., _) if nothing => format!("{refused} values are refused, and nothing is said"),
                _ => continue,
            };
            problems.push(format!("{}, {name}: {problem}", case.display()));
        }
    }
    assert!(refusals > 1000, "{refusals} values");
    assert!(problems.is_empty(), "{problems:#?}");
}

/// What is said of one direction.
struct Verdict {
    errors: BTreeSet<&'static str>,
    warnings: BTreeSet<&'static str>,
}

impl Verdict {
    /// Why this cannot be, if so many values were refused; `all` if the values were of all types.
    fn contradiction(&self, refused: usize, all: bool) -> Option<String> {
        let is_limit = self.warnings.iter().any(|code| LIMITS.contains(code));
        if refused > 0 && self.errors.is_empty() && !is_limit {
            return Some(format!("{refused} values are refused, and nothing is said"));
        }
        let mut loud = self.errors.iter().filter(|code| {
            !SILENT.contains(code) && !OTHER.iter().any(|other| code.starts_with(other))
        });
        match loud.next() {
            Some(code) if refused == 0 && all => Some(format!("{code}, and nothing is refused")),
            Some(_) | None => None,
        }
    }
}

/// What is said of a reader and a writer: where the reader is the new version, and where the writer is.
fn verdicts(writer: &Checked, reader: &Checked) -> [Verdict; 2] {
    let asked = |direction| Asked {
        direction,
        level: Level::Wire,
    };
    [
        verdict(writer, reader, asked(Direction::Backward)),
        verdict(reader, writer, asked(Direction::Forward)),
    ]
}

fn verdict(old: &Checked, new: &Checked, asked: Asked) -> Verdict {
    let found = compare(old.clone(), new.clone(), &asked);
    let codes = |severity| {
        let list = found.list().iter().filter(move |d| d.severity == severity);
        list.map(|d| d.code.id()).collect()
    };
    Verdict {
        errors: codes(Severity::Error),
        warnings: codes(Severity::Warning),
    }
}

fn schema(text: &str) -> Schema {
    Schema::of_text(text).expect("it has no errors")
}

/// Messages of tickets of a version.
fn tickets(writer: &str) -> Vec<Vec<u8>> {
    let schema = schema(writer);
    let ty = named(&schema, "Ticket");
    let mut dice = Dice::new(7);
    let values = (0..VALUES).map(|_| random::value(&schema, ty, &mut dice, PARTS));
    let written = values.filter_map(|value| write(&schema, ty, &value));
    written.map(|written| written.message).collect()
}

/// How many values are refused as JSON, of all types that both versions have, and how many types these are.
fn refused_as_json(writer: &str, reader: &str) -> (usize, usize) {
    let (from, to) = (schema(writer), schema(reader));
    let mut dice = Dice::new(7);
    let (mut refused, mut types) = (0, 0);
    for (name, ty) in from.names() {
        // What methods take and give back has longer names.
        if name.matches('.').count() > 1 {
            continue;
        }
        let Some((_, own)) = to.names().find(|(own, _)| *own == name) else {
            continue;
        };
        types += 1;
        for _ in 0..VALUES {
            let value = random::value(&from, ty, &mut dice, PARTS);
            let text = json::print(&from, ty, &value);
            // Values are made up without a look at the rules of their schema.
            if json::parse(&from, ty, &text).is_ok() {
                refused += usize::from(json::parse(&to, own, &text).is_err());
            }
        }
    }
    (refused, types)
}

/// How many values the second reader refuses of all types that both versions have, requests and replies among them, and how
/// many types these are.
fn refused_by_second_reader(writer: &str, reader: &str) -> (usize, usize) {
    let (from, to) = (schema(writer), schema(reader));
    let mut dice = Dice::new(7);
    let (mut refused, mut types) = (0, 0);
    for (name, ty) in from.names() {
        let Some((_, own)) = to.names().find(|(own, _)| *own == name) else {
            continue;
        };
        types += 1;
        for _ in 0..VALUES {
            let value = random::value(&from, ty, &mut dice, PARTS);
            let written = write(&from, ty, &value);
            // Values are made up without a look at the rules of their schema.
            let may_be = |message: &[u8]| read_message(&from, ty, message).is_ok();
            if let Some(written) = written.filter(|written| may_be(&written.message)) {
                refused += usize::from(read_message(&to, own, &written.message).is_err());
            }
        }
    }
    (refused, types)
}

fn checked(text: &str) -> Checked {
    let mut files = MemoryLoader::default();
    files.insert("schema.idl", text);
    sinew_compiler::check(&files, &files.names()).expect("the file is there")
}

/// Whether a case is in a folder of `tests/breaking`: nothing is said of what is `accepted`, and `services` are about more than
/// types with names.
fn is_in(case: &Path, group: &str) -> bool {
    case.parent().is_some_and(|folder| folder.ends_with(group))
}

/// The folders of `tests/breaking`.
fn cases() -> Vec<PathBuf> {
    let folders = |path: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(path).expect("the cases are there");
        let paths = entries.map(|entry| entry.expect("a folder can be listed").path());
        paths.filter(|path| path.is_dir()).collect()
    };
    let groups = folders(&tests().join("breaking"));
    let cases = groups.iter().flat_map(|group| folders(group));
    cases.filter(|case| case.join("old.idl").exists()).collect()
}

fn text(path: &str) -> String {
    fs::read_to_string(tests().join(path)).expect("the schema is there")
}

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
