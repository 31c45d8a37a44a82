//! The mistakes of `tests/mistakes.txt`: each is reported in the right place, and nothing else.

use std::fs;
use std::path::Path;

use sinew_compiler::diagnostics::render::{Format, Options};
use sinew_tests::cases::{Case, TESTS, case};
use sinew_tests::report::checked;

/// A line of the table.
struct Mistake {
    what: String,
    case: Case,
    /// Code and text of each reported place.
    expected: Vec<String>,
}

#[test]
fn each_mistake_is_found_where_it_is() {
    let mistakes = mistakes();
    assert_eq!(mistakes.len(), 20);
    for mistake in mistakes {
        let found = checked(&mistake.case.files, &mistake.case.main);
        let places = found.list().iter().map(|diagnostic| {
            let text = found.sources().slice(diagnostic.primary.span);
            format!("{} {text}", diagnostic.code.id())
                .trim_end()
                .to_owned()
        });
        let places: Vec<String> = places.collect();
        assert_eq!(places, mistake.expected, "{}", mistake.what);
    }
}

/// Reports for people, editors and programs.
#[test]
fn five_mistakes_are_shown_in_every_form() {
    let shown: Vec<String> = mistakes().iter().step_by(4).map(in_every_form).collect();
    assert_eq!(shown.len(), 5);
    insta::assert_snapshot!("mistakes_in_every_form", shown.join("\n"));
}

fn in_every_form(mistake: &Mistake) -> String {
    let found = checked(&mistake.case.files, &mistake.case.main);
    let form = |name: &str, options: Options| format!("-- {name} --\n{}", found.render(&options));
    let human = Options::default();
    let short = Options {
        format: Format::Short,
        ..Options::default()
    };
    let json = Options {
        format: Format::Json,
        ..Options::default()
    };
    format!(
        "== {}\n{}{}{}",
        mistake.what,
        form("human", human),
        form("short", short),
        form("json", json)
    )
}

fn mistakes() -> Vec<Mistake> {
    let tests = Path::new(TESTS);
    let table = fs::read_to_string(tests.join("mistakes.txt")).expect("the table is there");
    let lines = table.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| mistake(tests, line)).collect()
}

fn mistake(tests: &Path, line: &str) -> Mistake {
    let mut columns = line.split(" |").map(str::trim);
    let mut column = || columns.next().expect("a line has three columns");
    let (what, path, expected) = (column(), column(), column());
    let folder = tests.join(path);
    let path = match folder.is_dir() {
        true => folder,
        false => folder.with_extension("idl"),
    };
    Mistake {
        what: what.to_owned(),
        case: case(tests, &path).expect("it is a case"),
        expected: expected
            .split(" ; ")
            .filter(|place| !place.is_empty())
            .map(str::to_owned)
            .collect(),
    }
}
