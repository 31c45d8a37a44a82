//! The languages that can be generated.

use clap::ValueEnum;
use sinew_compiler::backends::Backend;
use sinew_compiler::backends::json::JsonSchema;
use sinew_compiler::backends::rust::Rust;

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    /// Types, clients and servers, and a `mod.rs` that nests them
    Rust,
    /// The schema, for other tools
    Json,
}

impl Lang {
    /// The backend with default options.
    pub(crate) fn backend(self) -> Box<dyn Backend> {
        match self {
            Lang::Rust => Box::new(Rust::default()),
            Lang::Json => Box::new(JsonSchema),
        }
    }
}
