//! A cluster in one thread: three clients, two servers, a network that delays, holds and cuts, servers that crash. All of it
//! follows from a seed, servers and clients are the real ones, and what happened is held against what the clients were told.
//!
//! `SEEDS=5000 cargo test --release -p idl-examples --test simulation` looks longer, on all processors; `SEED=17` looks at one
//! seed again.

mod cluster;
mod ledger;

use std::ops::RangeInclusive;
use std::sync::Mutex;
use std::{env, thread};

use cluster::run;
use ledger::Totals;

/// Seeds that are run unless `SEEDS` says another number.
const SEEDS: u64 = 12;

#[test]
fn nothing_is_done_twice_or_denied_whatever_the_network_does() {
    let number = |name| env::var(name).ok()?.parse::<u64>().ok();
    let most = number("SEEDS").unwrap_or(SEEDS);
    let seeds = number("SEED").map_or(1..=most, |seed| seed..=seed);
    let is_enough = seeds.clone().count() as u64 >= SEEDS;
    let totals = all(seeds);
    println!("{totals:#?}");
    // A quiet network would prove nothing.
    assert!(!is_enough || totals.saw_everything(), "{totals:#?}");
}

/// Runs a cluster for each seed, as many at a time as there are processors.
fn all(seeds: RangeInclusive<u64>) -> Totals {
    let seeds = Mutex::new(seeds);
    let next = || seeds.lock().expect("nothing panics in between").next();
    let work = || {
        let mut totals = Totals::default();
        while let Some(seed) = next() {
            run(seed).check(seed, &mut totals);
        }
        totals
    };
    let processors = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..processors).map(|_| scope.spawn(work)).collect();
        let each = workers.into_iter().map(|worker| worker.join());
        // What it said has been printed.
        each.map(|totals| totals.expect("every seed holds"))
            .fold(Totals::default(), Totals::and)
    })
}

#[test]
fn a_seed_tells_the_same_story_again() {
    assert_eq!(run(3).story(), run(3).story());
    assert_ne!(run(3).story(), run(4).story());
}
