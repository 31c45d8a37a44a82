//! The results of `wire`, to be printed, written as JSON, and drawn.

use serde::{Deserialize, Serialize};

use crate::provenance::Provenance;

/// Everything that one call of the command measured.
#[derive(Serialize, Deserialize)]
pub struct Report {
    /// When and how it was measured.
    #[serde(flatten)]
    pub provenance: Provenance,
    /// One run for each allocator.
    pub runs: Vec<Run>,
}

/// The measurements under one allocator.
#[derive(Serialize, Deserialize)]
pub struct Run {
    /// The allocator's name.
    pub allocator: String,
    /// One entry for each dataset.
    pub datasets: Vec<Dataset>,
}

/// The measurements of one dataset.
#[derive(Serialize, Deserialize)]
pub struct Dataset {
    /// The dataset's name.
    pub name: String,
    /// Messages that are written and read on their own; the figures are means of one message.
    pub messages: usize,
    /// Interleaved rounds of all peers.
    pub rounds: usize,
    /// The peers; the first is the one that the others are compared with.
    pub peers: Vec<Peer>,
}

/// The measurements of one peer.
#[derive(Serialize, Deserialize)]
pub struct Peer {
    /// The peer's name.
    pub name: String,
    /// What its format can do.
    pub kind: Kind,
    /// Bytes of a message.
    pub bytes: Option<f64>,
    /// Bytes of a message compressed by zstd.
    pub compressed: Option<f64>,
    /// Writing.
    pub encode: Option<Time>,
    /// Reading an owned value and dropping it.
    pub decode: Option<Time>,
    /// Reading a borrowed value.
    pub borrow: Option<Time>,
}

/// What a format can do, or whether it is one at all.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Sinew itself.
    Sinew,
    /// Old and new schemas read each other's messages.
    Evolvable,
    /// Both sides need the same schema.
    Fixed,
    /// A lower bound instead of a format.
    Floor,
}

/// CPU time of a message in nanoseconds.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct Time {
    /// The fastest round.
    pub min: f64,
    /// The median round.
    pub median: f64,
}
