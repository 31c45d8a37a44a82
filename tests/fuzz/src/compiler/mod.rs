//! Targets for the compiler: text in, diagnostics or code out.

mod grammar;
mod plain;
mod schema;
mod types;

pub use grammar::GRAMMAR;
pub use plain::PLAIN;

/// The main thread's stack on the platform with the smallest one.
const STACK: usize = 1024 * 1024;
