//! What happens around calls: layers, observers and limits, around servers, services and channels.

#![allow(unreachable_pub, dead_code)] // nobody is outside of a test, and not all tests use all that they share

mod around;
#[path = "../streams/flow.rs"]
mod flow;
mod found;
mod known;
mod limited;
mod made;
mod observed;
#[path = "../rpc/probe.rs"]
mod probe;
mod spawned;
