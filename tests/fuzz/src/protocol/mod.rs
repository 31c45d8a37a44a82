//! Targets for the connection protocol: an owner that keeps the rules, and a peer that sends anything. The input
//! encodes the choices of both: frames with and without meaning, bytes that change in transit, pieces of any length,
//! pauses, and what the owner does meanwhile.

mod client;
mod flows;
mod frames;
mod memory;
mod next;
mod run;
mod server;
mod side;
mod stranger;

use crate::Target;
use sinew_promises::dice::Dice;

/// A server with an arbitrary client.
pub const SERVER: Target = Target {
    name: "server",
    about: "a server's connection outlives any client, in bounded memory",
    corpus,
    pieces: PIECES,
    max_length: 4096,
    stack: STACK,
    test: run::run::<server::Server>,
};

/// A client with an arbitrary server.
pub const CLIENT: Target = Target {
    name: "client",
    about: "a client's connection outlives any server, and each call ends once",
    corpus,
    pieces: PIECES,
    max_length: 4096,
    stack: STACK,
    test: run::run::<client::Client>,
};

/// A whole server with arbitrary clients.
pub const GUESTS: Target = Target {
    name: "guests",
    about: "whoever comes to a server after anybody is served",
    corpus,
    pieces: PIECES,
    max_length: 1024,
    stack: 2 << 20,
    test: next::guests,
};

/// A channel with arbitrary servers.
pub const HOSTS: Target = Target {
    name: "hosts",
    about: "a channel is served after anybody has been where its server is",
    corpus,
    pieces: PIECES,
    max_length: 1024,
    stack: 2 << 20,
    test: next::hosts,
};

/// Nothing here is recursive.
const STACK: usize = 256 << 10;

/// Sequences of steps that make sense.
const PIECES: &[&[u8]] = &[
    // A call with a definition, delivered.
    &[0, 2, 1, 0, 1, 1, 1, 3, 255],
    // The same with streams, a shape, and a message in two parts.
    &[0, 2, 9, 0, 1, 1, 1, 3, 255],
    &[0, 3, 1, 0, 0, 3, 2, 0, 9, 3, 255],
    &[0, 6, 0, 0, 200],
    &[4, 5, 6, 7, 8, 9, 10, 11],
];

/// Initial choices: random ones.
fn corpus() -> Vec<Vec<u8>> {
    let mut dice = Dice::new(5);
    let mut choices = |length| (0..length).map(|_| dice.roll(256) as u8).collect();
    (0..64).map(|number| choices(8 << (number % 8))).collect()
}
