//! What users are shown for each mistake: `tests/ui/<phase>/<rule>.idl` and its snapshot.

use sinew_tests::cases::{Case, cases};
use sinew_tests::report::checked;
use sinew_tests::snapshot::assert_snapshots;

#[test]
fn every_mistake_is_shown_as_in_its_snapshot() {
    let report = |case: &Case| checked(&case.files, &case.main).to_string();
    assert_snapshots(&cases("ui"), report);
}
