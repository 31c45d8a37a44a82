//! Snapshots beside their inputs.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::cases::Case;

/// Compares the output of `show` for each case with its snapshot, and reports all that differ, not only the first.
pub fn assert_snapshots(cases: &[Case], show: impl Fn(&Case) -> String) {
    let differs = |case: &&Case| {
        let compare = || assert_snapshot(case, &show(case));
        catch_unwind(AssertUnwindSafe(compare)).is_err()
    };
    let different: Vec<&str> = cases
        .iter()
        .filter(differs)
        .map(|case| case.name.as_str())
        .collect();
    assert!(different.is_empty(), "snapshots differ: {different:#?}");
}

fn assert_snapshot(case: &Case, text: &str) {
    let folder = case.path.parent().expect("a case lies in a folder");
    let stem = case.path.file_stem().expect("a case has a name");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(stem.to_string_lossy().as_ref(), text));
}
