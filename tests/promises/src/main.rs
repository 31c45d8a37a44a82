//! The command: puts promises to the test, and prints the figures.

use std::alloc::System;
use std::process::ExitCode;

use sinew_promises::wire::{self, Effort};
use tracking_allocator::Allocator;

#[global_allocator]
static ALLOCATOR: Allocator<System> = Allocator::system();

const USAGE: &str =
    "usage: sinew-promises wire [messages per type] [cases] [values per pair] | vectors";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let numbers: Vec<u64> = arguments
        .iter()
        .skip(1)
        .filter_map(|it| it.parse().ok())
        .collect();
    let number = |at: usize, default| numbers.get(at).copied().unwrap_or(default);
    match arguments.first().map(String::as_str) {
        Some("wire") => {
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
            return match thread.join() {
                Ok(()) => ExitCode::SUCCESS,
                Err(_) => ExitCode::FAILURE,
            };
        }
        Some("vectors") => sinew_promises::fill::fill(),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}
