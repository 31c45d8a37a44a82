//! A claimed count costs no memory: the address space of this process stays small whatever messages claim. This file
//! has only one test, so that nothing else allocates at the same time.

#![cfg(target_os = "linux")]

use sinew::codegen::{Wire, shape_of};
use sinew::{DecodeLimits, PeerShape};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The largest address space so far, in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("linux says it");
    let line = status.lines().find_map(|line| line.strip_prefix("VmPeak:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number
        .and_then(|number| number.parse().ok())
        .expect("a number of KiB")
}

/// Reads claims of every power of two, followed by `behind` bytes that do not fulfil the claim.
fn claim<T: Wire>(behind: usize) {
    let shape = shape_of::<T>();
    let peer = PeerShape::parse(shape.head()).expect("our own heads are valid");
    for power in 0..56 {
        let count = 1_u64 << power;
        let len = (70 - count.leading_zeros()) / 7;
        let word = count << len | ((1 << (len - 1)) - 1);
        let mut body = word.to_le_bytes()[..len as usize].to_vec();
        body.resize(body.len() + behind, 0xff);
        let _ = peer.decode_as::<T>(shape, &body, &DecodeLimits::default());
    }
}

#[test]
fn claims_of_counts_reserve_little() {
    claim::<Vec<u64>>(1);
    let before = peak();
    for behind in [0, 1, 100, 10_000] {
        claim::<Vec<u8>>(behind);
        claim::<Vec<bool>>(behind);
        claim::<Vec<u64>>(behind);
        claim::<Vec<u128>>(behind);
        claim::<Vec<f64>>(behind);
        claim::<Vec<String>>(behind);
        claim::<Vec<Option<[u64; 100]>>>(behind);
        claim::<Vec<Vec<Vec<String>>>>(behind);
        claim::<String>(behind);
        claim::<sinew::Decimal>(behind);
        claim::<BTreeSet<u64>>(behind);
        claim::<BTreeMap<u8, Vec<String>>>(behind);
        claim::<HashMap<u8, [u64; 32]>>(behind);
    }
    let grown = peak() - before;
    assert!(grown < 64 * 1024, "the address space grew by {grown} KiB");
}
