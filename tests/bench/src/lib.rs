//! Measures Sinew against its peers. Run it by `cargo run --release --manifest-path tests/bench/Cargo.toml -- <COMMAND>`.

mod compile;
mod provenance;
mod wire;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Measures Sinew against its peers.
#[derive(Parser)]
struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Sizes and times of the wire formats on five datasets
    Wire(wire::Options),
    /// The same under this program's allocator, as JSON for `wire`
    #[command(hide = true)]
    WireRun(wire::RunOptions),
    /// Time and memory of the compilers on a large schema
    Compile(compile::Options),
    /// One compiler that is a library, for `compile`
    #[command(hide = true)]
    CompileRun(compile::RunOptions),
}

/// Runs the command line under the named allocator.
pub fn run(allocator: &str) -> ExitCode {
    let done = match Options::parse().command {
        Command::Wire(options) => wire::run(&options, allocator),
        Command::WireRun(options) => wire::run_one(&options, allocator),
        Command::Compile(options) => compile::run(&options),
        Command::CompileRun(options) => compile::run_one(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
