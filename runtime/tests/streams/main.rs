//! Calls with streams, over TCP and in one process.

#![allow(unreachable_pub, dead_code)] // nobody is outside of a test, and not all tests use all that they share

mod again;
mod calls;
mod cut;
#[cfg(feature = "dynamic")]
mod dynamic;
mod flow;
mod greedy;
mod hands;
mod left;
mod lifecycle;
mod moving;
mod outside;
mod passed_on;
#[path = "../rpc/probe.rs"]
mod probe;
#[path = "../protocol/seeded.rs"]
mod seeded;
mod stalled;
