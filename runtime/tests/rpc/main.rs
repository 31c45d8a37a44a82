//! Calls from clients to servers, over TCP and in one process.

#![allow(unreachable_pub)] // nobody is outside of a test

mod basics;
mod probe;
