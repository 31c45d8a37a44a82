//! The connection protocol, driven in memory: no transport, no clock.

#![allow(unreachable_pub, dead_code)] // nobody is outside of a test, and not all tests use all that they share

mod ahead;
mod flows;
mod growth;
mod hostile;
mod hung_up;
mod pair;
mod random;
mod random_streams;
mod reached;
mod recording;
mod rules;
mod seeded;
mod shutdown;
mod stream_rules;
mod streams;
mod windows;
