//! Short versions of what the command does at length: two readers, and twelve versions of a schema.

use sinew_promises::{differential, evolution};

/// The second reader recurses without a thought, so it gets room for it.
fn with_room<T: Send + 'static>(test: impl FnOnce() -> T + Send + 'static) -> T {
    let thread = std::thread::Builder::new().stack_size(64 * 1024 * 1024);
    let thread = thread.spawn(test).expect("a thread starts");
    match thread.join() {
        Ok(result) => result,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

#[test]
fn both_readers_agree() {
    let report = with_room(|| differential::run(1, 20_000));
    println!("{report}");
    assert!(
        report.accepted > 2_000 && report.refused > 2_000,
        "{report}"
    );
}

#[test]
fn every_version_reads_every_other() {
    let report = with_room(|| evolution::run(1, 60));
    println!("{report}");
    assert_eq!(report.pairs, 144);
    assert_eq!(report.refused_old, 0);
    assert!(report.kept > 20, "{report}");
}
