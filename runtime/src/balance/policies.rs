//! The built-in policies.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::policy::{Asked, Candidate, Policy};
use crate::random;

/// Each server in turn.
#[derive(Debug)]
pub struct RoundRobin {
    next: AtomicUsize,
}

impl RoundRobin {
    /// Starts at a random server, so that many clients that start at once do not begin at the same one.
    pub fn new() -> Self {
        Self {
            next: AtomicUsize::new(random::below(1 << 16)),
        }
    }
}

impl Default for RoundRobin {
    fn default() -> Self {
        Self::new()
    }
}

impl Policy for RoundRobin {
    fn pick(&self, _: &Asked<'_>, candidates: &[Candidate]) -> usize {
        self.next.fetch_add(1, Ordering::Relaxed) % candidates.len()
    }
}

/// A server at random, each as likely as any other.
#[derive(Clone, Copy, Debug, Default)]
pub struct Random;

impl Policy for Random {
    fn pick(&self, _: &Asked<'_>, candidates: &[Candidate]) -> usize {
        random::below(candidates.len())
    }
}

/// A server at random, each as likely as its weight says. One of weight 0 gets calls only if all have weight 0.
#[derive(Clone, Copy, Debug, Default)]
pub struct Weighted;

impl Policy for Weighted {
    fn pick(&self, _: &Asked<'_>, candidates: &[Candidate]) -> usize {
        let weights = || candidates.iter().map(|one| u64::from(one.weight()));
        let mut drawn = match weights().sum() {
            0 => return random::below(candidates.len()),
            all => random::below_u64(all),
        };
        let here = weights().position(|weight| match drawn.checked_sub(weight) {
            Some(rest) => {
                drawn = rest;
                false
            }
            None => true,
        });
        here.unwrap_or(0)
    }
}

/// Of two servers drawn at random, the one with fewer calls in flight relative to its weight. The default: it spreads
/// calls well, and a slow server gets fewer. A server of weight 0 gets calls only if all have weight 0.
#[derive(Clone, Copy, Debug, Default)]
pub struct LeastLoaded;

impl Policy for LeastLoaded {
    fn pick(&self, call: &Asked<'_>, candidates: &[Candidate]) -> usize {
        let count = candidates.len();
        if count < 2 {
            return 0;
        }
        let one = random::below(count);
        let other = (one + 1 + random::below(count - 1)) % count;
        // Compares load / weight without dividing.
        let load = |place: usize| candidates[place].in_flight() as u64 + 1;
        let weight = |place: usize| u64::from(candidates[place].weight());
        let chosen = match load(one) * weight(other) <= load(other) * weight(one) {
            true => one,
            false => other,
        };
        match weight(chosen) {
            0 => Weighted.pick(call, candidates),
            _ => chosen,
        }
    }
}

/// The same server for the same key: consistent hashing (weighted rendezvous). When a server comes or goes, only the
/// keys move that it gains or had. A server of weight 0 has keys only if all have weight 0. Calls without a key go to
/// any server.
#[derive(Clone, Debug)]
pub struct Rendezvous {
    key: String,
}

impl Rendezvous {
    /// By the key that a call sets with [`Unary::key`](crate::Unary::key).
    pub fn new() -> Self {
        Self::by(crate::Metadata::ROUTE)
    }

    /// By this entry of the call's metadata.
    pub fn by(key: impl Into<String>) -> Self {
        Self { key: key.into() }
    }
}

impl Default for Rendezvous {
    fn default() -> Self {
        Self::new()
    }
}

impl Policy for Rendezvous {
    fn pick(&self, call: &Asked<'_>, candidates: &[Candidate]) -> usize {
        let Some(key) = call.metadata.get(&self.key) else {
            return random::below(candidates.len());
        };
        let key = random::hash(key.as_bytes());
        let score = |one: &Candidate| {
            let luck = random::unit(random::mix(key ^ one.hash()));
            // So small that no draw can make up for it.
            let weight = f64::from(one.weight()).max(1e-99);
            // The server with the highest score wins, each as often as its weight says.
            -weight / luck.max(f64::MIN_POSITIVE).ln()
        };
        let mut best = (0, f64::NEG_INFINITY);
        for (place, one) in candidates.iter().enumerate() {
            let score = score(one);
            if score > best.1 {
                best = (place, score);
            }
        }
        best.0
    }

    fn waits(&self) -> bool {
        true
    }
}

/// Only the servers of the first priority that has any available, with another policy among those: primaries, and
/// backups for when no primary is left.
#[derive(Clone, Debug, Default)]
pub struct Priority<P = LeastLoaded> {
    among: P,
}

impl<P: Policy> Priority<P> {
    /// Chooses with `among` if several have the same priority.
    pub fn new(among: P) -> Self {
        Self { among }
    }
}

impl<P: Policy> Policy for Priority<P> {
    fn pick(&self, call: &Asked<'_>, candidates: &[Candidate]) -> usize {
        let first = candidates.first().map(Candidate::priority);
        let end = candidates.partition_point(|one| Some(one.priority()) == first);
        self.among.pick(call, &candidates[..end])
    }

    fn waits(&self) -> bool {
        self.among.waits()
    }
}
