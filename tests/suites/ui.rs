//! What users are shown for each mistake: `tests/ui/<phase>/<rule>.idl` and its snapshot.

use sinew_compiler::diagnostics::render::{Options, render};
use sinew_tests::cases::{Case, cases};
use sinew_tests::snapshot::assert_snapshots;

#[test]
fn every_mistake_is_shown_as_in_its_snapshot() {
    assert_snapshots(&cases("ui"), report);
}

fn report(case: &Case) -> String {
    let checked = sinew_compiler::check(&case.files, std::slice::from_ref(&case.main))
        .expect("the file is there");
    render(&checked.sources, &checked.diagnostics, &Options::default())
}
