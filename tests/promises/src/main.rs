//! The command: puts promises to the test, and prints the figures.

use std::alloc::System;
use std::process::ExitCode;

use sinew_promises::rpc;
use sinew_promises::wire::{self, Effort};
use tracking_allocator::Allocator;

#[global_allocator]
static ALLOCATOR: Allocator<System> = Allocator::system();

const USAGE: &str = "usage: sinew-promises wire [messages per type] [cases] [values per pair]
       sinew-promises rpc [--json FILE] [--seed NUMBER] [--only TRIAL]
       sinew-promises vectors";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((what, options)) = arguments.split_first() else {
        return usage();
    };
    match what.as_str() {
        "wire" => wire(options),
        "rpc" => match rpc::Options::parse(options) {
            Some(options) => ended(rpc::run(&options)),
            None => usage(),
        },
        // What `rpc` starts.
        "server" => match rpc::server::Orders::parse(options) {
            Some(orders) => ended(rpc::server::run(&orders)),
            None => usage(),
        },
        "vectors" => {
            sinew_promises::fill::fill();
            ExitCode::SUCCESS
        }
        _ => usage(),
    }
}

fn wire(options: &[String]) -> ExitCode {
    let numbers: Vec<u64> = options.iter().filter_map(|it| it.parse().ok()).collect();
    let number = |at: usize, default| numbers.get(at).copied().unwrap_or(default);
    let effort = Effort {
        messages: number(0, 100_000),
        cases: number(1, 1_000_000),
        values: number(2, 2_000),
    };
    // The second reader recurses without a thought.
    let thread = std::thread::Builder::new().stack_size(64 * 1024 * 1024);
    let thread = thread
        .spawn(move || wire::run(1, effort))
        .expect("a thread starts");
    match thread.join() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn ended(result: std::io::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    eprintln!("{USAGE}");
    ExitCode::from(2)
}
