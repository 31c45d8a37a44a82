//! Compressed connections: what is compressed and what is not, and how decompression bombs are stopped.

#![allow(unreachable_pub, dead_code)] // nobody is outside of a test, and not all tests use all that they share

mod agreed;
mod bombs;
#[path = "../streams/flow.rs"]
mod flow;
#[path = "../protocol/pair.rs"]
mod pair;
#[path = "../rpc/probe.rs"]
mod probe;
#[path = "../protocol/seeded.rs"]
mod seeded;
mod sockets;
