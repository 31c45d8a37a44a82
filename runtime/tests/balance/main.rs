//! Several servers behind one channel, over real sockets: which server gets a call, and what happens when servers fail,
//! come and go.

#![allow(unreachable_pub, dead_code)] // nobody is outside of a test, and not all tests use all that they share

mod cold;
mod eject;
mod failover;
mod fan_out;
mod fleet;
#[path = "../streams/flow.rs"]
mod flow;
mod haste;
mod kills;
#[path = "../rpc/probe.rs"]
mod probe;
mod runtimes;
mod silent;
mod sources;
mod spread;
mod streams;
mod thoughtful;
