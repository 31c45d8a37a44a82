//! The connection protocol, driven in memory: no transport, no clock.

#![allow(unreachable_pub)] // nobody is outside of a test

mod hostile;
mod limits;
mod pair;
mod random;
mod recording;
mod shutdown;
