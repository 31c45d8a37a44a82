//! The cases of all limits, for this suite and others.

#[path = "../streams/flow.rs"]
mod flow;
#[path = "../protocol/flows.rs"]
mod flows;
#[path = "../protocol/pair.rs"]
mod pair;
#[path = "../rpc/probe.rs"]
mod probe;

mod calls;
mod coverage;
mod memory;
mod metadata;
mod rates;
mod spin;
mod streams;
mod times;

use std::collections::BTreeSet;

use sinew::Limits;

/// A limit and its case.
type Case = (&'static str, fn());

/// All of them.
const TABLES: [&[Case]; 7] = [
    calls::CASES,
    memory::CASES,
    metadata::CASES,
    rates::CASES,
    spin::CASES,
    streams::CASES,
    times::CASES,
];

/// Tests every limit, and prints each before. Returns how many there are.
pub fn hold(mut told: impl FnMut(&'static str)) -> usize {
    let cases = TABLES.concat();
    let proven: BTreeSet<&str> = cases.iter().map(|(name, _)| *name).collect();
    assert_eq!(proven, Limits::NAMES.iter().copied().collect());
    for (name, case) in &cases {
        told(name);
        case();
    }
    proven.len()
}

/// The default limits with a change.
fn limits(change: impl FnOnce(&mut Limits)) -> Limits {
    let mut limits = Limits::default();
    change(&mut limits);
    limits
}

/// Runs an asynchronous case.
fn run(case: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(case);
}
