//! Measures Sinew against its peers. Run it by `cargo run --release --manifest-path tests/bench/Cargo.toml -- <COMMAND>`.

mod cargo;
mod compile;
mod provenance;
mod publish;
mod rpc;
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
    /// Cost of calls in several RPC stacks
    Rpc(rpc::Options),
    /// The server of one stack, for `rpc`
    #[command(hide = true)]
    RpcServer(rpc::ServerOptions),
    /// The client of one stack, for `rpc`
    #[command(hide = true)]
    RpcClient(rpc::ClientOptions),
}

/// Runs the command line with the named allocator; `allocations` returns the number so far, if they are counted.
pub fn run(allocator: &str, allocations: fn() -> u64) -> ExitCode {
    let done = match Options::parse().command {
        Command::Wire(options) => wire::run(&options, allocator),
        Command::WireRun(options) => wire::run_one(&options, allocator),
        Command::Compile(options) => compile::run(&options),
        Command::CompileRun(options) => compile::run_one(&options),
        Command::Rpc(options) => rpc::run(&options),
        Command::RpcServer(options) => rpc::serve(&options, allocations),
        Command::RpcClient(options) => rpc::call(&options, allocations),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
