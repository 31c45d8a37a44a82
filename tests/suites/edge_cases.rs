//! Every line of `tests/edge-cases.md` names an existing file or entry.

use std::fs;
use std::path::Path;

use sinew_tests::cases::{TESTS, repository};

#[test]
fn every_edge_has_a_case() {
    let table = read(&Path::new(TESTS).join("edge-cases.md"));
    let rows = table.lines().filter(|line| line.starts_with("| "));
    let mut missing = Vec::new();
    for row in rows.skip(1) {
        let (_, cases) = row
            .trim_end_matches(" |")
            .rsplit_once(" | ")
            .expect("two columns");
        let cases: Vec<&str> = cases.split('`').skip(1).step_by(2).collect();
        assert!(!cases.is_empty(), "{row}");
        missing.extend(cases.into_iter().filter(|case| !is_there(case)));
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// Whether `case` is a file of the repository, or an entry of the hostile corpus as `group: entry`.
fn is_there(case: &str) -> bool {
    match case.split_once(": ") {
        None => repository().join(case).exists(),
        Some((group, entry)) => {
            let path = Path::new(TESTS)
                .join("hostile")
                .join(format!("{group}.txt"));
            let names = |line: &str| {
                let heading = line.trim_start_matches('=').strip_prefix(' ')?;
                Some(heading.rsplit_once(": ")?.0 == entry)
            };
            read(&path)
                .lines()
                .any(|line| line.starts_with("==") && names(line) == Some(true))
        }
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}
