//! Targets for the compiler: text in, diagnostics or code out.

mod grammar;
mod plain;
mod schema;
mod types;

pub use grammar::GRAMMAR;
pub use plain::PLAIN;

/// The stack of the main thread on the tightest platform.
const STACK: usize = 1024 * 1024;
