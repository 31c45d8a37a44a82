//! A cluster in one thread: three clients, two servers, a network that delays, holds and drops packets, and servers
//! that crash. Everything is determined by a seed. Servers and clients are the real ones, and what has happened is
//! compared with what the clients were told.
//!
//! `SEEDS=5000 cargo test --release -p idl-examples --test simulation` tries more seeds, on all processors; `SEED=17`
//! repeats one.

mod cluster;
mod ledger;

use std::ops::RangeInclusive;
use std::sync::Mutex;
use std::{env, thread};

use cluster::run;
use ledger::Totals;

/// Number of seeds, unless `SEEDS` is set.
const SEEDS: u64 = 12;

#[test]
fn nothing_is_done_twice_or_denied_whatever_the_network_does() {
    let number = |name| env::var(name).ok()?.parse::<u64>().ok();
    let most = number("SEEDS").unwrap_or(SEEDS);
    let seeds = number("SEED").map_or(1..=most, |seed| seed..=seed);
    let is_enough = seeds.clone().count() as u64 >= SEEDS;
    let totals = all(seeds);
    println!("{totals:#?}");
    // If nothing went wrong, nothing would be tested.
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
        // A panic's message has been printed already.
        each.map(|totals| totals.expect("every seed holds"))
            .fold(Totals::default(), Totals::and)
    })
}

#[test]
fn a_seed_tells_the_same_story_again() {
    assert_eq!(run(3).story(), run(3).story());
    assert_ne!(run(3).story(), run(4).story());
}
