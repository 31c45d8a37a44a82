//! Calls that are tried again, over real sockets: how often, after what, and at whose cost.

#![allow(unreachable_pub, dead_code)] // nobody is outside of a test, and not all tests use all that they share

#[path = "../rpc/probe.rs"]
mod probe;
mod reconnect;
mod replaced;
mod rules;
mod twice;
