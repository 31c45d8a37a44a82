//! Calls from clients to servers, over TCP and in one process.

#![allow(unreachable_pub, dead_code)] // nobody is outside of a test, and not all tests use all that they share

mod ages;
mod basics;
mod coming;
mod connections;
mod endless;
mod evolution;
#[path = "../protocol/flows.rs"]
mod flows;
mod fragile;
mod handlers;
mod hostile;
mod large;
mod listeners;
mod oneway;
mod page;
#[path = "../protocol/pair.rs"]
mod pair;
mod parting;
mod phases;
mod probe;
#[path = "../protocol/recording.rs"]
mod recording;
mod router;
#[path = "../protocol/seeded.rs"]
mod seeded;
mod shielded;
mod spinning;
mod still;
#[cfg(unix)]
mod told;
mod turns;
#[cfg(unix)]
mod unix;
mod unread;
mod user_code;
mod within;
