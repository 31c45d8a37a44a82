//! Calls from clients to servers, over TCP and in one process.

#![allow(unreachable_pub, dead_code)] // nobody is outside of a test, and not all tests use all that they share

mod basics;
mod probe;
