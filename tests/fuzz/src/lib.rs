//! Targets: parts of Sinew, each as a function of bytes that must never panic, and the loop that
//! makes up bytes for them.
//!
//! A target is a [`Target`] in the module of its part, and a line in [`TARGETS`]. The command runs
//! it with mutators of its own on stable Rust. A file in `fuzz_targets` makes it a target of
//! libFuzzer too, which is guided by coverage.

use std::hash::{DefaultHasher, Hash, Hasher};

pub mod choices;
pub mod compiler;
pub mod corpus;
pub mod growth;
pub mod mutate;
pub mod protocol;
pub mod run;
pub mod shrink;
pub mod wire;

/// Every target, by name.
pub const TARGETS: [&Target; 12] = [
    &compiler::PLAIN,
    &compiler::GRAMMAR,
    &wire::MESSAGE,
    &wire::BODY,
    &wire::HEAD,
    &wire::PLAN,
    &wire::INSPECT,
    &wire::JSON,
    &protocol::SERVER,
    &protocol::CLIENT,
    &protocol::GUESTS,
    &protocol::HOSTS,
];

/// A part of Sinew as a function of bytes.
pub struct Target {
    /// What the command calls it.
    pub name: &'static str,
    /// What must hold, in a few words.
    pub about: &'static str,
    /// Where to begin.
    pub corpus: fn() -> Vec<Vec<u8>>,
    /// What a mutation may put in.
    pub pieces: &'static [&'static [u8]],
    /// Bytes that an input has at most. Beyond it executions become slow rather than different.
    pub max_length: usize,
    /// The stack to run on, in bytes.
    pub stack: usize,
    /// Runs the part. A panic is a finding; inputs of a new behaviour are kept and mutated further.
    pub test: fn(&[u8]) -> Behaviour,
}

impl Target {
    /// Runs the part on one input.
    ///
    /// # Panics
    /// If something does not hold that must: a finding.
    pub fn run(&self, input: &[u8]) -> Behaviour {
        (self.test)(input)
    }
}

/// What a part did with an input, so far as it tells one input from another: the errors that it
/// reported, say, and not the places of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Behaviour(u64);

impl Behaviour {
    /// The behaviour that `traits` describe.
    pub fn of(traits: impl Hash) -> Self {
        let mut hasher = DefaultHasher::new();
        traits.hash(&mut hasher);
        Self(hasher.finish())
    }
}
