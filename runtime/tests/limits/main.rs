//! Every limit of a connection, a client and a server: at the limit all is well, one more gives the typed error.

#![allow(unreachable_pub, dead_code)] // nobody is outside of a test, and not all tests use all that they share

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
mod rates;
mod streams;
mod times;

use std::collections::BTreeSet;

use sinew::Limits;

/// A limit and what proves it.
type Case = (&'static str, fn());

/// All of them.
const TABLES: [&[Case]; 5] = [
    calls::CASES,
    memory::CASES,
    rates::CASES,
    streams::CASES,
    times::CASES,
];

#[test]
fn every_limit_has_a_case_that_holds() {
    let cases = TABLES.concat();
    let proven: BTreeSet<&str> = cases.iter().map(|(name, _)| *name).collect();
    assert_eq!(proven, Limits::NAMES.iter().copied().collect());
    for (name, case) in &cases {
        println!("{name}");
        case();
    }
    println!("{} of {} limits", proven.len(), Limits::NAMES.len());
}

/// The default limits, changed.
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
