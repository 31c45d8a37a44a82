//! Example services. `idl/` contains the schemas, `build.rs` compiles them, and each module implements a server and a
//! client of one of them.
//!
//! The programs in `bin/` only choose where to run: `NAME` runs both ends in one process, `NAME-server` and
//! `NAME-client` take an address.

pub mod calculator;
pub mod chat;
pub mod hello;
pub mod resilience;
pub mod run;
pub mod shop;
pub mod telemetry;
#[cfg(feature = "tls")]
pub mod tls;

/// The code generated from `idl/`.
pub mod idl {
    sinew::include_idl!();
}
