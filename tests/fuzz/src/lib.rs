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
    /// Initial inputs.
    pub corpus: fn() -> Vec<Vec<u8>>,
    /// Pieces that a mutation may insert.
    pub pieces: &'static [&'static [u8]],
    /// The largest size of an input. Beyond it executions become slow rather than different.
    pub max_length: usize,
    /// The stack to run on, in bytes.
    pub stack: usize,
    /// Runs the part. A panic is a finding; inputs with new behaviour are kept and mutated further.
    pub test: fn(&[u8]) -> Behaviour,
}

impl Target {
    /// Runs the part on one input.
    ///
    /// # Panics
    /// Something that must hold does not: a finding.
    pub fn run(&self, input: &[u8]) -> Behaviour {
        (self.test)(input)
    }
}

/// What a part did with an input, as far as it distinguishes inputs: for example which errors it reported, but not
/// where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Behaviour(u64);

impl Behaviour {
    /// The behaviour with these traits.
    pub fn of(traits: impl Hash) -> Self {
        let mut hasher = DefaultHasher::new();
        traits.hash(&mut hasher);
        Self(hasher.finish())
    }
}
