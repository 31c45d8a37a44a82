//! The results of `rpc`, to be printed, written as JSON, and drawn.

use serde::Serialize;

use super::minimal::Minimal;
use super::rounds::{self, Figure, Round};
use super::target::Verdict;
use crate::provenance::Provenance;

/// Everything that one call of the command measured.
#[derive(Serialize)]
pub struct Report {
    /// When and how it was measured.
    #[serde(flatten)]
    pub provenance: Provenance,
    /// The stacks; the first is the limit that the others are compared with.
    pub stacks: Vec<Stack>,
    /// The minimal programs, if they were built.
    pub minimal: Vec<Minimal>,
    /// What could not be measured here, and why.
    pub missing: Vec<String>,
    /// Whether the targets are met.
    pub verdicts: Vec<Verdict>,
}

impl Report {
    /// The figures of the stack of this name.
    pub fn stack(&self, name: &str) -> Option<&Stack> {
        self.stacks.iter().find(|stack| stack.name == name)
    }

    /// The minimal program with this stack.
    pub fn program(&self, stack: &str) -> Option<&Minimal> {
        self.minimal.iter().find(|program| program.name == stack)
    }

    /// The stacks that are compared with each other, the limit first.
    pub fn rows(&self) -> impl Iterator<Item = &Stack> {
        let compared = |stack: &&Stack| stack.kind != Kind::Addition;
        self.stacks.iter().filter(compared)
    }
}

/// The figures of one stack.
#[derive(Serialize)]
pub struct Stack {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// One entry for each load that it was measured under.
    pub loads: Vec<Load>,
    /// Bytes that a server holds for an idle connection.
    pub idle: Option<f64>,
}

/// The kind of a stack.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Sinew itself.
    Sinew,
    /// A stack in use.
    Peer,
    /// A lower bound instead of a stack.
    Limit,
    /// Sinew with an addition.
    Addition,
}

/// A stack under one load.
#[derive(Serialize)]
pub struct Load {
    /// The load's name.
    pub scenario: String,
    /// The interleaved rounds, in their order.
    pub rounds: Vec<Round>,
    /// Bytes of a stream's item.
    pub item: Option<usize>,
    /// Allocations of a call, or of an item.
    pub allocations: Option<Sides>,
    /// System calls of a call, or of an item.
    pub syscalls: Option<Sides>,
}

/// A figure of each side.
#[derive(Clone, Copy, Serialize)]
pub struct Sides {
    /// The client's.
    pub client: f64,
    /// The server's.
    pub server: f64,
}

impl Load {
    /// A figure: the median of the rounds.
    pub fn figure(&self, of: Figure) -> Option<f64> {
        rounds::figure(&self.rounds, of)
    }

    /// A figure as a multiple of another stack's under the same load: the median of the multiples of each round.
    pub fn multiple(&self, other: &Self, of: Figure) -> Option<f64> {
        rounds::multiple(&self.rounds, &other.rounds, of)
    }
}

impl Sides {
    /// Both together.
    pub fn sum(self) -> f64 {
        self.client + self.server
    }
}

impl Stack {
    /// A stack without measurements.
    pub fn new(name: &str, kind: Kind) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            loads: Vec::new(),
            idle: None,
        }
    }

    /// Its measurements under a load, if there are any.
    pub fn load(&self, scenario: &str) -> Option<&Load> {
        self.loads.iter().find(|load| load.scenario == scenario)
    }
}
